-- What a promotion's checks cost, once more: the same refusals by less work.
--
-- * The consent that counts is looked up for one tenant by its index. Reading all consents and keeping each tenant's last
--   cost as much as there are tenants, on the plan or not.
-- * Decisions hold the facts epoch by a lock with a number. As a lock on its row it was held by all of them together, so
--   each wrote the row's page and the log of who holds it, and every reader of the row looked there.
-- * Hard stops are asked for one after the other, not by one statement over all of them that has to be sorted.
-- * Where one role is needed, one approval is looked for; who approved in how many roles matters with two.

CREATE FUNCTION portcullis.hold_epoch() RETURNS void
LANGUAGE plpgsql SET search_path = portcullis, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(1886549093, 1);
END $$;

-- Whoever moves it waits for all who hold it, by whichever way the update comes.
CREATE FUNCTION portcullis.take_epoch() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(1886549093, 1);
    RETURN NULL;
END $$;
CREATE TRIGGER facts_epoch_taken BEFORE UPDATE ON portcullis.facts_epoch
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.take_epoch();

CREATE OR REPLACE FUNCTION portcullis.hold_facts(release_id text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    PERFORM FROM releases r WHERE r.id = hold_facts.release_id FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM hold_epoch();
    RETURN true;
END $$;

CREATE OR REPLACE FUNCTION portcullis.lock_promotion() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    r releases := lock_release(NEW.release_id);
BEGIN
    PERFORM hold_epoch();
    NEW.promoted_at := portcullis.now();
    IF NOT EXISTS (SELECT FROM principals p WHERE p.id = NEW.promoted_by AND p.active) THEN
        PERFORM refuse('ATT-1', format('%s is no active principal', NEW.promoted_by));
    END IF;
    IF r.content_hash <> NEW.content_hash THEN
        PERFORM refuse('SOD-5', format('release %s has changed: its content is %s now', r.id, r.content_hash));
    END IF;
    RETURN NEW;
END $$;

DROP INDEX portcullis.consents_release;
CREATE INDEX consents_release ON portcullis.consents (release_id, tenant_id) WHERE release_id IS NOT NULL;

-- EXP-2: of several consents the last act counts. In SQL, so that it becomes part of the statement that uses it; with
-- names in full, because a path of its own would prevent that.
CREATE FUNCTION portcullis.current_consent(release_id text, tenant_id text) RETURNS SETOF portcullis.consents
LANGUAGE sql STABLE AS $$
    SELECT c.* FROM (
        SELECT * FROM portcullis.consents o
        WHERE o.release_id = current_consent.release_id AND o.tenant_id = current_consent.tenant_id
        UNION ALL
        SELECT * FROM portcullis.consents w
        WHERE w.channel = 'experimental' AND w.tenant_id = current_consent.tenant_id) c
    ORDER BY coalesce(c.withdrawn_at, c.recorded_at) DESC, c.id DESC LIMIT 1
$$;
REVOKE ALL ON FUNCTION portcullis.current_consent(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION portcullis.current_consent(text, text) TO portcullis_app;

CREATE OR REPLACE FUNCTION portcullis.receives(t portcullis.tenants, r portcullis.releases, channel text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = portcullis, pg_temp AS $$
    SELECT t.active AND (channel = 'stable' OR t.channel_preference <> 'stable_only') AND CASE channel
        WHEN 'dev' THEN t.kind IN ('dev', 'test')
        WHEN 'experimental' THEN EXISTS (
            SELECT FROM plan_tenants p CROSS JOIN LATERAL current_consent(r.id, p.tenant_id) c
            WHERE p.release_id = r.id AND p.revision = r.plan_revision AND p.tenant_id = t.id
              AND c.withdrawn_at IS NULL AND (c.expires_at IS NULL OR c.expires_at > portcullis.now()))
        ELSE true END
$$;

CREATE OR REPLACE FUNCTION portcullis.find_hard_stop(r portcullis.releases, OUT rule text, OUT message text)
LANGUAGE plpgsql STABLE SET search_path = portcullis, pg_temp AS $$
DECLARE
    raised record;
    failed record;
    manifest jsonb;
BEGIN
    SELECT h.rule, format('hard stop %s, raised by %s, is open; resolve it with evidence', h.id, h.raised_by) AS message
        INTO raised FROM hard_stops h WHERE h.release_id = r.id AND h.resolved_at IS NULL ORDER BY h.rule, h.id LIMIT 1;
    SELECT CASE c.control WHEN 'DSV-4' THEN 'HST-5' WHEN 'DSV-6' THEN 'HST-7' ELSE 'HST-4' END AS rule,
           format('check %s of %s failed; resolve it with evidence', c.id, c.control) AS message
        INTO failed FROM checks c
        WHERE c.release_id = r.id AND c.outcome = 'failed' AND c.change_hash = r.change_hash
          AND c.control IN ('DSV-1', 'DSV-2', 'DSV-3', 'DSV-4', 'DSV-6')
          AND NOT EXISTS (SELECT FROM check_resolutions s WHERE s.check_id = c.id)
        ORDER BY 1, c.id LIMIT 1;
    SELECT m.document::jsonb INTO manifest FROM manifest_revisions m
        WHERE m.release_id = r.id AND m.revision = r.revision;
    -- Of several the first is told.
    IF r.class IS NULL THEN
        rule := 'HST-1';
        message := 'the release is not classified; submit a manifest with a classification';
    ELSIF coalesce(jsonb_array_length(manifest -> 'rollback' -> 'procedure'), 0) = 0 THEN
        rule := 'HST-2';
        message := 'no rollback procedure is defined; add one to the manifest';
    ELSIF jsonb_typeof(manifest -> 'data_changes') = 'object'
          AND coalesce(manifest -> 'data_changes' ->> 'restore_path', '') !~ '[^[:space:]]' THEN
        rule := 'HST-3';
        message := 'data is changed without a restore path; add one to the manifest';
    ELSIF failed.rule IS NOT NULL AND failed.rule < 'HST-6' THEN
        rule := failed.rule;
        message := failed.message;
    ELSIF coalesce(r.flag, '') !~ '[^[:space:]]' THEN
        rule := 'HST-6';
        message := 'no kill switch is configured; add its flag to the manifest';
    ELSIF failed.rule IS NOT NULL THEN
        rule := failed.rule;
        message := failed.message;
    ELSIF manifest -> 'data_changes' -> 'migration' ->> 'reversible' = 'false' THEN
        rule := 'HST-7';
        message := 'the data migration is not reversible';
    END IF;
    IF raised.rule IS NOT NULL AND (rule IS NULL OR raised.rule <= rule) THEN
        rule := raised.rule;
        message := raised.message;
    END IF;
END $$;

CREATE OR REPLACE FUNCTION portcullis.require_approvals(r portcullis.releases, rule text, scope text, roles text[])
RETURNS void LANGUAGE plpgsql STABLE SET search_path = portcullis, pg_temp AS $$
DECLARE
    given text[];
    people bigint;
BEGIN
    IF cardinality(roles) = 1 AND EXISTS (
        SELECT FROM approvals a
        JOIN principals p ON p.id = a.principal_id AND p.active AND p.kind = 'user'
        JOIN role_grants g ON g.principal_id = a.principal_id AND g.role = a.role AND g.status = 'active'
        WHERE a.release_id = r.id AND a.scope = require_approvals.scope AND a.content_hash = r.content_hash
          AND a.role = roles[1]
          AND NOT EXISTS (SELECT FROM approval_revocations v WHERE v.approval_id = a.id)) THEN
        RETURN;
    END IF;
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
    plan record;
    missing text;
BEGIN
    IF NEW.to_channel <> 'experimental' THEN
        RETURN NULL;
    END IF;
    SELECT p.revision, p.content_hash INTO plan FROM releases r
        JOIN plan_revisions p ON p.release_id = r.id AND p.revision = r.plan_revision
        WHERE r.id = NEW.release_id;
    IF NOT FOUND THEN
        PERFORM refuse('EXP-1', format('release %s has no exposure plan', NEW.release_id));
    END IF;
    IF NOT EXISTS (
        SELECT FROM approvals a
        JOIN principals p ON p.id = a.principal_id AND p.active AND p.kind = 'user'
        JOIN role_grants g ON g.principal_id = a.principal_id AND g.role = a.role AND g.status = 'active'
        WHERE a.release_id = NEW.release_id AND a.scope = 'plan' AND a.content_hash = plan.content_hash
          AND a.role = 'dev_lead'
          AND NOT EXISTS (SELECT FROM approval_revocations v WHERE v.approval_id = a.id)) THEN
        PERFORM refuse('EXP-6', format('the exposure plan of release %s is not approved by a dev lead', NEW.release_id));
    END IF;
    SELECT string_agg(t.tenant_id, ', ' ORDER BY t.tenant_id) INTO missing
    FROM plan_tenants t
    WHERE t.release_id = NEW.release_id AND t.revision = plan.revision
      AND NOT EXISTS (SELECT FROM current_consent(NEW.release_id, t.tenant_id) c
                      WHERE c.withdrawn_at IS NULL AND (c.expires_at IS NULL OR c.expires_at > NEW.promoted_at));
    IF missing IS NOT NULL THEN
        PERFORM refuse('EXP-2', format('tenants on the plan of release %s without a consent in force: %s',
                                       NEW.release_id, missing));
    END IF;
    RETURN NULL;
END $$;
