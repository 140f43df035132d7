-- Entering a kill, and recording what a fleet answers to it, with less work for each row. The refusals are the same.

-- An instance's order takes the place of the one before: with room for it on the page no index has to learn of it.
ALTER TABLE portcullis.desired_states SET (fillfactor = 40);

-- The same for what each instance was ordered last, which every order changes twice. What is looked for by an index, who
-- waits for its batch, is a column of its own: an order for all at once does not change it.
ALTER TABLE portcullis.instance_orders SET (fillfactor = 40);
ALTER TABLE portcullis.instance_orders ADD COLUMN rolling boolean NOT NULL DEFAULT false;
UPDATE portcullis.instance_orders w SET rolling = true FROM portcullis.operations o
WHERE o.number = w.chosen AND w.issued IS DISTINCT FROM w.chosen AND o.batch_size IS NOT NULL;
DROP INDEX portcullis.instance_orders_waiting;
CREATE INDEX instance_orders_rolling ON portcullis.instance_orders (instance_id) WHERE rolling;

CREATE OR REPLACE FUNCTION portcullis.note_targets() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    INSERT INTO instance_orders AS i (instance_id, subject, chosen, rolling)
    SELECT DISTINCT ON (f.instance_id, o.subject) f.instance_id, o.subject, o.number, o.batch_size IS NOT NULL
    FROM fresh f JOIN operations o ON o.id = f.operation_id ORDER BY f.instance_id, o.subject, o.number DESC
    ON CONFLICT (instance_id, subject) DO UPDATE SET chosen = EXCLUDED.chosen, rolling = EXCLUDED.rolling
    WHERE i.chosen < EXCLUDED.chosen;
    RETURN NULL;
END $$;

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
        operation_id = EXCLUDED.operation_id, generation = EXCLUDED.generation, chosen = greatest(i.chosen, EXCLUDED.chosen),
        rolling = i.rolling AND i.chosen > EXCLUDED.chosen
    WHERE i.generation IS NULL OR i.generation < EXCLUDED.generation;
    -- Nobody is asked about the order before any more.
    UPDATE verifications v SET state = 'done', request = NULL
    FROM fresh f JOIN operations o ON o.id = f.operation_id
    WHERE v.instance_id = f.instance_id AND v.state <> 'done' AND v.operation_id <> f.operation_id
      AND EXISTS (SELECT FROM operations b WHERE b.id = v.operation_id AND b.subject = o.subject);
    RETURN NULL;
END $$;

-- With a search_path of its own this was a call for each value; now it is part of the statement that names it.
CREATE OR REPLACE FUNCTION portcullis.utc(at timestamptz) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT pg_catalog.to_char(pg_catalog.timezone('UTC', at), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$$;
ALTER FUNCTION portcullis.utc(timestamptz) RESET search_path;

-- What one row shows by itself, and which order was sent: one call for both.
CREATE OR REPLACE FUNCTION portcullis.guard_desired_state() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    pushed record;
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
    ELSE
        -- The order that was sent is the one on record when the instance was ordered nothing else meanwhile; otherwise
        -- the kill is ordered again, above both.
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
    END IF;
    IF NEW.generation % 16 = 0 THEN  -- kept for orders that are sent first
        NEW.generation := NEW.generation + 1;
    END IF;
    -- What portcullis.now() says, without a call.
    NEW.issued_at := transaction_timestamp() + (SELECT c."offset" FROM clock c);
    RETURN NEW;
END $$;
DROP TRIGGER desired_states_pushed ON portcullis.desired_states;
DROP FUNCTION portcullis.take_pushed_order();

-- As before, with one question.
CREATE OR REPLACE FUNCTION portcullis.stamp_operation_instance() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    before record;
BEGIN
    SELECT o.ordered_at, s.instance_id IS NOT NULL AS known, s.boot_id, s.process_started_at, s.process_began_at,
           s.boot_before, s.started_before, s.began_before, s.tenants, s.tenants_digest INTO before
    FROM operations o LEFT JOIN instance_status s ON s.instance_id = NEW.instance_id WHERE o.id = NEW.operation_id;
    NEW.issued_at := greatest(least(coalesce(NEW.issued_at, clock_timestamp()), clock_timestamp()), before.ordered_at);
    IF before.known THEN
        IF coalesce(before.process_began_at <= NEW.issued_at, true) THEN
            NEW.boot_before := before.boot_id;
            NEW.started_before := before.process_started_at;
            NEW.began_before := before.process_began_at;
        ELSIF coalesce(before.began_before <= NEW.issued_at, true) THEN
            NEW.boot_before := before.boot_before;
            NEW.started_before := before.started_before;
            NEW.began_before := before.began_before;
        ELSE
            NEW.boot_before := '';
        END IF;
        NEW.tenants_before := before.tenants;
        NEW.tenants_digest_before := before.tenants_digest;
    END IF;
    RETURN NEW;
END $$;
