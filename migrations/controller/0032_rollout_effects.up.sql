-- What a rollout's stage does: whom its flag is for.

-- Before a decision about a rollout: its row stays as it is until the transaction ends. What is decided about must be read
-- by later statements, which see what was committed meanwhile.
CREATE FUNCTION portcullis.hold_rollout(rollout text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    PERFORM FROM rollouts r WHERE r.id = rollout FOR NO KEY UPDATE;
    RETURN FOUND;
END $$;

-- Who may have a flag now: as in 0012_exposure, and for a rollout's flag the organizations of the stage that it is in.
CREATE OR REPLACE FUNCTION portcullis.flag_tenants(flag text) RETURNS SETOF text
LANGUAGE plpgsql STABLE SET search_path = portcullis, pg_temp AS $$
DECLARE
    r releases;
    approved plan_revisions;
    moment timestamptz := portcullis.now();
BEGIN
    IF EXISTS (SELECT FROM flag_kills k WHERE k.flag = flag_tenants.flag AND k.lifted_by IS NULL) THEN
        RETURN;
    END IF;
    RETURN QUERY SELECT t FROM rollouts x CROSS JOIN LATERAL rollout_tenants(x.id, x.stage) t
        WHERE x.flag = flag_tenants.flag AND x.state = 'active';
    FOR r IN SELECT x.* FROM releases x WHERE x.flag = flag_tenants.flag AND x.status = 'active' LOOP
        IF r.channel <> 'experimental' THEN
            RETURN QUERY SELECT t.id FROM tenants t
                WHERE t.active AND (r.channel = 'stable' OR t.channel_preference <> 'stable_only')
                  AND (r.channel <> 'dev' OR t.kind IN ('dev', 'test'));
            CONTINUE;
        END IF;
        SELECT p.* INTO approved FROM plan_revisions p
        WHERE p.release_id = r.id AND EXISTS (
            SELECT FROM approvals a WHERE a.release_id = r.id AND a.scope = 'plan' AND a.content_hash = p.content_hash
                                      AND NOT EXISTS (SELECT FROM approval_revocations v WHERE v.approval_id = a.id))
        ORDER BY p.revision DESC LIMIT 1;
        IF NOT FOUND OR moment > r.channel_entered_at + approved.maximum_stay THEN
            CONTINUE;
        END IF;
        RETURN QUERY SELECT t.id FROM plan_tenants n
            JOIN plan_tenants a ON a.release_id = r.id AND a.revision = approved.revision AND a.tenant_id = n.tenant_id
            JOIN tenants t ON t.id = n.tenant_id AND t.active AND t.channel_preference <> 'stable_only'
            JOIN current_consents(r.id) c ON c.tenant_id = n.tenant_id AND c.withdrawn_at IS NULL
                                         AND (c.expires_at IS NULL OR c.expires_at > moment)
            JOIN principals p ON p.id = c.recorded_by AND p.kind = 'user'
            WHERE n.release_id = r.id AND n.revision = r.plan_revision;
    END LOOP;
END $$;

-- The flag of a rollout that has begun says for whom the capability is, also when that is nobody; an order that does not
-- name it leaves the capability to everybody. Once an instance was told, it is told for good.
CREATE FUNCTION portcullis.keep_rollout_flags() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    dropped text;
BEGIN
    SELECT r.flag INTO dropped FROM rollouts r
    WHERE r.stage IS NOT NULL AND OLD.flags ? r.flag AND NOT NEW.flags ? r.flag
      -- An unmodified Pulse beside an agent has no flags.
      AND NOT EXISTS (SELECT FROM instance_status s WHERE s.instance_id = NEW.instance_id AND s.agent) LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('STG-1', format('flag %s is that of a rollout; the order of instance %s goes on naming it, with the '
                                       'organizations that it is for', dropped, NEW.instance_id));
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER desired_states_keep_rollouts BEFORE UPDATE OF flags ON portcullis.desired_states
    FOR EACH ROW WHEN (NEW.flags <> OLD.flags) EXECUTE FUNCTION portcullis.keep_rollout_flags();

GRANT EXECUTE ON FUNCTION portcullis.hold_rollout(text) TO portcullis_app;
