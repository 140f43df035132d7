-- Promotions and memos. The rules that the policy judges are judged here a second time, from the rows themselves, so that
-- no statement of the application's role can move a release past them. Weaker than the policy where a rule needs a
-- person's judgement or a metrics source; never stronger.
--
-- Order: `promotions_0_lock` runs first (triggers fire by name). From then on nothing that these functions look at can
-- change: every writer of such a fact must first bump the release's facts_version or the facts epoch (0006_audit). Order
-- of channels, hard stops and the memo are judged before the row is written, so that they are what a caller is told
-- first; the other rules after it; `promotions_z_move` moves the release when nothing has objected.

CREATE FUNCTION portcullis.lock_promotion() RETURNS trigger
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
CREATE TRIGGER promotions_0_lock BEFORE INSERT ON portcullis.promotions
    FOR EACH ROW EXECUTE FUNCTION portcullis.lock_promotion();

-- CHN-1, CHX-6

CREATE FUNCTION portcullis.check_promotion_order() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    r releases := lock_release(NEW.release_id);
BEGIN
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
CREATE TRIGGER promotions_in_order BEFORE INSERT ON portcullis.promotions
    FOR EACH ROW EXECUTE FUNCTION portcullis.check_promotion_order();

-- HST-1..7: those raised by hand and not resolved, and those that follow from the manifest and the evidence.

CREATE FUNCTION portcullis.find_hard_stop(r portcullis.releases, OUT rule text, OUT message text)
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

CREATE FUNCTION portcullis.check_promotion_hard_stops() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    finding record;
BEGIN
    SELECT * INTO finding FROM find_hard_stop(lock_release(NEW.release_id));
    IF finding.rule IS NOT NULL THEN
        PERFORM refuse(finding.rule, format('release %s: %s', NEW.release_id, finding.message));
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER promotions_no_open_hard_stop BEFORE INSERT ON portcullis.promotions
    FOR EACH ROW EXECUTE FUNCTION portcullis.check_promotion_hard_stops();

-- CHN-2, CHN-3, CHN-5, CHX-3: incidents, and the continuous time in the channel with the same content.

CREATE FUNCTION portcullis.find_unmet_stay(r portcullis.releases, OUT rule text, OUT message text)
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

CREATE FUNCTION portcullis.check_promotion_stay() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    finding record;
BEGIN
    SELECT * INTO finding FROM find_unmet_stay(lock_release(NEW.release_id));
    IF finding.rule IS NOT NULL THEN
        PERFORM refuse(finding.rule, format('release %s: %s', NEW.release_id, finding.message));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER promotions_minimum_stay AFTER INSERT ON portcullis.promotions
    FOR EACH ROW EXECUTE FUNCTION portcullis.check_promotion_stay();

-- CLS-4, APR-1: the approvals that this transition needs are there, by people entitled now, for the current content,
-- no two of one decision by one person (SOD-2).

CREATE FUNCTION portcullis.approvers(r portcullis.releases, scope text, content_hash text)
RETURNS TABLE (role text, principal_id text)
LANGUAGE plpgsql STABLE SET search_path = portcullis, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT a.role, a.principal_id FROM approvals a
        JOIN principals p ON p.id = a.principal_id AND p.active AND p.kind = 'user'
        JOIN role_grants g ON g.principal_id = a.principal_id AND g.role = a.role AND g.status = 'active'
        WHERE a.release_id = r.id AND a.scope = approvers.scope AND a.content_hash = approvers.content_hash
          AND NOT EXISTS (SELECT FROM approval_revocations v WHERE v.approval_id = a.id);
END $$;

CREATE FUNCTION portcullis.require_approvals(r portcullis.releases, rule text, scope text, roles text[]) RETURNS void
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

CREATE FUNCTION portcullis.check_promotion_approvals() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    r releases := lock_release(NEW.release_id);
BEGIN
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
CREATE TRIGGER promotions_needed_approvals AFTER INSERT ON portcullis.promotions
    FOR EACH ROW EXECUTE FUNCTION portcullis.check_promotion_approvals();

-- EXP-1, EXP-2, EXP-6: into experimental with an approved plan, and with the consent of each tenant on it. Of several
-- consents the last act counts: a withdrawal ends what was agreed before it.

CREATE FUNCTION portcullis.current_consents(release_id text) RETURNS SETOF portcullis.consents
LANGUAGE plpgsql STABLE SET search_path = portcullis, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT DISTINCT ON (c.tenant_id) c.* FROM consents c
        WHERE c.release_id = current_consents.release_id OR c.channel = 'experimental'
        ORDER BY c.tenant_id, coalesce(c.withdrawn_at, c.recorded_at) DESC, c.id DESC;
END $$;

CREATE FUNCTION portcullis.check_promotion_consents() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    r releases := lock_release(NEW.release_id);
    plan_hash text;
    missing text;
BEGIN
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
CREATE TRIGGER promotions_consents AFTER INSERT ON portcullis.promotions
    FOR EACH ROW EXECUTE FUNCTION portcullis.check_promotion_consents();

-- MEM-1, CLS-3, MEM-5: the newest memo for the target is a GO over the current manifest, signed by two people.

CREATE FUNCTION portcullis.check_promotion_memo() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    r releases := lock_release(NEW.release_id);
    rule text := CASE NEW.to_channel WHEN 'stable' THEN 'MEM-1' ELSE 'CLS-3' END;
    memo memos;
    signed text[];
    people bigint;
BEGIN
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
CREATE TRIGGER promotions_signed_go_memo BEFORE INSERT ON portcullis.promotions
    FOR EACH ROW EXECUTE FUNCTION portcullis.check_promotion_memo();

-- The move itself: nothing else can do it (0002_documents).

CREATE FUNCTION portcullis.move_release() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    UPDATE releases SET channel = NEW.to_channel, channel_entered_at = NEW.promoted_at,
                        promotion_begun_at = coalesce(promotion_begun_at, NEW.promoted_at)
    WHERE id = NEW.release_id;
    RETURN NULL;
END $$;
CREATE TRIGGER promotions_z_move AFTER INSERT ON portcullis.promotions
    FOR EACH ROW EXECUTE FUNCTION portcullis.move_release();

-- Memos (section 9).

CREATE FUNCTION portcullis.check_memo() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    r releases := lock_release(NEW.release_id);
    next bigint := coalesce((SELECT max(m.number) FROM memos m WHERE m.release_id = NEW.release_id), 0) + 1;
    finding record;
BEGIN
    PERFORM check_document(NEW.content, NEW.content_hash);
    PERFORM require_user('SOD-1', NEW.decided_by, 'decide a memo');
    IF NEW.number <> next THEN
        PERFORM refuse('MEM-6', format('the next memo of release %s is number %s, not %s', r.id, next, NEW.number));
    END IF;
    IF NEW.manifest_content_hash <> r.content_hash THEN
        PERFORM refuse('SOD-5', format('memo %s is over content %s; release %s now has %s', NEW.number,
                                       NEW.manifest_content_hash, r.id, r.content_hash));
    END IF;
    IF NEW.decision <> 'GO' THEN
        RETURN NEW;
    END IF;
    IF (r.channel, NEW.target) NOT IN (('experimental', 'candidate'), ('candidate', 'stable')) THEN
        PERFORM refuse('MEM-2', format('release %s is in %s: a GO for %s would skip a channel', r.id, r.channel,
                                       NEW.target));
    END IF;
    SELECT * INTO finding FROM find_hard_stop(r);
    IF finding.rule IS NULL THEN
        SELECT * INTO finding FROM find_unmet_stay(r);
    END IF;
    IF finding.rule IS NOT NULL THEN
        PERFORM refuse('MEM-2', format('release %s cannot have a GO memo: %s, %s', r.id, finding.rule, finding.message));
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER memos_go_over_facts BEFORE INSERT ON portcullis.memos
    FOR EACH ROW EXECUTE FUNCTION portcullis.check_memo();

CREATE FUNCTION portcullis.check_memo_signature() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    memo memos;
BEGIN
    PERFORM lock_release(NEW.release_id);
    SELECT * INTO memo FROM memos m WHERE m.release_id = NEW.release_id AND m.number = NEW.number;
    PERFORM require_user('SOD-1', NEW.principal_id, 'sign a memo');
    PERFORM require_role(NEW.principal_id, NEW.role, 'sign a memo');
    IF memo.content_hash IS DISTINCT FROM NEW.content_hash THEN
        PERFORM refuse('SOD-5', format('what %s signs is not the content of memo %s of release %s', NEW.principal_id,
                                       NEW.number, NEW.release_id));
    END IF;
    IF EXISTS (SELECT FROM memos m WHERE m.release_id = memo.release_id AND m.target = memo.target
               AND m.number > memo.number) THEN
        PERFORM refuse('MEM-5', format('there is a newer memo of release %s for %s; sign that', memo.release_id,
                                       memo.target));
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER memo_signatures_by_entitled_people BEFORE INSERT ON portcullis.memo_signatures
    FOR EACH ROW EXECUTE FUNCTION portcullis.check_memo_signature();
