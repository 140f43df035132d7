-- Locks that were shared by mistake or cost too much, and refusals that named the wrong rule.

-- The limit of webhooks has a rule of its own (NTF-1), and a lock of its own: the two numbers were also those of the
-- reconciliation of flags, so that either kept the other waiting.
CREATE OR REPLACE FUNCTION portcullis.guard_webhook() RETURNS trigger
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
        PERFORM pg_advisory_xact_lock(1886549091, 3);
    END IF;
    IF NEW.active AND (SELECT count(*) FROM webhooks w WHERE w.active AND w.id <> NEW.id) >= 64 THEN
        PERFORM refuse('NTF-1', 'there are 64 active webhooks, which is the most there can be; switch one off first');
    END IF;
    RETURN NEW;
END $$;

-- A move holds the epoch by the lock with a number, like a promotion (0040_lighter_promotions).
CREATE OR REPLACE FUNCTION portcullis.lock_rollout_move() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    touched rollouts := touch_open_rollout(NEW.rollout_id);
BEGIN
    PERFORM lock_release(s.required_release) FROM (
        SELECT DISTINCT x.required_release FROM rollout_stages x
        WHERE x.rollout_id = NEW.rollout_id AND x.stage <= NEW.to_stage AND x.required_release IS NOT NULL ORDER BY 1) s;
    PERFORM hold_epoch();
    IF NOT EXISTS (SELECT FROM principals p WHERE p.id = NEW.moved_by AND p.active) THEN
        PERFORM refuse('ATT-1', format('%s is no active principal', NEW.moved_by));
    END IF;
    IF NEW.kind <> 'reverse' THEN
        PERFORM require_user('STG-5', NEW.moved_by, 'move a rollout on or end it');
    END IF;
    NEW.from_stage := touched.stage;
    NEW.moved_at := portcullis.now();
    RETURN NEW;
END $$;
