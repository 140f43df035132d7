-- Incidents, freezes and rollbacks: what is written once, what PostgreSQL writes itself, and what a freeze stops.

-- Incidents. States only move on; their times and the record of what happened are written here.

CREATE FUNCTION portcullis.incident_state_rank(text) RETURNS integer LANGUAGE sql IMMUTABLE
SET search_path = portcullis, pg_temp AS $$
    SELECT array_position(ARRAY['open', 'acknowledged', 'contained', 'resolved'], $1)
$$;

CREATE FUNCTION portcullis.guard_incident() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    moment timestamptz := portcullis.now();
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'open' OR num_nonnulls(NEW.acknowledged_at, NEW.acknowledged_by, NEW.contained_at,
                                               NEW.contained_by, NEW.resolved_at, NEW.resolved_by, NEW.resolution) > 0 THEN
            PERFORM refuse('INC-1', 'an incident begins as open');
        END IF;
        NEW.version := 1;
        RETURN NEW;
    END IF;
    IF NEW.id <> OLD.id OR NEW.opened_at <> OLD.opened_at OR NEW.opened_by <> OLD.opened_by THEN
        PERFORM refuse('INC-1', format('who opened incident %s, and when, never changes', OLD.id));
    END IF;
    IF NEW.severity <> OLD.severity AND NOT EXISTS (
        SELECT FROM incident_events e WHERE e.incident_id = OLD.id AND e.kind = 'severity' AND e.at = moment
          AND e.detail ->> 'from' = OLD.severity AND e.detail ->> 'to' = NEW.severity
          AND (NEW.severity < OLD.severity OR e.detail ->> 'evidence' ~ '[^[:space:]]')) THEN
        PERFORM refuse('INC-2', format('incident %s goes from %s to %s with a reason on record, and lower only with '
                                       'evidence', OLD.id, OLD.severity, NEW.severity));
    END IF;
    NEW.acknowledged_at := OLD.acknowledged_at;
    NEW.contained_at := OLD.contained_at;
    NEW.resolved_at := OLD.resolved_at;
    IF OLD.acknowledged_at IS NOT NULL THEN NEW.acknowledged_by := OLD.acknowledged_by; END IF;
    IF OLD.contained_at IS NOT NULL THEN NEW.contained_by := OLD.contained_by; END IF;
    IF OLD.resolved_at IS NOT NULL THEN
        NEW.resolved_by := OLD.resolved_by;
        NEW.resolution := OLD.resolution;
    END IF;
    IF NEW.state <> OLD.state THEN
        IF incident_state_rank(NEW.state) < incident_state_rank(OLD.state) THEN
            PERFORM refuse('INC-1', format('incident %s is %s and cannot become %s again; open another', OLD.id, OLD.state,
                                           NEW.state));
        END IF;
        IF NEW.state = 'resolved' THEN
            IF NEW.resolved_by IS NULL OR coalesce(NEW.resolution, '') !~ '[^[:space:]]' THEN
                PERFORM refuse('INC-1', format('incident %s is resolved by somebody, with a written resolution', OLD.id));
            END IF;
            NEW.resolved_at := moment;
        END IF;
        IF incident_state_rank(NEW.state) >= 3 AND OLD.contained_at IS NULL THEN
            NEW.contained_at := moment;
            NEW.contained_by := coalesce(NEW.contained_by, NEW.resolved_by);
        END IF;
        IF OLD.acknowledged_at IS NULL THEN
            NEW.acknowledged_at := moment;
            NEW.acknowledged_by := coalesce(NEW.acknowledged_by, NEW.contained_by);
        END IF;
        IF NEW.acknowledged_by IS NULL THEN
            PERFORM refuse('ATT-1', format('who moves incident %s on must be named', OLD.id));
        END IF;
    END IF;
    NEW.version := OLD.version + 1;
    RETURN NEW;
END $$;
CREATE TRIGGER incidents_only_forward BEFORE INSERT OR UPDATE ON portcullis.incidents
    FOR EACH ROW EXECUTE FUNCTION portcullis.guard_incident();

CREATE FUNCTION portcullis.record_incident_state() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    INSERT INTO incident_events (incident_id, actor, kind, detail)
    SELECT NEW.id,
           CASE NEW.state WHEN 'resolved' THEN NEW.resolved_by WHEN 'contained' THEN NEW.contained_by
                          ELSE NEW.acknowledged_by END,
           NEW.state,
           CASE NEW.state WHEN 'resolved' THEN jsonb_build_object('resolution', NEW.resolution) ELSE '{}' END;
    RETURN NULL;
END $$;
CREATE TRIGGER incidents_recorded AFTER UPDATE ON portcullis.incidents
    FOR EACH ROW WHEN (NEW.state <> OLD.state) EXECUTE FUNCTION portcullis.record_incident_state();

-- The only way for the application's role to change a severity (INC-2).
CREATE FUNCTION portcullis.change_severity(incident text, new_severity text, actor text, reason text, evidence text)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    before text;
BEGIN
    SELECT i.severity INTO before FROM incidents i WHERE i.id = incident FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM refuse('INC-1', format('there is no incident %s', incident));
    END IF;
    IF coalesce(reason, '') !~ '[^[:space:]]' THEN
        PERFORM refuse('INC-2', 'a change of severity needs a reason');
    END IF;
    IF before = new_severity THEN
        RETURN;
    END IF;
    INSERT INTO incident_events (incident_id, actor, kind, detail) VALUES (incident, actor, 'severity',
        jsonb_build_object('from', before, 'to', new_severity, 'reason', reason, 'evidence', coalesce(evidence, '')));
    UPDATE incidents SET severity = new_severity WHERE id = incident;
END $$;

CREATE FUNCTION portcullis.note_incident(incident text, actor text, detail jsonb) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
    INSERT INTO incident_events (incident_id, actor, kind, detail) VALUES ($1, $2, 'note', $3)
$$;

-- CHN-5: a SEV-1 opens a rollback evaluation for every release it concerns.

CREATE FUNCTION portcullis.open_rollback_evaluations(incident text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
    INSERT INTO rollback_evaluations (id, release_id, incident_id)
    SELECT 'rbe_' || left(encode(sha256(convert_to(s.subject_id || ' ' || i.id, 'UTF8')), 'hex'), 26), s.subject_id, i.id
    FROM incidents i JOIN incident_subjects s ON s.incident_id = i.id
    WHERE i.id = incident AND i.severity = 'SEV-1' AND i.state <> 'resolved' AND s.kind = 'release'
    ORDER BY s.subject_id
    ON CONFLICT (release_id, incident_id) DO NOTHING
$$;

CREATE FUNCTION portcullis.evaluate_after_incident() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    PERFORM open_rollback_evaluations(NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER incidents_open_evaluation AFTER UPDATE OF severity ON portcullis.incidents
    FOR EACH ROW EXECUTE FUNCTION portcullis.evaluate_after_incident();

CREATE FUNCTION portcullis.check_incident_subject() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    IF NEW.kind = 'release' THEN
        PERFORM lock_release(NEW.subject_id);
    ELSIF NEW.kind = 'tenant' AND NOT EXISTS (SELECT FROM tenants t WHERE t.id = NEW.subject_id) THEN
        PERFORM refuse('ATT-3', format('there is no tenant %s', NEW.subject_id));
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER incident_subjects_exist BEFORE INSERT ON portcullis.incident_subjects
    FOR EACH ROW EXECUTE FUNCTION portcullis.check_incident_subject();

CREATE FUNCTION portcullis.evaluate_after_subject() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    PERFORM open_rollback_evaluations(NEW.incident_id);
    RETURN NULL;
END $$;
CREATE TRIGGER incident_subjects_open_evaluation AFTER INSERT ON portcullis.incident_subjects
    FOR EACH ROW EXECUTE FUNCTION portcullis.evaluate_after_subject();

CREATE FUNCTION portcullis.guard_rollback_evaluation() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    IF OLD.decision IS NOT NULL OR (NEW.id, NEW.release_id, NEW.incident_id, NEW.opened_at)
                                   IS DISTINCT FROM (OLD.id, OLD.release_id, OLD.incident_id, OLD.opened_at) THEN
        PERFORM refuse('CHN-5', format('rollback evaluation %s is decided once; nothing else in it changes', OLD.id));
    END IF;
    IF NEW.decision IS NULL OR coalesce(NEW.reason, '') !~ '[^[:space:]]' THEN
        PERFORM refuse('CHN-5', format('rollback evaluation %s needs a decision and a reason', OLD.id));
    END IF;
    PERFORM require_user('CHN-5', NEW.decided_by, 'decide a rollback evaluation');
    NEW.decided_at := portcullis.now();
    RETURN NEW;
END $$;
CREATE TRIGGER rollback_evaluations_decided_once BEFORE UPDATE ON portcullis.rollback_evaluations
    FOR EACH ROW EXECUTE FUNCTION portcullis.guard_rollback_evaluation();

-- Freezes (CHN-8).

-- The first `n` occurrences that end after `moment`. Local times: an occurrence keeps its hours when the zone's offset
-- changes.
CREATE FUNCTION portcullis.freeze_windows(f portcullis.freezes, moment timestamptz, n integer)
RETURNS TABLE (starts_at timestamptz, ends_at timestamptz) LANGUAGE sql STABLE
SET search_path = portcullis, pg_temp AS $$
    SELECT w.starts_at, w.ends_at
    FROM (
        SELECT CASE f.recurrence WHEN 'weekly' THEN interval '7 days' WHEN 'yearly' THEN interval '1 year'
                                 ELSE interval '0' END AS step,
               CASE f.recurrence
                   WHEN 'weekly' THEN greatest(0, floor(
                       extract(epoch FROM (moment AT TIME ZONE f.zone) - f.local_end) / 604800)::integer - 1)
                   WHEN 'yearly' THEN greatest(0, (extract(year FROM moment AT TIME ZONE f.zone)
                                                   - extract(year FROM f.local_end))::integer - 1)
                   ELSE 0 END AS first
    ) base,
    LATERAL generate_series(base.first, CASE f.recurrence WHEN 'none' THEN 0 ELSE base.first + n + 3 END) k,
    LATERAL (SELECT (f.local_start + k * base.step) AT TIME ZONE f.zone AS starts_at,
                    (f.local_end + k * base.step) AT TIME ZONE f.zone AS ends_at,
                    (f.local_start + k * base.step)::date AS day) w
    WHERE f.cancelled_at IS NULL AND w.ends_at > moment AND (f.until IS NULL OR w.day <= f.until)
    ORDER BY w.starts_at LIMIT n
$$;

CREATE FUNCTION portcullis.is_time_zone(text) RETURNS boolean LANGUAGE plpgsql STABLE
SET search_path = portcullis, pg_temp AS $$
BEGIN
    PERFORM transaction_timestamp() AT TIME ZONE $1;
    RETURN $1 = 'UTC' OR $1 ~ '^[A-Za-z_]+/[A-Za-z0-9_+/-]+$';
EXCEPTION WHEN invalid_parameter_value THEN
    RETURN false;
END $$;

CREATE FUNCTION portcullis.guard_freeze() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NOT is_time_zone(NEW.zone) THEN
            PERFORM refuse('CHN-8', format('%s is no known time zone; give one such as Europe/Berlin or UTC', NEW.zone));
        END IF;
        NEW.version := 1;
        IF NEW.cancelled_by IS NOT NULL OR NEW.cancelled_at IS NOT NULL THEN
            PERFORM refuse('CHN-8', 'a freeze is declared first and cancelled later');
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.cancelled_at IS NOT NULL OR NEW.cancelled_by IS NULL
       OR (NEW.id, NEW.scope, NEW.channel, NEW.tenant_id, NEW.zone, NEW.local_start, NEW.local_end, NEW.recurrence,
           NEW.until, NEW.reason, NEW.created_by, NEW.created_at)
          IS DISTINCT FROM (OLD.id, OLD.scope, OLD.channel, OLD.tenant_id, OLD.zone, OLD.local_start, OLD.local_end,
                            OLD.recurrence, OLD.until, OLD.reason, OLD.created_by, OLD.created_at) THEN
        PERFORM refuse('CHN-8', format('freeze %s can be cancelled, once, by somebody; nothing else in it changes', OLD.id));
    END IF;
    NEW.cancelled_at := portcullis.now();
    NEW.version := OLD.version + 1;
    RETURN NEW;
END $$;
CREATE TRIGGER freezes_cancelled_once BEFORE INSERT OR UPDATE ON portcullis.freezes
    FOR EACH ROW EXECUTE FUNCTION portcullis.guard_freeze();

-- CHN-6, for a tenant's freeze: it stops what would newly reach the tenant.
CREATE FUNCTION portcullis.receives(t portcullis.tenants, r portcullis.releases, channel text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = portcullis, pg_temp AS $$
    SELECT t.active AND (channel = 'stable' OR t.channel_preference <> 'stable_only') AND CASE channel
        WHEN 'dev' THEN t.kind IN ('dev', 'test')
        WHEN 'experimental' THEN EXISTS (
            SELECT FROM plan_tenants p JOIN current_consents(r.id) c ON c.tenant_id = p.tenant_id
            WHERE p.release_id = r.id AND p.revision = r.plan_revision AND p.tenant_id = t.id
              AND c.withdrawn_at IS NULL AND (c.expires_at IS NULL OR c.expires_at > portcullis.now()))
        ELSE true END
$$;

CREATE FUNCTION portcullis.check_promotion_freeze() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    r releases := lock_release(NEW.release_id);
    finding record;
BEGIN
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
CREATE TRIGGER promotions_no_freeze AFTER INSERT ON portcullis.promotions
    FOR EACH ROW EXECUTE FUNCTION portcullis.check_promotion_freeze();

-- Rollbacks (RBA-1..4).

CREATE FUNCTION portcullis.guard_rollback() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF num_nonnulls(NEW.watch_until, NEW.outcome, NEW.outcome_reason, NEW.finished_at, NEW.finished_by) > 0 THEN
            PERFORM refuse('RBA-1', 'a rollback is started first and finished later');
        END IF;
        NEW.version := 1;
        RETURN NEW;
    END IF;
    IF OLD.outcome IS NOT NULL
       OR (NEW.id, NEW.release_id, NEW.reason, NEW.authority, NEW.approved_by, NEW.incident_id, NEW.started_by,
           NEW.started_at, NEW.watch_minutes)
          IS DISTINCT FROM (OLD.id, OLD.release_id, OLD.reason, OLD.authority, OLD.approved_by, OLD.incident_id,
                            OLD.started_by, OLD.started_at, OLD.watch_minutes) THEN
        PERFORM refuse('RBA-1', format('rollback %s is finished once; nothing else in it changes', OLD.id));
    END IF;
    IF OLD.watch_until IS NOT NULL THEN
        NEW.watch_until := OLD.watch_until;
    ELSIF NEW.watch_until IS NOT NULL THEN
        NEW.watch_until := portcullis.now() + NEW.watch_minutes * interval '1 minute';
    END IF;
    IF NEW.outcome IS NOT NULL THEN
        IF NEW.finished_by IS NULL THEN
            PERFORM refuse('ATT-1', format('who finishes rollback %s must be named', OLD.id));
        END IF;
        NEW.finished_at := portcullis.now();
    END IF;
    NEW.version := OLD.version + 1;
    RETURN NEW;
END $$;
CREATE TRIGGER rollbacks_finished_once BEFORE INSERT OR UPDATE ON portcullis.rollbacks
    FOR EACH ROW EXECUTE FUNCTION portcullis.guard_rollback();

CREATE FUNCTION portcullis.guard_rollback_step() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    IF OLD.state <> 'pending' OR NEW.state = 'pending' OR NEW.done_by IS NULL
       OR (NEW.rollback_id, NEW.n, NEW.kind, NEW.text, NEW.due_at)
          IS DISTINCT FROM (OLD.rollback_id, OLD.n, OLD.kind, OLD.text, OLD.due_at) THEN
        PERFORM refuse('RBA-1', format('step %s of rollback %s is done or fails once, by somebody', OLD.n, OLD.rollback_id));
    END IF;
    NEW.done_at := portcullis.now();
    UPDATE rollbacks SET version = version WHERE id = OLD.rollback_id;  -- moves its version
    RETURN NEW;
END $$;
CREATE TRIGGER rollback_steps_done_once BEFORE UPDATE ON portcullis.rollback_steps
    FOR EACH ROW EXECUTE FUNCTION portcullis.guard_rollback_step();

CREATE FUNCTION portcullis.guard_rollback_approval() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM require_user('SOD-1', NEW.approved_by, 'approve a rollback');
        PERFORM require_role(NEW.approved_by, 'system_owner', 'approve a rollback');
        NEW.rollback_id := NULL;
        RETURN NEW;
    END IF;
    IF OLD.rollback_id IS NOT NULL OR NEW.rollback_id IS NULL
       OR (NEW.id, NEW.release_id, NEW.approved_by, NEW.reason, NEW.approved_at, NEW.expires_at)
          IS DISTINCT FROM (OLD.id, OLD.release_id, OLD.approved_by, OLD.reason, OLD.approved_at, OLD.expires_at)
       OR NOT EXISTS (SELECT FROM rollbacks b WHERE b.id = NEW.rollback_id AND b.release_id = OLD.release_id)
       OR OLD.expires_at <= portcullis.now() THEN
        PERFORM refuse('RBA-3', format('rollback approval %s is spent once, by a rollback of release %s, before it expires',
                                       OLD.id, OLD.release_id));
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER rollback_approvals_spent_once BEFORE INSERT OR UPDATE ON portcullis.rollback_approvals
    FOR EACH ROW EXECUTE FUNCTION portcullis.guard_rollback_approval();
