-- A kill of all at once has one batch, and its rows are found by the operation: only further batches are looked for by
-- their number.
DROP INDEX portcullis.operation_targets_batch;
CREATE INDEX operation_targets_batch ON portcullis.operation_targets (operation_id, batch) WHERE batch > 1;

-- Every word of an instance takes the place of the one before, as every order does.
ALTER TABLE portcullis.instance_status SET (fillfactor = 50);
