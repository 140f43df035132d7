DROP TRIGGER desired_states_keep_rollouts ON portcullis.desired_states;
DROP FUNCTION portcullis.keep_rollout_flags;
DROP FUNCTION portcullis.hold_rollout;

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
