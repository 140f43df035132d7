-- What a restart is proven against, and what a drill that is due waits for.

-- The process that was there before the order, with its start, by its own clock and by the machine's.
ALTER TABLE portcullis.operation_instances
    ADD COLUMN started_before timestamptz,  -- as that process said, by its own clock
    ADD COLUMN began_before timestamptz;    -- by the machine's clock; none: it did not say what its clock shows

-- The process before the one that is known: an order that was sent before it is entered here may have ended it.
ALTER TABLE portcullis.instance_status
    ADD COLUMN boot_before text NOT NULL DEFAULT '',
    ADD COLUMN started_before timestamptz,
    ADD COLUMN began_before timestamptz;
CREATE FUNCTION portcullis.keep_process_before() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    NEW.boot_before := OLD.boot_id;
    NEW.started_before := OLD.process_started_at;
    NEW.began_before := OLD.process_began_at;
    RETURN NEW;
END $$;
CREATE TRIGGER instance_status_keeps_process_before BEFORE UPDATE ON portcullis.instance_status
    FOR EACH ROW WHEN (OLD.boot_id <> NEW.boot_id) EXECUTE FUNCTION portcullis.keep_process_before();

CREATE OR REPLACE FUNCTION portcullis.stamp_operation_instance() RETURNS trigger
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
        IF coalesce(status.process_began_at <= NEW.issued_at, true) THEN
            NEW.boot_before := status.boot_id;
            NEW.started_before := status.process_started_at;
            NEW.began_before := status.process_began_at;
        ELSIF coalesce(status.began_before <= NEW.issued_at, true) THEN
            NEW.boot_before := status.boot_before;
            NEW.started_before := status.started_before;
            NEW.began_before := status.began_before;
        ELSE
            NEW.boot_before := '';
        END IF;
        NEW.tenants_before := status.tenants;
        NEW.tenants_digest_before := status.tenants_digest;
    END IF;
    RETURN NEW;
END $$;

-- When it was entered, by the machine's clock: a kill that was journalled is older, and what its instances answered is
-- recorded behind this.
ALTER TABLE portcullis.operations ADD COLUMN entered_at timestamptz NOT NULL DEFAULT clock_timestamp();

-- A drill that is due when its instances cannot be drilled for a moment waits, by the machine's clock, instead of being
-- left out for a whole period.
ALTER TABLE portcullis.drill_schedules
    ADD COLUMN waits_since timestamptz,
    ADD COLUMN look_again_at timestamptz;
GRANT UPDATE (waits_since, look_again_at) ON portcullis.drill_schedules TO portcullis_app;
CREATE OR REPLACE FUNCTION portcullis.guard_drill_schedule() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.created_at := portcullis.now();
        NEW.cancelled_by := NULL;
        NEW.cancelled_at := NULL;
        NEW.version := 1;
        NEW.waits_since := NULL;
        NEW.look_again_at := NULL;
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
    -- That it still waits is no change to anybody who reads it.
    NEW.version := OLD.version + CASE WHEN (NEW.next_at, NEW.problem, NEW.cancelled_by)
        IS DISTINCT FROM (OLD.next_at, OLD.problem, OLD.cancelled_by) THEN 1 ELSE 0 END;
    RETURN NEW;
END $$;
