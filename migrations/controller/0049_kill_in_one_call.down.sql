DROP FUNCTION portcullis.order_kill(text, text[], text[], bigint[], bigint[]);

DROP TRIGGER desired_states_only_forward ON portcullis.desired_states;
DROP TRIGGER desired_states_only_forward_anew ON portcullis.desired_states;
CREATE TRIGGER desired_states_only_forward BEFORE INSERT OR UPDATE ON portcullis.desired_states
    FOR EACH ROW EXECUTE FUNCTION portcullis.guard_desired_state();
DROP TRIGGER desired_states_as_ordered_anew ON portcullis.desired_states;
CREATE TRIGGER desired_states_as_ordered_anew AFTER UPDATE ON portcullis.desired_states
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT
    EXECUTE FUNCTION portcullis.check_desired_states();

DROP TRIGGER kill_pushes_kill_known ON portcullis.kill_pushes;
CREATE TRIGGER kill_pushes_kill_known AFTER INSERT ON portcullis.kill_pushes
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT
    EXECUTE FUNCTION portcullis.check_references('kill_pushes_operation_id_fkey', 'kill_journal',
                                                 'p.operation_id = f.operation_id');
DROP TRIGGER kill_pushes_instance_known ON portcullis.kill_pushes;
CREATE TRIGGER kill_pushes_instance_known AFTER INSERT ON portcullis.kill_pushes
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT
    EXECUTE FUNCTION portcullis.check_references('kill_pushes_instance_id_fkey', 'instances', 'p.id = f.instance_id');

DROP TRIGGER operation_targets_operation_known ON portcullis.operation_targets;
CREATE TRIGGER operation_targets_operation_known AFTER INSERT ON portcullis.operation_targets
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT
    EXECUTE FUNCTION portcullis.check_references('operation_targets_operation_id_fkey', 'operations',
                                                 'p.id = f.operation_id');
DROP TRIGGER operation_targets_instance_known ON portcullis.operation_targets;
CREATE TRIGGER operation_targets_instance_known AFTER INSERT ON portcullis.operation_targets
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT
    EXECUTE FUNCTION portcullis.check_references('operation_targets_instance_id_fkey', 'instances',
                                                 'p.id = f.instance_id');
DROP TRIGGER operation_targets_noted ON portcullis.operation_targets;
CREATE TRIGGER operation_targets_noted AFTER INSERT ON portcullis.operation_targets
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT
    EXECUTE FUNCTION portcullis.note_targets();
DROP TRIGGER operation_targets_of_drills ON portcullis.operation_targets;
CREATE TRIGGER operation_targets_of_drills AFTER INSERT ON portcullis.operation_targets
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT
    EXECUTE FUNCTION portcullis.check_drill_targets();

DROP TRIGGER operation_instances_stamped ON portcullis.operation_instances;
CREATE TRIGGER operation_instances_stamped BEFORE INSERT ON portcullis.operation_instances
    FOR EACH ROW EXECUTE FUNCTION portcullis.stamp_operation_instance();
DROP TRIGGER operation_instances_are_chosen ON portcullis.operation_instances;
CREATE TRIGGER operation_instances_are_chosen AFTER INSERT ON portcullis.operation_instances
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT
    EXECUTE FUNCTION portcullis.check_references('operation_instances_are_chosen', 'operation_targets',
                                                 'p.operation_id = f.operation_id AND p.instance_id = f.instance_id');
DROP TRIGGER operation_instances_newest ON portcullis.operation_instances;
CREATE TRIGGER operation_instances_newest AFTER INSERT ON portcullis.operation_instances
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT
    EXECUTE FUNCTION portcullis.check_switch_orders();
DROP TRIGGER operation_instances_noted ON portcullis.operation_instances;
CREATE TRIGGER operation_instances_noted AFTER INSERT ON portcullis.operation_instances
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT
    EXECUTE FUNCTION portcullis.note_orders();
