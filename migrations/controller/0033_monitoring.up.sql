-- Monitoring (STG-4): what the thresholds of the runbooks say about instances, what canaries saw, and the numbers that
-- this is judged by, as aggregates with a bounded retention.
--
-- One controller evaluates, whichever holds the lease. Damping goes by the machine's clock, records by the clock of the
-- rules.

CREATE TABLE portcullis.monitor_lease (
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    holder    text,
    until     timestamptz NOT NULL DEFAULT '-infinity'
);
INSERT INTO portcullis.monitor_lease DEFAULT VALUES;

CREATE TABLE portcullis.alerts (
    id           text PRIMARY KEY,
    trigger      text NOT NULL CHECK (trigger ~ '^[a-z0-9_]{1,60}$'),
    severity     text NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
    instance_id  text NOT NULL,             -- as the file of monitoring names it
    tenant       text NOT NULL DEFAULT '',  -- as the instance names it
    -- Pending has not lasted; it is no alert yet. Clearing still is one.
    phase        text NOT NULL CHECK (phase IN ('pending', 'firing', 'clearing', 'resolved')),
    phase_since  timestamptz NOT NULL,
    noticed_at   timestamptz NOT NULL DEFAULT portcullis.now(),
    opened_at    timestamptz,
    resolved_at  timestamptz,
    value        double precision NOT NULL DEFAULT 0,
    limit_value  double precision NOT NULL DEFAULT 0,
    detail       text NOT NULL DEFAULT '' CHECK (length(detail) <= 2000),
    evidence     jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(evidence) = 'object'),
    operation_id text,                      -- the kill that it gave
    incident_id  text REFERENCES portcullis.incidents,
    CONSTRAINT alerts_opened CHECK ((phase = 'pending') = (opened_at IS NULL)),
    CONSTRAINT alerts_resolved CHECK ((phase = 'resolved') = (resolved_at IS NOT NULL))
);
CREATE UNIQUE INDEX alerts_standing ON portcullis.alerts (trigger, instance_id, tenant) WHERE phase <> 'resolved';
CREATE INDEX alerts_listed ON portcullis.alerts (id) WHERE phase <> 'pending';
CREATE INDEX alerts_old ON portcullis.alerts (resolved_at) WHERE phase = 'resolved';

CREATE FUNCTION portcullis.guard_alert() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.phase IN ('firing', 'clearing') OR OLD.operation_id IS NOT NULL THEN
            PERFORM refuse('STG-4', format('alert %s stands, or killed: it is not forgotten', OLD.id));
        END IF;
        RETURN OLD;
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.phase NOT IN ('pending', 'firing') THEN
            PERFORM refuse('STG-4', 'an alert begins pending or firing');
        END IF;
        NEW.noticed_at := portcullis.now();
        NEW.opened_at := CASE WHEN NEW.phase = 'firing' THEN portcullis.now() END;
        NEW.resolved_at := NULL;
        RETURN NEW;
    END IF;
    IF OLD.phase = 'resolved' THEN
        PERFORM refuse('STG-4', format('alert %s is over', OLD.id));
    END IF;
    IF (NEW.id, NEW.trigger, NEW.severity, NEW.instance_id, NEW.tenant, NEW.noticed_at)
           IS DISTINCT FROM (OLD.id, OLD.trigger, OLD.severity, OLD.instance_id, OLD.tenant, OLD.noticed_at)
       OR (OLD.operation_id IS NOT NULL AND NEW.operation_id IS DISTINCT FROM OLD.operation_id)
       OR (OLD.incident_id IS NOT NULL AND NEW.incident_id IS DISTINCT FROM OLD.incident_id) THEN
        PERFORM refuse('STG-4', format('what alert %s is about never changes', OLD.id));
    END IF;
    IF OLD.phase <> 'pending' AND NEW.phase = 'pending' OR OLD.phase = 'pending' AND NEW.phase NOT IN ('pending', 'firing') THEN
        PERFORM refuse('STG-4', format('alert %s cannot go from %s to %s', OLD.id, OLD.phase, NEW.phase));
    END IF;
    NEW.opened_at := CASE WHEN NEW.phase = 'pending' THEN NULL ELSE coalesce(OLD.opened_at, portcullis.now()) END;
    NEW.resolved_at := CASE WHEN NEW.phase = 'resolved' THEN portcullis.now() END;
    RETURN NEW;
END $$;
CREATE TRIGGER alerts_guarded BEFORE INSERT OR UPDATE OR DELETE ON portcullis.alerts
    FOR EACH ROW EXECUTE FUNCTION portcullis.guard_alert();
CREATE TRIGGER alerts_stay BEFORE TRUNCATE ON portcullis.alerts
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');

-- What an instance did in a span of time: increases of its counters.
CREATE TABLE portcullis.monitor_windows (
    instance_id text NOT NULL,
    ended_at    timestamptz NOT NULL,  -- by the machine's clock
    seconds     double precision NOT NULL CHECK (seconds > 0),
    requests    double precision NOT NULL CHECK (requests >= 0),
    denied      double precision NOT NULL CHECK (denied >= 0),
    disabled    double precision NOT NULL CHECK (disabled >= 0),
    failed      double precision NOT NULL CHECK (failed >= 0),
    p95_seconds double precision,
    PRIMARY KEY (instance_id, ended_at)
);
CREATE INDEX monitor_windows_old ON portcullis.monitor_windows (ended_at);

-- What somebody said is well: the newest counts.
CREATE TABLE portcullis.monitor_baselines (
    id          text PRIMARY KEY,
    since       timestamptz NOT NULL,  -- of the windows it is made of
    until       timestamptz NOT NULL,
    reason      text NOT NULL CHECK (reason ~ '[^[:space:]]'),
    recorded_by text NOT NULL REFERENCES portcullis.principals,
    recorded_at timestamptz NOT NULL DEFAULT portcullis.now()
);
CREATE TABLE portcullis.monitor_baseline_instances (
    baseline_id       text NOT NULL REFERENCES portcullis.monitor_baselines,
    instance_id       text NOT NULL,
    requests          double precision NOT NULL,
    failed_share      double precision NOT NULL,
    denied_per_second double precision NOT NULL,
    p95_seconds       double precision,
    PRIMARY KEY (baseline_id, instance_id)
);
CREATE TRIGGER monitor_baselines_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON portcullis.monitor_baselines
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');
CREATE TRIGGER monitor_baseline_instances_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON portcullis.monitor_baseline_instances
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');
CREATE FUNCTION portcullis.guard_baseline() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    PERFORM require_user('ATT-1', NEW.recorded_by, 'say that what is measured is well');
    NEW.recorded_at := portcullis.now();
    RETURN NEW;
END $$;
CREATE TRIGGER monitor_baselines_guarded BEFORE INSERT ON portcullis.monitor_baselines
    FOR EACH ROW EXECUTE FUNCTION portcullis.guard_baseline();

-- What the canaries of an instance saw last.
CREATE TABLE portcullis.monitor_canaries (
    instance_id text PRIMARY KEY,
    outcome     text NOT NULL CHECK (outcome IN ('kept', 'read', 'written', 'switched_off', 'inconclusive')),
    confirmed   boolean NOT NULL DEFAULT false,
    detail      text NOT NULL DEFAULT '' CHECK (length(detail) <= 2000),
    tried_at    timestamptz NOT NULL,  -- by the machine's clock
    kept_at     timestamptz            -- the last time it was kept
);

REVOKE ALL ON portcullis.monitor_lease, portcullis.alerts, portcullis.monitor_windows, portcullis.monitor_baselines,
    portcullis.monitor_baseline_instances, portcullis.monitor_canaries FROM PUBLIC;
GRANT SELECT ON portcullis.monitor_lease, portcullis.alerts, portcullis.monitor_windows, portcullis.monitor_baselines,
    portcullis.monitor_baseline_instances, portcullis.monitor_canaries TO portcullis_app;
GRANT UPDATE (holder, until) ON portcullis.monitor_lease TO portcullis_app;
GRANT INSERT (id, trigger, severity, instance_id, tenant, phase, phase_since, value, limit_value, detail, evidence,
    operation_id, incident_id), DELETE ON portcullis.alerts TO portcullis_app;
GRANT UPDATE (phase, phase_since, value, limit_value, detail, evidence, operation_id, incident_id) ON portcullis.alerts
    TO portcullis_app;
GRANT INSERT, DELETE ON portcullis.monitor_windows TO portcullis_app;
GRANT INSERT (id, since, until, reason, recorded_by) ON portcullis.monitor_baselines TO portcullis_app;
GRANT INSERT ON portcullis.monitor_baseline_instances TO portcullis_app;
GRANT INSERT, DELETE ON portcullis.monitor_canaries TO portcullis_app;
GRANT UPDATE (outcome, confirmed, detail, tried_at, kept_at) ON portcullis.monitor_canaries TO portcullis_app;
