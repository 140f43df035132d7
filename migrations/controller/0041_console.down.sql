DROP TABLE portcullis.console_sessions;
DROP TABLE portcullis.passwords;
DROP FUNCTION portcullis.guard_password();
