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

CREATE FUNCTION portcullis.take_pushed_order() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    pushed record;
BEGIN
    SELECT p.generation, p.base, j.given_at INTO pushed
    FROM kill_pushes p JOIN kill_journal j ON j.operation_id = p.operation_id
    WHERE p.operation_id = NEW.operation_id AND p.instance_id = NEW.instance_id;
    IF FOUND THEN
        IF pushed.base = coalesce(OLD.generation, 0) THEN
            NEW.generation := pushed.generation;
            NEW.issued_at := pushed.given_at;
            RETURN NEW;
        END IF;
        NEW.generation := greatest(NEW.generation, pushed.generation + 1);
    END IF;
    IF NEW.generation % 16 = 0 THEN
        NEW.generation := NEW.generation + 1;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER desired_states_pushed BEFORE INSERT OR UPDATE ON portcullis.desired_states
    FOR EACH ROW EXECUTE FUNCTION portcullis.take_pushed_order();

CREATE OR REPLACE FUNCTION portcullis.guard_desired_state() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.instance_id <> OLD.instance_id OR NEW.generation <= OLD.generation) THEN
        PERFORM refuse('KSW-7', format('generation %s of instance %s is not above %s, so the instance would ignore it',
                                       NEW.generation, OLD.instance_id, OLD.generation));
    END IF;
    IF NEW.operation_id IS NULL THEN
        IF NOT NEW.enabled OR NEW.mode <> 'hot' OR NEW.reason <> '' THEN
            PERFORM refuse('KSW-3', format('instance %s is ordered off, or to restart, by an operation on record only',
                                           NEW.instance_id));
        END IF;
        IF (TG_OP = 'UPDATE' AND OLD.operation_id IS NOT NULL)
           OR EXISTS (SELECT FROM operation_instances i JOIN operations o ON o.id = i.operation_id
                      WHERE i.instance_id = NEW.instance_id AND o.kind = 'multi_tenant') THEN
            PERFORM refuse('KSW-8', format('the switch of instance %s was moved by an operation; another one moves it, '
                                           'nothing else', NEW.instance_id));
        END IF;
    END IF;
    -- What portcullis.now() says, without a call.
    NEW.issued_at := transaction_timestamp() + (SELECT c."offset" FROM clock c);
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION portcullis.utc(at timestamptz) RETURNS text
LANGUAGE sql STABLE SET search_path = portcullis, pg_temp AS $$
    SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$$;

ALTER TABLE portcullis.desired_states RESET (fillfactor);

CREATE OR REPLACE FUNCTION portcullis.note_orders() RETURNS trigger
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

CREATE OR REPLACE FUNCTION portcullis.note_targets() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    INSERT INTO instance_orders AS i (instance_id, subject, chosen)
    SELECT f.instance_id, o.subject, max(o.number) FROM fresh f JOIN operations o ON o.id = f.operation_id
    GROUP BY f.instance_id, o.subject ORDER BY f.instance_id, o.subject
    ON CONFLICT (instance_id, subject) DO UPDATE SET chosen = greatest(i.chosen, EXCLUDED.chosen);
    RETURN NULL;
END $$;

DROP INDEX portcullis.instance_orders_rolling;
ALTER TABLE portcullis.instance_orders DROP COLUMN rolling;
ALTER TABLE portcullis.instance_orders RESET (fillfactor);
CREATE INDEX instance_orders_waiting ON portcullis.instance_orders (chosen) WHERE issued IS DISTINCT FROM chosen;
