DROP TRIGGER instance_status_takes_inventory ON portcullis.instance_status;
DROP FUNCTION portcullis.take_inventories();
CREATE FUNCTION portcullis.take_inventory() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    SELECT i.tenants, i.tenants_digest INTO NEW.tenants, NEW.tenants_digest
    FROM instance_inventories i WHERE i.instance_id = NEW.instance_id AND i.tenants_digest <> '';
    RETURN NEW;
END $$;
CREATE TRIGGER instance_status_takes_inventory BEFORE INSERT ON portcullis.instance_status
    FOR EACH ROW EXECUTE FUNCTION portcullis.take_inventory();

DROP TRIGGER operation_targets_of_drills ON portcullis.operation_targets;
DROP FUNCTION portcullis.check_drill_targets();
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

DROP TRIGGER desired_states_only_eligible ON portcullis.desired_states;
DROP TRIGGER desired_states_only_eligible_anew ON portcullis.desired_states;
CREATE TRIGGER desired_states_only_eligible BEFORE INSERT OR UPDATE OF flags ON portcullis.desired_states
    FOR EACH ROW EXECUTE FUNCTION portcullis.guard_desired_flags();

DROP TRIGGER desired_states_as_ordered ON portcullis.desired_states;
DROP TRIGGER desired_states_as_ordered_anew ON portcullis.desired_states;
DROP FUNCTION portcullis.check_desired_states();
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
    ELSIF NOT EXISTS (SELECT FROM operations o WHERE o.id = NEW.operation_id AND o.kind = 'multi_tenant'
                                                 AND o.enabled = NEW.enabled AND o.mode = NEW.mode
                                                 AND o.reason = NEW.reason) THEN
        PERFORM refuse('KSW-3', format('instance %s is ordered what an operation on record says, nothing else',
                                       NEW.instance_id));
    END IF;
    NEW.issued_at := portcullis.now();
    RETURN NEW;
END $$;
ALTER TABLE portcullis.desired_states ADD CONSTRAINT desired_states_operation_id_fkey
    FOREIGN KEY (operation_id) REFERENCES portcullis.operations;

ALTER TABLE portcullis.verifications ADD CONSTRAINT verifications_operation_id_instance_id_fkey
    FOREIGN KEY (operation_id, instance_id) REFERENCES portcullis.operation_instances;
ALTER TABLE portcullis.instance_orders
    ADD CONSTRAINT instance_orders_instance_id_fkey FOREIGN KEY (instance_id) REFERENCES portcullis.instances,
    ADD CONSTRAINT instance_orders_operation_id_fkey FOREIGN KEY (operation_id) REFERENCES portcullis.operations;

DROP TRIGGER kill_pushes_instance_known ON portcullis.kill_pushes;
DROP TRIGGER kill_pushes_kill_known ON portcullis.kill_pushes;
ALTER TABLE portcullis.kill_pushes
    ADD CONSTRAINT kill_pushes_operation_id_fkey FOREIGN KEY (operation_id) REFERENCES portcullis.kill_journal,
    ADD CONSTRAINT kill_pushes_instance_id_fkey FOREIGN KEY (instance_id) REFERENCES portcullis.instances;
DROP TRIGGER operation_steps_of_orders ON portcullis.operation_steps;
ALTER TABLE portcullis.operation_steps ADD CONSTRAINT operation_steps_operation_id_instance_id_fkey
    FOREIGN KEY (operation_id, instance_id) REFERENCES portcullis.operation_instances;
DROP TRIGGER operation_instances_are_chosen ON portcullis.operation_instances;
ALTER TABLE portcullis.operation_instances ADD CONSTRAINT operation_instances_are_chosen
    FOREIGN KEY (operation_id, instance_id) REFERENCES portcullis.operation_targets;
DROP TRIGGER operation_targets_instance_known ON portcullis.operation_targets;
DROP TRIGGER operation_targets_operation_known ON portcullis.operation_targets;
ALTER TABLE portcullis.operation_targets
    ADD CONSTRAINT operation_targets_operation_id_fkey FOREIGN KEY (operation_id) REFERENCES portcullis.operations,
    ADD CONSTRAINT operation_targets_instance_id_fkey FOREIGN KEY (instance_id) REFERENCES portcullis.instances;
DROP FUNCTION portcullis.check_references();
