-- Functions that run with every request, in PL/pgSQL: it keeps the plans of its statements for the session. A function
-- in SQL that is not inlined is parsed and planned at each call, which cost more than what it asked for.

CREATE OR REPLACE FUNCTION portcullis.now() RETURNS timestamptz LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN transaction_timestamp() + (SELECT c."offset" FROM portcullis.clock c);
END $$;

CREATE OR REPLACE FUNCTION portcullis.lock_audit_head(OUT seq bigint, OUT hash text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    SELECT h.seq, h.hash INTO seq, hash FROM audit_head h FOR UPDATE;
END $$;

CREATE OR REPLACE FUNCTION portcullis.touch_release(release_id text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    UPDATE releases r SET facts_version = r.facts_version + 1 WHERE r.id = touch_release.release_id;
END $$;

-- The gate remembers who called it under the facts epoch: what ends a token must raise it too (roles and principals do,
-- 0006_audit).
CREATE TRIGGER tokens_shared_fact AFTER UPDATE ON portcullis.tokens
    FOR EACH ROW WHEN (NEW.revoked_at IS DISTINCT FROM OLD.revoked_at)
    EXECUTE FUNCTION portcullis.shared_fact_changed();
