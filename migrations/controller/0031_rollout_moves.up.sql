-- The moves of rollouts: a stage is entered, a rollout is reversed or ended by a row here and by nothing else. A move is
-- refused for whatever the policy would refuse it for (STG-1 to STG-6, CHN-5, KSW-8).
--
-- Moves hold the rollout's row and the facts epoch, so that no SEV-1 of a tenant or an instance comes in between.

-- Every stage that was entered, and the end. The only way to move a rollout.
CREATE TABLE portcullis.rollout_moves (
    id            text PRIMARY KEY,
    rollout_id    text NOT NULL REFERENCES portcullis.rollouts,
    kind          text NOT NULL CHECK (kind IN ('advance', 'reverse', 'end')),
    from_stage    smallint,
    to_stage      smallint CHECK (to_stage BETWEEN 0 AND 3),
    evaluation_id text REFERENCES portcullis.rollout_evaluations,
    reason        text NOT NULL CHECK (reason ~ '[^[:space:]]'),
    verdict       jsonb NOT NULL DEFAULT '{}',
    moved_by      text NOT NULL REFERENCES portcullis.principals,
    moved_at      timestamptz NOT NULL DEFAULT portcullis.now(),
    n             bigint GENERATED ALWAYS AS IDENTITY,
    CONSTRAINT rollout_moves_advance_to CHECK ((kind = 'advance') = (to_stage IS NOT NULL))
);
CREATE INDEX rollout_moves_rollout ON portcullis.rollout_moves (rollout_id, n);
CREATE TRIGGER rollout_moves_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON portcullis.rollout_moves
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');

-- Whom a rollout's stage is for, now.
CREATE FUNCTION portcullis.rollout_tenants(rollout text, stage smallint) RETURNS SETOF text
LANGUAGE plpgsql STABLE SET search_path = portcullis, pg_temp AS $$
BEGIN
    IF stage = 3 THEN
        RETURN QUERY SELECT t.id FROM tenants t WHERE t.active;
    ELSE
        RETURN QUERY SELECT t.id FROM rollout_organizations o JOIN tenants t ON t.id = o.tenant_id AND t.active
            WHERE o.rollout_id = rollout AND o.stage = rollout_tenants.stage
              AND (o.stage > 0 OR t.kind IN ('dev', 'test'));
    END IF;
END $$;

-- CHN-5: SEV-1 incidents that concern the rollout, a release it needs, an organization of the stages `stage` and the one
-- before, or an instance that hosts one.
CREATE FUNCTION portcullis.rollout_sev1(rollout text, stage smallint)
RETURNS TABLE (incident_id text, state text, opened_at timestamptz, kind text, subject_id text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    RETURN QUERY
        SELECT DISTINCT ON (i.id) i.id, i.state, i.opened_at, s.kind, s.subject_id
        FROM incidents i JOIN incident_subjects s ON s.incident_id = i.id
        WHERE i.severity = 'SEV-1' AND i.state <> 'resolved'
          AND CASE s.kind
              WHEN 'rollout' THEN s.subject_id = rollout
              WHEN 'release' THEN EXISTS (SELECT FROM rollout_stages x WHERE x.rollout_id = rollout
                                          AND x.stage <= rollout_sev1.stage AND x.required_release = s.subject_id)
              WHEN 'tenant' THEN s.subject_id IN (SELECT * FROM rollout_tenants(rollout, rollout_sev1.stage) UNION
                                                  SELECT * FROM rollout_tenants(rollout, (rollout_sev1.stage - 1)::smallint))
              ELSE EXISTS (SELECT FROM instance_inventories v
                           WHERE v.instance_id = s.subject_id AND v.orgs && ARRAY(
                               SELECT * FROM rollout_tenants(rollout, rollout_sev1.stage) UNION
                               SELECT * FROM rollout_tenants(rollout, (rollout_sev1.stage - 1)::smallint))) END
        ORDER BY i.id, s.kind, s.subject_id;
END $$;

-- An incident that concerns a rollout waits for a move, and a move for it.
CREATE FUNCTION portcullis.note_rollout_subject() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM rollouts r WHERE r.id = NEW.subject_id) THEN
        PERFORM refuse('STG-4', format('there is no rollout %s', NEW.subject_id));
    END IF;
    PERFORM touch_rollout(NEW.subject_id);
    RETURN NULL;
END $$;
CREATE TRIGGER incident_subjects_of_rollouts AFTER INSERT ON portcullis.incident_subjects
    FOR EACH ROW WHEN (NEW.kind = 'rollout') EXECUTE FUNCTION portcullis.note_rollout_subject();

CREATE FUNCTION portcullis.note_rollout_incident() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    PERFORM touch_rollout(s.subject_id) FROM (
        SELECT x.subject_id FROM incident_subjects x WHERE x.incident_id = NEW.id AND x.kind = 'rollout'
        ORDER BY x.subject_id) s;
    RETURN NULL;
END $$;
CREATE TRIGGER incidents_of_rollouts AFTER UPDATE ON portcullis.incidents
    FOR EACH ROW WHEN (NEW.severity <> OLD.severity OR NEW.state <> OLD.state)
    EXECUTE FUNCTION portcullis.note_rollout_incident();

-- A move. First the locks; then what forbids it; last the rollout moves.
CREATE FUNCTION portcullis.lock_rollout_move() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    touched rollouts := touch_open_rollout(NEW.rollout_id);
BEGIN
    PERFORM lock_release(s.required_release) FROM (
        SELECT DISTINCT x.required_release FROM rollout_stages x
        WHERE x.rollout_id = NEW.rollout_id AND x.stage <= NEW.to_stage AND x.required_release IS NOT NULL ORDER BY 1) s;
    PERFORM FROM facts_epoch FOR SHARE;
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
CREATE TRIGGER rollout_moves_0_lock BEFORE INSERT ON portcullis.rollout_moves
    FOR EACH ROW EXECUTE FUNCTION portcullis.lock_rollout_move();

-- STG-5: one stage after the other, each after its soak.
CREATE FUNCTION portcullis.check_rollout_order() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    over_at timestamptz;
BEGIN
    IF NEW.to_stage <> coalesce(NEW.from_stage + 1, 0) THEN
        PERFORM refuse('STG-5', format('rollout %s is in stage %s and cannot enter stage %s: stages are taken in order',
                                       NEW.rollout_id, coalesce(NEW.from_stage::text, 'none'), NEW.to_stage));
    END IF;
    SELECT s.entered_at + s.soak INTO over_at FROM rollout_stages s
    WHERE s.rollout_id = NEW.rollout_id AND s.stage = NEW.from_stage;
    IF NEW.moved_at < over_at THEN
        PERFORM refuse('STG-5', format('stage %s of rollout %s lasts until %s at least', NEW.from_stage, NEW.rollout_id,
                                       over_at));
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER rollout_moves_in_order BEFORE INSERT ON portcullis.rollout_moves
    FOR EACH ROW WHEN (NEW.kind = 'advance') EXECUTE FUNCTION portcullis.check_rollout_order();

-- STG-1
CREATE FUNCTION portcullis.check_rollout_organizations() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    most integer;
    planned bigint;
    exposed bigint;
BEGIN
    SELECT s.cap INTO most FROM rollout_stages s WHERE s.rollout_id = NEW.rollout_id AND s.stage = NEW.to_stage;
    SELECT count(*) INTO planned FROM rollout_organizations o
    WHERE o.rollout_id = NEW.rollout_id AND o.stage = NEW.to_stage;
    SELECT count(*) INTO exposed FROM rollout_tenants(NEW.rollout_id, NEW.to_stage);
    IF exposed = 0 OR planned > most OR (NEW.to_stage < 3 AND planned <> exposed) THEN
        PERFORM refuse('STG-1', format('stage %s of rollout %s is planned for %s organizations, of which %s may be in it; it '
                                       'takes one at least and %s at most', NEW.to_stage, NEW.rollout_id, planned, exposed,
                                       coalesce(most::text, 'any number')));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER rollout_moves_capped AFTER INSERT ON portcullis.rollout_moves
    FOR EACH ROW WHEN (NEW.kind = 'advance') EXECUTE FUNCTION portcullis.check_rollout_organizations();

-- STG-2: the metrics of every stage so far, each by its newest measurement; those of the stage that is left are of the
-- last day. The stage that is entered has some, too.
CREATE FUNCTION portcullis.check_rollout_success() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    bad record;
BEGIN
    SELECT s.stage INTO bad FROM rollout_stages s
    WHERE s.rollout_id = NEW.rollout_id AND s.stage <= NEW.to_stage
      AND NOT EXISTS (SELECT FROM rollout_metrics m WHERE m.rollout_id = s.rollout_id AND m.stage = s.stage) LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('STG-2', format('stage %s of rollout %s has no success metric', bad.stage, NEW.rollout_id));
    END IF;
    SELECT m.stage, m.key, coalesce(x.state, 'not measured') AS state INTO bad FROM rollout_metrics m
    LEFT JOIN LATERAL (SELECT y.state, y.recorded_at FROM rollout_measurements y
                       WHERE y.rollout_id = m.rollout_id AND y.stage = m.stage AND y.metric = m.key
                       ORDER BY y.n DESC LIMIT 1) x ON true
    WHERE m.rollout_id = NEW.rollout_id AND m.stage < NEW.to_stage
      AND (x.state IS DISTINCT FROM 'met'
           OR (m.stage = NEW.from_stage AND x.recorded_at < NEW.moved_at - interval '24 hours'))
    ORDER BY m.stage, m.key LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('STG-2', format('metric %s of stage %s of rollout %s is not met now (%s)', bad.key, bad.stage,
                                       NEW.rollout_id, bad.state));
    END IF;
    SELECT k.id, k.title INTO bad FROM rollout_risks k
    WHERE k.rollout_id = NEW.rollout_id AND k.severity = 'high' AND k.resolved_at IS NULL ORDER BY k.id LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('STG-2', format('risk %s of rollout %s is high and not resolved: %s', bad.id, NEW.rollout_id,
                                       bad.title));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER rollout_moves_after_success AFTER INSERT ON portcullis.rollout_moves
    FOR EACH ROW WHEN (NEW.kind = 'advance') EXECUTE FUNCTION portcullis.check_rollout_success();

-- STG-3
CREATE FUNCTION portcullis.check_rollout_checkpoints() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    open_one rollout_checkpoints;
BEGIN
    SELECT * INTO open_one FROM rollout_checkpoints c
    WHERE c.rollout_id = NEW.rollout_id AND c.stage = NEW.from_stage AND c.completed_at IS NULL ORDER BY c.n LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('STG-3', format('checkpoint %s of stage %s of rollout %s is not completed: %s', open_one.n,
                                       open_one.stage, NEW.rollout_id, open_one.title));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER rollout_moves_after_checkpoints AFTER INSERT ON portcullis.rollout_moves
    FOR EACH ROW WHEN (NEW.kind = 'advance') EXECUTE FUNCTION portcullis.check_rollout_checkpoints();

-- STG-4, CHN-5, KSW-8
CREATE FUNCTION portcullis.check_rollout_triggers() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    bad record;
BEGIN
    SELECT e.id, e.trigger, coalesce(e.decision, 'not decided') AS decision INTO bad FROM rollout_evaluations e
    WHERE e.rollout_id = NEW.rollout_id AND (e.decision IS NULL OR e.decision <> 'continue') ORDER BY e.id LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('STG-4', format('evaluation %s of rollout %s (%s) is %s', bad.id, NEW.rollout_id, bad.trigger,
                                       bad.decision));
    END IF;
    SELECT * INTO bad FROM rollout_sev1(NEW.rollout_id, NEW.to_stage) LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('CHN-5', format('incident %s (SEV-1) concerns %s %s; resolve it before rollout %s goes on',
                                       bad.incident_id, bad.kind, bad.subject_id, NEW.rollout_id));
    END IF;
    SELECT k.operation_id, k.flag INTO bad FROM flag_kills k JOIN rollouts r ON r.flag = k.flag
    WHERE r.id = NEW.rollout_id AND k.lifted_by IS NULL LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('KSW-8', format('flag %s of rollout %s was killed by %s; lift the kill first', bad.flag,
                                       NEW.rollout_id, bad.operation_id));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER rollout_moves_nothing_triggered AFTER INSERT ON portcullis.rollout_moves
    FOR EACH ROW WHEN (NEW.kind = 'advance') EXECUTE FUNCTION portcullis.check_rollout_triggers();

-- STG-6: for every stage up to the one that is entered.
CREATE FUNCTION portcullis.check_rollout_requirements() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    stage rollout_stages;
    r releases;
    stop record;
BEGIN
    FOR stage IN SELECT * FROM rollout_stages s WHERE s.rollout_id = NEW.rollout_id AND s.stage <= NEW.to_stage LOOP
        IF stage.required_release IS NOT NULL THEN
            r := lock_release(stage.required_release);
            IF r.status <> 'active' OR array_position(ARRAY['dev', 'experimental', 'candidate', 'stable'], r.channel)
                                     < array_position(ARRAY['dev', 'experimental', 'candidate', 'stable'],
                                                      stage.required_channel) THEN
                PERFORM refuse('STG-6', format('stage %s of rollout %s needs release %s in %s; it is %s in %s', stage.stage,
                                               NEW.rollout_id, r.id, stage.required_channel, r.status, r.channel));
            END IF;
            SELECT * INTO stop FROM find_hard_stop(r);
            IF stop.rule IS NOT NULL THEN
                PERFORM refuse('STG-6', format('release %s, which rollout %s needs, has a hard stop, %s: %s', r.id,
                                               NEW.rollout_id, stop.rule, stop.message));
            END IF;
        END IF;
        IF stage.required_programme IS NOT NULL
           AND NOT EXISTS (SELECT FROM programmes p WHERE p.id = stage.required_programme AND p.certified_at IS NOT NULL) THEN
            PERFORM refuse('STG-6', format('stage %s of rollout %s needs programme %s to be certified', stage.stage,
                                           NEW.rollout_id, stage.required_programme));
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER rollout_moves_as_required AFTER INSERT ON portcullis.rollout_moves
    FOR EACH ROW WHEN (NEW.kind = 'advance') EXECUTE FUNCTION portcullis.check_rollout_requirements();

CREATE FUNCTION portcullis.move_rollout() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    moved rollouts;
BEGIN
    UPDATE rollout_stages s SET left_at = NEW.moved_at WHERE s.rollout_id = NEW.rollout_id AND s.stage = NEW.from_stage;
    IF NEW.kind = 'advance' THEN
        UPDATE rollout_stages s SET entered_at = NEW.moved_at WHERE s.rollout_id = NEW.rollout_id AND s.stage = NEW.to_stage;
        UPDATE rollouts r SET state = 'active', stage = NEW.to_stage, stage_entered_at = NEW.moved_at
        WHERE r.id = NEW.rollout_id RETURNING * INTO moved;
        PERFORM add_checkpoints(moved);
    ELSE
        UPDATE rollouts r SET state = CASE NEW.kind WHEN 'end' THEN 'ended' ELSE 'reversed' END, closed_by = NEW.moved_by,
            closed_at = NEW.moved_at, close_reason = NEW.reason
        WHERE r.id = NEW.rollout_id;
    END IF;
    PERFORM pg_notify('portcullis_fleet', 'exposure');
    RETURN NULL;
END $$;
CREATE TRIGGER rollout_moves_z_move AFTER INSERT ON portcullis.rollout_moves
    FOR EACH ROW EXECUTE FUNCTION portcullis.move_rollout();

-- A decision to reverse is a reversal.
CREATE FUNCTION portcullis.reverse_as_decided() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM rollouts r WHERE r.id = NEW.rollout_id AND r.state = 'active') THEN
        INSERT INTO rollout_moves (id, rollout_id, kind, evaluation_id, reason, moved_by)
        VALUES ('rmv_' || left(encode(sha256(convert_to(NEW.id, 'UTF8')), 'hex'), 26), NEW.rollout_id, 'reverse', NEW.id,
                NEW.reason, NEW.decided_by);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER rollout_evaluations_reverse AFTER UPDATE ON portcullis.rollout_evaluations
    FOR EACH ROW WHEN (NEW.decision = 'reverse') EXECUTE FUNCTION portcullis.reverse_as_decided();

-- What the stages up to `stage` need, as it is now.
CREATE FUNCTION portcullis.rollout_requirements(rollout text, stage smallint)
RETURNS TABLE (at_stage smallint, release_id text, needed text, channel text, status text, hard_stop text,
               programme_id text, certified boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    RETURN QUERY
        SELECT s.stage, r.id, s.required_channel, r.channel, r.status, h.rule || ': ' || h.message, s.required_programme,
               p.certified_at IS NOT NULL
        FROM rollout_stages s LEFT JOIN releases r ON r.id = s.required_release
        LEFT JOIN programmes p ON p.id = s.required_programme
        LEFT JOIN LATERAL find_hard_stop(r) h ON r.id IS NOT NULL
        WHERE s.rollout_id = rollout AND s.stage <= rollout_requirements.stage
          AND num_nonnulls(s.required_release, s.required_programme) > 0
        ORDER BY s.stage;
END $$;

-- No release takes a flag that a rollout has, or had; 0030_rollouts looks the other way round.
CREATE FUNCTION portcullis.check_rollout_flag() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    other text;
BEGIN
    SELECT r.id INTO other FROM rollouts r WHERE r.flag = NEW.flag LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('STG-1', format('flag %s is that of rollout %s, which decides whom it is for; give release %s a flag '
                                       'of its own', NEW.flag, other, NEW.id));
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER releases_flag_of_no_rollout BEFORE INSERT OR UPDATE OF flag ON portcullis.releases
    FOR EACH ROW WHEN (NEW.flag IS NOT NULL) EXECUTE FUNCTION portcullis.check_rollout_flag();

REVOKE ALL ON portcullis.rollout_moves FROM PUBLIC;
GRANT SELECT ON portcullis.rollout_moves TO portcullis_app;
GRANT INSERT (id, rollout_id, kind, to_stage, evaluation_id, reason, verdict, moved_by) ON portcullis.rollout_moves
    TO portcullis_app;
GRANT EXECUTE ON FUNCTION portcullis.rollout_tenants(text, smallint), portcullis.rollout_sev1(text, smallint),
    portcullis.rollout_requirements(text, smallint) TO portcullis_app;
