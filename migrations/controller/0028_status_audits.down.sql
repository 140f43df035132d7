DROP TRIGGER programmes_newest_audit_green ON portcullis.programmes;
DROP TABLE portcullis.status_audits;
DROP FUNCTION portcullis.guard_certified_status;
DROP FUNCTION portcullis.guard_status_audit;
