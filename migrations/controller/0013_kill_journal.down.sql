DROP TRIGGER desired_states_pushed ON portcullis.desired_states;
DROP TRIGGER operations_journalled ON portcullis.operations;
DROP TABLE portcullis.kill_pushes;
DROP TABLE portcullis.kill_journal;
DROP FUNCTION portcullis.take_pushed_order;
DROP FUNCTION portcullis.guard_journalled_operation;
