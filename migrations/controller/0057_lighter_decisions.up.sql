-- What a promotion's checks cost: the same refusals in the same order by half the work. Twelve triggers each set up
-- their rights and their path, looked the release up and asked one small question of their own; most of what a small
-- question costs is setting it up.
--
-- * One trigger judges a promotion: it locks the release, reads it once, and goes through the rules.
-- * What most releases have nothing of (freezes, open SEV-1 incidents, killed flags, managed instances, requirements) is
--   looked for by one statement. The rule itself stays a function of its own and runs where there is something.
-- * The approvals in force are read once. Where one role is needed it is looked for among them; two are counted as before.
--
-- The functions of rules have the rights and the path of the trigger that calls them, and nobody else may call them.

DROP TRIGGER promotions_0_lock ON portcullis.promotions;
DROP TRIGGER promotions_in_order ON portcullis.promotions;
DROP TRIGGER promotions_no_open_hard_stop ON portcullis.promotions;
DROP TRIGGER promotions_signed_go_memo ON portcullis.promotions;
DROP TRIGGER promotions_as_required ON portcullis.promotions;
DROP TRIGGER promotions_consents ON portcullis.promotions;
DROP TRIGGER promotions_exposure_as_planned ON portcullis.promotions;
DROP TRIGGER promotions_flag_not_killed ON portcullis.promotions;
DROP TRIGGER promotions_minimum_stay ON portcullis.promotions;
DROP TRIGGER promotions_needed_approvals ON portcullis.promotions;
DROP TRIGGER promotions_no_freeze ON portcullis.promotions;
DROP TRIGGER promotions_no_sev1 ON portcullis.promotions;
DROP FUNCTION portcullis.lock_promotion();
DROP FUNCTION portcullis.check_promotion_order();
DROP FUNCTION portcullis.check_promotion_hard_stops();
DROP FUNCTION portcullis.check_promotion_memo();
DROP FUNCTION portcullis.check_promotion_requirements();
DROP FUNCTION portcullis.check_promotion_consents();
DROP FUNCTION portcullis.check_promotion_exposure();
DROP FUNCTION portcullis.check_promotion_flag();
DROP FUNCTION portcullis.check_promotion_stay();
DROP FUNCTION portcullis.check_promotion_approvals();
DROP FUNCTION portcullis.check_promotion_freeze();
DROP FUNCTION portcullis.check_promotion_sev1();

-- It names everything in full, and a path of its own costs more than what it does.
CREATE OR REPLACE FUNCTION portcullis.hold_epoch() RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_catalog.pg_advisory_xact_lock_shared(1886549093, 1);
END $$;

-- HST-1..7
CREATE OR REPLACE FUNCTION portcullis.find_hard_stop(r portcullis.releases, OUT rule text, OUT message text)
LANGUAGE plpgsql STABLE SET search_path = portcullis, pg_temp AS $$
DECLARE
    manifest jsonb;
    is_raised boolean;
    has_failed boolean;
    raised record;
    failed_rule text;
    failed_message text;
BEGIN
    SELECT (SELECT m.document::jsonb FROM manifest_revisions m WHERE m.release_id = r.id AND m.revision = r.revision),
           EXISTS (SELECT FROM hard_stops h WHERE h.release_id = r.id AND h.resolved_at IS NULL),
           EXISTS (SELECT FROM checks c WHERE c.release_id = r.id AND c.outcome = 'failed')
        INTO manifest, is_raised, has_failed;
    IF has_failed THEN
        SELECT CASE c.control WHEN 'DSV-4' THEN 'HST-5' WHEN 'DSV-6' THEN 'HST-7' ELSE 'HST-4' END,
               format('check %s of %s failed; resolve it with evidence', c.id, c.control)
            INTO failed_rule, failed_message FROM checks c
            WHERE c.release_id = r.id AND c.outcome = 'failed' AND c.change_hash = r.change_hash
              AND c.control IN ('DSV-1', 'DSV-2', 'DSV-3', 'DSV-4', 'DSV-6')
              AND NOT EXISTS (SELECT FROM check_resolutions s WHERE s.check_id = c.id)
            ORDER BY 1, c.id LIMIT 1;
    END IF;
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
    ELSIF failed_rule < 'HST-6' THEN
        rule := failed_rule;
        message := failed_message;
    ELSIF coalesce(r.flag, '') !~ '[^[:space:]]' THEN
        rule := 'HST-6';
        message := 'no kill switch is configured; add its flag to the manifest';
    ELSIF failed_rule IS NOT NULL THEN
        rule := failed_rule;
        message := failed_message;
    ELSIF manifest -> 'data_changes' -> 'migration' ->> 'reversible' = 'false' THEN
        rule := 'HST-7';
        message := 'the data migration is not reversible';
    END IF;
    IF is_raised THEN
        SELECT h.rule, format('hard stop %s, raised by %s, is open; resolve it with evidence', h.id, h.raised_by) AS message
            INTO raised FROM hard_stops h WHERE h.release_id = r.id AND h.resolved_at IS NULL
            ORDER BY h.rule, h.id LIMIT 1;
        IF rule IS NULL OR raised.rule <= rule THEN
            rule := raised.rule;
            message := raised.message;
        END IF;
    END IF;
END $$;

-- CHN-2, CHN-3, CHN-5, CHX-3: incidents, and the continuous time in the channel with the same content.
CREATE OR REPLACE FUNCTION portcullis.find_unmet_stay(r portcullis.releases, OUT rule text, OUT message text)
LANGUAGE plpgsql STABLE SET search_path = portcullis, pg_temp AS $$
DECLARE
    has_incidents boolean;
    is_evaluated boolean;
    open_incident record;
    since timestamptz := greatest(r.channel_entered_at, r.content_since);
    needed interval := interval '168 hours';
    planned interval;
BEGIN
    SELECT EXISTS (SELECT FROM incident_subjects s WHERE s.kind = 'release' AND s.subject_id = r.id),
           EXISTS (SELECT FROM rollback_evaluations e WHERE e.release_id = r.id AND e.decision IS NULL)
        INTO has_incidents, is_evaluated;
    IF has_incidents THEN
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
    END IF;
    IF is_evaluated THEN
        SELECT 'CHN-5', format('rollback evaluation %s is not decided; decide to roll back or to continue', e.id)
            INTO rule, message FROM rollback_evaluations e WHERE e.release_id = r.id AND e.decision IS NULL LIMIT 1;
        RETURN;
    END IF;
    IF r.channel NOT IN ('experimental', 'candidate') THEN
        RETURN;
    END IF;
    IF r.channel = 'experimental' THEN
        SELECT p.minimum_stay INTO planned FROM plan_revisions p
            WHERE p.release_id = r.id AND p.revision = r.plan_revision;
        needed := greatest(needed, planned);
    END IF;
    IF has_incidents THEN
        since := greatest(since, (
            SELECT max(i.resolved_at) FROM incident_subjects s JOIN incidents i ON i.id = s.incident_id
            WHERE s.kind = 'release' AND s.subject_id = r.id AND i.state = 'resolved'
              AND i.resolved_at > r.channel_entered_at
              AND (r.channel = 'candidate' OR i.severity IN ('SEV-1', 'SEV-2'))));
    END IF;
    IF portcullis.now() < since + needed THEN
        rule := CASE WHEN needed > interval '168 hours' THEN 'CHN-3' ELSE 'CHN-2' END;
        message := format('%s days in %s are needed without a break; they are over on %s UTC, and it is %s UTC',
                          round(extract(epoch FROM needed) / 86400, 1), r.channel,
                          to_char((since + needed) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'),
                          to_char(portcullis.now() AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'));
    END IF;
END $$;

-- MEM-1, CLS-3, MEM-5: the newest memo for the target is a GO over the current manifest, signed by two people. Its number.
CREATE FUNCTION portcullis.require_memo(p portcullis.promotions, r portcullis.releases) RETURNS bigint
LANGUAGE plpgsql STABLE AS $$
DECLARE
    rule text := CASE p.to_channel WHEN 'stable' THEN 'MEM-1' ELSE 'CLS-3' END;
    memo portcullis.memos;
    signed text[];
    people bigint;
BEGIN
    SELECT * INTO memo FROM memos m WHERE m.release_id = r.id AND m.target = p.to_channel ORDER BY m.number DESC LIMIT 1;
    IF NOT FOUND THEN
        PERFORM refuse(rule, format('release %s has no decision memo for %s', r.id, p.to_channel));
    END IF;
    IF memo.decision <> 'GO' THEN
        PERFORM refuse(rule, format('the newest memo of release %s for %s, number %s, says %s', r.id, p.to_channel,
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
    RETURN memo.number;
END $$;

-- CHX-8, CHX-9
CREATE FUNCTION portcullis.require_requirements(p portcullis.promotions, r portcullis.releases) RETURNS void
LANGUAGE plpgsql STABLE AS $$
DECLARE
    channels text[] := ARRAY['dev', 'experimental', 'candidate', 'stable'];
    needed portcullis.release_requirements;
    now_is record;
BEGIN
    FOR needed IN SELECT q.* FROM release_requirements q WHERE q.release_id = r.id AND q.revision = r.revision
        ORDER BY q.n LOOP
        IF array_position(channels, needed.channel) > array_position(channels, p.to_channel) THEN
            CONTINUE;
        END IF;
        SELECT * INTO now_is FROM requirement_standing(needed.rollout_id, needed.programme_id);
        IF needed.programme_id IS NOT NULL THEN
            IF NOT now_is.certified THEN
                PERFORM refuse('CHX-9', format('release %s needs programme %s certified before %s; it is not', r.id,
                                               needed.programme_id, needed.channel));
            END IF;
        ELSIF now_is.state IS DISTINCT FROM 'active' OR now_is.stage < needed.stage THEN
            PERFORM refuse('CHX-8', format('release %s needs stage %s of rollout %s before %s; the rollout is %s, in stage %s',
                                           r.id, needed.stage, needed.rollout_id, needed.channel,
                                           coalesce(now_is.state, 'not there'), coalesce(now_is.stage::text, 'none')));
        ELSIF now_is.killed_by IS NOT NULL THEN
            PERFORM refuse('CHX-8', format('the flag of rollout %s, which release %s needs, was killed by %s',
                                           needed.rollout_id, r.id, now_is.killed_by));
        ELSIF now_is.evaluation_id IS NOT NULL THEN
            PERFORM refuse('CHX-8', format('evaluation %s of rollout %s, which release %s needs, is open',
                                           now_is.evaluation_id, needed.rollout_id, r.id));
        END IF;
    END LOOP;
END $$;

-- CHX-7
CREATE FUNCTION portcullis.require_exposure_as_planned(p portcullis.promotions, r portcullis.releases) RETURNS void
LANGUAGE plpgsql STABLE AS $$
DECLARE
    drift record;
BEGIN
    SELECT d.instance_id, d.kind, array_to_string(d.orgs, ', ') AS orgs INTO drift FROM exposure_drifts(r) d
    WHERE d.kind <> 'unknown' OR p.to_channel <> 'experimental' LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('CHX-7', format('instance %s and the plan of release %s differ (%s: %s)', drift.instance_id, r.id,
                                       drift.kind, drift.orgs));
    END IF;
END $$;

-- KSW-8
CREATE FUNCTION portcullis.require_living_flag(r portcullis.releases) RETURNS void
LANGUAGE plpgsql STABLE AS $$
DECLARE
    kill text;
BEGIN
    SELECT k.operation_id INTO kill FROM flag_kills k WHERE k.flag = r.flag AND k.lifted_by IS NULL LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('KSW-8', format('the flag of release %s was killed by %s; lift the kill first', r.id, kill));
    END IF;
END $$;

-- CHN-8
CREATE FUNCTION portcullis.require_no_freeze(p portcullis.promotions, r portcullis.releases) RETURNS void
LANGUAGE plpgsql STABLE AS $$
DECLARE
    finding record;
BEGIN
    SELECT f.id, f.scope, f.reason, w.ends_at INTO finding
    FROM freezes f, LATERAL freeze_windows(f, p.promoted_at, 1) w
    WHERE f.cancelled_at IS NULL AND w.starts_at <= p.promoted_at
      AND (f.scope = 'global' OR (f.scope = 'channel' AND f.channel = p.to_channel)
           OR (f.scope = 'tenant' AND EXISTS (
               SELECT FROM tenants t WHERE t.id = f.tenant_id AND receives(t, r, p.to_channel)
                                       AND NOT receives(t, r, r.channel))))
    ORDER BY w.ends_at DESC LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('CHN-8', format('freeze %s (%s: %s) stops the promotion of release %s until %s UTC', finding.id,
                                       finding.scope, finding.reason, r.id,
                                       to_char(finding.ends_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')));
    END IF;
END $$;

-- CHN-5, for what the release would reach.
CREATE FUNCTION portcullis.require_no_sev1(p portcullis.promotions, r portcullis.releases) RETURNS void
LANGUAGE plpgsql STABLE AS $$
DECLARE
    finding record;
BEGIN
    SELECT * INTO finding FROM sev1_stops(r, p.to_channel) LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('CHN-5', format('incident %s (SEV-1) concerns %s %s, which release %s would reach in %s; resolve it '
                                       'first', finding.incident_id, finding.kind, finding.subject_id, r.id, p.to_channel));
    END IF;
END $$;

-- CLS-4, APR-1, SOD-2: approvals by people entitled now, for the current content, in more roles than one.
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

-- EXP-1, EXP-2, EXP-6: into experimental with an approved plan, and with the consent of each tenant on it.
CREATE FUNCTION portcullis.require_plan(p portcullis.promotions, r portcullis.releases, plan_hash text, given text[])
RETURNS void LANGUAGE plpgsql STABLE AS $$
DECLARE
    missing text;
BEGIN
    IF plan_hash IS NULL THEN
        PERFORM refuse('EXP-1', format('release %s has no exposure plan', r.id));
    END IF;
    IF 'plan dev_lead' <> ALL (given) THEN
        PERFORM refuse('EXP-6', format('the exposure plan of release %s is not approved by a dev lead', r.id));
    END IF;
    SELECT string_agg(t.tenant_id, ', ' ORDER BY t.tenant_id) INTO missing
    FROM plan_tenants t
    WHERE t.release_id = r.id AND t.revision = r.plan_revision
      AND NOT EXISTS (SELECT FROM current_consent(r.id, t.tenant_id) c
                      WHERE c.withdrawn_at IS NULL AND (c.expires_at IS NULL OR c.expires_at > p.promoted_at));
    IF missing IS NOT NULL THEN
        PERFORM refuse('EXP-2', format('tenants on the plan of release %s without a consent in force: %s', r.id, missing));
    END IF;
END $$;

CREATE FUNCTION portcullis.judge_promotion() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    r releases;
    finding record;
    is_there record;
    plan_hash text;
    given text[];  -- "scope role" of the approvals in force; never null: nothing is found in it by a null
    class_roles text[];
    channel_roles text[];
BEGIN
    -- What is read from here on stays as it is until the promotion is in force: everything that decides is changed under
    -- one of these two locks, and each statement below sees what was committed before it.
    SELECT * INTO r FROM releases WHERE id = NEW.release_id FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        PERFORM refuse('CHN-1', format('there is no release %s', NEW.release_id));
    END IF;
    PERFORM hold_epoch();
    NEW.promoted_at := portcullis.now();
    IF NOT EXISTS (SELECT FROM principals p WHERE p.id = NEW.promoted_by AND p.active) THEN
        PERFORM refuse('ATT-1', format('%s is no active principal', NEW.promoted_by));
    END IF;
    IF r.content_hash <> NEW.content_hash THEN
        PERFORM refuse('SOD-5', format('release %s has changed: its content is %s now', r.id, r.content_hash));
    END IF;

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

    finding := find_hard_stop(r);
    IF finding.rule IS NOT NULL THEN
        PERFORM refuse(finding.rule, format('release %s: %s', r.id, finding.message));
    END IF;

    NEW.memo_number := NULL;
    IF NEW.to_channel = 'stable' OR (NEW.to_channel = 'candidate' AND r.class = 'mechanism') THEN
        NEW.memo_number := require_memo(NEW, r);
    END IF;

    SELECT EXISTS (SELECT FROM release_requirements q WHERE q.release_id = r.id AND q.revision = r.revision) AS requirements,
           EXISTS (SELECT FROM instances i WHERE i.retired_at IS NULL) AS instances,
           EXISTS (SELECT FROM flag_kills k WHERE k.flag = r.flag AND k.lifted_by IS NULL) AS flag_kills,
           EXISTS (SELECT FROM freezes f WHERE f.cancelled_at IS NULL) AS freezes,
           EXISTS (SELECT FROM incidents i WHERE i.severity = 'SEV-1' AND i.state <> 'resolved') AS sev1_incidents,
           (SELECT p.content_hash FROM plan_revisions p
            WHERE p.release_id = r.id AND p.revision = r.plan_revision) AS plan_hash
        INTO is_there;
    IF is_there.requirements THEN
        PERFORM require_requirements(NEW, r);
    END IF;

    -- SOD-4, SOD-5: who is entitled now, for the content of now.
    SELECT coalesce(array_agg(a.scope || ' ' || a.role), '{}') INTO given
        FROM approvals a
        JOIN principals p ON p.id = a.principal_id AND p.active AND p.kind = 'user'
        JOIN role_grants g ON g.principal_id = a.principal_id AND g.role = a.role AND g.status = 'active'
        WHERE a.release_id = r.id
          AND a.content_hash = CASE a.scope WHEN 'plan' THEN is_there.plan_hash ELSE r.content_hash END
          AND NOT EXISTS (SELECT FROM approval_revocations v WHERE v.approval_id = a.id);
    IF NEW.to_channel = 'experimental' THEN
        PERFORM require_plan(NEW, r, is_there.plan_hash, given);
    END IF;
    IF is_there.instances THEN
        PERFORM require_exposure_as_planned(NEW, r);
    END IF;
    IF is_there.flag_kills THEN
        PERFORM require_living_flag(r);
    END IF;

    finding := find_unmet_stay(r);
    IF finding.rule IS NOT NULL THEN
        PERFORM refuse(finding.rule, format('release %s: %s', r.id, finding.message));
    END IF;

    class_roles := CASE r.class
        WHEN 'ui_only' THEN ARRAY['dev_lead']
        WHEN 'workflow' THEN ARRAY['dev_lead', 'qa']
        WHEN 'capability' THEN ARRAY['dev_lead', 'system_owner']
        ELSE ARRAY['system_owner'] END;
    IF cardinality(class_roles) > 1 OR 'class ' || class_roles[1] <> ALL (given) THEN
        PERFORM require_approvals(r, 'CLS-4', 'class', class_roles);
    END IF;
    IF r.class = 'mechanism' AND NOT EXISTS (
        SELECT FROM risk_acceptances a
        WHERE a.release_id = r.id AND a.content_hash = r.content_hash AND is_active_user(a.principal_id)
          AND holds_role(a.principal_id, 'system_owner')
          AND a.review_date > (portcullis.now() AT TIME ZONE 'UTC')::date
          AND NOT EXISTS (SELECT FROM risk_acceptance_revocations v WHERE v.risk_acceptance_id = a.id)) THEN
        PERFORM refuse('CLS-4', format('release %s is a mechanism and lacks a risk acceptance in force', r.id));
    END IF;
    channel_roles := CASE NEW.to_channel
        WHEN 'experimental' THEN ARRAY['dev_lead']
        WHEN 'candidate' THEN ARRAY['dev_lead', 'qa']
        ELSE ARRAY['system_owner'] END;
    IF cardinality(channel_roles) > 1 OR NEW.to_channel || ' ' || channel_roles[1] <> ALL (given) THEN
        PERFORM require_approvals(r, 'APR-1', NEW.to_channel, channel_roles);
    END IF;

    IF is_there.freezes THEN
        PERFORM require_no_freeze(NEW, r);
    END IF;
    IF is_there.sev1_incidents THEN
        PERFORM require_no_sev1(NEW, r);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER promotions_judged BEFORE INSERT ON portcullis.promotions
    FOR EACH ROW EXECUTE FUNCTION portcullis.judge_promotion();

-- The time is stamped by the trigger, whatever was given; a default is worked out before it for nothing.
ALTER TABLE portcullis.promotions ALTER COLUMN promoted_at DROP DEFAULT;
ALTER TABLE portcullis.outbox ALTER COLUMN at DROP DEFAULT;

-- The end of the audit chain moves within the trigger on its entries; whoever moves it from outside is refused. The
-- condition is asked without a call.
DROP TRIGGER audit_head_follows ON portcullis.audit_head;
CREATE TRIGGER audit_head_follows BEFORE UPDATE ON portcullis.audit_head
    FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION portcullis.guard_audit_head();
CREATE TRIGGER audit_head_remains BEFORE INSERT OR DELETE ON portcullis.audit_head
    FOR EACH ROW EXECUTE FUNCTION portcullis.guard_audit_head();

-- With the owner's rights, which the lock needs: one call for two.
CREATE OR REPLACE FUNCTION portcullis.append_audit(before text, after text, OUT seq bigint, OUT hash text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    last bigint;
BEGIN
    SELECT h.seq INTO last FROM audit_head h FOR UPDATE;
    INSERT INTO audit AS a (document) VALUES (append_audit.before || (last + 1)::text || append_audit.after)
    RETURNING a.seq, a.hash INTO append_audit.seq, append_audit.hash;
END $$;
DROP FUNCTION portcullis.lock_audit_head();
