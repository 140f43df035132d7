ALTER TABLE portcullis.instance_status RESET (fillfactor);
DROP INDEX portcullis.operation_targets_batch;
CREATE INDEX operation_targets_batch ON portcullis.operation_targets (operation_id, batch);
