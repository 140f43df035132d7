DROP TABLE portcullis.instance_rejections;
DROP FUNCTION portcullis.guard_instance_rejection;
