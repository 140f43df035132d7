DROP FUNCTION portcullis.take_due_communications;
DROP FUNCTION portcullis.communication_due;
DROP TABLE portcullis.communications;
DROP FUNCTION portcullis.guard_communication;
