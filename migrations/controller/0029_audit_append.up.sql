-- An entry is numbered where it is chained: who writes it sends it once, and holds the chain's end for one statement.

-- `before` and `after` are the document on both sides of its number.
CREATE FUNCTION portcullis.append_audit(before text, after text, OUT seq bigint, OUT hash text)
LANGUAGE plpgsql SET search_path = portcullis, pg_temp AS $$
DECLARE
    head record;
BEGIN
    SELECT h.seq INTO head FROM lock_audit_head() h;
    INSERT INTO audit AS a (document) VALUES (append_audit.before || (head.seq + 1)::text || append_audit.after)
    RETURNING a.seq, a.hash INTO append_audit.seq, append_audit.hash;
END $$;
REVOKE ALL ON FUNCTION portcullis.append_audit(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION portcullis.append_audit(text, text) TO portcullis_app;
