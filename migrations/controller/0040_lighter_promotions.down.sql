-- The functions and the index as they were (0001, 0004, 0005, 0006, 0022).

CREATE OR REPLACE FUNCTION portcullis.receives(t portcullis.tenants, r portcullis.releases, channel text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = portcullis, pg_temp AS $$
    SELECT t.active AND (channel = 'stable' OR t.channel_preference <> 'stable_only') AND CASE channel
        WHEN 'dev' THEN t.kind IN ('dev', 'test')
        WHEN 'experimental' THEN EXISTS (
            SELECT FROM plan_tenants p JOIN current_consents(r.id) c ON c.tenant_id = p.tenant_id
            WHERE p.release_id = r.id AND p.revision = r.plan_revision AND p.tenant_id = t.id
              AND c.withdrawn_at IS NULL AND (c.expires_at IS NULL OR c.expires_at > portcullis.now()))
        ELSE true END
$$;

CREATE OR REPLACE FUNCTION portcullis.find_hard_stop(r portcullis.releases, OUT rule text, OUT message text)
LANGUAGE plpgsql STABLE SET search_path = portcullis, pg_temp AS $$
BEGIN
    WITH manifest AS (
        SELECT m.document::jsonb AS doc FROM manifest_revisions m WHERE m.release_id = r.id AND m.revision = r.revision
    ), failed AS (
        SELECT c.id, c.control FROM checks c
        WHERE c.release_id = r.id AND c.outcome = 'failed' AND c.change_hash = r.change_hash
          AND c.control IN ('DSV-1', 'DSV-2', 'DSV-3', 'DSV-4', 'DSV-6')
          AND NOT EXISTS (SELECT FROM check_resolutions s WHERE s.check_id = c.id)
    )
    SELECT finding.rule, finding.message INTO rule, message FROM (
        SELECT h.rule AS rule,
               format('hard stop %s, raised by %s, is open; resolve it with evidence', h.id, h.raised_by) AS message
        FROM hard_stops h WHERE h.release_id = r.id AND h.resolved_at IS NULL
        UNION ALL
        SELECT 'HST-1', 'the release is not classified; submit a manifest with a classification' WHERE r.class IS NULL
        UNION ALL
        SELECT 'HST-2', 'no rollback procedure is defined; add one to the manifest' FROM manifest
        WHERE coalesce(jsonb_array_length(doc -> 'rollback' -> 'procedure'), 0) = 0
        UNION ALL
        SELECT 'HST-3', 'data is changed without a restore path; add one to the manifest' FROM manifest
        WHERE jsonb_typeof(doc -> 'data_changes') = 'object'
          AND coalesce(doc -> 'data_changes' ->> 'restore_path', '') !~ '[^[:space:]]'
        UNION ALL
        SELECT CASE control WHEN 'DSV-4' THEN 'HST-5' WHEN 'DSV-6' THEN 'HST-7' ELSE 'HST-4' END,
               format('check %s of %s failed; resolve it with evidence', id, control) FROM failed
        UNION ALL
        SELECT 'HST-6', 'no kill switch is configured; add its flag to the manifest'
        WHERE coalesce(r.flag, '') !~ '[^[:space:]]'
        UNION ALL
        SELECT 'HST-7', 'the data migration is not reversible' FROM manifest
        WHERE doc -> 'data_changes' -> 'migration' ->> 'reversible' = 'false'
    ) finding ORDER BY finding.rule LIMIT 1;
END $$;

CREATE OR REPLACE FUNCTION portcullis.require_approvals(r portcullis.releases, rule text, scope text, roles text[])
RETURNS void LANGUAGE plpgsql STABLE SET search_path = portcullis, pg_temp AS $$
DECLARE
    given text[];
    people bigint;
BEGIN
    SELECT array_agg(DISTINCT a.role), count(DISTINCT a.principal_id) INTO given, people
        FROM approvals a
        JOIN principals p ON p.id = a.principal_id AND p.active AND p.kind = 'user'
        JOIN role_grants g ON g.principal_id = a.principal_id AND g.role = a.role AND g.status = 'active'
        WHERE a.release_id = r.id AND a.scope = require_approvals.scope AND a.content_hash = r.content_hash
          AND a.role = ANY (roles)
          AND NOT EXISTS (SELECT FROM approval_revocations v WHERE v.approval_id = a.id);
    given := coalesce(given, '{}');
    IF NOT given @> roles THEN
        PERFORM refuse(rule, format('release %s lacks the approval "%s" of %s for its current content', r.id,
                                    scope, (SELECT string_agg(x, ', ') FROM unnest(roles) x
                                            WHERE x <> ALL (given))));
    END IF;
    IF people < cardinality(roles) THEN
        PERFORM refuse('SOD-2', format('one person cannot approve "%s" of release %s in two roles', scope,
                                  r.id));
    END IF;
END $$;

CREATE OR REPLACE FUNCTION portcullis.check_promotion_consents() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    r releases;
    plan_hash text;
    missing text;
BEGIN
    IF NEW.to_channel <> 'experimental' THEN
        RETURN NULL;
    END IF;
    SELECT * INTO r FROM releases WHERE id = NEW.release_id;
    SELECT p.content_hash INTO plan_hash FROM plan_revisions p
        WHERE p.release_id = r.id AND p.revision = r.plan_revision;
    IF plan_hash IS NULL THEN
        PERFORM refuse('EXP-1', format('release %s has no exposure plan', r.id));
    END IF;
    IF NOT EXISTS (
        SELECT FROM approvals a
        JOIN principals p ON p.id = a.principal_id AND p.active AND p.kind = 'user'
        JOIN role_grants g ON g.principal_id = a.principal_id AND g.role = a.role AND g.status = 'active'
        WHERE a.release_id = r.id AND a.scope = 'plan' AND a.content_hash = plan_hash AND a.role = 'dev_lead'
          AND NOT EXISTS (SELECT FROM approval_revocations v WHERE v.approval_id = a.id)) THEN
        PERFORM refuse('EXP-6', format('the exposure plan of release %s is not approved by a dev lead', r.id));
    END IF;
    SELECT string_agg(t.tenant_id, ', ' ORDER BY t.tenant_id) INTO missing
    FROM plan_tenants t
    LEFT JOIN (SELECT DISTINCT ON (c.tenant_id) c.id, c.tenant_id, c.withdrawn_at, c.expires_at FROM consents c
               WHERE c.release_id = NEW.release_id OR c.channel = 'experimental'
               ORDER BY c.tenant_id, coalesce(c.withdrawn_at, c.recorded_at) DESC, c.id DESC) c
        ON c.tenant_id = t.tenant_id AND c.withdrawn_at IS NULL
           AND (c.expires_at IS NULL OR c.expires_at > NEW.promoted_at)
    WHERE t.release_id = r.id AND t.revision = r.plan_revision AND c.id IS NULL;
    IF missing IS NOT NULL THEN
        PERFORM refuse('EXP-2', format('tenants on the plan of release %s without a consent in force: %s', r.id, missing));
    END IF;
    RETURN NULL;
END $$;

DROP FUNCTION portcullis.current_consent(text, text);

DROP INDEX portcullis.consents_release;
CREATE INDEX consents_release ON portcullis.consents (release_id) WHERE release_id IS NOT NULL;

CREATE OR REPLACE FUNCTION portcullis.hold_facts(release_id text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    PERFORM FROM releases r WHERE r.id = hold_facts.release_id FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM FROM facts_epoch FOR SHARE;
    RETURN true;
END $$;

CREATE OR REPLACE FUNCTION portcullis.lock_promotion() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    r releases := lock_release(NEW.release_id);
BEGIN
    PERFORM FROM facts_epoch FOR SHARE;
    NEW.promoted_at := portcullis.now();
    IF NOT EXISTS (SELECT FROM principals p WHERE p.id = NEW.promoted_by AND p.active) THEN
        PERFORM refuse('ATT-1', format('%s is no active principal', NEW.promoted_by));
    END IF;
    IF r.content_hash <> NEW.content_hash THEN
        PERFORM refuse('SOD-5', format('release %s has changed: its content is %s now', r.id, r.content_hash));
    END IF;
    RETURN NEW;
END $$;

DROP TRIGGER facts_epoch_taken ON portcullis.facts_epoch;
DROP FUNCTION portcullis.take_epoch();
DROP FUNCTION portcullis.hold_epoch();
