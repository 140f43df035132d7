-- What a project's own release control says of itself, at a commit, as evidence for a programme. The newest report of a
-- programme takes eligibility back when it is not green (EVD-3), whatever an earlier one said.

CREATE TABLE portcullis.status_audits (
    id              text PRIMARY KEY,
    programme_id    text NOT NULL REFERENCES portcullis.programmes,
    commit          text NOT NULL,
    document_sha256 text NOT NULL CHECK (document_sha256 ~ '^[0-9a-f]{64}$'),
    repo_ready      boolean NOT NULL,
    rc_ready        boolean NOT NULL,
    release_ready   boolean NOT NULL,
    errors          bigint NOT NULL CHECK (errors >= 0),
    gates           jsonb NOT NULL,
    blockers        text[] NOT NULL,
    failing_gates   text[] NOT NULL,
    green           boolean GENERATED ALWAYS AS
        (repo_ready AND rc_ready AND release_ready AND errors = 0 AND cardinality(failing_gates) = 0
         AND cardinality(blockers) = 0) STORED,
    recorded_by     text NOT NULL REFERENCES portcullis.principals,
    recorded_at     timestamptz NOT NULL DEFAULT portcullis.now(),
    n               bigint GENERATED ALWAYS AS IDENTITY,  -- in the order in which they were recorded
    CONSTRAINT status_audits_of_a_commit CHECK (commit ~ '^[0-9a-f]{7,64}$'),
    CONSTRAINT status_audits_of_gates CHECK (jsonb_typeof(gates) = 'array' AND jsonb_array_length(gates) > 0)
);
CREATE INDEX status_audits_programme ON portcullis.status_audits (programme_id, n);

CREATE FUNCTION portcullis.guard_status_audit() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    PERFORM touch_programme(NEW.programme_id);
    NEW.recorded_at := portcullis.now();
    RETURN NEW;
END $$;
CREATE TRIGGER status_audits_stamped BEFORE INSERT ON portcullis.status_audits
    FOR EACH ROW EXECUTE FUNCTION portcullis.guard_status_audit();
CREATE TRIGGER status_audits_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON portcullis.status_audits
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');

CREATE FUNCTION portcullis.guard_certified_status() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    audit status_audits;
BEGIN
    SELECT * INTO audit FROM status_audits a WHERE a.programme_id = NEW.id ORDER BY a.n DESC LIMIT 1;
    IF FOUND AND NOT audit.green THEN
        PERFORM refuse('EVD-3', format('the newest status audit of programme %s, of commit %s, is not green', NEW.id,
                                       audit.commit));
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER programmes_newest_audit_green BEFORE UPDATE OF certified_by ON portcullis.programmes
    FOR EACH ROW WHEN (NEW.certified_by IS NOT NULL) EXECUTE FUNCTION portcullis.guard_certified_status();

REVOKE ALL ON portcullis.status_audits FROM PUBLIC;
GRANT SELECT ON portcullis.status_audits TO portcullis_app;
GRANT INSERT (id, programme_id, commit, document_sha256, repo_ready, rc_ready, release_ready, errors, gates, blockers,
              failing_gates, recorded_by) ON portcullis.status_audits TO portcullis_app;
