-- Response clocks of incidents: when each incident is due, breaches as records, the business calendar that "next business
-- day" is counted with, and what a SEV-1 stops beside the releases it names (INC-1, CHN-5).
--
-- The calendar is a row, not a setting: controllers that share a database must agree on when a clock runs out. Time zones
-- are PostgreSQL's, as for freezes.

CREATE TABLE portcullis.business_calendar (
    singleton  boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    zone       text NOT NULL,
    weekdays   smallint[] NOT NULL,  -- ISO: 1 is Monday
    closes_at  time NOT NULL,        -- local: the end of a business day
    holidays   jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(holidays) = 'object'),  -- "2025-12-25": its name
    changed_by text REFERENCES portcullis.principals,
    changed_at timestamptz,
    version    bigint NOT NULL DEFAULT 1,
    CONSTRAINT business_calendar_has_days CHECK (
        cardinality(weekdays) BETWEEN 1 AND 7 AND weekdays <@ ARRAY[1, 2, 3, 4, 5, 6, 7]::smallint[])
);
INSERT INTO portcullis.business_calendar (zone, weekdays, closes_at) VALUES ('UTC', '{1,2,3,4,5}', '17:00');

CREATE FUNCTION portcullis.guard_business_calendar() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    wrong text;
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        PERFORM refuse('INC-1', 'there is one business calendar, always');
    END IF;
    IF NOT is_time_zone(NEW.zone) THEN
        PERFORM refuse('INC-1', format('%s is no known time zone; give one such as Europe/Berlin or UTC', NEW.zone));
    END IF;
    SELECT k INTO wrong FROM jsonb_object_keys(NEW.holidays) k WHERE k !~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('INC-1', format('%s is no day; a holiday is written as 2025-12-25', wrong));
    END IF;
    -- Bounded, so that the search for a business day is.
    IF (SELECT count(*) FROM jsonb_object_keys(NEW.holidays)) > 1000 THEN
        PERFORM refuse('INC-1', 'a business calendar has at most 1000 holidays; leave out those that are over');
    END IF;
    PERFORM require_user('ATT-1', NEW.changed_by, 'change the business calendar');
    NEW.changed_at := portcullis.now();
    NEW.version := OLD.version + 1;
    RETURN NEW;
END $$;
CREATE TRIGGER business_calendar_guarded BEFORE INSERT OR UPDATE OR DELETE ON portcullis.business_calendar
    FOR EACH ROW EXECUTE FUNCTION portcullis.guard_business_calendar();
CREATE TRIGGER business_calendar_stays BEFORE TRUNCATE ON portcullis.business_calendar
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('INC-1');

-- The end of the first business day after the local day of `moment`. A closing hour that a change of the clocks skips is
-- taken as PostgreSQL takes it: an hour later.
CREATE FUNCTION portcullis.next_business_close(moment timestamptz) RETURNS timestamptz
LANGUAGE plpgsql STABLE SET search_path = portcullis, pg_temp AS $$
DECLARE
    calendar business_calendar;
    day date;
BEGIN
    SELECT * INTO calendar FROM business_calendar;
    day := (moment AT TIME ZONE calendar.zone)::date;
    -- A week has a business day, and there are at most 1000 holidays.
    FOR i IN 1 .. 7 * 1001 LOOP
        day := day + 1;
        IF extract(isodow FROM day)::smallint = ANY (calendar.weekdays)
           AND NOT calendar.holidays ? to_char(day, 'YYYY-MM-DD') THEN
            RETURN (day + calendar.closes_at) AT TIME ZONE calendar.zone;
        END IF;
    END LOOP;
    RETURN (day + calendar.closes_at) AT TIME ZONE calendar.zone;
END $$;

-- INC-1, as policy::DueTime has it.
CREATE FUNCTION portcullis.incident_due(severity text, opened_at timestamptz) RETURNS timestamptz
LANGUAGE plpgsql STABLE SET search_path = portcullis, pg_temp AS $$
BEGIN
    RETURN CASE severity WHEN 'SEV-1' THEN opened_at + interval '15 minutes'
                         WHEN 'SEV-2' THEN opened_at + interval '1 hour'
                         WHEN 'SEV-3' THEN opened_at + interval '4 hours'
                         ELSE next_business_close(opened_at) END;
END $$;

-- Acknowledged and contained by then. Kept with the incident: a calendar that changes later moves no clock that runs.
ALTER TABLE portcullis.incidents ADD COLUMN respond_by timestamptz;
ALTER TABLE portcullis.incidents DISABLE TRIGGER USER;
UPDATE portcullis.incidents SET respond_by = portcullis.incident_due(severity, opened_at);
ALTER TABLE portcullis.incidents ENABLE TRIGGER USER;
ALTER TABLE portcullis.incidents ALTER COLUMN respond_by SET NOT NULL;
CREATE INDEX incidents_running ON portcullis.incidents (respond_by) WHERE contained_at IS NULL;
CREATE INDEX incidents_unresolved ON portcullis.incidents (severity, id) WHERE state <> 'resolved';

-- After incidents_stamped, which writes the time of opening.
CREATE FUNCTION portcullis.time_incident() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' OR NEW.severity <> OLD.severity THEN
        NEW.respond_by := incident_due(NEW.severity, NEW.opened_at);
    ELSE
        NEW.respond_by := OLD.respond_by;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER incidents_timed BEFORE INSERT OR UPDATE ON portcullis.incidents
    FOR EACH ROW EXECUTE FUNCTION portcullis.time_incident();

-- Breaches: one record for each clock of an incident, whoever notices first.
CREATE TABLE portcullis.incident_breaches (
    incident_id text NOT NULL REFERENCES portcullis.incidents,
    clock       text NOT NULL CHECK (clock IN ('acknowledge', 'contain')),
    severity    text NOT NULL CHECK (severity IN ('SEV-1', 'SEV-2', 'SEV-3', 'SEV-4')),
    due_at      timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT portcullis.now(),
    PRIMARY KEY (incident_id, clock)
);
CREATE TRIGGER incident_breaches_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON portcullis.incident_breaches
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');
CREATE TRIGGER incident_breaches_stamped BEFORE INSERT ON portcullis.incident_breaches
    FOR EACH ROW EXECUTE FUNCTION portcullis.stamp_recorded_at();

-- The breaches that are new. The caller holds the incident's row.
CREATE FUNCTION portcullis.record_breaches(i portcullis.incidents) RETURNS SETOF portcullis.incident_breaches
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    breach incident_breaches;
BEGIN
    FOR breach IN
        INSERT INTO incident_breaches (incident_id, clock, severity, due_at)
        SELECT i.id, c.clock, i.severity, i.respond_by
        FROM (VALUES ('acknowledge', i.acknowledged_at), ('contain', i.contained_at)) c (clock, done_at)
        WHERE coalesce(c.done_at, portcullis.now()) > i.respond_by
        ON CONFLICT (incident_id, clock) DO NOTHING RETURNING * LOOP
        INSERT INTO incident_events (incident_id, actor, kind, detail) VALUES (breach.incident_id, 'portcullisd', 'breach',
            jsonb_build_object('clock', breach.clock, 'severity', breach.severity, 'due_at',
                               to_char(breach.due_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')));
        RETURN NEXT breach;
    END LOOP;
END $$;

-- What is done late, or becomes late by a higher severity, is a breach in the same transaction.
CREATE FUNCTION portcullis.note_late_incident() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    PERFORM record_breaches(NEW);
    RETURN NULL;
END $$;
CREATE TRIGGER incidents_late AFTER UPDATE ON portcullis.incidents
    FOR EACH ROW WHEN (NEW.state <> OLD.state OR NEW.severity <> OLD.severity)
    EXECUTE FUNCTION portcullis.note_late_incident();

-- For the schedule: clocks that ran out with nothing done. The row's lock keeps out an acknowledgement that came in time
-- and is not committed yet.
CREATE FUNCTION portcullis.record_due_breaches(most integer) RETURNS SETOF portcullis.incident_breaches
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    late incidents;
BEGIN
    FOR late IN
        SELECT i.* FROM incidents i
        WHERE i.contained_at IS NULL AND i.respond_by < portcullis.now()
          AND NOT EXISTS (SELECT FROM incident_breaches b WHERE b.incident_id = i.id AND b.clock = 'contain')
        ORDER BY i.respond_by, i.id LIMIT most FOR NO KEY UPDATE SKIP LOCKED LOOP
        RETURN QUERY SELECT * FROM record_breaches(late);
    END LOOP;
END $$;

-- CHN-5 for what an incident concerns beside releases: a SEV-1 of a tenant stops every promotion that would reach the
-- tenant, one of an instance every promotion that would reach a tenant it hosts.
CREATE FUNCTION portcullis.sev1_stops(r portcullis.releases, channel text)
RETURNS TABLE (incident_id text, state text, opened_at timestamptz, kind text, subject_id text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    RETURN QUERY
        SELECT DISTINCT ON (i.id) i.id, i.state, i.opened_at, s.kind, s.subject_id
        FROM incidents i JOIN incident_subjects s ON s.incident_id = i.id
        WHERE i.severity = 'SEV-1' AND i.state <> 'resolved'
          AND NOT EXISTS (SELECT FROM incident_subjects d
                          WHERE d.incident_id = i.id AND d.kind = 'release' AND d.subject_id = r.id)
          AND CASE s.kind
              WHEN 'tenant' THEN EXISTS (SELECT FROM tenants t WHERE t.id = s.subject_id AND receives(t, r, channel))
              WHEN 'instance' THEN EXISTS (
                  SELECT FROM instance_inventories v JOIN tenants t ON t.id = ANY (v.orgs)
                  WHERE v.instance_id = s.subject_id AND receives(t, r, channel))
              ELSE false END
        ORDER BY i.id, s.kind, s.subject_id;
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
CREATE TRIGGER promotions_no_sev1 AFTER INSERT ON portcullis.promotions
    FOR EACH ROW EXECUTE FUNCTION portcullis.check_promotion_sev1();

-- Any release may be stopped by such an incident, so it is a fact of all of them: a promotion holds the epoch.
CREATE FUNCTION portcullis.raise_facts_epoch() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    UPDATE facts_epoch SET epoch = epoch + 1;
    PERFORM pg_notify('portcullis', 'facts');
END $$;

CREATE FUNCTION portcullis.note_wide_subject() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM incidents i WHERE i.id = NEW.incident_id AND i.severity = 'SEV-1' AND i.state <> 'resolved') THEN
        PERFORM raise_facts_epoch();
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER incident_subjects_wide_fact AFTER INSERT ON portcullis.incident_subjects
    FOR EACH ROW WHEN (NEW.kind IN ('tenant', 'instance')) EXECUTE FUNCTION portcullis.note_wide_subject();

CREATE FUNCTION portcullis.note_wide_incident() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM incident_subjects s WHERE s.incident_id = NEW.id AND s.kind IN ('tenant', 'instance')) THEN
        PERFORM raise_facts_epoch();
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER incidents_wide_fact AFTER UPDATE ON portcullis.incidents
    FOR EACH ROW WHEN ('SEV-1' IN (OLD.severity, NEW.severity)
                       AND (NEW.severity <> OLD.severity OR NEW.state <> OLD.state))
    EXECUTE FUNCTION portcullis.note_wide_incident();

-- What an instance hosts decides whom its SEV-1 stops.
CREATE FUNCTION portcullis.note_wide_inventory() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM incident_subjects s JOIN incidents i ON i.id = s.incident_id
               WHERE s.kind = 'instance' AND s.subject_id = NEW.instance_id AND i.severity = 'SEV-1'
                 AND i.state <> 'resolved') THEN
        PERFORM raise_facts_epoch();
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER instance_inventories_wide_fact AFTER INSERT OR UPDATE OF orgs ON portcullis.instance_inventories
    FOR EACH ROW EXECUTE FUNCTION portcullis.note_wide_inventory();

REVOKE ALL ON portcullis.business_calendar, portcullis.incident_breaches FROM PUBLIC;
GRANT SELECT ON portcullis.business_calendar, portcullis.incident_breaches TO portcullis_app;
GRANT UPDATE (zone, weekdays, closes_at, holidays, changed_by) ON portcullis.business_calendar TO portcullis_app;
GRANT EXECUTE ON FUNCTION portcullis.next_business_close(timestamptz), portcullis.record_due_breaches(integer),
    portcullis.sev1_stops(portcullis.releases, text) TO portcullis_app;
