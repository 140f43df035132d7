-- An order is for a thousand instances at once, and so is their answer. What was judged for each row is judged for the
-- rows of a statement together: the same refusals, at the end of the statement instead of before each row. Measured with
-- a thousand instances, entering a kill spent two thirds of its time in triggers that were called for each of them.

-- --- References ------------------------------------------------------------------------------------------------------

-- A reference to rows that never change their key and never go (every table named here refuses that) has to be looked
-- at once, when it is written. The refusal is PostgreSQL's own for a foreign key, with the name that had.
-- Arguments: that name, the table that is referred to, and how its row p is found from the row f.
CREATE FUNCTION portcullis.check_references() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    missing boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT FROM fresh f WHERE NOT EXISTS (SELECT FROM %I p WHERE %s))', TG_ARGV[1],
                   TG_ARGV[2]) INTO missing;
    IF missing THEN
        RAISE foreign_key_violation USING
            MESSAGE = format('insert on table "%s" violates foreign key constraint "%s"', TG_TABLE_NAME, TG_ARGV[0]),
            CONSTRAINT = TG_ARGV[0], TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
    END IF;
    RETURN NULL;
END $$;

ALTER TABLE portcullis.operation_targets
    DROP CONSTRAINT operation_targets_operation_id_fkey,
    DROP CONSTRAINT operation_targets_instance_id_fkey;
CREATE TRIGGER operation_targets_operation_known AFTER INSERT ON portcullis.operation_targets
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT
    EXECUTE FUNCTION portcullis.check_references('operation_targets_operation_id_fkey', 'operations',
                                                 'p.id = f.operation_id');
CREATE TRIGGER operation_targets_instance_known AFTER INSERT ON portcullis.operation_targets
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT
    EXECUTE FUNCTION portcullis.check_references('operation_targets_instance_id_fkey', 'instances',
                                                 'p.id = f.instance_id');
ALTER TABLE portcullis.operation_instances DROP CONSTRAINT operation_instances_are_chosen;
CREATE TRIGGER operation_instances_are_chosen AFTER INSERT ON portcullis.operation_instances
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT
    EXECUTE FUNCTION portcullis.check_references('operation_instances_are_chosen', 'operation_targets',
                                                 'p.operation_id = f.operation_id AND p.instance_id = f.instance_id');
ALTER TABLE portcullis.operation_steps DROP CONSTRAINT operation_steps_operation_id_instance_id_fkey;
CREATE TRIGGER operation_steps_of_orders AFTER INSERT ON portcullis.operation_steps
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT
    EXECUTE FUNCTION portcullis.check_references('operation_steps_operation_id_instance_id_fkey', 'operation_instances',
                                                 'p.operation_id = f.operation_id AND p.instance_id = f.instance_id');
ALTER TABLE portcullis.kill_pushes
    DROP CONSTRAINT kill_pushes_operation_id_fkey,
    DROP CONSTRAINT kill_pushes_instance_id_fkey;
CREATE TRIGGER kill_pushes_kill_known AFTER INSERT ON portcullis.kill_pushes
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT
    EXECUTE FUNCTION portcullis.check_references('kill_pushes_operation_id_fkey', 'kill_journal',
                                                 'p.operation_id = f.operation_id');
CREATE TRIGGER kill_pushes_instance_known AFTER INSERT ON portcullis.kill_pushes
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT
    EXECUTE FUNCTION portcullis.check_references('kill_pushes_instance_id_fkey', 'instances', 'p.id = f.instance_id');

-- These two are written by triggers alone, from rows that were looked at.
ALTER TABLE portcullis.instance_orders
    DROP CONSTRAINT instance_orders_instance_id_fkey,
    DROP CONSTRAINT instance_orders_operation_id_fkey;
ALTER TABLE portcullis.verifications DROP CONSTRAINT verifications_operation_id_instance_id_fkey;

-- --- Orders ----------------------------------------------------------------------------------------------------------

-- What one row shows by itself. The rest follows for all rows of the statement: desired_states_as_ordered.
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

CREATE FUNCTION portcullis.check_desired_states() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    bad text;
BEGIN
    SELECT f.instance_id INTO bad FROM (
        SELECT min(g.instance_id) AS instance_id, g.operation_id, g.enabled, g.mode, g.reason FROM fresh g
        WHERE g.operation_id IS NOT NULL GROUP BY g.operation_id, g.enabled, g.mode, g.reason) f
    WHERE NOT EXISTS (SELECT FROM operations o WHERE o.id = f.operation_id AND o.kind = 'multi_tenant'
                                                 AND o.enabled = f.enabled AND o.mode = f.mode AND o.reason = f.reason)
    LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('KSW-3', format('instance %s is ordered what an operation on record says, nothing else', bad));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER desired_states_as_ordered AFTER INSERT ON portcullis.desired_states
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION portcullis.check_desired_states();
CREATE TRIGGER desired_states_as_ordered_anew AFTER UPDATE ON portcullis.desired_states
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION portcullis.check_desired_states();
-- That it is on record is what was just looked at.
ALTER TABLE portcullis.desired_states DROP CONSTRAINT desired_states_operation_id_fkey;

-- An order without flags has none that could be wrong.
DROP TRIGGER desired_states_only_eligible ON portcullis.desired_states;
CREATE TRIGGER desired_states_only_eligible BEFORE INSERT ON portcullis.desired_states
    FOR EACH ROW WHEN (NEW.flags <> '{}') EXECUTE FUNCTION portcullis.guard_desired_flags();
CREATE TRIGGER desired_states_only_eligible_anew BEFORE UPDATE OF flags ON portcullis.desired_states
    FOR EACH ROW EXECUTE FUNCTION portcullis.guard_desired_flags();

-- Whom the two operations of a drill reach.
CREATE FUNCTION portcullis.check_drill_targets() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    operation operations;
    bad record;
BEGIN
    FOR operation IN SELECT o.* FROM operations o
                     WHERE o.drill_id IS NOT NULL AND o.id IN (SELECT f.operation_id FROM fresh f) LOOP
        SELECT f.instance_id INTO bad FROM fresh f
        WHERE f.operation_id = operation.id
          AND NOT EXISTS (SELECT FROM drill_instances di
                          WHERE di.drill_id = operation.drill_id AND di.instance_id = f.instance_id)
        LIMIT 1;
        IF FOUND THEN
            PERFORM refuse('KSW-8', format('instance %s is not in drill %s', bad.instance_id, operation.drill_id));
        END IF;
        CONTINUE WHEN NOT operation.enabled;
        SELECT f.instance_id INTO bad FROM fresh f
        WHERE f.operation_id = operation.id
          AND NOT EXISTS (SELECT FROM operations o
                          JOIN operation_instances oi ON oi.operation_id = o.id AND oi.instance_id = f.instance_id
                          WHERE o.drill_id = operation.drill_id AND NOT o.enabled)
        LIMIT 1;
        IF FOUND THEN
            PERFORM refuse('KSW-8', format('drill %s did not switch instance %s off, so it does not switch it on',
                                           operation.drill_id, bad.instance_id));
        END IF;
        SELECT f.instance_id, o.id AS other INTO bad FROM fresh f
        JOIN operation_targets t ON t.instance_id = f.instance_id
        JOIN operations o ON o.id = t.operation_id AND o.kind = 'multi_tenant' AND NOT o.enabled
        WHERE f.operation_id = operation.id
          AND EXISTS (SELECT FROM operations k
                      JOIN operation_instances ki ON ki.operation_id = k.id AND ki.instance_id = f.instance_id
                      WHERE k.drill_id = operation.drill_id AND NOT k.enabled AND k.number < o.number)
        LIMIT 1;
        IF FOUND THEN
            PERFORM refuse('KSW-8', format('the kill %s has touched instance %s since; drill %s does not switch it on',
                                           bad.other, bad.instance_id, operation.drill_id));
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
DROP TRIGGER operation_targets_of_drills ON portcullis.operation_targets;
CREATE TRIGGER operation_targets_of_drills AFTER INSERT ON portcullis.operation_targets
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION portcullis.check_drill_targets();
DROP FUNCTION portcullis.guard_drill_target();

-- --- Reports ---------------------------------------------------------------------------------------------------------

-- What an instance said of its tenants before its first report was recorded. For rows that are there already, which are
-- nearly all, a trigger before the insertion looked for nothing.
CREATE FUNCTION portcullis.take_inventories() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    UPDATE instance_status s SET tenants = i.tenants, tenants_digest = i.tenants_digest
    FROM fresh f JOIN instance_inventories i ON i.instance_id = f.instance_id AND i.tenants_digest <> ''
    WHERE s.instance_id = f.instance_id;
    RETURN NULL;
END $$;
DROP TRIGGER instance_status_takes_inventory ON portcullis.instance_status;
CREATE TRIGGER instance_status_takes_inventory AFTER INSERT ON portcullis.instance_status
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION portcullis.take_inventories();
DROP FUNCTION portcullis.take_inventory();
