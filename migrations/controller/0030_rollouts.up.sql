-- Staged rollouts: a capability is taken through stages 0 to 3 on real organizations (STG-1 to STG-6). What is planned for
-- a stage is written before the stage is entered; a stage is entered by a move (0031_rollout_moves) and by nothing else.
--
-- The rollout's row is what everything that happens in it locks.

CREATE TABLE portcullis.rollouts (
    id               text PRIMARY KEY
        CHECK (length(id) BETWEEN 1 AND 100 AND id ~ '^[A-Za-z0-9]' AND id !~ '[^A-Za-z0-9._-]'),
    title            text NOT NULL CHECK (title ~ '[^[:space:]]'),
    capability       text NOT NULL CHECK (capability ~ '[^[:space:]]'),
    flag             text NOT NULL CHECK (length(flag) <= 100 AND flag ~ '^[A-Za-z0-9][A-Za-z0-9._-]*$'),
    owner            text NOT NULL REFERENCES portcullis.principals,
    engineering      text NOT NULL REFERENCES portcullis.principals,
    product          text NOT NULL REFERENCES portcullis.principals,
    support          text NOT NULL REFERENCES portcullis.principals,
    state            text NOT NULL DEFAULT 'planned' CHECK (state IN ('planned', 'active', 'reversed', 'ended')),
    stage            smallint CHECK (stage BETWEEN 0 AND 3),  -- none: no stage was ever entered
    stage_entered_at timestamptz,
    created_by       text NOT NULL REFERENCES portcullis.principals,
    created_at       timestamptz NOT NULL DEFAULT portcullis.now(),
    updated_at       timestamptz NOT NULL DEFAULT portcullis.now(),
    closed_by        text REFERENCES portcullis.principals,
    closed_at        timestamptz,
    close_reason     text,
    version          bigint NOT NULL DEFAULT 1,
    CONSTRAINT rollouts_active_in_a_stage CHECK (
        CASE state WHEN 'planned' THEN stage IS NULL WHEN 'active' THEN stage IS NOT NULL ELSE true END),
    CONSTRAINT rollouts_stage_since CHECK ((stage IS NULL) = (stage_entered_at IS NULL)),
    CONSTRAINT rollouts_closed_by_somebody CHECK (
        num_nonnulls(closed_by, closed_at, close_reason) = CASE WHEN state IN ('reversed', 'ended') THEN 3 ELSE 0 END)
);
CREATE UNIQUE INDEX rollouts_one_of_a_flag ON portcullis.rollouts (flag) WHERE state IN ('planned', 'active');
CREATE TRIGGER rollouts_stay BEFORE DELETE OR TRUNCATE ON portcullis.rollouts
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');

-- The matrix: how many organizations, for how long at least, and what must hold elsewhere before it is entered.
CREATE TABLE portcullis.rollout_stages (
    rollout_id         text NOT NULL REFERENCES portcullis.rollouts,
    stage              smallint NOT NULL CHECK (stage BETWEEN 0 AND 3),
    cap                integer,
    soak               interval NOT NULL,
    required_release   text REFERENCES portcullis.releases,
    required_channel   text CHECK (required_channel IN ('experimental', 'candidate', 'stable')),
    required_programme text REFERENCES portcullis.programmes,
    entered_at         timestamptz,
    left_at            timestamptz,
    PRIMARY KEY (rollout_id, stage),
    CONSTRAINT rollout_stages_cap CHECK (
        CASE stage WHEN 1 THEN cap = 1 WHEN 2 THEN cap = 5 ELSE cap IS NULL END),
    CONSTRAINT rollout_stages_soak CHECK (
        soak >= CASE stage WHEN 1 THEN interval '48 hours' WHEN 2 THEN interval '168 hours' ELSE interval '0' END),
    CONSTRAINT rollout_stages_release_with_channel CHECK ((required_release IS NULL) = (required_channel IS NULL))
);
CREATE TRIGGER rollout_stages_stay BEFORE DELETE OR TRUNCATE ON portcullis.rollout_stages
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');

-- Whom a stage is for. Stage 3 is for every active tenant and names none.
CREATE TABLE portcullis.rollout_organizations (
    rollout_id text NOT NULL,
    stage      smallint NOT NULL CHECK (stage BETWEEN 0 AND 2),
    tenant_id  text NOT NULL REFERENCES portcullis.tenants,
    added_by   text NOT NULL REFERENCES portcullis.principals,
    added_at   timestamptz NOT NULL DEFAULT portcullis.now(),
    PRIMARY KEY (rollout_id, stage, tenant_id),
    FOREIGN KEY (rollout_id, stage) REFERENCES portcullis.rollout_stages
);

-- Success metrics. With a query a metrics source answers; without, a person measures and says what shows it.
CREATE TABLE portcullis.rollout_metrics (
    rollout_id    text NOT NULL,
    stage         smallint NOT NULL,
    key           text NOT NULL CHECK (length(key) BETWEEN 1 AND 60 AND key !~ '[^A-Za-z0-9._-]'),
    text          text NOT NULL CHECK (text ~ '[^[:space:]]'),
    comparison    text NOT NULL CHECK (comparison IN ('<', '<=', '>', '>=', '==')),
    threshold     double precision NOT NULL CHECK (threshold BETWEEN -1e300 AND 1e300),
    unit          text NOT NULL DEFAULT '',
    query         text CHECK (query ~ '[^[:space:]]'),
    samples_query text NOT NULL DEFAULT '',
    min_samples   bigint NOT NULL DEFAULT 1 CHECK (min_samples > 0),
    PRIMARY KEY (rollout_id, stage, key),
    FOREIGN KEY (rollout_id, stage) REFERENCES portcullis.rollout_stages
);

CREATE TABLE portcullis.rollout_measurements (
    id          text PRIMARY KEY,
    rollout_id  text NOT NULL,
    stage       smallint NOT NULL,
    metric      text NOT NULL,
    value       double precision,
    samples     bigint CHECK (samples >= 0),
    state       text NOT NULL CHECK (state IN ('met', 'unmet', 'inconclusive')),
    evidence    text NOT NULL CHECK (evidence ~ '[^[:space:]]'),
    recorded_by text NOT NULL REFERENCES portcullis.principals,
    recorded_at timestamptz NOT NULL DEFAULT portcullis.now(),
    n           bigint GENERATED ALWAYS AS IDENTITY,  -- in the order in which they were recorded
    FOREIGN KEY (rollout_id, stage, metric) REFERENCES portcullis.rollout_metrics
);
CREATE INDEX rollout_measurements_metric ON portcullis.rollout_measurements (rollout_id, stage, metric, n);
CREATE TRIGGER rollout_measurements_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON portcullis.rollout_measurements
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');

CREATE TABLE portcullis.rollout_risks (
    id          text PRIMARY KEY,
    rollout_id  text NOT NULL REFERENCES portcullis.rollouts,
    title       text NOT NULL CHECK (title ~ '[^[:space:]]'),
    severity    text NOT NULL CHECK (severity IN ('low', 'medium', 'high')),
    owner       text NOT NULL REFERENCES portcullis.principals,
    mitigation  text NOT NULL DEFAULT '',
    raised_by   text NOT NULL REFERENCES portcullis.principals,
    raised_at   timestamptz NOT NULL DEFAULT portcullis.now(),
    resolved_by text REFERENCES portcullis.principals,
    resolved_at timestamptz,
    resolution  text,
    CONSTRAINT rollout_risks_resolved_by_somebody CHECK (num_nonnulls(resolved_by, resolved_at, resolution) IN (0, 3))
);
CREATE INDEX rollout_risks_rollout ON portcullis.rollout_risks (rollout_id);
CREATE TRIGGER rollout_risks_stay BEFORE DELETE OR TRUNCATE ON portcullis.rollout_risks
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');

-- Made when the stage is entered. Without a time it is due before the stage is left.
CREATE TABLE portcullis.rollout_checkpoints (
    rollout_id   text NOT NULL,
    stage        smallint NOT NULL,
    n            integer NOT NULL CHECK (n > 0),
    title        text NOT NULL,
    owner        text NOT NULL REFERENCES portcullis.principals,
    opens_at     timestamptz NOT NULL,
    due_at       timestamptz,
    completed_by text REFERENCES portcullis.principals,
    completed_at timestamptz,
    note         text,
    PRIMARY KEY (rollout_id, stage, n),
    FOREIGN KEY (rollout_id, stage) REFERENCES portcullis.rollout_stages,
    CONSTRAINT rollout_checkpoints_by_somebody CHECK (num_nonnulls(completed_by, completed_at, note) IN (0, 3))
);
CREATE TRIGGER rollout_checkpoints_stay BEFORE DELETE OR TRUNCATE ON portcullis.rollout_checkpoints
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');

-- Opened by what watches a stage's rollback triggers; a person decides (STG-4).
CREATE TABLE portcullis.rollout_evaluations (
    id         text PRIMARY KEY,
    rollout_id text NOT NULL,
    stage      smallint NOT NULL,
    trigger    text NOT NULL CHECK (trigger ~ '[^[:space:]]'),
    evidence   jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(evidence) = 'object'),
    opened_by  text NOT NULL REFERENCES portcullis.principals,
    opened_at  timestamptz NOT NULL DEFAULT portcullis.now(),
    decision   text CHECK (decision IN ('continue', 'hold', 'reverse')),
    reason     text,
    decided_by text REFERENCES portcullis.principals,
    decided_at timestamptz,
    FOREIGN KEY (rollout_id, stage) REFERENCES portcullis.rollout_stages,
    CONSTRAINT rollout_evaluations_decided CHECK (num_nonnulls(decision, reason, decided_by, decided_at) IN (0, 4))
);
CREATE INDEX rollout_evaluations_rollout ON portcullis.rollout_evaluations (rollout_id, stage);
-- What was noticed once is asked once, until it is decided.
CREATE UNIQUE INDEX rollout_evaluations_open ON portcullis.rollout_evaluations (rollout_id, stage, trigger)
    WHERE decision IS NULL OR decision = 'hold';
CREATE TRIGGER rollout_evaluations_stay BEFORE DELETE OR TRUNCATE ON portcullis.rollout_evaluations
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');

-- Locks it, and whoever saw it before has seen another one. Nothing is changed in one that is over.
CREATE FUNCTION portcullis.touch_rollout(rollout text) RETURNS portcullis.rollouts
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    touched rollouts;
BEGIN
    UPDATE rollouts r SET updated_at = portcullis.now(), version = r.version + 1 WHERE r.id = rollout RETURNING * INTO touched;
    IF NOT FOUND THEN
        PERFORM refuse('STG-5', format('there is no rollout %s', rollout));
    END IF;
    RETURN touched;
END $$;
CREATE FUNCTION portcullis.touch_open_rollout(rollout text) RETURNS portcullis.rollouts
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    touched rollouts := touch_rollout(rollout);
BEGIN
    IF touched.state IN ('reversed', 'ended') THEN
        PERFORM refuse('STG-5', format('rollout %s is %s; make another', rollout, touched.state));
    END IF;
    RETURN touched;
END $$;
-- For what is said before a stage is entered and holds from then on.
CREATE FUNCTION portcullis.touch_unentered_stage(rollout text, stage smallint, what text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    touched rollouts := touch_open_rollout(rollout);
BEGIN
    IF touched.stage >= touch_unentered_stage.stage THEN
        PERFORM refuse('STG-2', format('stage %s of rollout %s was entered; %s is said before that', stage, rollout, what));
    END IF;
END $$;

CREATE FUNCTION portcullis.begin_rollout() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    other text;
    person text;
BEGIN
    FOREACH person IN ARRAY ARRAY[NEW.owner, NEW.engineering, NEW.product, NEW.support] LOOP
        PERFORM require_user('STG-3', person, 'own the checkpoints of a rollout');
    END LOOP;
    SELECT r.id INTO other FROM releases r WHERE r.flag = NEW.flag AND r.status = 'active' LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('STG-1', format('flag %s is that of release %s, which decides whom it is for; a rollout has a flag of '
                                       'its own', NEW.flag, other));
    END IF;
    NEW.state := 'planned';
    NEW.stage := NULL;
    NEW.stage_entered_at := NULL;
    NEW.created_at := portcullis.now();
    NEW.updated_at := NEW.created_at;
    NEW.closed_by := NULL;
    NEW.closed_at := NULL;
    NEW.close_reason := NULL;
    NEW.version := 1;
    RETURN NEW;
END $$;
CREATE TRIGGER rollouts_begin_planned BEFORE INSERT ON portcullis.rollouts
    FOR EACH ROW EXECUTE FUNCTION portcullis.begin_rollout();

CREATE FUNCTION portcullis.lay_out_rollout() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    INSERT INTO rollout_stages (rollout_id, stage, cap, soak) VALUES
        (NEW.id, 0, NULL, interval '0'), (NEW.id, 1, 1, interval '48 hours'), (NEW.id, 2, 5, interval '168 hours'),
        (NEW.id, 3, NULL, interval '0');
    RETURN NULL;
END $$;
CREATE TRIGGER rollouts_have_stages AFTER INSERT ON portcullis.rollouts
    FOR EACH ROW EXECUTE FUNCTION portcullis.lay_out_rollout();

CREATE FUNCTION portcullis.guard_rollout_stage() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    IF (NEW.required_release, NEW.required_channel, NEW.required_programme)
       IS DISTINCT FROM (OLD.required_release, OLD.required_channel, OLD.required_programme) THEN
        PERFORM touch_unentered_stage(OLD.rollout_id, OLD.stage, 'what it requires');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER rollout_stages_said_before BEFORE UPDATE ON portcullis.rollout_stages
    FOR EACH ROW EXECUTE FUNCTION portcullis.guard_rollout_stage();

-- STG-1: the caps, whoever writes the row. In the stage that is entered organizations are only taken off.
CREATE FUNCTION portcullis.guard_rollout_organization() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    touched rollouts;
    most integer;
    tenant tenants;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        PERFORM refuse('STG-1', 'organizations are put on a stage and taken off, never exchanged');
    END IF;
    IF TG_OP = 'DELETE' THEN
        touched := touch_open_rollout(OLD.rollout_id);
        IF touched.stage > OLD.stage THEN
            PERFORM refuse('STG-1', format('stage %s of rollout %s is over; whom it was for stays on record', OLD.stage,
                                           OLD.rollout_id));
        END IF;
        IF touched.stage = OLD.stage THEN
            PERFORM pg_notify('portcullis_fleet', 'exposure');
        END IF;
        RETURN OLD;
    END IF;
    PERFORM touch_unentered_stage(NEW.rollout_id, NEW.stage, 'whom it is for');
    SELECT * INTO tenant FROM tenants t WHERE t.id = NEW.tenant_id;
    IF FOUND AND NOT tenant.active THEN
        PERFORM refuse('STG-1', format('tenant %s is not active', NEW.tenant_id));
    END IF;
    IF NEW.stage = 0 AND tenant.kind NOT IN ('dev', 'test') THEN
        PERFORM refuse('STG-1', format('stage 0 is for dev and test organizations; %s is %s', NEW.tenant_id, tenant.kind));
    END IF;
    SELECT s.cap INTO most FROM rollout_stages s WHERE s.rollout_id = NEW.rollout_id AND s.stage = NEW.stage;
    IF most <= (SELECT count(*) FROM rollout_organizations o WHERE o.rollout_id = NEW.rollout_id AND o.stage = NEW.stage) THEN
        PERFORM refuse('STG-1', format('stage %s of rollout %s has %s organizations, which is the most; %s is one more',
                                       NEW.stage, NEW.rollout_id, most, NEW.tenant_id));
    END IF;
    NEW.added_at := portcullis.now();
    RETURN NEW;
END $$;
CREATE TRIGGER rollout_organizations_capped BEFORE INSERT OR UPDATE OR DELETE ON portcullis.rollout_organizations
    FOR EACH ROW EXECUTE FUNCTION portcullis.guard_rollout_organization();
CREATE TRIGGER rollout_organizations_stay BEFORE TRUNCATE ON portcullis.rollout_organizations
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');

CREATE FUNCTION portcullis.guard_rollout_metric() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        PERFORM refuse('STG-2', 'a success metric is taken away and written anew, never changed');
    END IF;
    IF TG_OP = 'DELETE' THEN
        PERFORM touch_unentered_stage(OLD.rollout_id, OLD.stage, 'what counts as its success');
        RETURN OLD;
    END IF;
    PERFORM touch_unentered_stage(NEW.rollout_id, NEW.stage, 'what counts as its success');
    RETURN NEW;
END $$;
CREATE TRIGGER rollout_metrics_said_before BEFORE INSERT OR UPDATE OR DELETE ON portcullis.rollout_metrics
    FOR EACH ROW EXECUTE FUNCTION portcullis.guard_rollout_metric();
CREATE TRIGGER rollout_metrics_stay BEFORE TRUNCATE ON portcullis.rollout_metrics
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');

-- Whether a metric is met follows from the value, whatever the writer says (EVD-5).
CREATE FUNCTION portcullis.judge_rollout_measurement() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    touched rollouts := touch_open_rollout(NEW.rollout_id);
    metric rollout_metrics;
BEGIN
    IF touched.stage IS NULL OR NEW.stage > touched.stage THEN
        PERFORM refuse('STG-2', format('stage %s of rollout %s is measured once it was entered', NEW.stage, NEW.rollout_id));
    END IF;
    SELECT * INTO metric FROM rollout_metrics m
    WHERE m.rollout_id = NEW.rollout_id AND m.stage = NEW.stage AND m.key = NEW.metric;
    NEW.state := CASE
        WHEN NEW.value IS NULL OR NOT NEW.value BETWEEN -1e300 AND 1e300 THEN 'inconclusive'
        WHEN metric.query IS NOT NULL AND coalesce(NEW.samples, 0) < metric.min_samples THEN 'inconclusive'
        WHEN CASE metric.comparison WHEN '<' THEN NEW.value < metric.threshold WHEN '<=' THEN NEW.value <= metric.threshold
                                    WHEN '>' THEN NEW.value > metric.threshold WHEN '>=' THEN NEW.value >= metric.threshold
                                    ELSE NEW.value = metric.threshold END
            THEN 'met'
        ELSE 'unmet' END;
    NEW.recorded_at := portcullis.now();
    RETURN NEW;
END $$;
CREATE TRIGGER rollout_measurements_judged BEFORE INSERT ON portcullis.rollout_measurements
    FOR EACH ROW EXECUTE FUNCTION portcullis.judge_rollout_measurement();

CREATE FUNCTION portcullis.guard_rollout_risk() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    PERFORM touch_open_rollout(NEW.rollout_id);
    IF TG_OP = 'INSERT' THEN
        NEW.raised_at := portcullis.now();
        NEW.resolved_by := NULL;
        NEW.resolved_at := NULL;
        NEW.resolution := NULL;
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.rollout_id, NEW.title, NEW.severity, NEW.owner, NEW.mitigation, NEW.raised_by, NEW.raised_at)
       IS DISTINCT FROM (OLD.id, OLD.rollout_id, OLD.title, OLD.severity, OLD.owner, OLD.mitigation, OLD.raised_by,
                         OLD.raised_at) OR OLD.resolved_at IS NOT NULL OR NEW.resolved_by IS NULL THEN
        PERFORM refuse('STG-2', format('risk %s is written once and resolved once', OLD.id));
    END IF;
    PERFORM require_user('STG-2', NEW.resolved_by, 'resolve a risk');
    IF coalesce(NEW.resolution, '') !~ '[^[:space:]]' THEN
        PERFORM refuse('STG-2', format('risk %s is resolved with a written resolution', OLD.id));
    END IF;
    NEW.resolved_at := portcullis.now();
    RETURN NEW;
END $$;
CREATE TRIGGER rollout_risks_resolved_once BEFORE INSERT OR UPDATE ON portcullis.rollout_risks
    FOR EACH ROW EXECUTE FUNCTION portcullis.guard_rollout_risk();

-- STG-3: by its owner, or by a system owner, and not before its day.
CREATE FUNCTION portcullis.guard_rollout_checkpoint() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    touched rollouts := touch_open_rollout(OLD.rollout_id);
BEGIN
    IF (NEW.rollout_id, NEW.stage, NEW.n, NEW.title, NEW.owner, NEW.opens_at, NEW.due_at)
       IS DISTINCT FROM (OLD.rollout_id, OLD.stage, OLD.n, OLD.title, OLD.owner, OLD.opens_at, OLD.due_at)
       OR OLD.completed_at IS NOT NULL OR NEW.completed_by IS NULL THEN
        PERFORM refuse('STG-3', format('checkpoint %s of stage %s is completed once, and is nothing else', OLD.n, OLD.stage));
    END IF;
    IF touched.stage <> OLD.stage THEN
        PERFORM refuse('STG-3', format('stage %s of rollout %s is over', OLD.stage, OLD.rollout_id));
    END IF;
    PERFORM require_user('STG-3', NEW.completed_by, 'complete a checkpoint');
    IF NEW.completed_by <> OLD.owner AND NOT holds_role(NEW.completed_by, 'system_owner') THEN
        PERFORM refuse('STG-3', format('checkpoint %s of stage %s is that of %s; its owner completes it, or a system owner',
                                       OLD.n, OLD.stage, OLD.owner));
    END IF;
    IF coalesce(NEW.note, '') !~ '[^[:space:]]' THEN
        PERFORM refuse('STG-3', format('checkpoint %s of stage %s is completed with what was found', OLD.n, OLD.stage));
    END IF;
    NEW.completed_at := portcullis.now();
    IF NEW.completed_at < OLD.opens_at THEN
        PERFORM refuse('STG-3', format('checkpoint %s of stage %s is not before %s', OLD.n, OLD.stage, OLD.opens_at));
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER rollout_checkpoints_by_owner BEFORE UPDATE ON portcullis.rollout_checkpoints
    FOR EACH ROW EXECUTE FUNCTION portcullis.guard_rollout_checkpoint();

CREATE FUNCTION portcullis.add_checkpoint(r portcullis.rollouts, stage smallint, n integer, title text, owner text,
                                          due_after interval, open_for interval) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
    INSERT INTO rollout_checkpoints (rollout_id, stage, n, title, owner, opens_at, due_at)
    VALUES (r.id, $2, $3, $4, $5, r.stage_entered_at + coalesce($6 - $7, interval '0'), r.stage_entered_at + $6)
$$;

-- What the runbook's matrix asks of each stage.
CREATE FUNCTION portcullis.add_checkpoints(r portcullis.rollouts) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    day interval := interval '24 hours';
BEGIN
    CASE r.stage
    WHEN 0 THEN
        PERFORM add_checkpoint(r, 0::smallint, 1, 'Organization routes answer 501, 402 and 403 as they should', r.engineering,
                               NULL, NULL);
        PERFORM add_checkpoint(r, 0::smallint, 2, 'Pages show nothing of the capability where it is off', r.engineering, NULL,
                               NULL);
    WHEN 1 THEN
        FOR i IN 1 .. 2 LOOP
            PERFORM add_checkpoint(r, 1::smallint, 2 * i - 1, format('Product review at %s hours', 24 * i), r.product, i * day,
                                   day);
            PERFORM add_checkpoint(r, 1::smallint, 2 * i, format('Engineering review at %s hours', 24 * i), r.engineering,
                                   i * day, day);
        END LOOP;
    WHEN 2 THEN
        FOR i IN 1 .. 7 LOOP
            PERFORM add_checkpoint(r, 2::smallint, i, format('Owner review of day %s', i), r.owner, i * day, day);
        END LOOP;
        PERFORM add_checkpoint(r, 2::smallint, 8, 'Support incident review', r.support, 7 * day, 7 * day);
    ELSE
        PERFORM add_checkpoint(r, 3::smallint, 1, 'Operational review of week 1', r.owner, 7 * day, 7 * day);
    END CASE;
END $$;

-- Stage 3 has no end: each weekly review is followed by the next one that is not over yet.
CREATE FUNCTION portcullis.follow_checkpoint() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    r rollouts;
    week integer;
BEGIN
    SELECT * INTO r FROM rollouts x WHERE x.id = NEW.rollout_id;
    week := greatest(NEW.n, floor(extract(epoch FROM NEW.completed_at - r.stage_entered_at) / 604800)::integer) + 1;
    PERFORM add_checkpoint(r, 3::smallint, week, format('Operational review of week %s', week), r.owner,
                           week * interval '168 hours', interval '168 hours');
    RETURN NULL;
END $$;
CREATE TRIGGER rollout_checkpoints_weekly AFTER UPDATE ON portcullis.rollout_checkpoints
    FOR EACH ROW WHEN (NEW.stage = 3) EXECUTE FUNCTION portcullis.follow_checkpoint();

CREATE FUNCTION portcullis.guard_rollout_evaluation() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    touched rollouts := touch_rollout(NEW.rollout_id);
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF touched.state <> 'active' OR touched.stage <> NEW.stage THEN
            PERFORM refuse('STG-4', format('rollout %s is not in stage %s, so nothing is evaluated there', NEW.rollout_id,
                                           NEW.stage));
        END IF;
        NEW.opened_at := portcullis.now();
        NEW.decision := NULL;
        NEW.reason := NULL;
        NEW.decided_by := NULL;
        NEW.decided_at := NULL;
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.rollout_id, NEW.stage, NEW.trigger, NEW.evidence, NEW.opened_by, NEW.opened_at)
       IS DISTINCT FROM (OLD.id, OLD.rollout_id, OLD.stage, OLD.trigger, OLD.evidence, OLD.opened_by, OLD.opened_at)
       OR OLD.decision IN ('continue', 'reverse') OR NEW.decision IS NULL THEN
        PERFORM refuse('STG-4', format('evaluation %s is decided once; only one on hold is decided anew', OLD.id));
    END IF;
    PERFORM require_user('STG-4', NEW.decided_by, 'decide an evaluation');
    IF coalesce(NEW.reason, '') !~ '[^[:space:]]' THEN
        PERFORM refuse('STG-4', format('evaluation %s is decided with a reason', OLD.id));
    END IF;
    NEW.decided_at := portcullis.now();
    RETURN NEW;
END $$;
CREATE TRIGGER rollout_evaluations_decided_by_people BEFORE INSERT OR UPDATE ON portcullis.rollout_evaluations
    FOR EACH ROW EXECUTE FUNCTION portcullis.guard_rollout_evaluation();

REVOKE ALL ON portcullis.rollouts, portcullis.rollout_stages, portcullis.rollout_organizations,
    portcullis.rollout_metrics, portcullis.rollout_measurements, portcullis.rollout_risks,
    portcullis.rollout_checkpoints, portcullis.rollout_evaluations FROM PUBLIC;
GRANT SELECT ON portcullis.rollouts, portcullis.rollout_stages, portcullis.rollout_organizations,
    portcullis.rollout_metrics, portcullis.rollout_measurements, portcullis.rollout_risks,
    portcullis.rollout_checkpoints, portcullis.rollout_evaluations TO portcullis_app;
GRANT INSERT (id, title, capability, flag, owner, engineering, product, support, created_by) ON portcullis.rollouts
    TO portcullis_app;
GRANT UPDATE (required_release, required_channel, required_programme) ON portcullis.rollout_stages TO portcullis_app;
GRANT INSERT (rollout_id, stage, tenant_id, added_by), DELETE ON portcullis.rollout_organizations TO portcullis_app;
GRANT INSERT (rollout_id, stage, key, text, comparison, threshold, unit, query, samples_query, min_samples), DELETE
    ON portcullis.rollout_metrics TO portcullis_app;
GRANT INSERT (id, rollout_id, stage, metric, value, samples, evidence, recorded_by)
    ON portcullis.rollout_measurements TO portcullis_app;
GRANT INSERT (id, rollout_id, title, severity, owner, mitigation, raised_by), UPDATE (resolved_by, resolution)
    ON portcullis.rollout_risks TO portcullis_app;
GRANT UPDATE (completed_by, note) ON portcullis.rollout_checkpoints TO portcullis_app;
GRANT INSERT (id, rollout_id, stage, trigger, evidence, opened_by), UPDATE (decision, reason, decided_by)
    ON portcullis.rollout_evaluations TO portcullis_app;
