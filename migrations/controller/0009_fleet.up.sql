-- The fleet: managed instances and how they are let in, what each is ordered to do (a generation that only grows), the
-- operations of the kill switch with what the instances said, and the governed way back on.
--
-- Whether an instance is heard is told by the machine's clock, not by the clock of the rules: a simulated clock that is
-- moved by a week silences nobody.

CREATE TABLE portcullis.instances (
    id         text PRIMARY KEY CHECK (id ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$'),  -- its name in control documents
    created_at timestamptz NOT NULL DEFAULT portcullis.now(),
    created_by text NOT NULL REFERENCES portcullis.principals,  -- who let it in
    retired_at timestamptz,
    retired_by text REFERENCES portcullis.principals,
    version    bigint NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX instances_id_folded ON portcullis.instances (lower(id));

-- A token that lets one instance in, once.
CREATE TABLE portcullis.enrolments (
    id              text PRIMARY KEY,
    instance_id     text NOT NULL CHECK (instance_id ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$'),
    hash            bytea NOT NULL UNIQUE CHECK (length(hash) = 32),  -- SHA-256 of the token
    created_at      timestamptz NOT NULL DEFAULT portcullis.now(),
    created_by      text NOT NULL REFERENCES portcullis.principals,
    expires_at      timestamptz NOT NULL,
    used_at         timestamptz,
    credential_hash bytea CHECK (length(credential_hash) = 32),  -- of the credential it was exchanged for
    CONSTRAINT enrolments_expire CHECK (expires_at > created_at AND expires_at <= created_at + interval '7 days')
);
CREATE INDEX enrolments_instance ON portcullis.enrolments (instance_id);

-- What an instance proves itself with. It makes the secret; only the hash ever leaves it.
CREATE TABLE portcullis.instance_credentials (
    id           text PRIMARY KEY,
    instance_id  text NOT NULL REFERENCES portcullis.instances,
    hash         bytea NOT NULL UNIQUE CHECK (length(hash) = 32),
    enrolment_id text NOT NULL UNIQUE REFERENCES portcullis.enrolments,
    issued_at    timestamptz NOT NULL DEFAULT portcullis.now(),
    revoked_at   timestamptz,
    revoked_by   text
);
CREATE UNIQUE INDEX instance_credentials_one ON portcullis.instance_credentials (instance_id) WHERE revoked_at IS NULL;

-- What an instance said last, and who hears it. No ledger: the steps of operations are.
CREATE TABLE portcullis.instance_status (
    instance_id  text PRIMARY KEY REFERENCES portcullis.instances,
    connected_to text,         -- the controller that holds its connection
    last_seen_at timestamptz,  -- by the machine's clock
    boot_id      text NOT NULL DEFAULT '',
    process_started_at timestamptz,  -- by its own clock
    program      text NOT NULL DEFAULT '',
    hosted       boolean NOT NULL DEFAULT false,
    enabled      boolean NOT NULL DEFAULT false,  -- the switch as its process has it
    generation   bigint NOT NULL DEFAULT 0,       -- of the document in force there
    rejected     bigint NOT NULL DEFAULT 0,       -- documents it turned away since its start
    problem      text NOT NULL DEFAULT ''
);

CREATE TABLE portcullis.switch_approvals (
    id          text PRIMARY KEY,
    reason      text NOT NULL CHECK (reason ~ '[^[:space:]]'),
    approved_by text NOT NULL REFERENCES portcullis.principals,
    approved_at timestamptz NOT NULL DEFAULT portcullis.now(),
    expires_at  timestamptz NOT NULL
);

CREATE TABLE portcullis.operations (
    id           text PRIMARY KEY,
    kind         text NOT NULL CHECK (kind IN ('multi_tenant')),
    enabled      boolean NOT NULL,
    mode         text NOT NULL CHECK (mode IN ('hot', 'restart')),
    whole_fleet  boolean NOT NULL,  -- also for instances that are let in later
    reason       text NOT NULL,
    requested_by text NOT NULL REFERENCES portcullis.principals,
    requested_at timestamptz NOT NULL DEFAULT portcullis.now(),
    approval_id  text UNIQUE REFERENCES portcullis.switch_approvals  -- that it spends
);
CREATE TABLE portcullis.operation_instances (
    operation_id text NOT NULL REFERENCES portcullis.operations,
    instance_id  text NOT NULL REFERENCES portcullis.instances,
    generation   bigint NOT NULL CHECK (generation >= 1),
    PRIMARY KEY (operation_id, instance_id),
    UNIQUE (instance_id, generation)
);
-- What happened, with its evidence; each step once.
CREATE TABLE portcullis.operation_steps (
    operation_id text NOT NULL,
    instance_id  text NOT NULL,
    step         text NOT NULL CHECK (step IN ('applied', 'contradicted', 'refused')),
    at           timestamptz NOT NULL DEFAULT portcullis.now(),
    evidence     jsonb NOT NULL,
    PRIMARY KEY (operation_id, instance_id, step),
    FOREIGN KEY (operation_id, instance_id) REFERENCES portcullis.operation_instances
);

CREATE TABLE portcullis.kill_reviews (
    operation_id text PRIMARY KEY REFERENCES portcullis.operations,
    opened_at    timestamptz NOT NULL DEFAULT portcullis.now(),
    findings     text,
    completed_by text REFERENCES portcullis.principals,
    completed_at timestamptz,
    version      bigint NOT NULL DEFAULT 1
);

-- What each instance is to do. The document is made from this row, the same by every controller with the same key.
CREATE TABLE portcullis.desired_states (
    instance_id  text PRIMARY KEY REFERENCES portcullis.instances,
    generation   bigint NOT NULL CHECK (generation >= 1),
    enabled      boolean NOT NULL,
    mode         text NOT NULL CHECK (mode IN ('hot', 'restart')),
    reason       text NOT NULL,
    operation_id text NOT NULL REFERENCES portcullis.operations,
    issued_at    timestamptz NOT NULL DEFAULT portcullis.now()
);

CREATE TRIGGER operations_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON portcullis.operations
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');
CREATE TRIGGER operation_instances_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON portcullis.operation_instances
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');
CREATE TRIGGER operation_steps_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON portcullis.operation_steps
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');
CREATE TRIGGER switch_approvals_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON portcullis.switch_approvals
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');
CREATE TRIGGER instances_stay BEFORE DELETE OR TRUNCATE ON portcullis.instances
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');
CREATE TRIGGER enrolments_stay BEFORE DELETE OR TRUNCATE ON portcullis.enrolments
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');
CREATE TRIGGER instance_credentials_stay BEFORE DELETE OR TRUNCATE ON portcullis.instance_credentials
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');
CREATE TRIGGER kill_reviews_stay BEFORE DELETE OR TRUNCATE ON portcullis.kill_reviews
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');
CREATE TRIGGER desired_states_stay BEFORE DELETE OR TRUNCATE ON portcullis.desired_states
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('KSW-7');

CREATE FUNCTION portcullis.guard_instance() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.retired_by := NULL;
        NEW.version := 1;
    ELSE
        IF (NEW.id, NEW.created_at, NEW.created_by) IS DISTINCT FROM (OLD.id, OLD.created_at, OLD.created_by) THEN
            PERFORM refuse('AUD-3', format('who let instance %s in, and when, never changes', OLD.id));
        END IF;
        NEW.version := OLD.version + 1;
    END IF;
    NEW.retired_at := CASE WHEN NEW.retired_by IS NULL THEN NULL
                           WHEN TG_OP = 'UPDATE' AND OLD.retired_by IS NOT NULL THEN OLD.retired_at
                           ELSE portcullis.now() END;
    RETURN NEW;
END $$;
CREATE TRIGGER instances_guarded BEFORE INSERT OR UPDATE ON portcullis.instances
    FOR EACH ROW EXECUTE FUNCTION portcullis.guard_instance();

-- Single use, before it expires.
CREATE FUNCTION portcullis.guard_enrolment() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.used_at := NULL;
        NEW.credential_hash := NULL;
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.instance_id, NEW.hash, NEW.created_at, NEW.created_by, NEW.expires_at)
       IS DISTINCT FROM (OLD.id, OLD.instance_id, OLD.hash, OLD.created_at, OLD.created_by, OLD.expires_at)
       OR OLD.used_at IS NOT NULL OR NEW.credential_hash IS NULL THEN
        PERFORM refuse('ATT-2', format('enrolment %s is used once; nothing else in it changes', OLD.id));
    END IF;
    IF OLD.expires_at <= portcullis.now() THEN
        PERFORM refuse('ATT-2', format('enrolment %s has expired; make another', OLD.id));
    END IF;
    NEW.used_at := portcullis.now();
    RETURN NEW;
END $$;
CREATE TRIGGER enrolments_used_once BEFORE INSERT OR UPDATE ON portcullis.enrolments
    FOR EACH ROW EXECUTE FUNCTION portcullis.guard_enrolment();

CREATE FUNCTION portcullis.guard_instance_credential() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.revoked_by IS NOT NULL OR NOT EXISTS (
            SELECT FROM enrolments e WHERE e.id = NEW.enrolment_id AND e.instance_id = NEW.instance_id
                                       AND e.credential_hash = NEW.hash AND e.used_at = portcullis.now()) THEN
            PERFORM refuse('ATT-2', format('a credential of instance %s is what an enrolment of it is exchanged for',
                                           NEW.instance_id));
        END IF;
        NEW.revoked_at := NULL;
        RETURN NEW;
    END IF;
    IF OLD.revoked_at IS NOT NULL OR NEW.revoked_by IS NULL
       OR (NEW.id, NEW.instance_id, NEW.hash, NEW.enrolment_id, NEW.issued_at)
          IS DISTINCT FROM (OLD.id, OLD.instance_id, OLD.hash, OLD.enrolment_id, OLD.issued_at) THEN
        PERFORM refuse('ATT-2', format('credential %s is revoked once, by somebody; nothing else in it changes', OLD.id));
    END IF;
    NEW.revoked_at := portcullis.now();
    RETURN NEW;
END $$;
CREATE TRIGGER instance_credentials_revoked_once BEFORE INSERT OR UPDATE ON portcullis.instance_credentials
    FOR EACH ROW EXECUTE FUNCTION portcullis.guard_instance_credential();

CREATE FUNCTION portcullis.stamp_instance_status() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    IF NEW.connected_to IS NOT NULL THEN
        NEW.last_seen_at := clock_timestamp();
    ELSE
        NEW.last_seen_at := CASE TG_OP WHEN 'UPDATE' THEN OLD.last_seen_at END;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER instance_status_stamped BEFORE INSERT OR UPDATE ON portcullis.instance_status
    FOR EACH ROW EXECUTE FUNCTION portcullis.stamp_instance_status();

-- KSW-8: an approval by a system owner, which one operation spends.
CREATE FUNCTION portcullis.guard_switch_approval() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    PERFORM require_user('SOD-1', NEW.approved_by, 'approve switching on');
    PERFORM require_role(NEW.approved_by, 'system_owner', 'approve switching on');
    RETURN NEW;
END $$;
CREATE TRIGGER switch_approvals_by_system_owner BEFORE INSERT ON portcullis.switch_approvals
    FOR EACH ROW EXECUTE FUNCTION portcullis.guard_switch_approval();

CREATE FUNCTION portcullis.guard_operation() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    approval switch_approvals;
    open_review text;
BEGIN
    IF NEW.reason !~ '[^[:space:]]' THEN
        PERFORM refuse('KSW-7', 'the switch is moved for a reason');
    END IF;
    IF NOT NEW.enabled THEN
        IF NEW.approval_id IS NOT NULL THEN
            PERFORM refuse('KSW-7', 'a kill needs no approval and spends none');
        END IF;
        RETURN NEW;
    END IF;
    SELECT * INTO approval FROM switch_approvals a WHERE a.id = NEW.approval_id;
    IF NOT FOUND OR approval.expires_at <= portcullis.now() OR approval.approved_by = NEW.requested_by
       OR NOT holds_role(approval.approved_by, 'system_owner') THEN
        PERFORM refuse('KSW-8', 'switching on needs an approval that has not expired, by a system owner other than the '
                                'one who orders it');
    END IF;
    SELECT r.operation_id INTO open_review FROM kill_reviews r WHERE r.completed_at IS NULL LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('KSW-8', format('the review of the kill %s is not completed; complete it before switching on',
                                       open_review));
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER operations_governed BEFORE INSERT ON portcullis.operations
    FOR EACH ROW EXECUTE FUNCTION portcullis.guard_operation();

-- KSW-7: a kill opens the record of its review.
CREATE FUNCTION portcullis.open_kill_review() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    INSERT INTO kill_reviews (operation_id) VALUES (NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER operations_open_review AFTER INSERT ON portcullis.operations
    FOR EACH ROW WHEN (NOT NEW.enabled) EXECUTE FUNCTION portcullis.open_kill_review();

CREATE FUNCTION portcullis.guard_kill_review() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    IF OLD.completed_at IS NOT NULL OR NEW.operation_id <> OLD.operation_id OR NEW.opened_at <> OLD.opened_at
       OR coalesce(NEW.findings, '') !~ '[^[:space:]]' THEN
        PERFORM refuse('KSW-7', format('the review of the kill %s is completed once, with written findings',
                                       OLD.operation_id));
    END IF;
    PERFORM require_user('KSW-7', NEW.completed_by, 'complete the review of a kill');
    NEW.completed_at := portcullis.now();
    NEW.version := OLD.version + 1;
    RETURN NEW;
END $$;
CREATE TRIGGER kill_reviews_completed_once BEFORE UPDATE ON portcullis.kill_reviews
    FOR EACH ROW EXECUTE FUNCTION portcullis.guard_kill_review();

-- An instance takes higher generations only, so an order with another one would be none.
CREATE FUNCTION portcullis.guard_desired_state() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.instance_id <> OLD.instance_id OR NEW.generation <= OLD.generation) THEN
        PERFORM refuse('KSW-7', format('generation %s of instance %s is not above %s, so the instance would ignore it',
                                       NEW.generation, OLD.instance_id, OLD.generation));
    END IF;
    IF NOT EXISTS (SELECT FROM operations o WHERE o.id = NEW.operation_id AND o.enabled = NEW.enabled
                                              AND o.mode = NEW.mode AND o.reason = NEW.reason) THEN
        PERFORM refuse('KSW-3', format('instance %s is ordered what an operation on record says, nothing else',
                                       NEW.instance_id));
    END IF;
    NEW.issued_at := portcullis.now();
    RETURN NEW;
END $$;
CREATE TRIGGER desired_states_only_forward BEFORE INSERT OR UPDATE ON portcullis.desired_states
    FOR EACH ROW EXECUTE FUNCTION portcullis.guard_desired_state();

-- Every controller is told: of orders, of what instances said, and of credentials that are good no more. One word for
-- each in a transaction, however many rows.
CREATE FUNCTION portcullis.tell_fleet() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    PERFORM pg_notify('portcullis_fleet', TG_ARGV[0]);
    RETURN NULL;
END $$;
CREATE TRIGGER desired_states_told AFTER INSERT OR UPDATE ON portcullis.desired_states
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.tell_fleet('orders');
CREATE TRIGGER instance_credentials_told AFTER UPDATE ON portcullis.instance_credentials
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.tell_fleet('credentials');
-- Most reports bring no step, and that is no news.
CREATE FUNCTION portcullis.tell_steps() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM fresh) THEN
        PERFORM pg_notify('portcullis_fleet', 'steps');
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER operation_steps_told AFTER INSERT ON portcullis.operation_steps
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION portcullis.tell_steps();

REVOKE ALL ON portcullis.instances, portcullis.enrolments, portcullis.instance_credentials, portcullis.instance_status,
    portcullis.switch_approvals, portcullis.operations, portcullis.operation_instances, portcullis.operation_steps,
    portcullis.kill_reviews, portcullis.desired_states FROM PUBLIC;
GRANT SELECT ON portcullis.instances, portcullis.enrolments, portcullis.instance_credentials,
    portcullis.instance_status, portcullis.switch_approvals, portcullis.operations, portcullis.operation_instances,
    portcullis.operation_steps, portcullis.kill_reviews, portcullis.desired_states TO portcullis_app;
GRANT INSERT (id, created_by), UPDATE (retired_by) ON portcullis.instances TO portcullis_app;
GRANT INSERT (id, instance_id, hash, created_by, expires_at), UPDATE (credential_hash)
    ON portcullis.enrolments TO portcullis_app;
GRANT INSERT (id, instance_id, hash, enrolment_id), UPDATE (revoked_by) ON portcullis.instance_credentials
    TO portcullis_app;
GRANT INSERT (instance_id, connected_to, boot_id, process_started_at, program, hosted, enabled, generation, rejected,
        problem),
    UPDATE (connected_to, boot_id, process_started_at, program, hosted, enabled, generation, rejected, problem)
    ON portcullis.instance_status TO portcullis_app;
GRANT INSERT (id, reason, approved_by, expires_at) ON portcullis.switch_approvals TO portcullis_app;
GRANT INSERT (id, kind, enabled, mode, whole_fleet, reason, requested_by, approval_id) ON portcullis.operations
    TO portcullis_app;
GRANT INSERT (operation_id, instance_id, generation) ON portcullis.operation_instances TO portcullis_app;
GRANT INSERT (operation_id, instance_id, step, evidence) ON portcullis.operation_steps TO portcullis_app;
GRANT UPDATE (findings, completed_by) ON portcullis.kill_reviews TO portcullis_app;
GRANT INSERT (instance_id, generation, enabled, mode, reason, operation_id),
    UPDATE (generation, enabled, mode, reason, operation_id) ON portcullis.desired_states TO portcullis_app;
