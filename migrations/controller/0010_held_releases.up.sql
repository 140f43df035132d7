-- The checks of a promotion read the release's row without locking it once more: `promotions_0_lock`, which runs before
-- them, holds it already. Nothing else in them differs from 0004_promotions and 0005_operations.

CREATE OR REPLACE FUNCTION portcullis.check_promotion_order() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    r releases;
BEGIN
    SELECT * INTO r FROM releases WHERE id = NEW.release_id;
    IF r.status <> 'active' THEN
        PERFORM refuse('CHX-6', format('release %s is %s; only an active one is promoted', r.id, r.status));
    END IF;
    IF NEW.from_channel <> r.channel THEN
        PERFORM refuse('CHN-1', format('release %s is in %s, not in %s', r.id, r.channel, NEW.from_channel));
    END IF;
    IF (NEW.from_channel, NEW.to_channel) NOT IN (('dev', 'experimental'), ('experimental', 'candidate'),
                                                  ('candidate', 'stable')) THEN
        PERFORM refuse('CHN-1', format('release %s cannot go from %s to %s: channels are taken in order', r.id,
                                       NEW.from_channel, NEW.to_channel));
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION portcullis.check_promotion_hard_stops() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    r releases;
    finding record;
BEGIN
    SELECT * INTO r FROM releases WHERE id = NEW.release_id;
    SELECT * INTO finding FROM find_hard_stop(r);
    IF finding.rule IS NOT NULL THEN
        PERFORM refuse(finding.rule, format('release %s: %s', NEW.release_id, finding.message));
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION portcullis.check_promotion_stay() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    r releases;
    finding record;
BEGIN
    SELECT * INTO r FROM releases WHERE id = NEW.release_id;
    SELECT * INTO finding FROM find_unmet_stay(r);
    IF finding.rule IS NOT NULL THEN
        PERFORM refuse(finding.rule, format('release %s: %s', NEW.release_id, finding.message));
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION portcullis.check_promotion_approvals() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    r releases;
BEGIN
    SELECT * INTO r FROM releases WHERE id = NEW.release_id;
    PERFORM require_approvals(r, 'CLS-4', 'class', CASE r.class
        WHEN 'ui_only' THEN ARRAY['dev_lead']
        WHEN 'workflow' THEN ARRAY['dev_lead', 'qa']
        WHEN 'capability' THEN ARRAY['dev_lead', 'system_owner']
        ELSE ARRAY['system_owner'] END);
    IF r.class = 'mechanism' AND NOT EXISTS (
        SELECT FROM risk_acceptances a
        WHERE a.release_id = r.id AND a.content_hash = r.content_hash AND is_active_user(a.principal_id)
          AND holds_role(a.principal_id, 'system_owner')
          AND a.review_date > (portcullis.now() AT TIME ZONE 'UTC')::date
          AND NOT EXISTS (SELECT FROM risk_acceptance_revocations v WHERE v.risk_acceptance_id = a.id)) THEN
        PERFORM refuse('CLS-4', format('release %s is a mechanism and lacks a risk acceptance in force', r.id));
    END IF;
    PERFORM require_approvals(r, 'APR-1', NEW.to_channel, CASE NEW.to_channel
        WHEN 'experimental' THEN ARRAY['dev_lead']
        WHEN 'candidate' THEN ARRAY['dev_lead', 'qa']
        ELSE ARRAY['system_owner'] END);
    RETURN NULL;
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

CREATE OR REPLACE FUNCTION portcullis.check_promotion_memo() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    r releases;
    rule text := CASE NEW.to_channel WHEN 'stable' THEN 'MEM-1' ELSE 'CLS-3' END;
    memo memos;
    signed text[];
    people bigint;
BEGIN
    SELECT * INTO r FROM releases WHERE id = NEW.release_id;
    IF NOT (NEW.to_channel = 'stable' OR (NEW.to_channel = 'candidate' AND r.class = 'mechanism')) THEN
        NEW.memo_number := NULL;
        RETURN NEW;
    END IF;
    SELECT * INTO memo FROM memos m WHERE m.release_id = r.id AND m.target = NEW.to_channel ORDER BY m.number DESC LIMIT 1;
    IF NOT FOUND THEN
        PERFORM refuse(rule, format('release %s has no decision memo for %s', r.id, NEW.to_channel));
    END IF;
    IF memo.decision <> 'GO' THEN
        PERFORM refuse(rule, format('the newest memo of release %s for %s, number %s, says %s', r.id, NEW.to_channel,
                                    memo.number, memo.decision));
    END IF;
    IF memo.manifest_content_hash <> r.content_hash THEN
        PERFORM refuse(rule, format('memo %s of release %s was decided over another content', memo.number, r.id));
    END IF;
    SELECT coalesce(array_agg(s.role), '{}'), count(DISTINCT s.principal_id) INTO signed, people FROM memo_signatures s
        WHERE s.release_id = r.id AND s.number = memo.number AND s.content_hash = memo.content_hash
          AND is_active_user(s.principal_id) AND holds_role(s.principal_id, s.role);
    IF NOT signed @> ARRAY['system_owner', 'dev_lead'] OR people < 2 THEN
        PERFORM refuse(rule, format('memo %s of release %s is not signed by a system owner and a dev lead who hold these '
                                    'roles now', memo.number, r.id));
    END IF;
    NEW.memo_number := memo.number;
    RETURN NEW;
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
