-- Communication plans of incidents and rollouts: whom to tell what, and by when. An entry of a plan is sent to subscribers
-- when its time comes, as those of rollbacks are (0027_notifications): by one function, once, whichever controller asks.
-- That somebody was told is what a person records.

CREATE TABLE portcullis.communications (
    subject_kind text NOT NULL CHECK (subject_kind IN ('incident', 'rollout')),
    subject_id   text NOT NULL,
    n            integer NOT NULL CHECK (n > 0),
    who          text NOT NULL CHECK (length(who) <= 200 AND who ~ '[^[:space:]]'),
    text         text NOT NULL CHECK (length(text) <= 2000 AND text ~ '[^[:space:]]'),
    -- Of a rollout: the entry is due that long after the stage is entered. None: it has a time of its own.
    stage        smallint CHECK (stage BETWEEN 0 AND 3),
    due_after    interval CHECK (due_after BETWEEN interval '0' AND interval '366 days'),
    due_at       timestamptz,
    added_by     text NOT NULL REFERENCES portcullis.principals,
    added_at     timestamptz NOT NULL DEFAULT portcullis.now(),
    sent_at      timestamptz,
    outcome      text CHECK (outcome IN ('told', 'not_needed')),
    note         text CHECK (length(note) <= 2000 AND note ~ '[^[:space:]]'),
    recorded_by  text REFERENCES portcullis.principals,
    recorded_at  timestamptz,
    PRIMARY KEY (subject_kind, subject_id, n),
    CONSTRAINT communications_due CHECK (num_nonnulls(stage, due_at) = 1 AND (stage IS NULL OR due_after IS NOT NULL)),
    CONSTRAINT communications_stage_of_a_rollout CHECK (stage IS NULL OR subject_kind = 'rollout'),
    CONSTRAINT communications_recorded_by_somebody CHECK (num_nonnulls(outcome, note, recorded_by, recorded_at) IN (0, 4))
);
CREATE INDEX communications_open ON portcullis.communications (subject_kind, subject_id, n)
    WHERE sent_at IS NULL AND outcome IS NULL;
CREATE TRIGGER communications_stay BEFORE DELETE OR TRUNCATE ON portcullis.communications
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');

-- Numbered from 1, in the order in which they were planned. Without a stage, a span counts from the opening of the incident;
-- of a rollout from now.
CREATE FUNCTION portcullis.guard_communication() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    since timestamptz := portcullis.now();
    over text;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF (NEW.subject_kind, NEW.subject_id, NEW.n, NEW.who, NEW.text, NEW.stage, NEW.due_after, NEW.due_at, NEW.added_by,
            NEW.added_at) IS DISTINCT FROM
           (OLD.subject_kind, OLD.subject_id, OLD.n, OLD.who, OLD.text, OLD.stage, OLD.due_after, OLD.due_at, OLD.added_by,
            OLD.added_at) THEN
            PERFORM refuse('AUD-3', 'what a communication plan says stays as it was planned; plan another entry');
        END IF;
        IF OLD.sent_at IS NOT NULL AND NEW.sent_at IS DISTINCT FROM OLD.sent_at THEN
            PERFORM refuse('AUD-3', 'an entry of a communication plan is sent once');
        END IF;
        IF OLD.outcome IS NOT NULL AND
           (NEW.outcome, NEW.note, NEW.recorded_by, NEW.recorded_at)
           IS DISTINCT FROM (OLD.outcome, OLD.note, OLD.recorded_by, OLD.recorded_at) THEN
            PERFORM refuse('AUD-3', format('what came of entry %s of %s is on record', OLD.n, OLD.subject_id));
        END IF;
        IF OLD.outcome IS NULL AND NEW.outcome IS NOT NULL THEN
            PERFORM require_user('ATT-1', NEW.recorded_by, 'say that somebody was told');
            NEW.recorded_at := portcullis.now();
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.subject_kind = 'incident' THEN
        SELECT i.opened_at INTO since FROM incidents i WHERE i.id = NEW.subject_id FOR NO KEY UPDATE;
    ELSE
        SELECT CASE WHEN r.state IN ('reversed', 'ended') THEN r.state END INTO over
        FROM rollouts r WHERE r.id = NEW.subject_id FOR NO KEY UPDATE;
    END IF;
    IF NOT FOUND THEN
        RAISE foreign_key_violation USING MESSAGE =
            format('there is no %s %s to plan a communication for', NEW.subject_kind, NEW.subject_id);
    END IF;
    IF over IS NOT NULL THEN
        PERFORM refuse('STG-5', format('rollout %s is %s; make another', NEW.subject_id, over));
    END IF;
    SELECT 1 + coalesce(max(c.n), 0) INTO NEW.n FROM communications c
    WHERE c.subject_kind = NEW.subject_kind AND c.subject_id = NEW.subject_id;
    IF NEW.stage IS NULL AND NEW.due_after IS NOT NULL THEN
        NEW.due_at := since + NEW.due_after;
    END IF;
    NEW.added_at := portcullis.now();
    NEW.sent_at := NULL;
    NEW.outcome := NULL;
    NEW.note := NULL;
    NEW.recorded_by := NULL;
    NEW.recorded_at := NULL;
    RETURN NEW;
END $$;
CREATE TRIGGER communications_guarded BEFORE INSERT OR UPDATE ON portcullis.communications
    FOR EACH ROW EXECUTE FUNCTION portcullis.guard_communication();

-- When an entry is due; null as long as its stage was not entered.
CREATE FUNCTION portcullis.communication_due(entry portcullis.communications) RETURNS timestamptz
LANGUAGE sql STABLE SET search_path = portcullis, pg_temp AS $$
    SELECT coalesce(entry.due_at, (SELECT s.entered_at + entry.due_after FROM rollout_stages s
                                   WHERE s.rollout_id = entry.subject_id AND s.stage = entry.stage))
$$;

-- What take_due_messages does, of every plan: an incident's entries also when it is resolved, since word was promised; those
-- of a rollout that is over no more. take_due_messages is left for a controller of the version before.
CREATE FUNCTION portcullis.take_due_communications(most integer)
RETURNS TABLE (subject_kind text, subject_id text, n integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    taken bigint;
BEGIN
    RETURN QUERY SELECT 'rollback'::text, m.rollback_id, m.n FROM take_due_messages(most) m;
    GET DIAGNOSTICS taken = ROW_COUNT;
    RETURN QUERY
        UPDATE communications c SET sent_at = portcullis.now()
        FROM (SELECT x.subject_kind, x.subject_id, x.n FROM communications x
              WHERE x.sent_at IS NULL AND x.outcome IS NULL
                AND communication_due(x) - interval '5 minutes' <= portcullis.now()
                AND (x.subject_kind <> 'rollout' OR EXISTS (SELECT FROM rollouts r WHERE r.id = x.subject_id
                                                              AND r.state NOT IN ('reversed', 'ended')))
              ORDER BY x.subject_kind, x.subject_id, x.n LIMIT greatest(0, most - taken)
              FOR NO KEY UPDATE OF x SKIP LOCKED) due
        WHERE c.subject_kind = due.subject_kind AND c.subject_id = due.subject_id AND c.n = due.n
        RETURNING c.subject_kind, c.subject_id, c.n;
END $$;

REVOKE ALL ON portcullis.communications FROM PUBLIC;
GRANT SELECT ON portcullis.communications TO portcullis_app;
GRANT INSERT (subject_kind, subject_id, who, text, stage, due_after, due_at, added_by),
    UPDATE (outcome, note, recorded_by) ON portcullis.communications TO portcullis_app;
GRANT EXECUTE ON FUNCTION portcullis.communication_due(portcullis.communications),
    portcullis.take_due_communications(integer) TO portcullis_app;
