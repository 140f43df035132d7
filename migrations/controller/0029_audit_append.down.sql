DROP FUNCTION portcullis.append_audit(text, text);
