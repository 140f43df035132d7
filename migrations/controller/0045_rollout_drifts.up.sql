-- STG-7: while instances report another thing of a rollout's flag than its stage says, no further stage is entered.

-- As exposure_drifts for a release, of the flag of a rollout that is in a stage; and
--   unrestricted  does not say that it was told of the flag, so it restricts nobody: it has the capability on for these,
--                 which are not to have it. So is an instance that has just joined, until it has its first order
CREATE FUNCTION portcullis.rollout_drifts(rollout text) RETURNS TABLE (instance_id text, kind text, orgs text[])
LANGUAGE plpgsql STABLE SET search_path = portcullis, pg_temp AS $$
DECLARE
    patience interval;
    moment timestamptz := clock_timestamp();
    flag text;
    wanted text[];
BEGIN
    SELECT r.flag INTO flag FROM rollouts r WHERE r.id = rollout AND r.state = 'active';
    IF NOT FOUND OR NOT EXISTS (SELECT FROM instances i WHERE i.retired_at IS NULL) THEN
        RETURN;
    END IF;
    SELECT s.drift_patience INTO STRICT patience FROM fleet_settings s;
    wanted := ARRAY(SELECT DISTINCT t FROM flag_tenants(flag) t);
    RETURN QUERY
        SELECT d.instance_id, d.kind, d.orgs
        FROM exposure_drifts(jsonb_populate_record(NULL::releases, jsonb_build_object('flag', flag, 'status', 'active'))) d
        UNION ALL
        SELECT x.id, 'unrestricted', x.whom
        FROM (SELECT i.id, ARRAY(SELECT u FROM unnest(v.orgs) u WHERE u <> 'default' AND u <> ALL (wanted) ORDER BY 1) AS whom
              FROM instances i JOIN instance_inventories v ON v.instance_id = i.id
              LEFT JOIN instance_status s ON s.instance_id = i.id
              LEFT JOIN desired_states o ON o.instance_id = i.id
              WHERE i.retired_at IS NULL AND NOT coalesce(s.agent, false) AND NOT v.flags ? flag
                AND NOT (coalesce(o.flags ? flag, false) AND o.flags_changed_at > moment - patience)) x
        WHERE cardinality(x.whom) > 0
        ORDER BY 1, 2;
END $$;

CREATE FUNCTION portcullis.check_rollout_drifts() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    drift record;
BEGIN
    SELECT d.instance_id, d.kind, array_to_string(d.orgs, ', ') AS orgs INTO drift FROM rollout_drifts(NEW.rollout_id) d
    WHERE d.kind <> 'unknown' OR NEW.to_stage = 3 LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('STG-7', format('instance %s and stage %s of rollout %s differ (%s: %s)', drift.instance_id,
                                       NEW.from_stage, NEW.rollout_id, drift.kind, drift.orgs));
    END IF;
    RETURN NULL;
END $$;
-- Named to run before rollout_moves_z_move, which enters the stage.
CREATE TRIGGER rollout_moves_as_reported AFTER INSERT ON portcullis.rollout_moves
    FOR EACH ROW WHEN (NEW.kind = 'advance' AND NEW.from_stage IS NOT NULL)
    EXECUTE FUNCTION portcullis.check_rollout_drifts();

GRANT EXECUTE ON FUNCTION portcullis.rollout_drifts(text) TO portcullis_app;
