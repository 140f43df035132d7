-- Certification programmes: packets with checklists, the runs of their tests, reviews by somebody else, milestones and a
-- definition of done (PKT-1 to PKT-7). What is done is never set: a review moves its packet, and only when everything
-- that the rules ask for stands in these rows.

CREATE TABLE portcullis.programmes (
    id           text PRIMARY KEY,
    title        text NOT NULL CHECK (title ~ '[^[:space:]]'),
    capability   text NOT NULL,
    tracker      text NOT NULL DEFAULT '',  -- the text it was imported from
    created_by   text NOT NULL REFERENCES portcullis.principals,
    created_at   timestamptz NOT NULL DEFAULT portcullis.now(),
    updated_at   timestamptz NOT NULL DEFAULT portcullis.now(),  -- PKT-5: of anything in it
    certified_by text REFERENCES portcullis.principals,
    certified_at timestamptz,
    version      bigint NOT NULL DEFAULT 1
);

CREATE TABLE portcullis.programme_packets (
    programme_id  text NOT NULL REFERENCES portcullis.programmes,
    number        text NOT NULL,
    position      integer NOT NULL,
    title         text NOT NULL,
    objective     text NOT NULL DEFAULT '',
    scope         text[] NOT NULL DEFAULT '{}',
    exit_criteria text[] NOT NULL DEFAULT '{}',
    implementer   text REFERENCES portcullis.principals,
    reviewer      text REFERENCES portcullis.principals,
    status        text NOT NULL DEFAULT 'NOT_STARTED'
        CHECK (status IN ('NOT_STARTED', 'IN_PROGRESS', 'CHANGES_REQUESTED', 'BLOCKED', 'DONE')),
    checkpoint    text,
    checkpoint_by text REFERENCES portcullis.principals,
    checkpoint_at timestamptz,
    version       bigint NOT NULL DEFAULT 1,
    PRIMARY KEY (programme_id, number),
    UNIQUE (programme_id, position),
    CONSTRAINT packets_reviewer_is_another CHECK (reviewer <> implementer),
    CONSTRAINT packets_checkpoint_is_a_commit CHECK (checkpoint ~ '^[0-9a-f]{7,64}$'),
    CONSTRAINT packets_checkpoint_attributed CHECK (num_nonnulls(checkpoint, checkpoint_by, checkpoint_at) IN (0, 3))
);

-- A box of the checklist. A test is a command: it is ticked by its run and by nobody.
CREATE TABLE portcullis.packet_items (
    programme_id text NOT NULL,
    packet       text NOT NULL,
    n            integer NOT NULL CHECK (n > 0),
    section      text NOT NULL CHECK (section IN ('work', 'tests', 'evidence')),
    heading      text NOT NULL DEFAULT '',
    text         text NOT NULL CHECK (text ~ '[^[:space:]]'),
    ticked_by    text REFERENCES portcullis.principals,
    ticked_at    timestamptz,
    PRIMARY KEY (programme_id, packet, n),
    FOREIGN KEY (programme_id, packet) REFERENCES portcullis.programme_packets,
    CONSTRAINT packet_items_tests_are_run CHECK (section <> 'tests' OR ticked_by IS NULL),
    CONSTRAINT packet_items_attributed CHECK ((ticked_by IS NULL) = (ticked_at IS NULL))
);

CREATE TABLE portcullis.packet_runs (
    id            text PRIMARY KEY,
    programme_id  text NOT NULL,
    packet        text NOT NULL,
    item          integer NOT NULL,
    argv          text[] NOT NULL CHECK (cardinality(argv) > 0),
    exit_code     integer,
    started_at    timestamptz NOT NULL,
    duration_ms   bigint NOT NULL CHECK (duration_ms >= 0),
    timed_out     boolean NOT NULL,
    truncated     boolean NOT NULL,
    output_bytes  bigint NOT NULL CHECK (output_bytes >= 0),
    output_sha256 text NOT NULL CHECK (output_sha256 ~ '^[0-9a-f]{64}$'),
    excerpt       text NOT NULL DEFAULT '',
    passed        boolean GENERATED ALWAYS AS
        (coalesce(exit_code = 0, false) AND NOT timed_out AND NOT truncated AND output_bytes > 0) STORED,
    recorded_by   text NOT NULL REFERENCES portcullis.principals,
    recorded_at   timestamptz NOT NULL DEFAULT portcullis.now(),
    n             bigint GENERATED ALWAYS AS IDENTITY,  -- in the order in which they were recorded
    FOREIGN KEY (programme_id, packet, item) REFERENCES portcullis.packet_items
);
CREATE INDEX packet_runs_item ON portcullis.packet_runs (programme_id, packet, item, n);

CREATE TABLE portcullis.packet_reviews (
    id            text PRIMARY KEY,
    programme_id  text NOT NULL,
    packet        text NOT NULL,
    reviewer      text NOT NULL REFERENCES portcullis.principals,
    p0            text NOT NULL CHECK (p0 IN ('PASS', 'FAIL')),
    p1            text NOT NULL CHECK (p1 IN ('PASS', 'FAIL', 'N/A')),
    p2            text NOT NULL CHECK (p2 IN ('PASS', 'FAIL')),
    p0_reason     text NOT NULL DEFAULT '',
    p1_reason     text NOT NULL DEFAULT '',
    p2_reason     text NOT NULL DEFAULT '',
    verdict       text NOT NULL CHECK (verdict IN ('APPROVED', 'CHANGES_REQUESTED', 'BLOCKED')),
    findings      text NOT NULL DEFAULT '',
    residual_risk text NOT NULL,
    rollback      text NOT NULL,
    reviewed_at   timestamptz NOT NULL DEFAULT portcullis.now(),
    n             bigint GENERATED ALWAYS AS IDENTITY,
    FOREIGN KEY (programme_id, packet) REFERENCES portcullis.programme_packets,
    CONSTRAINT packet_reviews_reasons CHECK (p1 <> 'N/A' OR p1_reason ~ '[^[:space:]]')
);
CREATE INDEX packet_reviews_packet ON portcullis.packet_reviews (programme_id, packet, n);

CREATE TABLE portcullis.programme_milestones (
    programme_id text NOT NULL REFERENCES portcullis.programmes,
    key          text NOT NULL,
    packets      text[] NOT NULL CHECK (cardinality(packets) > 0),
    PRIMARY KEY (programme_id, key)
);

CREATE TABLE portcullis.programme_done_items (
    programme_id text NOT NULL REFERENCES portcullis.programmes,
    n            integer NOT NULL CHECK (n > 0),
    text         text NOT NULL CHECK (text ~ '[^[:space:]]'),
    met_by       text REFERENCES portcullis.principals,
    met_at       timestamptz,
    evidence     text NOT NULL DEFAULT '',
    PRIMARY KEY (programme_id, n),
    CONSTRAINT programme_done_items_attributed CHECK ((met_by IS NULL) = (met_at IS NULL)),
    CONSTRAINT programme_done_items_with_evidence CHECK (met_by IS NULL OR evidence ~ '[^[:space:]]')
);

-- Locks the programme: whatever happens in one happens one after the other, and says when (PKT-5).
CREATE FUNCTION portcullis.touch_programme(programme text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    found_programme programmes;
BEGIN
    SELECT * INTO found_programme FROM programmes p WHERE p.id = programme FOR NO KEY UPDATE;
    IF found_programme.certified_at IS NOT NULL THEN
        PERFORM refuse('PKT-7', format('programme %s is certified; what it was certified for is not changed', programme));
    END IF;
    UPDATE programmes p SET updated_at = portcullis.now() WHERE p.id = programme;
END $$;

CREATE FUNCTION portcullis.guard_programme() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    open_thing text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.created_at := portcullis.now();
        NEW.updated_at := NEW.created_at;
        NEW.certified_by := NULL;
        NEW.certified_at := NULL;
        NEW.version := 1;
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.title, NEW.capability, NEW.tracker, NEW.created_by, NEW.created_at)
       IS DISTINCT FROM (OLD.id, OLD.title, OLD.capability, OLD.tracker, OLD.created_by, OLD.created_at)
       OR OLD.certified_at IS NOT NULL THEN
        PERFORM refuse('PKT-7', format('what programme %s certifies is written once; make another', OLD.id));
    END IF;
    IF NEW.certified_by IS NOT NULL THEN
        PERFORM require_user('SOD-1', NEW.certified_by, 'certify a programme');
        PERFORM require_role(NEW.certified_by, 'system_owner', 'certify a programme');
        SELECT p.number INTO open_thing FROM programme_packets p
        WHERE p.programme_id = OLD.id AND p.status <> 'DONE' ORDER BY p.position LIMIT 1;
        IF FOUND OR NOT EXISTS (SELECT FROM programme_packets p WHERE p.programme_id = OLD.id) THEN
            PERFORM refuse('PKT-7', format('programme %s is not certified before its packet %s is done', OLD.id,
                                           coalesce(open_thing, '-')));
        END IF;
        SELECT p.number INTO open_thing FROM programme_packets p
        WHERE p.programme_id = OLD.id AND p.checkpoint IS NULL ORDER BY p.position LIMIT 1;
        IF FOUND THEN
            PERFORM refuse('PKT-6', format('packet %s of programme %s has no checkpoint', open_thing, OLD.id));
        END IF;
        SELECT d.text INTO open_thing FROM programme_done_items d
        WHERE d.programme_id = OLD.id AND d.met_by IS NULL ORDER BY d.n LIMIT 1;
        IF FOUND OR NOT EXISTS (SELECT FROM programme_done_items d WHERE d.programme_id = OLD.id) THEN
            PERFORM refuse('PKT-7', format('the definition of done of programme %s does not hold: %s', OLD.id,
                                           coalesce(open_thing, 'it is empty')));
        END IF;
        NEW.certified_at := portcullis.now();
        NEW.updated_at := NEW.certified_at;
    ELSE
        NEW.certified_at := NULL;
        NEW.updated_at := portcullis.now();
    END IF;
    NEW.version := OLD.version + 1;
    RETURN NEW;
END $$;
CREATE TRIGGER programmes_definition_of_done BEFORE INSERT OR UPDATE ON portcullis.programmes
    FOR EACH ROW EXECUTE FUNCTION portcullis.guard_programme();

-- The first thing that keeps a packet from being done, as the rule and the words of its refusal.
CREATE FUNCTION portcullis.refuse_undone_packet(packet portcullis.programme_packets) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = portcullis, pg_temp AS $$
DECLARE
    open_item text;
    review packet_reviews;
BEGIN
    SELECT i.text INTO open_item FROM packet_items i
    WHERE i.programme_id = packet.programme_id AND i.packet = packet.number AND i.section <> 'tests'
      AND i.ticked_by IS NULL ORDER BY i.n LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('PKT-1', format('packet %s has an open box: %s', packet.number, open_item));
    END IF;
    IF NOT EXISTS (SELECT FROM packet_items i WHERE i.programme_id = packet.programme_id
                   AND i.packet = packet.number AND i.section = 'tests') THEN
        PERFORM refuse('PKT-2', format('packet %s names no test, so there is no command evidence', packet.number));
    END IF;
    SELECT i.text INTO open_item FROM packet_items i
    WHERE i.programme_id = packet.programme_id AND i.packet = packet.number AND i.section = 'tests'
      AND NOT coalesce((SELECT r.passed FROM packet_runs r
                        WHERE r.programme_id = i.programme_id AND r.packet = i.packet AND r.item = i.n
                        ORDER BY r.n DESC LIMIT 1), false)
    ORDER BY i.n LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('PKT-3', format('the last run of a test of packet %s did not end by itself with 0, or printed '
                                       'nothing, or there is none: %s', packet.number, open_item));
    END IF;
    SELECT * INTO review FROM packet_reviews r
    WHERE r.programme_id = packet.programme_id AND r.packet = packet.number ORDER BY r.n DESC LIMIT 1;
    IF NOT FOUND OR review.verdict <> 'APPROVED' OR review.reviewer IS DISTINCT FROM packet.reviewer THEN
        PERFORM refuse('PKT-2', format('the reviewer has not approved packet %s', packet.number));
    END IF;
END $$;

CREATE FUNCTION portcullis.guard_packet() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    last_verdict text;
    other text;
BEGIN
    PERFORM touch_programme(NEW.programme_id);
    IF TG_OP = 'INSERT' THEN
        NEW.status := 'NOT_STARTED';
        NEW.checkpoint := NULL;
        NEW.checkpoint_by := NULL;
        NEW.checkpoint_at := NULL;
        NEW.version := 1;
        RETURN NEW;
    END IF;
    IF (NEW.programme_id, NEW.number, NEW.position, NEW.title, NEW.objective, NEW.scope, NEW.exit_criteria)
       IS DISTINCT FROM (OLD.programme_id, OLD.number, OLD.position, OLD.title, OLD.objective, OLD.scope,
                         OLD.exit_criteria) THEN
        PERFORM refuse('PKT-1', format('what packet %s asks for is written once', OLD.number));
    END IF;
    IF OLD.status = 'DONE' AND (NEW.status, NEW.implementer, NEW.reviewer)
                               IS DISTINCT FROM (OLD.status, OLD.implementer, OLD.reviewer) THEN
        PERFORM refuse('PKT-1', format('packet %s is done and stays as it was approved', OLD.number));
    END IF;
    IF (NEW.implementer, NEW.reviewer) IS DISTINCT FROM (OLD.implementer, OLD.reviewer)
       AND (NEW.status <> 'IN_PROGRESS' OR OLD.status = 'IN_PROGRESS') THEN
        PERFORM refuse('PKT-2', format('who implements and who reviews packet %s is said when it is started',
                                       OLD.number));
    END IF;
    IF NEW.status <> OLD.status THEN
        SELECT r.verdict INTO last_verdict FROM packet_reviews r
        WHERE r.programme_id = OLD.programme_id AND r.packet = OLD.number ORDER BY r.n DESC LIMIT 1;
        IF NEW.status = 'DONE' AND OLD.status <> 'NOT_STARTED' THEN
            PERFORM refuse_undone_packet(NEW);
        ELSIF NEW.status IN ('CHANGES_REQUESTED', 'BLOCKED') AND last_verdict IS NOT DISTINCT FROM NEW.status THEN
            NULL;
        ELSIF NEW.status = 'IN_PROGRESS' THEN
            IF NEW.implementer IS NULL OR NEW.reviewer IS NULL THEN
                PERFORM refuse('PKT-2', format('packet %s has no implementer or no reviewer yet', OLD.number));
            END IF;
            PERFORM require_user('PKT-2', NEW.reviewer, 'review a packet');
            SELECT p.number INTO other FROM programme_packets p
            WHERE p.programme_id = OLD.programme_id AND p.number <> OLD.number AND p.status = 'DONE'
              AND p.checkpoint IS NULL ORDER BY p.position LIMIT 1;
            IF FOUND THEN
                PERFORM refuse('PKT-6', format('packet %s is approved and has no checkpoint; packet %s is not started '
                                               'before it', other, OLD.number));
            END IF;
        ELSE
            PERFORM refuse('PKT-4', format('packet %s does not go from %s to %s without a review that says so',
                                           OLD.number, OLD.status, NEW.status));
        END IF;
    END IF;
    IF NEW.checkpoint IS DISTINCT FROM OLD.checkpoint THEN
        IF OLD.checkpoint IS NOT NULL OR NEW.status <> 'DONE' THEN
            PERFORM refuse('PKT-6', format('a checkpoint is recorded once, after the approval of packet %s',
                                           OLD.number));
        END IF;
        NEW.checkpoint_at := portcullis.now();
    ELSE
        NEW.checkpoint_by := OLD.checkpoint_by;
        NEW.checkpoint_at := OLD.checkpoint_at;
    END IF;
    NEW.version := OLD.version + 1;
    RETURN NEW;
END $$;
CREATE TRIGGER packets_done_by_review BEFORE INSERT OR UPDATE ON portcullis.programme_packets
    FOR EACH ROW EXECUTE FUNCTION portcullis.guard_packet();

-- Whoever saw the packet before has seen another one.
CREATE FUNCTION portcullis.touch_packet(programme text, packet text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    UPDATE programme_packets p SET version = p.version WHERE p.programme_id = programme AND p.number = packet;
END $$;

CREATE FUNCTION portcullis.guard_packet_item() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    packet_status text;
BEGIN
    PERFORM touch_programme(NEW.programme_id);
    SELECT p.status INTO packet_status FROM programme_packets p
    WHERE p.programme_id = NEW.programme_id AND p.number = NEW.packet;
    IF packet_status = 'DONE' THEN
        PERFORM refuse('PKT-1', format('packet %s is done; its checklist is closed', NEW.packet));
    END IF;
    IF TG_OP = 'UPDATE' AND (NEW.programme_id, NEW.packet, NEW.n, NEW.section, NEW.heading, NEW.text)
                            IS DISTINCT FROM (OLD.programme_id, OLD.packet, OLD.n, OLD.section, OLD.heading, OLD.text)
       THEN
        PERFORM refuse('PKT-1', format('what a box of packet %s says is written once', OLD.packet));
    END IF;
    IF NEW.section = 'tests' AND NEW.ticked_by IS NOT NULL THEN
        PERFORM refuse('PKT-3', format('a test of packet %s is ticked by its run and by nobody', NEW.packet));
    END IF;
    IF TG_OP = 'INSERT' OR NEW.ticked_by IS DISTINCT FROM OLD.ticked_by THEN
        NEW.ticked_at := CASE WHEN NEW.ticked_by IS NOT NULL THEN portcullis.now() END;
    ELSE
        NEW.ticked_at := OLD.ticked_at;
    END IF;
    PERFORM touch_packet(NEW.programme_id, NEW.packet);
    RETURN NEW;
END $$;
CREATE TRIGGER packet_items_open_until_done BEFORE INSERT OR UPDATE ON portcullis.packet_items
    FOR EACH ROW EXECUTE FUNCTION portcullis.guard_packet_item();

CREATE FUNCTION portcullis.guard_packet_run() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    packet_status text;
    item_section text;
BEGIN
    PERFORM touch_programme(NEW.programme_id);
    NEW.recorded_at := portcullis.now();
    SELECT p.status, i.section INTO packet_status, item_section
    FROM programme_packets p JOIN packet_items i ON i.programme_id = p.programme_id AND i.packet = p.number
    WHERE p.programme_id = NEW.programme_id AND p.number = NEW.packet AND i.n = NEW.item;
    IF packet_status IN ('NOT_STARTED', 'DONE') OR item_section IS DISTINCT FROM 'tests' THEN
        PERFORM refuse('PKT-3', format('packet %s is %s; a run is recorded for one of its tests while it is worked on',
                                       NEW.packet, packet_status));
    END IF;
    PERFORM touch_packet(NEW.programme_id, NEW.packet);
    RETURN NEW;
END $$;
CREATE TRIGGER packet_runs_of_tests BEFORE INSERT ON portcullis.packet_runs
    FOR EACH ROW EXECUTE FUNCTION portcullis.guard_packet_run();

CREATE FUNCTION portcullis.guard_packet_review() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    packet programme_packets;
BEGIN
    PERFORM touch_programme(NEW.programme_id);
    NEW.reviewed_at := portcullis.now();
    SELECT * INTO packet FROM programme_packets p WHERE p.programme_id = NEW.programme_id AND p.number = NEW.packet;
    IF packet.status IN ('NOT_STARTED', 'DONE') THEN
        PERFORM refuse('PKT-4', format('packet %s is %s; there is nothing to review', NEW.packet, packet.status));
    END IF;
    PERFORM require_user('PKT-2', NEW.reviewer, 'review a packet');
    IF NEW.reviewer IS DISTINCT FROM packet.reviewer OR NEW.reviewer = packet.implementer THEN
        PERFORM refuse('PKT-2', format('%s is not the reviewer of packet %s', NEW.reviewer, NEW.packet));
    END IF;
    IF NEW.verdict = 'APPROVED' AND 'FAIL' IN (NEW.p0, NEW.p1, NEW.p2) THEN
        PERFORM refuse('PKT-4', format('a gate of packet %s failed; that review is CHANGES_REQUESTED', NEW.packet));
    END IF;
    IF NEW.verdict <> 'APPROVED' AND NEW.findings !~ '[^[:space:]]' THEN
        PERFORM refuse('PKT-4', format('a review of packet %s that does not approve has findings', NEW.packet));
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER packet_reviews_by_the_reviewer BEFORE INSERT ON portcullis.packet_reviews
    FOR EACH ROW EXECUTE FUNCTION portcullis.guard_packet_review();

CREATE FUNCTION portcullis.move_reviewed_packet() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    UPDATE programme_packets p SET status = CASE WHEN NEW.verdict = 'APPROVED' THEN 'DONE' ELSE NEW.verdict END
    WHERE p.programme_id = NEW.programme_id AND p.number = NEW.packet;
    RETURN NULL;
END $$;
CREATE TRIGGER packet_reviews_move_the_packet AFTER INSERT ON portcullis.packet_reviews
    FOR EACH ROW EXECUTE FUNCTION portcullis.move_reviewed_packet();

CREATE FUNCTION portcullis.guard_milestone() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    unknown text;
BEGIN
    PERFORM touch_programme(NEW.programme_id);
    SELECT m INTO unknown FROM unnest(NEW.packets) m
    WHERE NOT EXISTS (SELECT FROM programme_packets p WHERE p.programme_id = NEW.programme_id AND p.number = m) LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('PKT-7', format('milestone %s names packet %s, which programme %s does not have', NEW.key,
                                       unknown, NEW.programme_id));
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER programme_milestones_of_packets BEFORE INSERT ON portcullis.programme_milestones
    FOR EACH ROW EXECUTE FUNCTION portcullis.guard_milestone();

CREATE FUNCTION portcullis.guard_done_item() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    PERFORM touch_programme(NEW.programme_id);
    IF TG_OP = 'INSERT' THEN
        NEW.met_by := NULL;
        NEW.met_at := NULL;
        NEW.evidence := '';
        RETURN NEW;
    END IF;
    IF (NEW.programme_id, NEW.n, NEW.text) IS DISTINCT FROM (OLD.programme_id, OLD.n, OLD.text)
       OR OLD.met_by IS NOT NULL OR NEW.met_by IS NULL THEN
        PERFORM refuse('PKT-7', format('an item of the definition of done is written once and met once: %s', OLD.text));
    END IF;
    PERFORM require_user('PKT-7', NEW.met_by, 'say that a definition of done holds');
    NEW.met_at := portcullis.now();
    RETURN NEW;
END $$;
CREATE TRIGGER programme_done_items_met_once BEFORE INSERT OR UPDATE ON portcullis.programme_done_items
    FOR EACH ROW EXECUTE FUNCTION portcullis.guard_done_item();

CREATE TRIGGER packet_runs_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON portcullis.packet_runs
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');
CREATE TRIGGER packet_reviews_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON portcullis.packet_reviews
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');
CREATE TRIGGER programme_milestones_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON portcullis.programme_milestones
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');
CREATE TRIGGER programmes_stay BEFORE DELETE OR TRUNCATE ON portcullis.programmes
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');
CREATE TRIGGER programme_packets_stay BEFORE DELETE OR TRUNCATE ON portcullis.programme_packets
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');
CREATE TRIGGER packet_items_stay BEFORE DELETE OR TRUNCATE ON portcullis.packet_items
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');
CREATE TRIGGER programme_done_items_stay BEFORE DELETE OR TRUNCATE ON portcullis.programme_done_items
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');

REVOKE ALL ON portcullis.programmes, portcullis.programme_packets, portcullis.packet_items, portcullis.packet_runs,
    portcullis.packet_reviews, portcullis.programme_milestones, portcullis.programme_done_items FROM PUBLIC;
GRANT SELECT ON portcullis.programmes, portcullis.programme_packets, portcullis.packet_items, portcullis.packet_runs,
    portcullis.packet_reviews, portcullis.programme_milestones, portcullis.programme_done_items TO portcullis_app;
GRANT INSERT (id, title, capability, tracker, created_by), UPDATE (certified_by) ON portcullis.programmes
    TO portcullis_app;
GRANT INSERT (programme_id, number, position, title, objective, scope, exit_criteria),
    UPDATE (implementer, reviewer, status, checkpoint, checkpoint_by) ON portcullis.programme_packets
    TO portcullis_app;
GRANT INSERT (programme_id, packet, n, section, heading, text, ticked_by), UPDATE (ticked_by)
    ON portcullis.packet_items TO portcullis_app;
GRANT INSERT (id, programme_id, packet, item, argv, exit_code, started_at, duration_ms, timed_out, truncated,
              output_bytes, output_sha256, excerpt, recorded_by) ON portcullis.packet_runs TO portcullis_app;
GRANT INSERT (id, programme_id, packet, reviewer, p0, p1, p2, p0_reason, p1_reason, p2_reason, verdict, findings,
              residual_risk, rollback) ON portcullis.packet_reviews TO portcullis_app;
GRANT INSERT (programme_id, key, packets) ON portcullis.programme_milestones TO portcullis_app;
GRANT INSERT (programme_id, n, text), UPDATE (met_by, evidence) ON portcullis.programme_done_items TO portcullis_app;
