CREATE OR REPLACE FUNCTION portcullis.guard_drill_schedule() RETURNS trigger
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
ALTER TABLE portcullis.drill_schedules DROP COLUMN waits_since, DROP COLUMN look_again_at;
ALTER TABLE portcullis.operations DROP COLUMN entered_at;

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
        NEW.boot_before := CASE WHEN status.process_began_at > NEW.issued_at THEN '' ELSE status.boot_id END;
        NEW.tenants_before := status.tenants;
        NEW.tenants_digest_before := status.tenants_digest;
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER instance_status_keeps_process_before ON portcullis.instance_status;
DROP FUNCTION portcullis.keep_process_before();
ALTER TABLE portcullis.instance_status DROP COLUMN boot_before, DROP COLUMN started_before, DROP COLUMN began_before;
ALTER TABLE portcullis.operation_instances DROP COLUMN started_before, DROP COLUMN began_before;
