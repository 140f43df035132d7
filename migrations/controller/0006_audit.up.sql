-- The audit log's chain (AUD-1..3), and the numbers that tell a cached snapshot from the present.

-- An entry is inserted as its document alone. Number, time, hash and the columns to search by follow from the document
-- and the chain; one that does not fit the chain's end, or the transaction's time, is refused.

CREATE FUNCTION portcullis.lock_audit_head(OUT seq bigint, OUT hash text)
LANGUAGE sql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
    SELECT h.seq, h.hash FROM audit_head h FOR UPDATE
$$;

CREATE FUNCTION portcullis.chain_audit() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    doc jsonb := NEW.document::jsonb;
    head audit_head;
BEGIN
    SELECT * INTO head FROM audit_head FOR UPDATE;
    NEW.seq := (doc ->> 'seq')::bigint;
    NEW.at := (doc ->> 'at')::timestamptz;
    NEW.actor := doc ->> 'actor';
    NEW.actor_kind := doc ->> 'actor_kind';
    NEW.action := doc ->> 'action';
    NEW.outcome := doc ->> 'outcome';
    NEW.release_id := doc ->> 'release';
    NEW.tenant_id := doc ->> 'tenant';
    NEW.request_id := doc ->> 'request_id';
    NEW.prev_hash := head.hash;
    NEW.hash := encode(sha256(convert_to(head.hash || E'\n' || NEW.document, 'UTF8')), 'hex');
    IF NEW.seq IS DISTINCT FROM head.seq + 1 THEN
        PERFORM refuse('AUD-2', format('the next audit entry is number %s, not %s', head.seq + 1,
                                       coalesce(NEW.seq::text, 'none')));
    END IF;
    IF coalesce(NEW.actor, '') = '' OR coalesce(NEW.action, '') = '' THEN
        PERFORM refuse('ATT-1', 'an audit entry names who did what');
    END IF;
    -- The controller acts in its own name where nobody asked it to; everybody else is in the registry.
    IF NOT (NEW.actor_kind = 'component' AND NEW.actor = 'portcullisd') AND NOT EXISTS (
        SELECT FROM principals p WHERE p.id = NEW.actor AND p.kind = NEW.actor_kind) THEN
        PERFORM refuse(CASE NEW.actor_kind WHEN 'user' THEN 'ATT-1' ELSE 'ATT-2' END,
                       format('%s is no registered %s', NEW.actor, NEW.actor_kind));
    END IF;
    IF (coalesce(doc ->> 'simulated_clock', 'false') = 'true') <> (SELECT c.simulated FROM clock c) THEN
        PERFORM refuse('AUD-1', 'an audit entry says whether the clock is simulated');
    END IF;
    IF NEW.at IS DISTINCT FROM portcullis.now() THEN
        -- Either somebody chose a time, or the simulated clock was advanced since the entry was written: then the
        -- transaction runs again and finds the new time.
        RAISE EXCEPTION 'an audit entry has the time of its transaction, %, not %', portcullis.now(), NEW.at
            USING ERRCODE = 'serialization_failure';
    END IF;
    UPDATE audit_head SET seq = NEW.seq, hash = NEW.hash;
    RETURN NEW;
END $$;
CREATE TRIGGER audit_chained BEFORE INSERT ON portcullis.audit
    FOR EACH ROW EXECUTE FUNCTION portcullis.chain_audit();
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON portcullis.audit
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');

CREATE FUNCTION portcullis.guard_audit_head() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        PERFORM refuse('AUD-3', 'the end of the audit chain cannot be removed or replaced');
    END IF;
    IF pg_trigger_depth() < 2 THEN
        PERFORM refuse('AUD-3', 'the end of the audit chain moves with its entries only');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER audit_head_follows BEFORE INSERT OR UPDATE OR DELETE ON portcullis.audit_head
    FOR EACH ROW EXECUTE FUNCTION portcullis.guard_audit_head();
CREATE TRIGGER audit_head_stays BEFORE TRUNCATE ON portcullis.audit_head
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.guard_audit_head();

CREATE FUNCTION portcullis.check_audit_checkpoint() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM audit a WHERE a.seq = NEW.seq AND a.hash = NEW.hash) THEN
        PERFORM refuse('AUD-2', format('audit entry %s does not have the hash %s', NEW.seq, NEW.hash));
    END IF;
    IF NEW.at IS DISTINCT FROM portcullis.now() THEN
        RAISE EXCEPTION 'a checkpoint has the time of its transaction, %, not %', portcullis.now(), NEW.at
            USING ERRCODE = 'serialization_failure';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER audit_checkpoints_of_the_chain BEFORE INSERT ON portcullis.audit_checkpoints
    FOR EACH ROW EXECUTE FUNCTION portcullis.check_audit_checkpoint();
CREATE TRIGGER audit_checkpoints_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON portcullis.audit_checkpoints
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');

-- releases.facts_version: every write of a fact about one release updates the release's row (and its trigger raises the
-- number), so it waits for a promotion that holds the row, and a promotion waits for it.

CREATE FUNCTION portcullis.touch_release(release_id text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
    UPDATE releases SET facts_version = facts_version + 1 WHERE id = $1
$$;

CREATE FUNCTION portcullis.fact_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    PERFORM touch_release(NEW.release_id);
    RETURN NULL;
END $$;
CREATE TRIGGER approvals_fact AFTER INSERT ON portcullis.approvals
    FOR EACH ROW EXECUTE FUNCTION portcullis.fact_changed();
CREATE TRIGGER checks_fact AFTER INSERT ON portcullis.checks
    FOR EACH ROW EXECUTE FUNCTION portcullis.fact_changed();
CREATE TRIGGER risk_acceptances_fact AFTER INSERT ON portcullis.risk_acceptances
    FOR EACH ROW EXECUTE FUNCTION portcullis.fact_changed();
CREATE TRIGGER hard_stops_fact AFTER INSERT OR UPDATE ON portcullis.hard_stops
    FOR EACH ROW EXECUTE FUNCTION portcullis.fact_changed();
CREATE TRIGGER rollback_evaluations_fact AFTER INSERT OR UPDATE ON portcullis.rollback_evaluations
    FOR EACH ROW EXECUTE FUNCTION portcullis.fact_changed();
CREATE TRIGGER memos_fact AFTER INSERT ON portcullis.memos
    FOR EACH ROW EXECUTE FUNCTION portcullis.fact_changed();
CREATE TRIGGER memo_signatures_fact AFTER INSERT ON portcullis.memo_signatures
    FOR EACH ROW EXECUTE FUNCTION portcullis.fact_changed();

CREATE FUNCTION portcullis.approval_fact_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    PERFORM touch_release(a.release_id) FROM approvals a WHERE a.id = NEW.approval_id;
    RETURN NULL;
END $$;
CREATE TRIGGER approval_revocations_fact AFTER INSERT ON portcullis.approval_revocations
    FOR EACH ROW EXECUTE FUNCTION portcullis.approval_fact_changed();

CREATE FUNCTION portcullis.check_fact_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    PERFORM touch_release(c.release_id) FROM checks c WHERE c.id = NEW.check_id;
    RETURN NULL;
END $$;
CREATE TRIGGER check_resolutions_fact AFTER INSERT ON portcullis.check_resolutions
    FOR EACH ROW EXECUTE FUNCTION portcullis.check_fact_changed();

CREATE FUNCTION portcullis.risk_fact_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    PERFORM touch_release(a.release_id) FROM risk_acceptances a WHERE a.id = NEW.risk_acceptance_id;
    RETURN NULL;
END $$;
CREATE TRIGGER risk_acceptance_revocations_fact AFTER INSERT ON portcullis.risk_acceptance_revocations
    FOR EACH ROW EXECUTE FUNCTION portcullis.risk_fact_changed();

CREATE FUNCTION portcullis.incident_fact_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    concerned text;
BEGIN
    FOR concerned IN SELECT s.subject_id FROM incident_subjects s
                     WHERE s.incident_id = NEW.id AND s.kind = 'release' ORDER BY s.subject_id LOOP
        PERFORM touch_release(concerned);
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER incidents_fact AFTER UPDATE ON portcullis.incidents
    FOR EACH ROW EXECUTE FUNCTION portcullis.incident_fact_changed();

CREATE FUNCTION portcullis.subject_fact_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    PERFORM touch_release(NEW.subject_id);
    RETURN NULL;
END $$;
CREATE TRIGGER incident_subjects_fact AFTER INSERT ON portcullis.incident_subjects
    FOR EACH ROW WHEN (NEW.kind = 'release') EXECUTE FUNCTION portcullis.subject_fact_changed();

-- facts_epoch: facts that many releases share. A promotion holds the row FOR SHARE.

CREATE FUNCTION portcullis.shared_fact_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    UPDATE facts_epoch SET epoch = epoch + 1;
    PERFORM pg_notify('portcullis', 'facts');
    RETURN NULL;
END $$;
CREATE TRIGGER principals_shared_fact AFTER INSERT OR UPDATE ON portcullis.principals
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.shared_fact_changed();
CREATE TRIGGER role_grants_shared_fact AFTER INSERT OR UPDATE ON portcullis.role_grants
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.shared_fact_changed();
CREATE TRIGGER tenants_shared_fact AFTER INSERT OR UPDATE ON portcullis.tenants
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.shared_fact_changed();
CREATE TRIGGER consents_shared_fact AFTER INSERT OR UPDATE ON portcullis.consents
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.shared_fact_changed();
CREATE TRIGGER freezes_shared_fact AFTER INSERT OR UPDATE ON portcullis.freezes
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.shared_fact_changed();
CREATE TRIGGER path_rules_shared_fact AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON portcullis.path_rules
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.shared_fact_changed();
CREATE TRIGGER clock_shared_fact AFTER INSERT OR UPDATE ON portcullis.clock
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.shared_fact_changed();

-- Before a decision: the release's row and the epoch stay as they are until the transaction ends. False when there is no
-- such release. What is decided about must be read by later statements, which see what was committed meanwhile.
CREATE FUNCTION portcullis.hold_facts(release_id text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    PERFORM FROM releases r WHERE r.id = hold_facts.release_id FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM FROM facts_epoch FOR SHARE;
    RETURN true;
END $$;

-- For those who listen on the channel `portcullis`: what changed, sent when the transaction commits.
CREATE FUNCTION portcullis.tell_release() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    PERFORM pg_notify('portcullis', 'release ' || NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER releases_told AFTER INSERT OR UPDATE ON portcullis.releases
    FOR EACH ROW EXECUTE FUNCTION portcullis.tell_release();

CREATE FUNCTION portcullis.tell_outbox() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    PERFORM pg_notify('portcullis', 'outbox');
    RETURN NULL;
END $$;
CREATE TRIGGER outbox_told AFTER INSERT ON portcullis.outbox
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.tell_outbox();
