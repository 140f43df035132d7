-- As 0056 left it.

DROP TRIGGER promotions_judged ON portcullis.promotions;
DROP FUNCTION portcullis.judge_promotion();
DROP FUNCTION portcullis.require_plan(portcullis.promotions, portcullis.releases, text, text[]);
DROP FUNCTION portcullis.require_memo(portcullis.promotions, portcullis.releases);
DROP FUNCTION portcullis.require_requirements(portcullis.promotions, portcullis.releases);
DROP FUNCTION portcullis.require_exposure_as_planned(portcullis.promotions, portcullis.releases);
DROP FUNCTION portcullis.require_no_freeze(portcullis.promotions, portcullis.releases);
DROP FUNCTION portcullis.require_no_sev1(portcullis.promotions, portcullis.releases);
DROP FUNCTION portcullis.require_living_flag(portcullis.releases);

CREATE OR REPLACE FUNCTION portcullis.hold_epoch() RETURNS void
LANGUAGE plpgsql SET search_path = portcullis, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(1886549093, 1);
END $$;

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

CREATE OR REPLACE FUNCTION portcullis.find_unmet_stay(r portcullis.releases, OUT rule text, OUT message text)
LANGUAGE plpgsql STABLE SET search_path = portcullis, pg_temp AS $$
DECLARE
    open_incident record;
    since timestamptz := greatest(r.channel_entered_at, r.content_since);
    needed interval := interval '0';
    planned interval;
BEGIN
    SELECT i.id, i.severity, i.state, i.resolved_at INTO open_incident
    FROM incident_subjects s JOIN incidents i ON i.id = s.incident_id
    WHERE s.kind = 'release' AND s.subject_id = r.id AND i.state <> 'resolved'
      AND (i.severity = 'SEV-1' OR r.channel = 'candidate' OR (r.channel = 'experimental' AND i.severity = 'SEV-2'))
    ORDER BY i.severity, i.id LIMIT 1;
    IF FOUND THEN
        rule := CASE WHEN open_incident.severity = 'SEV-1' THEN 'CHN-5' ELSE 'CHX-3' END;
        message := format('incident %s (%s) is %s; resolve it first', open_incident.id, open_incident.severity,
                          open_incident.state);
        RETURN;
    END IF;
    SELECT 'CHN-5', format('rollback evaluation %s is not decided; decide to roll back or to continue', e.id)
        INTO rule, message FROM rollback_evaluations e WHERE e.release_id = r.id AND e.decision IS NULL LIMIT 1;
    IF FOUND THEN
        RETURN;
    END IF;
    IF r.channel NOT IN ('experimental', 'candidate') THEN
        RETURN;
    END IF;
    needed := interval '168 hours';
    IF r.channel = 'experimental' THEN
        SELECT p.minimum_stay INTO planned FROM plan_revisions p
            WHERE p.release_id = r.id AND p.revision = r.plan_revision;
        needed := greatest(needed, planned);
    END IF;
    since := greatest(since, (
        SELECT max(i.resolved_at) FROM incident_subjects s JOIN incidents i ON i.id = s.incident_id
        WHERE s.kind = 'release' AND s.subject_id = r.id AND i.state = 'resolved'
          AND i.resolved_at > r.channel_entered_at
          AND (r.channel = 'candidate' OR i.severity IN ('SEV-1', 'SEV-2'))));
    IF portcullis.now() < since + needed THEN
        rule := CASE WHEN needed > interval '168 hours' THEN 'CHN-3' ELSE 'CHN-2' END;
        message := format('%s days in %s are needed without a break; they are over on %s UTC, and it is %s UTC',
                          round(extract(epoch FROM needed) / 86400, 1), r.channel,
                          to_char((since + needed) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'),
                          to_char(portcullis.now() AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'));
    END IF;
END $$;

CREATE OR REPLACE FUNCTION portcullis.require_approvals(r portcullis.releases, rule text, scope text, roles text[]) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = portcullis, pg_temp AS $$
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

CREATE OR REPLACE FUNCTION portcullis.append_audit(before text, after text, OUT seq bigint, OUT hash text)
LANGUAGE plpgsql SET search_path = portcullis, pg_temp AS $$
DECLARE
    head record;
BEGIN
    SELECT h.seq INTO head FROM lock_audit_head() h;
    INSERT INTO audit AS a (document) VALUES (append_audit.before || (head.seq + 1)::text || append_audit.after)
    RETURNING a.seq, a.hash INTO append_audit.seq, append_audit.hash;
END $$;

CREATE FUNCTION portcullis.lock_audit_head(OUT seq bigint, OUT hash text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    SELECT h.seq, h.hash INTO seq, hash FROM audit_head h FOR UPDATE;
END $$;
GRANT EXECUTE ON FUNCTION portcullis.lock_audit_head() TO portcullis_app;

CREATE FUNCTION portcullis.lock_promotion() RETURNS trigger
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

CREATE FUNCTION portcullis.check_promotion_order() RETURNS trigger
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

CREATE FUNCTION portcullis.check_promotion_hard_stops() RETURNS trigger
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

CREATE FUNCTION portcullis.check_promotion_memo() RETURNS trigger
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

CREATE FUNCTION portcullis.check_promotion_requirements() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    channels text[] := ARRAY['dev', 'experimental', 'candidate', 'stable'];
    needed release_requirements;
    now_is record;
BEGIN
    FOR needed IN SELECT q.* FROM release_requirements q
        JOIN releases r ON r.id = q.release_id AND r.revision = q.revision
        WHERE r.id = NEW.release_id ORDER BY q.n LOOP
        IF array_position(channels, needed.channel) > array_position(channels, NEW.to_channel) THEN
            CONTINUE;
        END IF;
        SELECT * INTO now_is FROM requirement_standing(needed.rollout_id, needed.programme_id);
        IF needed.programme_id IS NOT NULL THEN
            IF NOT now_is.certified THEN
                PERFORM refuse('CHX-9', format('release %s needs programme %s certified before %s; it is not', NEW.release_id,
                                               needed.programme_id, needed.channel));
            END IF;
        ELSIF now_is.state IS DISTINCT FROM 'active' OR now_is.stage < needed.stage THEN
            PERFORM refuse('CHX-8', format('release %s needs stage %s of rollout %s before %s; the rollout is %s, in stage %s',
                                           NEW.release_id, needed.stage, needed.rollout_id, needed.channel,
                                           coalesce(now_is.state, 'not there'), coalesce(now_is.stage::text, 'none')));
        ELSIF now_is.killed_by IS NOT NULL THEN
            PERFORM refuse('CHX-8', format('the flag of rollout %s, which release %s needs, was killed by %s',
                                           needed.rollout_id, NEW.release_id, now_is.killed_by));
        ELSIF now_is.evaluation_id IS NOT NULL THEN
            PERFORM refuse('CHX-8', format('evaluation %s of rollout %s, which release %s needs, is open',
                                           now_is.evaluation_id, needed.rollout_id, NEW.release_id));
        END IF;
    END LOOP;
    RETURN NULL;
END $$;

CREATE FUNCTION portcullis.check_promotion_consents() RETURNS trigger
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

CREATE FUNCTION portcullis.check_promotion_exposure() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    r releases;
    drift record;
BEGIN
    IF NOT EXISTS (SELECT FROM instances i WHERE i.retired_at IS NULL) THEN
        RETURN NULL;
    END IF;
    r := lock_release(NEW.release_id);
    SELECT d.instance_id, d.kind, array_to_string(d.orgs, ', ') AS orgs INTO drift FROM exposure_drifts(r) d
    WHERE d.kind <> 'unknown' OR NEW.to_channel <> 'experimental' LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('CHX-7', format('instance %s and the plan of release %s differ (%s: %s)', drift.instance_id, r.id,
                                       drift.kind, drift.orgs));
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION portcullis.check_promotion_flag() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    kill text;
BEGIN
    SELECT k.operation_id INTO kill FROM flag_kills k JOIN releases r ON r.id = NEW.release_id AND r.flag = k.flag
        WHERE k.lifted_by IS NULL LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('KSW-8', format('the flag of release %s was killed by %s; lift the kill first', NEW.release_id,
                                       kill));
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION portcullis.check_promotion_stay() RETURNS trigger
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

CREATE FUNCTION portcullis.check_promotion_approvals() RETURNS trigger
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

CREATE FUNCTION portcullis.check_promotion_freeze() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    r releases;
    finding record;
BEGIN
    IF NOT EXISTS (SELECT FROM freezes f WHERE f.cancelled_at IS NULL) THEN
        RETURN NULL;
    END IF;
    SELECT * INTO r FROM releases WHERE id = NEW.release_id;
    SELECT f.id, f.scope, f.reason, w.ends_at INTO finding
    FROM freezes f, LATERAL freeze_windows(f, NEW.promoted_at, 1) w
    WHERE f.cancelled_at IS NULL AND w.starts_at <= NEW.promoted_at
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

CREATE FUNCTION portcullis.check_promotion_sev1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    r releases;
    finding record;
BEGIN
    IF NOT EXISTS (SELECT FROM incidents i WHERE i.severity = 'SEV-1' AND i.state <> 'resolved') THEN
        RETURN NULL;
    END IF;
    SELECT * INTO r FROM releases WHERE id = NEW.release_id;
    SELECT * INTO finding FROM sev1_stops(r, NEW.to_channel) LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('CHN-5', format('incident %s (SEV-1) concerns %s %s, which release %s would reach in %s; resolve it '
                                       'first', finding.incident_id, finding.kind, finding.subject_id, r.id,
                                       NEW.to_channel));
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER promotions_0_lock BEFORE INSERT ON portcullis.promotions
    FOR EACH ROW EXECUTE FUNCTION portcullis.lock_promotion();
CREATE TRIGGER promotions_as_required AFTER INSERT ON portcullis.promotions
    FOR EACH ROW EXECUTE FUNCTION portcullis.check_promotion_requirements();
CREATE TRIGGER promotions_consents AFTER INSERT ON portcullis.promotions
    FOR EACH ROW EXECUTE FUNCTION portcullis.check_promotion_consents();
CREATE TRIGGER promotions_exposure_as_planned AFTER INSERT ON portcullis.promotions
    FOR EACH ROW EXECUTE FUNCTION portcullis.check_promotion_exposure();
CREATE TRIGGER promotions_flag_not_killed AFTER INSERT ON portcullis.promotions
    FOR EACH ROW EXECUTE FUNCTION portcullis.check_promotion_flag();
CREATE TRIGGER promotions_in_order BEFORE INSERT ON portcullis.promotions
    FOR EACH ROW EXECUTE FUNCTION portcullis.check_promotion_order();
CREATE TRIGGER promotions_minimum_stay AFTER INSERT ON portcullis.promotions
    FOR EACH ROW EXECUTE FUNCTION portcullis.check_promotion_stay();
CREATE TRIGGER promotions_needed_approvals AFTER INSERT ON portcullis.promotions
    FOR EACH ROW EXECUTE FUNCTION portcullis.check_promotion_approvals();
CREATE TRIGGER promotions_no_freeze AFTER INSERT ON portcullis.promotions
    FOR EACH ROW EXECUTE FUNCTION portcullis.check_promotion_freeze();
CREATE TRIGGER promotions_no_open_hard_stop BEFORE INSERT ON portcullis.promotions
    FOR EACH ROW EXECUTE FUNCTION portcullis.check_promotion_hard_stops();
CREATE TRIGGER promotions_no_sev1 AFTER INSERT ON portcullis.promotions
    FOR EACH ROW EXECUTE FUNCTION portcullis.check_promotion_sev1();
CREATE TRIGGER promotions_signed_go_memo BEFORE INSERT ON portcullis.promotions
    FOR EACH ROW EXECUTE FUNCTION portcullis.check_promotion_memo();

ALTER TABLE portcullis.promotions ALTER COLUMN promoted_at SET DEFAULT portcullis.now();
ALTER TABLE portcullis.outbox ALTER COLUMN at SET DEFAULT portcullis.now();

DROP TRIGGER audit_head_remains ON portcullis.audit_head;
DROP TRIGGER audit_head_follows ON portcullis.audit_head;
CREATE TRIGGER audit_head_follows BEFORE INSERT OR UPDATE OR DELETE ON portcullis.audit_head
    FOR EACH ROW EXECUTE FUNCTION portcullis.guard_audit_head();
