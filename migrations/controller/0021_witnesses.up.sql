-- Who else than the instance itself says what it does: the controllers that were told to look at it (direct probes).
-- What they see of flags counts for drift, and what they see during a watch is a witness of its own.

-- What SQL has to know of the controllers' settings. They write it when they start; it is one for all of a database.
CREATE TABLE portcullis.fleet_settings (
    one            boolean PRIMARY KEY DEFAULT true CHECK (one),
    drift_patience interval NOT NULL DEFAULT interval '15 seconds'
                   CHECK (drift_patience BETWEEN interval '1 second' AND interval '10 minutes')
);
INSERT INTO portcullis.fleet_settings DEFAULT VALUES;
CREATE TRIGGER fleet_settings_stay BEFORE DELETE OR TRUNCATE ON portcullis.fleet_settings
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');
CREATE TRIGGER fleet_settings_shared_fact AFTER UPDATE ON portcullis.fleet_settings
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.shared_fact_changed();

-- What a controller saw of an instance's flags. `seen`: organization -> names of the flags that are on there; true: it is
-- there, and its flags could not be seen; null: the instance has no such organization. What was not asked, or not
-- answered, is not in it. Times are the machine's.
CREATE TABLE portcullis.instance_sightings (
    instance_id   text PRIMARY KEY REFERENCES portcullis.instances,
    looked_by     text NOT NULL,
    seen          jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(seen) = 'object'),
    seen_at       timestamptz,                -- when the look began that saw this; null: nobody ever could
    problem       text NOT NULL DEFAULT '',   -- why the last look could not tell all; empty: it could
    problem_since timestamptz,
    took          interval NOT NULL DEFAULT interval '0' CHECK (took >= interval '0'),  -- the last look
    every         interval NOT NULL CHECK (every BETWEEN interval '1 second' AND interval '1 day'),
    look_again_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    counts_until  timestamptz NOT NULL DEFAULT clock_timestamp()  -- after it nobody is told to look any more
);
CREATE FUNCTION portcullis.stamp_sighting() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    moment timestamptz := clock_timestamp();
BEGIN
    IF NEW.problem <> '' AND NEW.seen = '{}' THEN
        NEW.seen := OLD.seen;
        NEW.seen_at := OLD.seen_at;
    ELSE
        NEW.seen_at := moment - NEW.took;
    END IF;
    NEW.problem_since := CASE WHEN NEW.problem <> '' THEN coalesce(OLD.problem_since, moment) END;
    NEW.look_again_at := moment + NEW.every;
    NEW.counts_until := moment + greatest(4 * NEW.every, interval '20 seconds');
    RETURN NEW;
END $$;
CREATE TRIGGER instance_sightings_stamped BEFORE UPDATE OF seen, problem ON portcullis.instance_sightings
    FOR EACH ROW EXECUTE FUNCTION portcullis.stamp_sighting();
CREATE TRIGGER instance_sightings_stay BEFORE DELETE OR TRUNCATE ON portcullis.instance_sightings
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');
CREATE TRIGGER instance_sightings_exposure AFTER UPDATE ON portcullis.instance_sightings
    FOR EACH ROW WHEN ((NEW.seen, NEW.problem) IS DISTINCT FROM (OLD.seen, OLD.problem))
    EXECUTE FUNCTION portcullis.tell_exposure();

-- Organizations that an instance said it hosts, and says so no more.
CREATE TABLE portcullis.instance_departures (
    instance_id text NOT NULL REFERENCES portcullis.instances,
    org         text NOT NULL,
    left_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (instance_id, org)
);
CREATE FUNCTION portcullis.note_departures() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    DELETE FROM instance_departures x WHERE x.instance_id = NEW.instance_id AND x.org = ANY (NEW.orgs);
    INSERT INTO instance_departures (instance_id, org)
    SELECT NEW.instance_id, o FROM (SELECT unnest(OLD.orgs) EXCEPT SELECT unnest(NEW.orgs)) AS gone(o)
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER instance_inventories_departures AFTER UPDATE ON portcullis.instance_inventories
    FOR EACH ROW WHEN (NEW.orgs <> OLD.orgs) EXECUTE FUNCTION portcullis.note_departures();

-- Where instances and the plan differ, for one release, one row for each instance and kind:
--   exposed       says, or was seen, to have the flag on for organizations that are not to have it
--   missing       was told long enough ago that it is on for these, and says it is not
--   contradicted  says another thing of these than the controller saw there, or than it says itself elsewhere
--   gone          said that it hosts these, who are to have the flag; now nobody says so
--   not_ordered   hosts organizations that are to have it, and was not told yet
--   unknown       hosts organizations that are no tenants here, so that nobody can say what they are to have
--   unseen        is connected, and the controller that was told to look at it cannot
--   silent        never said what it hosts
-- What an instance said last, and was seen to do last, counts while it is away: it does that when it is back. A release
-- that has ended is on for nobody; only what is on all the same is said of it.
CREATE OR REPLACE FUNCTION portcullis.exposure_drifts(r portcullis.releases)
RETURNS TABLE (instance_id text, kind text, orgs text[])
LANGUAGE plpgsql STABLE SET search_path = portcullis, pg_temp AS $$
DECLARE
    patience interval;
    moment timestamptz := clock_timestamp();
    wanted text[];
BEGIN
    IF coalesce(r.flag, '') !~ '[^[:space:]]' OR NOT EXISTS (SELECT FROM instances i WHERE i.retired_at IS NULL) THEN
        RETURN;
    END IF;
    SELECT s.drift_patience INTO STRICT patience FROM fleet_settings s;
    wanted := ARRAY(SELECT DISTINCT t FROM flag_tenants(r.flag) t);
    RETURN QUERY
    WITH told AS (
        SELECT i.id, v.instance_id IS NOT NULL AS heard, coalesce(v.orgs, '{}') AS hosts, v.received_at,
               ARRAY(SELECT jsonb_array_elements_text(d.flags -> r.flag -> 'enabled_orgs')) AS ordered,
               d.flags_changed_at,
               CASE WHEN (v.flags -> r.flag ->> 'killed')::boolean THEN '{}'
                    WHEN (v.flags -> r.flag ->> 'default')::boolean THEN v.orgs
                    ELSE ARRAY(SELECT jsonb_array_elements_text(v.flags -> r.flag -> 'enabled_orgs')) END AS has
        FROM instances i LEFT JOIN desired_states d ON d.instance_id = i.id
        LEFT JOIN instance_inventories v ON v.instance_id = i.id
        WHERE i.retired_at IS NULL
    ), looked AS (
        -- What was seen before the flags changed, or a moment after, says nothing of the flags as they are now.
        SELECT t.id, t.hosts, t.has, t.heard, s.problem, s.problem_since, s.seen,
               s.seen_at > coalesce(t.flags_changed_at, '-infinity') + patience AS is_settled,
               t.received_at < s.seen_at AS said_before
        FROM instance_sightings s JOIN told t ON t.id = s.instance_id WHERE s.counts_until > moment
    ), differs AS (
        SELECT t.id, 'exposed' AS what, ARRAY(SELECT unnest(t.has) EXCEPT SELECT unnest(wanted) ORDER BY 1) AS whom
        FROM told t
        UNION ALL
        SELECT l.id, 'exposed', ARRAY(SELECT o.key FROM jsonb_each(l.seen) o
                                      WHERE jsonb_typeof(o.value) = 'array' AND o.value ? r.flag
                                        AND o.key <> ALL (wanted) ORDER BY 1)
        FROM looked l WHERE l.is_settled
        UNION ALL
        SELECT t.id, 'missing', ARRAY(SELECT unnest(t.hosts) INTERSECT SELECT unnest(wanted)
                                      INTERSECT SELECT unnest(t.ordered) EXCEPT SELECT unnest(t.has) ORDER BY 1)
        FROM told t WHERE t.flags_changed_at < moment - patience
        UNION ALL
        SELECT t.id, 'contradicted', ARRAY(SELECT unnest(t.has) EXCEPT SELECT unnest(t.hosts) ORDER BY 1)
        FROM told t
        WHERE t.received_at < moment - patience AND coalesce(t.flags_changed_at, '-infinity') < moment - patience
        UNION ALL
        SELECT l.id, 'contradicted', ARRAY(
            SELECT o.key FROM jsonb_each(l.seen) o
            WHERE (o.key = ANY (l.hosts)) <> (jsonb_typeof(o.value) <> 'null')
               OR (jsonb_typeof(o.value) = 'array' AND l.is_settled
                   AND (o.key = ANY (l.has)) <> (o.value ? r.flag)) ORDER BY 1)
        FROM looked l WHERE l.heard AND l.said_before
        UNION ALL
        SELECT t.id, 'gone', ARRAY(SELECT x.org FROM instance_departures x
                                   WHERE x.instance_id = t.id AND x.left_at < moment - patience AND x.org = ANY (wanted)
                                     AND NOT EXISTS (SELECT FROM told h WHERE x.org = ANY (h.hosts)) ORDER BY 1)
        FROM told t WHERE EXISTS (SELECT FROM instance_departures x WHERE x.instance_id = t.id)
        UNION ALL
        SELECT t.id, 'not_ordered', ARRAY(SELECT unnest(t.hosts) INTERSECT SELECT unnest(wanted)
                                          EXCEPT SELECT unnest(t.ordered) ORDER BY 1)
        FROM told t
        UNION ALL
        SELECT t.id, 'unknown', ARRAY(SELECT h FROM unnest(t.hosts) h
                                      WHERE h <> 'default' AND NOT EXISTS (SELECT FROM tenants n WHERE n.id = h)
                                      ORDER BY 1)
        FROM told t
        UNION ALL
        SELECT l.id, 'unseen', ARRAY['']
        FROM looked l JOIN instance_status s ON s.instance_id = l.id AND s.connected_to IS NOT NULL
        WHERE l.problem_since < moment - patience
        UNION ALL
        SELECT t.id, 'silent', ARRAY['']
        FROM told t JOIN instance_status s ON s.instance_id = t.id AND s.last_seen_at IS NOT NULL
        WHERE NOT t.heard
    )
    SELECT x.id, x.what, ARRAY(SELECT DISTINCT o.org FROM differs y CROSS JOIN unnest(y.whom) AS o(org)
                               WHERE y.id = x.id AND y.what = x.what ORDER BY 1)
    FROM differs x
    WHERE cardinality(x.whom) > 0 AND (r.status = 'active' OR x.what IN ('exposed', 'contradicted', 'unseen'))
    GROUP BY x.id, x.what ORDER BY x.id, x.what;
END $$;

-- The watch: samples of the instance, and samples of a controller that looks itself.
ALTER TABLE portcullis.operation_watch_samples
    ADD COLUMN witness text NOT NULL DEFAULT 'instance' CHECK (witness IN ('instance', 'controller')),
    ADD COLUMN counted boolean NOT NULL DEFAULT true,  -- false: who looked cannot read the process's counters
    ADD COLUMN as_ordered boolean,                     -- seen from outside; null: not looked at
    ADD COLUMN detail text NOT NULL DEFAULT '',
    ADD CONSTRAINT operation_watch_samples_counted CHECK (counted OR (witness = 'controller' AND requests = 0
                                                                     AND errors_5xx = 0 AND errors_501 = 0)),
    DROP CONSTRAINT operation_watch_samples_pkey,
    ADD PRIMARY KEY (operation_id, instance_id, witness, at);
-- A controller was told to look at this instance when its watch began: its samples are due.
ALTER TABLE portcullis.verifications ADD COLUMN witnessed boolean NOT NULL DEFAULT false;

REVOKE ALL ON portcullis.fleet_settings, portcullis.instance_sightings, portcullis.instance_departures FROM PUBLIC;
GRANT SELECT ON portcullis.fleet_settings, portcullis.instance_sightings, portcullis.instance_departures
    TO portcullis_app;
GRANT UPDATE (drift_patience) ON portcullis.fleet_settings TO portcullis_app;
GRANT INSERT (instance_id, looked_by, every), UPDATE (looked_by, seen, problem, took, every, look_again_at)
    ON portcullis.instance_sightings TO portcullis_app;
GRANT INSERT (witness, counted, as_ordered, detail) ON portcullis.operation_watch_samples TO portcullis_app;
GRANT UPDATE (witnessed) ON portcullis.verifications TO portcullis_app;
