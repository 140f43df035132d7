-- Drills: kill, verify, restore, verify, on chosen instances, with measured times, on demand and on a schedule.
--
-- The kill of a drill is an operation like any other, but opens no review. Its restore switches on, so it is decided
-- beforehand: a system owner other than the one who orders the drill approves it for these instances, and the drill
-- spends that. It reaches what this drill's own kill switched off and nothing else: never an instance that another kill
-- has touched since, nor any while the review of a kill is open.

CREATE TABLE portcullis.drill_schedules (
    id           text PRIMARY KEY,
    instances    text[] NOT NULL CHECK (cardinality(instances) BETWEEN 1 AND 1000),
    mode         text NOT NULL CHECK (mode IN ('hot', 'restart')),
    every        interval NOT NULL,
    reason       text NOT NULL CHECK (reason ~ '[^[:space:]]'),
    created_by   text NOT NULL REFERENCES portcullis.principals,
    created_at   timestamptz NOT NULL DEFAULT portcullis.now(),
    next_at      timestamptz NOT NULL,             -- by the clock of the rules
    problem      text NOT NULL DEFAULT '',         -- why the last one that was due was not ordered
    cancelled_by text REFERENCES portcullis.principals,
    cancelled_at timestamptz,
    version      bigint NOT NULL DEFAULT 1,
    CONSTRAINT drill_schedules_every CHECK (every BETWEEN interval '1 minute' AND interval '90 days')
);

-- For one drill, or standing for a schedule.
CREATE TABLE portcullis.drill_approvals (
    id          text PRIMARY KEY,
    schedule_id text REFERENCES portcullis.drill_schedules,
    instances   text[] NOT NULL CHECK (cardinality(instances) BETWEEN 1 AND 1000),
    reason      text NOT NULL CHECK (reason ~ '[^[:space:]]'),
    approved_by text NOT NULL REFERENCES portcullis.principals,
    approved_at timestamptz NOT NULL DEFAULT portcullis.now(),
    expires_at  timestamptz NOT NULL,
    CONSTRAINT drill_approvals_expire CHECK (
        expires_at > approved_at
        AND expires_at <= approved_at + CASE WHEN schedule_id IS NULL THEN interval '1 day' ELSE interval '90 days' END)
);
CREATE INDEX drill_approvals_schedule ON portcullis.drill_approvals (schedule_id) WHERE schedule_id IS NOT NULL;

CREATE TABLE portcullis.drills (
    id              text PRIMARY KEY,
    mode            text NOT NULL CHECK (mode IN ('hot', 'restart')),
    reason          text NOT NULL CHECK (reason ~ '[^[:space:]]'),
    ordered_by      text NOT NULL REFERENCES portcullis.principals,
    ordered_at      timestamptz NOT NULL DEFAULT portcullis.now(),
    approval_id     text NOT NULL REFERENCES portcullis.drill_approvals,
    schedule_id     text REFERENCES portcullis.drill_schedules,
    releases        text[] NOT NULL DEFAULT '{}',  -- whose evidence it is to be; none named: of every active release
    aborted_by      text REFERENCES portcullis.principals,
    abort_reason    text,
    killed          jsonb,  -- what the kill came to on each instance, when the restore was ordered or given up
    not_restored    text,   -- why some instances, or all, stay off
    restored        jsonb,
    outcome         text CHECK (outcome IN ('passed', 'failed', 'aborted')),
    summary         text,
    finished_at     timestamptz,
    version         bigint NOT NULL DEFAULT 1,
    CONSTRAINT drills_finished CHECK ((outcome IS NULL) = (finished_at IS NULL) AND (outcome IS NULL) = (summary IS NULL))
);
CREATE UNIQUE INDEX drills_approval_spent ON portcullis.drills (approval_id) WHERE schedule_id IS NULL;
CREATE INDEX drills_running ON portcullis.drills (id) WHERE outcome IS NULL;
CREATE INDEX drills_schedule ON portcullis.drills (schedule_id) WHERE schedule_id IS NOT NULL;
CREATE TABLE portcullis.drill_instances (
    drill_id    text NOT NULL REFERENCES portcullis.drills,
    instance_id text NOT NULL REFERENCES portcullis.instances,
    PRIMARY KEY (drill_id, instance_id)
);
CREATE INDEX drill_instances_instance ON portcullis.drill_instances (instance_id);

ALTER TABLE portcullis.operations ADD CONSTRAINT operations_drill FOREIGN KEY (drill_id) REFERENCES portcullis.drills;
-- One kill and one restore, whichever controllers go on with a drill at the same time.
CREATE UNIQUE INDEX operations_drill_once ON portcullis.operations (drill_id, enabled) WHERE drill_id IS NOT NULL;

CREATE TRIGGER drill_approvals_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON portcullis.drill_approvals
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');
CREATE TRIGGER drill_instances_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON portcullis.drill_instances
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');
CREATE TRIGGER drills_stay BEFORE DELETE OR TRUNCATE ON portcullis.drills
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');
CREATE TRIGGER drill_schedules_stay BEFORE DELETE OR TRUNCATE ON portcullis.drill_schedules
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');

CREATE FUNCTION portcullis.guard_drill_schedule() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.created_at := portcullis.now();
        NEW.cancelled_by := NULL;
        NEW.cancelled_at := NULL;
        NEW.version := 1;
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.instances, NEW.mode, NEW.every, NEW.reason, NEW.created_by, NEW.created_at)
       IS DISTINCT FROM (OLD.id, OLD.instances, OLD.mode, OLD.every, OLD.reason, OLD.created_by, OLD.created_at) THEN
        PERFORM refuse('KSW-8', format('what the drill schedule %s asks for is what was approved; make another schedule',
                                       OLD.id));
    END IF;
    IF OLD.cancelled_at IS NOT NULL OR NEW.next_at < OLD.next_at THEN
        PERFORM refuse('AUD-3', format('the drill schedule %s is ended once, and what was due stays due', OLD.id));
    END IF;
    NEW.cancelled_at := CASE WHEN NEW.cancelled_by IS NOT NULL THEN portcullis.now() END;
    NEW.version := OLD.version + 1;
    RETURN NEW;
END $$;
CREATE TRIGGER drill_schedules_guarded BEFORE INSERT OR UPDATE ON portcullis.drill_schedules
    FOR EACH ROW EXECUTE FUNCTION portcullis.guard_drill_schedule();

CREATE FUNCTION portcullis.guard_drill_approval() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    schedule drill_schedules;
BEGIN
    NEW.approved_at := portcullis.now();
    PERFORM require_user('SOD-1', NEW.approved_by, 'approve a drill''s restore');
    PERFORM require_role(NEW.approved_by, 'system_owner', 'approve a drill''s restore');
    IF NEW.schedule_id IS NOT NULL THEN
        SELECT * INTO schedule FROM drill_schedules s WHERE s.id = NEW.schedule_id;
        IF schedule.cancelled_at IS NOT NULL THEN
            PERFORM refuse('KSW-8', format('the drill schedule %s was ended', NEW.schedule_id));
        END IF;
        IF schedule.created_by = NEW.approved_by THEN
            PERFORM refuse('KSW-8', format('%s made the drill schedule %s; another system owner approves it',
                                           NEW.approved_by, NEW.schedule_id));
        END IF;
        NEW.instances := schedule.instances;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER drill_approvals_by_system_owner BEFORE INSERT ON portcullis.drill_approvals
    FOR EACH ROW EXECUTE FUNCTION portcullis.guard_drill_approval();

-- The restore is decided before anything is killed.
CREATE FUNCTION portcullis.guard_new_drill() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    approval drill_approvals;
    schedule drill_schedules;
    open_review text;
BEGIN
    NEW.ordered_at := portcullis.now();
    SELECT * INTO approval FROM drill_approvals a WHERE a.id = NEW.approval_id;
    IF NOT FOUND OR approval.expires_at <= portcullis.now() OR approval.approved_by = NEW.ordered_by
       OR approval.schedule_id IS DISTINCT FROM NEW.schedule_id
       OR NOT is_active_user(approval.approved_by) OR NOT holds_role(approval.approved_by, 'system_owner') THEN
        PERFORM refuse('KSW-8', 'a drill switches back on, so it needs an approval that has not expired, for exactly '
                                'this, by a system owner other than the one who orders it');
    END IF;
    IF NEW.schedule_id IS NOT NULL THEN
        SELECT * INTO schedule FROM drill_schedules s WHERE s.id = NEW.schedule_id;
        IF schedule.cancelled_at IS NOT NULL OR schedule.created_by <> NEW.ordered_by OR schedule.mode <> NEW.mode THEN
            PERFORM refuse('KSW-8', format('the drill schedule %s asks for no such drill', NEW.schedule_id));
        END IF;
    END IF;
    SELECT r.operation_id INTO open_review FROM kill_reviews r WHERE r.completed_at IS NULL LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('KSW-8', format('the review of the kill %s is not completed, so a drill could not switch back '
                                       'on; complete it first', open_review));
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER drills_governed BEFORE INSERT ON portcullis.drills
    FOR EACH ROW EXECUTE FUNCTION portcullis.guard_new_drill();

CREATE FUNCTION portcullis.guard_drill_instance() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    drill drills;
    approval drill_approvals;
    other text;
BEGIN
    SELECT * INTO drill FROM drills d WHERE d.id = NEW.drill_id FOR UPDATE;
    SELECT * INTO approval FROM drill_approvals a WHERE a.id = drill.approval_id;
    IF NOT NEW.instance_id = ANY (approval.instances) THEN
        PERFORM refuse('KSW-8', format('the approval %s is not for instance %s', approval.id, NEW.instance_id));
    END IF;
    IF EXISTS (SELECT FROM operations o WHERE o.drill_id = drill.id) THEN
        PERFORM refuse('KSW-8', format('drill %s has begun; no instance joins it', drill.id));
    END IF;
    PERFORM FROM instances i WHERE i.id = NEW.instance_id FOR NO KEY UPDATE;
    SELECT d.id INTO other FROM drill_instances i JOIN drills d ON d.id = i.drill_id
    WHERE i.instance_id = NEW.instance_id AND d.outcome IS NULL AND d.id <> drill.id LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('KSW-8', format('instance %s is in the drill %s, which has not ended', NEW.instance_id, other));
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER drill_instances_guarded BEFORE INSERT ON portcullis.drill_instances
    FOR EACH ROW EXECUTE FUNCTION portcullis.guard_drill_instance();

-- A drill is aborted once, finished once, and not before its restore was ordered or it is said who stays off, and why.
CREATE FUNCTION portcullis.guard_drill_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    unheard text;
BEGIN
    IF OLD.outcome IS NOT NULL
       OR (NEW.id, NEW.mode, NEW.reason, NEW.ordered_by, NEW.ordered_at, NEW.approval_id, NEW.schedule_id, NEW.releases)
          IS DISTINCT FROM (OLD.id, OLD.mode, OLD.reason, OLD.ordered_by, OLD.ordered_at, OLD.approval_id,
                            OLD.schedule_id, OLD.releases)
       OR (OLD.aborted_by IS NOT NULL AND (NEW.aborted_by, NEW.abort_reason)
                                          IS DISTINCT FROM (OLD.aborted_by, OLD.abort_reason))
       OR (OLD.killed IS NOT NULL AND (NEW.killed, NEW.not_restored) IS DISTINCT FROM (OLD.killed, OLD.not_restored))
       OR (NEW.aborted_by IS NULL) <> (coalesce(NEW.abort_reason, '') !~ '[^[:space:]]') THEN
        PERFORM refuse('AUD-3', format('what drill %s was and what came of it is written once', OLD.id));
    END IF;
    IF NEW.outcome IS NOT NULL THEN
        IF NEW.killed IS NULL OR (coalesce(NEW.not_restored, '') !~ '[^[:space:]]' AND NOT EXISTS (
            SELECT FROM operations o WHERE o.drill_id = NEW.id AND o.enabled)) THEN
            PERFORM refuse('KSW-8', format('drill %s ends after its restore, or says why somebody stays off', NEW.id));
        END IF;
        IF NEW.outcome = 'passed' THEN
            -- A pass rests on what the instances said themselves, in both directions.
            SELECT i.instance_id INTO unheard FROM drill_instances i
            WHERE i.drill_id = NEW.id AND 2 > (
                SELECT count(DISTINCT o.id) FROM operations o
                JOIN operation_steps s ON s.operation_id = o.id AND s.instance_id = i.instance_id AND s.step = 'applied'
                WHERE o.drill_id = NEW.id)
            LIMIT 1;
            IF FOUND OR NEW.aborted_by IS NOT NULL OR NEW.not_restored IS NOT NULL THEN
                PERFORM refuse('KSW-2', format('drill %s has not passed: instance %s has not said that it switched '
                                               'off and on', NEW.id, coalesce(unheard, '-')));
            END IF;
        END IF;
        NEW.finished_at := portcullis.now();
    ELSE
        NEW.finished_at := NULL;
    END IF;
    NEW.version := OLD.version + 1;
    RETURN NEW;
END $$;
CREATE TRIGGER drills_written_once BEFORE UPDATE ON portcullis.drills
    FOR EACH ROW EXECUTE FUNCTION portcullis.guard_drill_change();

-- The two operations of a drill.
CREATE FUNCTION portcullis.guard_drill_operation() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    drill drills;
    blocking text;
BEGIN
    NEW.ordered_at := clock_timestamp();
    SELECT * INTO drill FROM drills d WHERE d.id = NEW.drill_id FOR UPDATE;
    IF drill.outcome IS NOT NULL OR NEW.whole_fleet OR NEW.kind <> 'multi_tenant' OR NEW.mode <> drill.mode
       OR NEW.requested_by <> drill.ordered_by OR NEW.approval_id IS NOT NULL OR NEW.batch_size IS NOT NULL
       OR NEW.reason !~ '[^[:space:]]' THEN
        PERFORM refuse('KSW-8', format('drill %s orders no such operation', NEW.drill_id));
    END IF;
    PERFORM FROM instances i JOIN drill_instances di ON di.instance_id = i.id WHERE di.drill_id = drill.id
    ORDER BY i.id FOR NO KEY UPDATE OF i;
    IF NOT NEW.enabled THEN
        SELECT d.instance_id INTO blocking FROM drill_instances di
        JOIN desired_states d ON d.instance_id = di.instance_id AND NOT d.enabled
        WHERE di.drill_id = drill.id LIMIT 1;
        IF FOUND THEN
            PERFORM refuse('KSW-8', format('instance %s is ordered off already; a drill puts back only what it '
                                           'switched off itself', blocking));
        END IF;
        RETURN NEW;
    END IF;
    SELECT r.operation_id INTO blocking FROM kill_reviews r WHERE r.completed_at IS NULL LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('KSW-8', format('the review of the kill %s is not completed; drill %s does not switch back on',
                                       blocking, drill.id));
    END IF;
    RETURN NEW;
END $$;
-- What holds for switching on by hand, and the review that a kill opens, are not for drills: they have their own rules.
DROP TRIGGER operations_governed ON portcullis.operations;
CREATE TRIGGER operations_governed BEFORE INSERT ON portcullis.operations
    FOR EACH ROW WHEN (NEW.drill_id IS NULL) EXECUTE FUNCTION portcullis.guard_operation();
DROP TRIGGER operations_open_review ON portcullis.operations;
CREATE TRIGGER operations_open_review AFTER INSERT ON portcullis.operations
    FOR EACH ROW WHEN (NOT NEW.enabled AND NEW.kind = 'multi_tenant' AND NEW.drill_id IS NULL)
    EXECUTE FUNCTION portcullis.open_kill_review();
CREATE TRIGGER operations_of_drills BEFORE INSERT ON portcullis.operations
    FOR EACH ROW WHEN (NEW.drill_id IS NOT NULL) EXECUTE FUNCTION portcullis.guard_drill_operation();

-- Whom they reach.
CREATE FUNCTION portcullis.guard_drill_target() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    operation operations;
    killed_by operations;
    other text;
BEGIN
    SELECT * INTO operation FROM operations o WHERE o.id = NEW.operation_id;
    IF operation.drill_id IS NULL THEN
        RETURN NEW;
    END IF;
    IF NOT EXISTS (SELECT FROM drill_instances di
                   WHERE di.drill_id = operation.drill_id AND di.instance_id = NEW.instance_id) THEN
        PERFORM refuse('KSW-8', format('instance %s is not in drill %s', NEW.instance_id, operation.drill_id));
    END IF;
    IF NOT operation.enabled THEN
        RETURN NEW;
    END IF;
    SELECT o.* INTO killed_by FROM operations o
    JOIN operation_instances oi ON oi.operation_id = o.id AND oi.instance_id = NEW.instance_id
    WHERE o.drill_id = operation.drill_id AND NOT o.enabled;
    IF NOT FOUND THEN
        PERFORM refuse('KSW-8', format('drill %s did not switch instance %s off, so it does not switch it on',
                                       operation.drill_id, NEW.instance_id));
    END IF;
    SELECT o.id INTO other FROM operation_targets t JOIN operations o ON o.id = t.operation_id
    WHERE t.instance_id = NEW.instance_id AND o.number > killed_by.number AND o.kind = 'multi_tenant' AND NOT o.enabled
    LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('KSW-8', format('the kill %s has touched instance %s since; drill %s does not switch it on',
                                       other, NEW.instance_id, operation.drill_id));
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER operation_targets_of_drills BEFORE INSERT ON portcullis.operation_targets
    FOR EACH ROW EXECUTE FUNCTION portcullis.guard_drill_target();

REVOKE ALL ON portcullis.drill_schedules, portcullis.drill_approvals, portcullis.drills, portcullis.drill_instances
    FROM PUBLIC;
GRANT SELECT ON portcullis.drill_schedules, portcullis.drill_approvals, portcullis.drills, portcullis.drill_instances
    TO portcullis_app;
GRANT INSERT (id, instances, mode, every, reason, created_by, next_at), UPDATE (next_at, problem, cancelled_by)
    ON portcullis.drill_schedules TO portcullis_app;
GRANT INSERT (id, schedule_id, instances, reason, approved_by, expires_at) ON portcullis.drill_approvals
    TO portcullis_app;
GRANT INSERT (id, mode, reason, ordered_by, approval_id, schedule_id, releases),
    UPDATE (aborted_by, abort_reason, killed, not_restored, restored, outcome, summary) ON portcullis.drills
    TO portcullis_app;
GRANT INSERT (drill_id, instance_id) ON portcullis.drill_instances TO portcullis_app;
