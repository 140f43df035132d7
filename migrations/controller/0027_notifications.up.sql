-- Notifications: who is told of which events, what is still to be delivered, and what was tried.
--
-- A subscription is a webhook. Each event of the outbox becomes one delivery for each webhook that wants it, in the
-- transaction that writes the event. Deliveries are made by any controller; each webhook has one lane, and whoever holds
-- the lane's lease speaks to the receiver: one at a time, whichever controllers there are, and a receiver that hangs holds
-- up its own lane alone. A lease that ends without a word is taken over; what was sent then may be sent again, with the
-- same id. Delivery goes by the machine's clock, events by the clock of the rules.

-- Names this installation in events; no secret.
INSERT INTO portcullis.installation (key, value) VALUES ('installation_id', gen_random_uuid()::text);

CREATE TABLE portcullis.webhooks (
    id             text PRIMARY KEY,
    name           text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    url            text NOT NULL CHECK (length(url) <= 2000 AND url ~ '^https?://[^[:space:]@]+$'),
    kinds          text[] NOT NULL CHECK (cardinality(kinds) <= 50),  -- "release.promoted", "incident."; none: all
    -- The secret is derived from the controllers' key, the id and the salt; neither it nor the key is here.
    key_id         text NOT NULL,
    salt           text NOT NULL CHECK (length(salt) BETWEEN 16 AND 64),
    previous_salt  text,
    previous_until timestamptz,  -- both signatures are sent until then
    active         boolean NOT NULL DEFAULT true,
    created_by     text NOT NULL REFERENCES portcullis.principals,
    created_at     timestamptz NOT NULL DEFAULT portcullis.now(),
    version        bigint NOT NULL DEFAULT 1
);
CREATE TRIGGER webhooks_stay BEFORE DELETE OR TRUNCATE ON portcullis.webhooks
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');

CREATE TABLE portcullis.webhook_lanes (
    webhook_id text PRIMARY KEY REFERENCES portcullis.webhooks,
    lease      bigint NOT NULL DEFAULT 0,  -- grows with each
    leased_by  text,
    claimed_at timestamptz NOT NULL DEFAULT '-infinity',  -- the one that waited longest has its turn
    until      timestamptz                                -- null: free
);

CREATE TABLE portcullis.webhook_deliveries (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    webhook_id  text NOT NULL REFERENCES portcullis.webhooks,
    event_seq   bigint NOT NULL REFERENCES portcullis.outbox,
    state       text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'dead')),
    attempts    integer NOT NULL DEFAULT 0,  -- since it was asked for; a redelivery begins anew
    next_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    finished_at timestamptz,
    UNIQUE (webhook_id, event_seq),
    CONSTRAINT webhook_deliveries_finished CHECK ((state = 'pending') = (finished_at IS NULL))
);
CREATE INDEX webhook_deliveries_due ON portcullis.webhook_deliveries (webhook_id, next_at) WHERE state = 'pending';
CREATE INDEX webhook_deliveries_listed ON portcullis.webhook_deliveries (webhook_id, id);
CREATE INDEX webhook_deliveries_event ON portcullis.webhook_deliveries (event_seq);
CREATE INDEX webhook_deliveries_dead ON portcullis.webhook_deliveries (webhook_id) WHERE state = 'dead';
CREATE INDEX webhook_deliveries_old ON portcullis.webhook_deliveries (finished_at) WHERE state <> 'pending';

-- What is old is looked for all the time.
CREATE INDEX outbox_age ON portcullis.outbox (at);

CREATE TABLE portcullis.webhook_attempts (
    delivery_id bigint NOT NULL REFERENCES portcullis.webhook_deliveries ON DELETE CASCADE,
    n           bigint GENERATED ALWAYS AS IDENTITY,
    ended_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    duration_ms bigint NOT NULL CHECK (duration_ms >= 0),
    status      integer,  -- of the answer; null: there was none
    error       text NOT NULL DEFAULT '' CHECK (length(error) <= 1000),
    controller  text NOT NULL,
    PRIMARY KEY (delivery_id, n)
);

CREATE FUNCTION portcullis.guard_webhook() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM require_user('ATT-1', NEW.created_by, 'subscribe a receiver');
        NEW.created_at := portcullis.now();
        NEW.version := 1;
    ELSE
        IF (NEW.id, NEW.created_by, NEW.created_at) IS DISTINCT FROM (OLD.id, OLD.created_by, OLD.created_at) THEN
            PERFORM refuse('ATT-1', format('who made webhook %s, and when, never changes', OLD.id));
        END IF;
        NEW.version := OLD.version + 1;
    END IF;
    -- Each has a lane, and a controller speaks to all of them at once.
    IF NEW.active AND (TG_OP = 'INSERT' OR NOT OLD.active) THEN
        PERFORM pg_advisory_xact_lock(1886549091, 2);
    END IF;
    IF NEW.active AND (SELECT count(*) FROM webhooks w WHERE w.active AND w.id <> NEW.id) >= 64 THEN
        PERFORM refuse('ATT-2', 'there are 64 active webhooks, which is the most there can be; switch one off first');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER webhooks_guarded BEFORE INSERT OR UPDATE ON portcullis.webhooks
    FOR EACH ROW EXECUTE FUNCTION portcullis.guard_webhook();

CREATE FUNCTION portcullis.open_webhook_lane() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    INSERT INTO webhook_lanes (webhook_id) VALUES (NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER webhooks_have_lanes AFTER INSERT ON portcullis.webhooks
    FOR EACH ROW EXECUTE FUNCTION portcullis.open_webhook_lane();

-- "webhook.test" goes to the webhook that it is about, whatever that wants.
CREATE FUNCTION portcullis.fan_out_event() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    INSERT INTO webhook_deliveries (webhook_id, event_seq)
    SELECT w.id, NEW.seq FROM webhooks w
    WHERE w.active AND CASE WHEN NEW.kind = 'webhook.test' THEN w.id = NEW.subject
                            ELSE cardinality(w.kinds) = 0 OR EXISTS (
                                SELECT FROM unnest(w.kinds) k
                                WHERE k = NEW.kind OR (right(k, 1) = '.' AND starts_with(NEW.kind, k))) END;
    RETURN NULL;
END $$;
CREATE TRIGGER outbox_fanned_out AFTER INSERT ON portcullis.outbox
    FOR EACH ROW EXECUTE FUNCTION portcullis.fan_out_event();

-- The next delivery of a free lane, with the lane's lease; no row when nothing is due. The attempt counts from now on:
-- a controller that dies over it has tried.
CREATE FUNCTION portcullis.claim_delivery(controller text, key text, hold_for interval)
RETURNS TABLE (delivery_id bigint, lease bigint, attempt integer, webhook_id text, url text, salt text,
               previous_salt text, seq bigint, at timestamptz, kind text, subject text, data jsonb)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    lane webhook_lanes;
    due webhook_deliveries;
BEGIN
    SELECT l.* INTO lane FROM webhook_lanes l JOIN webhooks w ON w.id = l.webhook_id
    WHERE w.active AND w.key_id = key AND (l.until IS NULL OR l.until <= moment)
      AND EXISTS (SELECT FROM webhook_deliveries d
                  WHERE d.webhook_id = l.webhook_id AND d.state = 'pending' AND d.next_at <= moment)
    ORDER BY l.claimed_at, l.webhook_id LIMIT 1 FOR NO KEY UPDATE OF l SKIP LOCKED;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    SELECT d.* INTO due FROM webhook_deliveries d
    WHERE d.webhook_id = lane.webhook_id AND d.state = 'pending' AND d.next_at <= moment
    ORDER BY d.next_at, d.id LIMIT 1 FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    UPDATE webhook_lanes l SET lease = l.lease + 1, leased_by = controller, claimed_at = moment, until = moment + hold_for
    WHERE l.webhook_id = lane.webhook_id;
    UPDATE webhook_deliveries d SET attempts = d.attempts + 1 WHERE d.id = due.id;
    RETURN QUERY
        SELECT due.id, lane.lease + 1, due.attempts + 1, w.id, w.url, w.salt,
               CASE WHEN w.previous_until > moment THEN w.previous_salt END, o.seq, o.at, o.kind, o.subject, o.data
        FROM webhooks w JOIN outbox o ON o.seq = due.event_seq WHERE w.id = lane.webhook_id;
END $$;

-- What came of it. Frees the lane; changes the delivery only while the lease is the one it was claimed with.
CREATE FUNCTION portcullis.finish_delivery(delivery bigint, held bigint, new_state text, retry_after interval,
                                           answer integer, problem text, took_ms bigint, by_controller text)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    lane webhook_lanes;
BEGIN
    INSERT INTO webhook_attempts (delivery_id, duration_ms, status, error, controller)
    VALUES (delivery, took_ms, answer, left(problem, 1000), by_controller);
    SELECT l.* INTO lane FROM webhook_lanes l JOIN webhook_deliveries d ON d.webhook_id = l.webhook_id
    WHERE d.id = delivery FOR NO KEY UPDATE OF l;
    IF NOT FOUND OR lane.lease <> held THEN
        RETURN false;
    END IF;
    UPDATE webhook_lanes l SET leased_by = NULL, until = NULL WHERE l.webhook_id = lane.webhook_id;
    UPDATE webhook_deliveries d
    SET state = new_state, next_at = clock_timestamp() + retry_after,
        finished_at = CASE WHEN new_state <> 'pending' THEN clock_timestamp() END
    WHERE d.id = delivery AND d.state = 'pending';
    RETURN true;
END $$;

-- Once more, from the beginning. False when it is pending already.
CREATE FUNCTION portcullis.redeliver(delivery bigint) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    UPDATE webhook_deliveries d SET state = 'pending', attempts = 0, next_at = clock_timestamp(), finished_at = NULL
    WHERE d.id = delivery AND d.state <> 'pending';
    RETURN FOUND;
END $$;

-- Finished deliveries of some age, and the events that nobody waits for.
CREATE FUNCTION portcullis.drop_old_deliveries(age interval, most integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    dropped bigint;
BEGIN
    DELETE FROM webhook_deliveries d WHERE d.id IN (
        SELECT x.id FROM webhook_deliveries x WHERE x.state <> 'pending' AND x.finished_at < clock_timestamp() - age
        ORDER BY x.finished_at LIMIT most FOR UPDATE SKIP LOCKED);
    GET DIAGNOSTICS dropped = ROW_COUNT;
    DELETE FROM outbox o WHERE o.seq IN (
        SELECT x.seq FROM outbox x WHERE x.at < portcullis.now() - age
          AND NOT EXISTS (SELECT FROM webhook_deliveries d WHERE d.event_seq = x.seq)
        ORDER BY x.at LIMIT most FOR UPDATE SKIP LOCKED);
    RETURN dropped;
END $$;

-- A communication plan's entry that was sent: once, whichever controller sends it.
CREATE TABLE portcullis.rollback_messages (
    rollback_id text NOT NULL,
    n           integer NOT NULL,
    sent_at     timestamptz NOT NULL DEFAULT portcullis.now(),
    PRIMARY KEY (rollback_id, n),
    FOREIGN KEY (rollback_id, n) REFERENCES portcullis.rollback_steps
);
CREATE FUNCTION portcullis.stamp_sent_at() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    NEW.sent_at := portcullis.now();
    RETURN NEW;
END $$;
CREATE TRIGGER rollback_messages_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON portcullis.rollback_messages
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');
CREATE TRIGGER rollback_messages_stamped BEFORE INSERT ON portcullis.rollback_messages
    FOR EACH ROW EXECUTE FUNCTION portcullis.stamp_sent_at();

-- Those whose time has come: five minutes before an entry is due, so that it is in time; at once when it is due sooner.
CREATE FUNCTION portcullis.take_due_messages(most integer) RETURNS TABLE (rollback_id text, n integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    RETURN QUERY
        INSERT INTO rollback_messages AS m (rollback_id, n)
        SELECT s.rollback_id, s.n FROM rollback_steps s JOIN rollbacks r ON r.id = s.rollback_id
        WHERE s.kind = 'communication' AND s.state = 'pending' AND r.outcome IS NULL
          AND coalesce(s.due_at, r.started_at) - interval '5 minutes' <= portcullis.now()
          AND NOT EXISTS (SELECT FROM rollback_messages x WHERE x.rollback_id = s.rollback_id AND x.n = s.n)
        ORDER BY s.rollback_id, s.n LIMIT most FOR NO KEY UPDATE OF s SKIP LOCKED
        ON CONFLICT DO NOTHING RETURNING m.rollback_id, m.n;
END $$;

REVOKE ALL ON portcullis.webhooks, portcullis.webhook_lanes, portcullis.webhook_deliveries, portcullis.webhook_attempts,
    portcullis.rollback_messages FROM PUBLIC;
GRANT SELECT ON portcullis.webhooks, portcullis.webhook_lanes, portcullis.webhook_deliveries,
    portcullis.webhook_attempts, portcullis.rollback_messages TO portcullis_app;
GRANT INSERT (id, name, url, kinds, key_id, salt, created_by),
    UPDATE (name, url, kinds, active, key_id, salt, previous_salt, previous_until) ON portcullis.webhooks
    TO portcullis_app;
GRANT EXECUTE ON FUNCTION portcullis.claim_delivery(text, text, interval),
    portcullis.finish_delivery(bigint, bigint, text, interval, integer, text, bigint, text), portcullis.redeliver(bigint),
    portcullis.drop_old_deliveries(interval, integer), portcullis.take_due_messages(integer) TO portcullis_app;
