-- The functions and constraints as they were (0001, 0004, 0010).

ALTER TABLE portcullis.releases
    DROP CONSTRAINT releases_id_check,
    DROP CONSTRAINT releases_content_hash_check,
    DROP CONSTRAINT releases_change_hash_check,
    ADD CONSTRAINT releases_id_check CHECK (id ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$'),
    ADD CONSTRAINT releases_content_hash_check CHECK (content_hash ~ '^[0-9a-f]{64}$'),
    ADD CONSTRAINT releases_change_hash_check CHECK (change_hash ~ '^[0-9a-f]{64}$');

CREATE OR REPLACE FUNCTION portcullis.require_approvals(r portcullis.releases, rule text, scope text, roles text[]) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = portcullis, pg_temp AS $$
DECLARE
    given text[];
    people bigint;
BEGIN
    SELECT coalesce(array_agg(DISTINCT a.role), '{}'), count(DISTINCT a.principal_id) INTO given, people
        FROM approvers(r, scope, r.content_hash) a WHERE a.role = ANY (roles);
    IF NOT given @> roles THEN
        PERFORM refuse(rule, format('release %s lacks the approval "%s" of %s for its current content', r.id, scope,
                                    (SELECT string_agg(x, ', ') FROM unnest(roles) x WHERE x <> ALL (given))));
    END IF;
    IF people < cardinality(roles) THEN
        PERFORM refuse('SOD-2', format('one person cannot approve "%s" of release %s in two roles', scope, r.id));
    END IF;
END $$;

CREATE OR REPLACE FUNCTION portcullis.check_promotion_consents() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    r releases;
    plan_hash text;
    missing text;
BEGIN
    SELECT * INTO r FROM releases WHERE id = NEW.release_id;
    IF NEW.to_channel <> 'experimental' THEN
        RETURN NULL;
    END IF;
    SELECT p.content_hash INTO plan_hash FROM plan_revisions p
        WHERE p.release_id = r.id AND p.revision = r.plan_revision;
    IF plan_hash IS NULL THEN
        PERFORM refuse('EXP-1', format('release %s has no exposure plan', r.id));
    END IF;
    IF NOT EXISTS (SELECT FROM approvers(r, 'plan', plan_hash) a WHERE a.role = 'dev_lead') THEN
        PERFORM refuse('EXP-6', format('the exposure plan of release %s is not approved by a dev lead', r.id));
    END IF;
    SELECT string_agg(t.tenant_id, ', ' ORDER BY t.tenant_id) INTO missing
    FROM plan_tenants t
    LEFT JOIN current_consents(r.id) c ON c.tenant_id = t.tenant_id AND c.withdrawn_at IS NULL
                                      AND (c.expires_at IS NULL OR c.expires_at > portcullis.now())
    WHERE t.release_id = r.id AND t.revision = r.plan_revision AND c.id IS NULL;
    IF missing IS NOT NULL THEN
        PERFORM refuse('EXP-2', format('tenants on the plan of release %s without a consent in force: %s', r.id, missing));
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION portcullis.check_promotion_freeze() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    r releases;
    finding record;
BEGIN
    SELECT * INTO r FROM releases WHERE id = NEW.release_id;
    SELECT f.id, f.scope, f.reason, w.ends_at INTO finding
    FROM freezes f, LATERAL freeze_windows(f, portcullis.now(), 1) w
    WHERE f.cancelled_at IS NULL AND w.starts_at <= portcullis.now()
      AND (f.scope = 'global' OR (f.scope = 'channel' AND f.channel = NEW.to_channel)
           OR (f.scope = 'tenant' AND EXISTS (
               SELECT FROM tenants t WHERE t.id = f.tenant_id AND receives(t, r, NEW.to_channel)
                                       AND NOT receives(t, r, r.channel))))
    ORDER BY w.ends_at DESC LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('CHN-8', format('freeze %s (%s: %s) stops the promotion of release %s until %s UTC', finding.id,
                                       finding.scope, finding.reason, r.id,
                                       to_char(finding.ends_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')));
    END IF;
    RETURN NULL;
END $$;
