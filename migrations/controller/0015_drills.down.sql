DROP TRIGGER operation_targets_of_drills ON portcullis.operation_targets;
DROP TRIGGER operations_of_drills ON portcullis.operations;
DROP TRIGGER operations_open_review ON portcullis.operations;
CREATE TRIGGER operations_open_review AFTER INSERT ON portcullis.operations
    FOR EACH ROW WHEN (NOT NEW.enabled AND NEW.kind = 'multi_tenant') EXECUTE FUNCTION portcullis.open_kill_review();
DROP TRIGGER operations_governed ON portcullis.operations;
CREATE TRIGGER operations_governed BEFORE INSERT ON portcullis.operations
    FOR EACH ROW EXECUTE FUNCTION portcullis.guard_operation();
DROP INDEX portcullis.operations_drill_once;
ALTER TABLE portcullis.operations DROP CONSTRAINT operations_drill;
DROP TABLE portcullis.drill_instances;
DROP TABLE portcullis.drills;
DROP TABLE portcullis.drill_approvals;
DROP TABLE portcullis.drill_schedules;
DROP FUNCTION portcullis.guard_drill_target;
DROP FUNCTION portcullis.guard_drill_operation;
DROP FUNCTION portcullis.guard_drill_change;
DROP FUNCTION portcullis.guard_drill_instance;
DROP FUNCTION portcullis.guard_new_drill;
DROP FUNCTION portcullis.guard_drill_approval;
DROP FUNCTION portcullis.guard_drill_schedule;
