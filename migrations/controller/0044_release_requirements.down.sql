DROP TRIGGER programmes_fact ON portcullis.programmes;
DROP TRIGGER programmes_begin_fact ON portcullis.programmes;
DROP TRIGGER flag_kills_of_rollouts_fact ON portcullis.flag_kills;
DROP TRIGGER rollout_evaluations_fact ON portcullis.rollout_evaluations;
DROP TRIGGER rollouts_fact ON portcullis.rollouts;
DROP TRIGGER rollouts_begin_fact ON portcullis.rollouts;
DROP TRIGGER promotions_as_required ON portcullis.promotions;
DROP TRIGGER manifest_revisions_requirements ON portcullis.manifest_revisions;
DROP FUNCTION portcullis.programme_requirement_changed(), portcullis.killed_requirement_changed(),
    portcullis.evaluation_requirement_changed(), portcullis.rollout_requirement_changed(),
    portcullis.touch_requiring_releases(text, text), portcullis.check_promotion_requirements(),
    portcullis.requirement_standing(text, text), portcullis.take_requirements();
DROP TABLE portcullis.release_requirements;
