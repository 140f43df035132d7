-- Operations with a mode, batches, verification and a watch. What a controller does next for an operation follows from
-- rows: a target without an order is owed its batch, an applied order its verification, a watch its next sample. Any
-- controller may do it; constraints see to it that nothing is done twice.
--
-- What was ordered, and what was seen of it, are ledgers. `verifications` alone is work: it says whom to ask next and
-- when, by the machine's clock, and proves nothing; claims are made from operation_steps.

ALTER TABLE portcullis.operations
    DROP CONSTRAINT operations_kind_check,
    ADD CONSTRAINT operations_kind_check CHECK (kind IN ('multi_tenant', 'flag', 'rollback')),
    ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY UNIQUE,  -- the order they were given in
    ADD COLUMN release_id text REFERENCES portcullis.releases,
    ADD COLUMN flag text CHECK (flag ~ '[^[:space:]]'),
    -- What it moves: the switch, or a flag. Of two orders about the same thing the newer one holds.
    ADD COLUMN subject text GENERATED ALWAYS AS
        (CASE kind WHEN 'multi_tenant' THEN 'switch' ELSE 'flag:' || coalesce(flag, release_id) END) STORED,
    ADD COLUMN batch_size integer CHECK (batch_size BETWEEN 1 AND 10000),  -- none: all at once
    ADD COLUMN stop_on_failure boolean NOT NULL DEFAULT false,
    ADD COLUMN verify boolean NOT NULL DEFAULT false,
    ADD COLUMN watch_for interval NOT NULL DEFAULT interval '0'
        CHECK (watch_for >= interval '0' AND watch_for <= interval '7 days'),
    ADD COLUMN ordered_at timestamptz NOT NULL DEFAULT clock_timestamp(),  -- by the machine's clock
    ADD COLUMN drill_id text,
    ADD COLUMN journal_id text UNIQUE,  -- of the entry on a controller's disk that it was made from
    ADD CONSTRAINT operations_about_a_flag CHECK
        (CASE kind WHEN 'multi_tenant' THEN release_id IS NULL AND flag IS NULL ELSE coalesce(flag, release_id) IS NOT NULL
         END);
-- Orders from before this file were never verified and will not be.
ALTER TABLE portcullis.operations ALTER COLUMN verify SET DEFAULT true,
                                  ALTER COLUMN watch_for SET DEFAULT interval '30 minutes';
CREATE INDEX operations_standing ON portcullis.operations (subject, number) WHERE whole_fleet;

-- Who was chosen when it was ordered; an order of its own (operation_instances) comes with the batch.
CREATE TABLE portcullis.operation_targets (
    operation_id text NOT NULL REFERENCES portcullis.operations,
    instance_id  text NOT NULL REFERENCES portcullis.instances,
    batch        integer NOT NULL CHECK (batch >= 1),
    PRIMARY KEY (operation_id, instance_id)
);
CREATE INDEX operation_targets_batch ON portcullis.operation_targets (operation_id, batch);
INSERT INTO portcullis.operation_targets (operation_id, instance_id, batch)
SELECT operation_id, instance_id, 1 FROM portcullis.operation_instances;

ALTER TABLE portcullis.operation_instances
    ADD COLUMN issued_at timestamptz NOT NULL DEFAULT clock_timestamp(),  -- by the machine's clock
    -- As it stood before the order: the process that has to be another one after a restart, and what the tenants had.
    ADD COLUMN boot_before text NOT NULL DEFAULT '',
    ADD COLUMN tenants_before bigint,
    ADD COLUMN tenants_digest_before text,
    ADD CONSTRAINT operation_instances_are_chosen FOREIGN KEY (operation_id, instance_id)
        REFERENCES portcullis.operation_targets,
    -- Targets have them; a kill has no time to look twice.
    DROP CONSTRAINT operation_instances_operation_id_fkey,
    DROP CONSTRAINT operation_instances_instance_id_fkey;

-- What each instance was ordered last, of each subject.
CREATE TABLE portcullis.instance_orders (
    instance_id  text NOT NULL REFERENCES portcullis.instances,
    subject      text NOT NULL,
    chosen       bigint NOT NULL,                         -- number of the newest operation that it is a target of
    issued       bigint,                                  -- number of the newest that it was given an order of,
    operation_id text REFERENCES portcullis.operations,   -- which that is,
    generation   bigint,                                  -- and of the order
    PRIMARY KEY (instance_id, subject)
);
CREATE INDEX instance_orders_waiting ON portcullis.instance_orders (chosen) WHERE issued IS DISTINCT FROM chosen;
INSERT INTO portcullis.instance_orders (instance_id, subject, chosen, issued, operation_id, generation)
SELECT DISTINCT ON (i.instance_id, o.subject) i.instance_id, o.subject, o.number, o.number, o.id, i.generation
FROM portcullis.operation_instances i JOIN portcullis.operations o ON o.id = i.operation_id
ORDER BY i.instance_id, o.subject, i.generation DESC;

ALTER TABLE portcullis.instance_status
    ADD COLUMN agent boolean NOT NULL DEFAULT false,  -- speaks for a process beside it
    ADD COLUMN clock_ahead interval,                  -- its clock against the machine's; none: it did not say
    ADD COLUMN process_began_at timestamptz,          -- process_started_at by the machine's clock
    ADD COLUMN tenants bigint CHECK (tenants >= 0),   -- what it said of its tenants' records last
    ADD COLUMN tenants_digest text CHECK (length(tenants_digest) <= 200);

ALTER TABLE portcullis.operation_steps
    DROP CONSTRAINT operation_steps_step_check,
    ADD CONSTRAINT operation_steps_step_check CHECK (step IN ('applied', 'contradicted', 'refused', 'value', 'restart',
        'probes', 'ui', 'websocket', 'data', 'flags', 'watch')),
    ADD COLUMN attempt integer NOT NULL DEFAULT 1 CHECK (attempt >= 1),
    ADD COLUMN outcome text NOT NULL DEFAULT 'passed' CHECK (outcome IN ('passed', 'failed', 'inconclusive')),
    ADD COLUMN detail text NOT NULL DEFAULT '',
    ADD COLUMN recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),  -- by the machine's clock
    DROP CONSTRAINT operation_steps_pkey,
    ADD CONSTRAINT operation_steps_pkey PRIMARY KEY (operation_id, instance_id, step, attempt);
ALTER TABLE portcullis.operation_steps DISABLE TRIGGER operation_steps_append_only;
UPDATE portcullis.operation_steps SET outcome = 'failed' WHERE step <> 'applied';
ALTER TABLE portcullis.operation_steps ENABLE TRIGGER operation_steps_append_only;
ALTER TABLE portcullis.operation_steps
    ADD CONSTRAINT operation_steps_say_what_they_are CHECK
        (CASE step WHEN 'applied' THEN outcome = 'passed' WHEN 'contradicted' THEN outcome = 'failed'
                   WHEN 'refused' THEN outcome = 'failed' ELSE true END);

-- Why the batches of an operation were not issued to the end.
CREATE TABLE portcullis.operation_halts (
    operation_id text PRIMARY KEY REFERENCES portcullis.operations,
    batch        integer NOT NULL,  -- the last one that was issued
    why          text NOT NULL CHECK (why ~ '[^[:space:]]'),
    instances    text[] NOT NULL,   -- that it was halted for
    at           timestamptz NOT NULL DEFAULT portcullis.now()
);

-- Whom to ask next about an order that was applied.
CREATE TABLE portcullis.verifications (
    operation_id text NOT NULL,
    instance_id  text NOT NULL,
    state        text NOT NULL DEFAULT 'verify' CHECK (state IN ('verify', 'watch', 'done')),
    since        timestamptz NOT NULL DEFAULT clock_timestamp(),  -- that it is in this state
    next_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    attempt      integer NOT NULL DEFAULT 0,
    request      text UNIQUE,                 -- that no answer has come to
    asked_at     timestamptz,
    asked_by     text,
    watch_until  timestamptz,
    watch_every  interval,
    PRIMARY KEY (operation_id, instance_id),
    FOREIGN KEY (operation_id, instance_id) REFERENCES portcullis.operation_instances,
    CONSTRAINT verifications_watch_ends CHECK (state <> 'watch' OR (watch_until IS NOT NULL AND watch_every IS NOT NULL))
);
CREATE INDEX verifications_due ON portcullis.verifications (next_at) WHERE state <> 'done';
CREATE INDEX verifications_open ON portcullis.verifications (instance_id) WHERE state <> 'done';
CREATE UNIQUE INDEX verifications_one_question ON portcullis.verifications (instance_id) WHERE request IS NOT NULL;

CREATE TABLE portcullis.operation_watch_samples (
    operation_id   text NOT NULL,
    instance_id    text NOT NULL,
    at             timestamptz NOT NULL DEFAULT clock_timestamp(),  -- by the machine's clock
    requests       bigint NOT NULL CHECK (requests >= 0),
    errors_5xx     bigint NOT NULL CHECK (errors_5xx >= 0),  -- without 501
    errors_501     bigint NOT NULL CHECK (errors_501 >= 0),
    default_org_ok boolean NOT NULL,
    PRIMARY KEY (operation_id, instance_id, at),
    FOREIGN KEY (operation_id, instance_id) REFERENCES portcullis.operation_instances
);

CREATE TRIGGER operation_targets_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON portcullis.operation_targets
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');
CREATE TRIGGER operation_halts_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON portcullis.operation_halts
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');
CREATE TRIGGER operation_watch_samples_append_only BEFORE UPDATE OR DELETE OR TRUNCATE
    ON portcullis.operation_watch_samples
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');
CREATE TRIGGER verifications_stay BEFORE DELETE OR TRUNCATE ON portcullis.verifications
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');

-- KSW-7 and KSW-8 are about the switch; the flags of a release have rules of their own. Nobody orders in the future.
CREATE OR REPLACE FUNCTION portcullis.guard_operation() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    approval switch_approvals;
    open_review text;
BEGIN
    NEW.ordered_at := least(NEW.ordered_at, clock_timestamp());
    IF NEW.reason !~ '[^[:space:]]' THEN
        PERFORM refuse('KSW-7', 'the switch is moved for a reason');
    END IF;
    IF NEW.kind <> 'multi_tenant' THEN
        IF NEW.approval_id IS NOT NULL THEN
            PERFORM refuse('KSW-8', 'an approval of switching on is spent by switching on, not by an order about a flag');
        END IF;
        RETURN NEW;
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
DROP TRIGGER operations_open_review ON portcullis.operations;
CREATE TRIGGER operations_open_review AFTER INSERT ON portcullis.operations
    FOR EACH ROW WHEN (NOT NEW.enabled AND NEW.kind = 'multi_tenant') EXECUTE FUNCTION portcullis.open_kill_review();

-- As documents and evidence write it.
CREATE FUNCTION portcullis.utc(at timestamptz) RETURNS text
LANGUAGE sql STABLE SET search_path = portcullis, pg_temp AS $$
    SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$$;

CREATE FUNCTION portcullis.note_targets() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    INSERT INTO instance_orders AS i (instance_id, subject, chosen)
    SELECT f.instance_id, o.subject, max(o.number) FROM fresh f JOIN operations o ON o.id = f.operation_id
    GROUP BY f.instance_id, o.subject ORDER BY f.instance_id, o.subject
    ON CONFLICT (instance_id, subject) DO UPDATE SET chosen = greatest(i.chosen, EXCLUDED.chosen);
    RETURN NULL;
END $$;
CREATE TRIGGER operation_targets_noted AFTER INSERT ON portcullis.operation_targets
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION portcullis.note_targets();

-- How the instance stood before the order is what the database knows, not what anybody says. A process that began after
-- the order was given (one that was pushed before it was entered here) is not the one from before.
CREATE FUNCTION portcullis.stamp_operation_instance() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    status instance_status;
    given timestamptz;
BEGIN
    SELECT o.ordered_at INTO given FROM operations o WHERE o.id = NEW.operation_id;
    NEW.issued_at := least(coalesce(NEW.issued_at, clock_timestamp()), clock_timestamp());
    IF NEW.issued_at < given THEN
        NEW.issued_at := given;
    END IF;
    SELECT * INTO status FROM instance_status s WHERE s.instance_id = NEW.instance_id;
    IF FOUND THEN
        NEW.boot_before := CASE WHEN status.process_began_at > NEW.issued_at THEN '' ELSE status.boot_id END;
        NEW.tenants_before := status.tenants;
        NEW.tenants_digest_before := status.tenants_digest;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER operation_instances_stamped BEFORE INSERT ON portcullis.operation_instances
    FOR EACH ROW EXECUTE FUNCTION portcullis.stamp_operation_instance();

CREATE FUNCTION portcullis.note_orders() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    bad record;
BEGIN
    -- A batch comes after the one before it, and none comes any more when the operation was halted.
    SELECT f.operation_id, f.instance_id INTO bad FROM fresh f JOIN operation_halts h ON h.operation_id = f.operation_id
    LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('KSW-3', format('operation %s was halted; instance %s gets no order of it, give a new one',
                                       bad.operation_id, bad.instance_id));
    END IF;
    SELECT f.operation_id, t.batch INTO bad FROM fresh f
    JOIN operation_targets t ON t.operation_id = f.operation_id AND t.instance_id = f.instance_id
    JOIN operations o ON o.id = f.operation_id
    WHERE t.batch > 1
      AND EXISTS (SELECT FROM operation_targets b
                  JOIN instances n ON n.id = b.instance_id AND n.retired_at IS NULL
                  JOIN instance_orders i ON i.instance_id = b.instance_id AND i.subject = o.subject
                                            AND i.chosen = o.number
                  WHERE b.operation_id = f.operation_id AND b.batch < t.batch
                    AND NOT EXISTS (SELECT FROM operation_instances g WHERE g.operation_id = b.operation_id
                                                                        AND g.instance_id = b.instance_id))
    LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('KSW-3', format('batch %s of operation %s comes after the one before it', bad.batch,
                                       bad.operation_id));
    END IF;
    INSERT INTO instance_orders AS i (instance_id, subject, chosen, issued, operation_id, generation)
    SELECT DISTINCT ON (f.instance_id, o.subject) f.instance_id, o.subject, o.number, o.number, o.id, f.generation
    FROM fresh f JOIN operations o ON o.id = f.operation_id ORDER BY f.instance_id, o.subject, f.generation DESC
    ON CONFLICT (instance_id, subject) DO UPDATE SET issued = EXCLUDED.issued,
        operation_id = EXCLUDED.operation_id, generation = EXCLUDED.generation, chosen = greatest(i.chosen, EXCLUDED.chosen)
    WHERE i.generation IS NULL OR i.generation < EXCLUDED.generation;
    -- Nobody is asked about the order before any more.
    UPDATE verifications v SET state = 'done', request = NULL
    FROM fresh f JOIN operations o ON o.id = f.operation_id
    WHERE v.instance_id = f.instance_id AND v.state <> 'done' AND v.operation_id <> f.operation_id
      AND EXISTS (SELECT FROM operations b WHERE b.id = v.operation_id AND b.subject = o.subject);
    RETURN NULL;
END $$;
CREATE TRIGGER operation_instances_noted AFTER INSERT ON portcullis.operation_instances
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION portcullis.note_orders();

-- What an instance applied is owed its verification. In restart mode nothing is applied by a process that is not a new
-- one, and in hosted mode a kill has nothing to verify.
CREATE FUNCTION portcullis.note_steps() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    bad record;
    owed integer;
BEGIN
    SELECT f.operation_id, f.instance_id INTO bad FROM fresh f JOIN operations o ON o.id = f.operation_id
    WHERE f.step = 'applied' AND o.mode = 'restart'
      AND NOT EXISTS (SELECT FROM operation_steps r
                      WHERE r.operation_id = f.operation_id AND r.instance_id = f.instance_id AND r.step = 'restart'
                        AND r.outcome = 'passed')
    LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('KSW-3', format('operation %s is applied on instance %s when its restart is proven',
                                       bad.operation_id, bad.instance_id));
    END IF;
    INSERT INTO verifications (operation_id, instance_id)
    SELECT f.operation_id, f.instance_id FROM fresh f JOIN operations o ON o.id = f.operation_id
    WHERE f.step = 'applied' AND o.verify
      AND NOT (o.kind = 'multi_tenant' AND NOT o.enabled AND coalesce(f.evidence ->> 'hosted', '') = 'true')
      AND EXISTS (SELECT FROM instance_orders i WHERE i.instance_id = f.instance_id AND i.subject = o.subject
                                                  AND i.operation_id = f.operation_id)
    ON CONFLICT (operation_id, instance_id) DO NOTHING;
    GET DIAGNOSTICS owed = ROW_COUNT;
    IF owed > 0 THEN
        PERFORM pg_notify('portcullis_fleet', 'verify');
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER operation_steps_noted AFTER INSERT ON portcullis.operation_steps
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION portcullis.note_steps();

CREATE FUNCTION portcullis.guard_operation_halt() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM operations o WHERE o.id = NEW.operation_id AND o.stop_on_failure
                                              AND o.batch_size IS NOT NULL)
       OR coalesce(array_length(NEW.instances, 1), 0) = 0 THEN
        PERFORM refuse('KSW-3', format('operation %s is halted when it was ordered to stop on a failure, and for instances '
                                       'that failed', NEW.operation_id));
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER operation_halts_guarded BEFORE INSERT ON portcullis.operation_halts
    FOR EACH ROW EXECUTE FUNCTION portcullis.guard_operation_halt();
CREATE TRIGGER operation_halts_told AFTER INSERT ON portcullis.operation_halts
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.tell_fleet('steps');

REVOKE ALL ON portcullis.operation_targets, portcullis.instance_orders, portcullis.operation_halts,
    portcullis.verifications, portcullis.operation_watch_samples FROM PUBLIC;
GRANT SELECT ON portcullis.operation_targets, portcullis.instance_orders, portcullis.operation_halts,
    portcullis.verifications, portcullis.operation_watch_samples TO portcullis_app;
GRANT INSERT (release_id, flag, batch_size, stop_on_failure, verify, watch_for, ordered_at, drill_id, journal_id)
    ON portcullis.operations TO portcullis_app;
GRANT INSERT (operation_id, instance_id, batch) ON portcullis.operation_targets TO portcullis_app;
GRANT INSERT (issued_at) ON portcullis.operation_instances TO portcullis_app;
GRANT INSERT (agent, clock_ahead, process_began_at, tenants, tenants_digest),
    UPDATE (agent, clock_ahead, process_began_at, tenants, tenants_digest) ON portcullis.instance_status
    TO portcullis_app;
GRANT INSERT (attempt, outcome, detail) ON portcullis.operation_steps TO portcullis_app;
GRANT INSERT (operation_id, batch, why, instances) ON portcullis.operation_halts TO portcullis_app;
GRANT UPDATE (state, since, next_at, attempt, request, asked_at, asked_by, watch_until, watch_every)
    ON portcullis.verifications TO portcullis_app;
GRANT INSERT (operation_id, instance_id, requests, errors_5xx, errors_501, default_org_ok)
    ON portcullis.operation_watch_samples TO portcullis_app;
GRANT EXECUTE ON FUNCTION portcullis.utc(timestamptz) TO portcullis_app;
