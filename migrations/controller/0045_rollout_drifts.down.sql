DROP TRIGGER rollout_moves_as_reported ON portcullis.rollout_moves;
DROP FUNCTION portcullis.check_rollout_drifts(), portcullis.rollout_drifts(text);
