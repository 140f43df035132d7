DROP TRIGGER tokens_shared_fact ON portcullis.tokens;

CREATE OR REPLACE FUNCTION portcullis.touch_release(release_id text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
    UPDATE releases SET facts_version = facts_version + 1 WHERE id = $1
$$;

CREATE OR REPLACE FUNCTION portcullis.lock_audit_head(OUT seq bigint, OUT hash text)
LANGUAGE sql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
    SELECT h.seq, h.hash FROM audit_head h FOR UPDATE
$$;

CREATE OR REPLACE FUNCTION portcullis.now() RETURNS timestamptz LANGUAGE sql STABLE AS
$$ SELECT transaction_timestamp() + (SELECT "offset" FROM portcullis.clock) $$;
