-- What a release's manifest asks for before a channel, and every later one, is entered: a stage of a rollout (CHX-8), or a
-- certified programme (CHX-9). Written with the manifest and never changed.
--
-- Whatever changes how a requirement stands is a fact of the releases that have it: it updates their rows, so it waits for
-- a promotion that holds one, and a promotion waits for it.

CREATE TABLE portcullis.release_requirements (
    release_id   text NOT NULL,
    revision     bigint NOT NULL,
    n            integer NOT NULL,
    channel      text NOT NULL CHECK (channel IN ('experimental', 'candidate', 'stable')),
    rollout_id   text,  -- by name: neither need exist when the manifest is written
    stage        smallint CHECK (stage BETWEEN 0 AND 3),
    programme_id text,
    PRIMARY KEY (release_id, revision, n),
    FOREIGN KEY (release_id, revision) REFERENCES portcullis.manifest_revisions,
    CONSTRAINT release_requirements_one_thing CHECK (num_nonnulls(rollout_id, programme_id) = 1),
    CONSTRAINT release_requirements_stage_of_rollout CHECK ((rollout_id IS NULL) = (stage IS NULL))
);
CREATE INDEX release_requirements_rollout ON portcullis.release_requirements (rollout_id) WHERE rollout_id IS NOT NULL;
CREATE INDEX release_requirements_programme ON portcullis.release_requirements (programme_id)
    WHERE programme_id IS NOT NULL;
CREATE TRIGGER release_requirements_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON portcullis.release_requirements
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('SOD-5');

CREATE FUNCTION portcullis.take_requirements() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    INSERT INTO release_requirements (release_id, revision, n, channel, rollout_id, stage, programme_id)
    SELECT NEW.release_id, NEW.revision, x.n, x.doc ->> 'for', x.doc ->> 'rollout', (x.doc ->> 'stage')::smallint,
           x.doc ->> 'programme'
    FROM jsonb_array_elements(NEW.document::jsonb -> 'requires') WITH ORDINALITY AS x (doc, n);
    RETURN NULL;
END $$;
CREATE TRIGGER manifest_revisions_requirements AFTER INSERT ON portcullis.manifest_revisions
    FOR EACH ROW EXECUTE FUNCTION portcullis.take_requirements();

-- How a requirement stands now. The evaluation is one that nobody has decided, or that is on hold.
CREATE FUNCTION portcullis.requirement_standing(rollout text, programme text)
RETURNS TABLE (found boolean, state text, stage smallint, evaluation_id text, killed_by text, certified boolean)
LANGUAGE plpgsql STABLE SET search_path = portcullis, pg_temp AS $$
BEGIN
    IF programme IS NOT NULL THEN
        RETURN QUERY
            SELECT count(*) > 0, NULL::text, NULL::smallint, NULL::text, NULL::text,
                   coalesce(bool_or(p.certified_at IS NOT NULL), false)
            FROM programmes p WHERE p.id = programme;
        RETURN;
    END IF;
    RETURN QUERY
        SELECT r.id IS NOT NULL, r.state, r.stage,
               (SELECT e.id FROM rollout_evaluations e WHERE e.rollout_id = r.id AND (e.decision IS NULL OR e.decision = 'hold')
                ORDER BY e.id LIMIT 1),
               (SELECT k.operation_id FROM flag_kills k WHERE k.flag = r.flag AND k.lifted_by IS NULL
                ORDER BY k.operation_id LIMIT 1), false
        FROM (SELECT) one LEFT JOIN rollouts r ON r.id = rollout;
END $$;

CREATE FUNCTION portcullis.check_promotion_requirements() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    channels text[] := ARRAY['dev', 'experimental', 'candidate', 'stable'];
    needed release_requirements;
    now_is record;
BEGIN
    FOR needed IN SELECT q.* FROM release_requirements q
        JOIN releases r ON r.id = q.release_id AND r.revision = q.revision
        WHERE r.id = NEW.release_id ORDER BY q.n LOOP
        IF array_position(channels, needed.channel) > array_position(channels, NEW.to_channel) THEN
            CONTINUE;
        END IF;
        SELECT * INTO now_is FROM requirement_standing(needed.rollout_id, needed.programme_id);
        IF needed.programme_id IS NOT NULL THEN
            IF NOT now_is.certified THEN
                PERFORM refuse('CHX-9', format('release %s needs programme %s certified before %s; it is not', NEW.release_id,
                                               needed.programme_id, needed.channel));
            END IF;
        ELSIF now_is.state IS DISTINCT FROM 'active' OR now_is.stage < needed.stage THEN
            PERFORM refuse('CHX-8', format('release %s needs stage %s of rollout %s before %s; the rollout is %s, in stage %s',
                                           NEW.release_id, needed.stage, needed.rollout_id, needed.channel,
                                           coalesce(now_is.state, 'not there'), coalesce(now_is.stage::text, 'none')));
        ELSIF now_is.killed_by IS NOT NULL THEN
            PERFORM refuse('CHX-8', format('the flag of rollout %s, which release %s needs, was killed by %s',
                                           needed.rollout_id, NEW.release_id, now_is.killed_by));
        ELSIF now_is.evaluation_id IS NOT NULL THEN
            PERFORM refuse('CHX-8', format('evaluation %s of rollout %s, which release %s needs, is open',
                                           now_is.evaluation_id, needed.rollout_id, NEW.release_id));
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER promotions_as_required AFTER INSERT ON portcullis.promotions
    FOR EACH ROW EXECUTE FUNCTION portcullis.check_promotion_requirements();

-- Releases that ask for it, in one order for everybody.
CREATE FUNCTION portcullis.touch_requiring_releases(rollout text, programme text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    PERFORM touch_release(x.id) FROM (
        SELECT DISTINCT r.id FROM release_requirements q
        JOIN releases r ON r.id = q.release_id AND r.revision = q.revision AND r.status = 'active'
        WHERE q.rollout_id = rollout OR q.programme_id = programme ORDER BY r.id) x;
END $$;

CREATE FUNCTION portcullis.rollout_requirement_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    PERFORM touch_requiring_releases(NEW.id, NULL);
    RETURN NULL;
END $$;
CREATE TRIGGER rollouts_begin_fact AFTER INSERT ON portcullis.rollouts
    FOR EACH ROW EXECUTE FUNCTION portcullis.rollout_requirement_changed();
CREATE TRIGGER rollouts_fact AFTER UPDATE ON portcullis.rollouts
    FOR EACH ROW WHEN ((NEW.state, NEW.stage) IS DISTINCT FROM (OLD.state, OLD.stage))
    EXECUTE FUNCTION portcullis.rollout_requirement_changed();

CREATE FUNCTION portcullis.evaluation_requirement_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    PERFORM touch_requiring_releases(NEW.rollout_id, NULL);
    RETURN NULL;
END $$;
CREATE TRIGGER rollout_evaluations_fact AFTER INSERT OR UPDATE ON portcullis.rollout_evaluations
    FOR EACH ROW EXECUTE FUNCTION portcullis.evaluation_requirement_changed();

CREATE FUNCTION portcullis.killed_requirement_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    PERFORM touch_requiring_releases(r.id, NULL) FROM rollouts r WHERE r.flag = NEW.flag;
    RETURN NULL;
END $$;
CREATE TRIGGER flag_kills_of_rollouts_fact AFTER INSERT OR UPDATE ON portcullis.flag_kills
    FOR EACH ROW EXECUTE FUNCTION portcullis.killed_requirement_changed();

CREATE FUNCTION portcullis.programme_requirement_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    PERFORM touch_requiring_releases(NULL, NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER programmes_begin_fact AFTER INSERT ON portcullis.programmes
    FOR EACH ROW EXECUTE FUNCTION portcullis.programme_requirement_changed();
CREATE TRIGGER programmes_fact AFTER UPDATE ON portcullis.programmes
    FOR EACH ROW WHEN (NEW.certified_at IS DISTINCT FROM OLD.certified_at)
    EXECUTE FUNCTION portcullis.programme_requirement_changed();

REVOKE ALL ON portcullis.release_requirements FROM PUBLIC;
GRANT SELECT ON portcullis.release_requirements TO portcullis_app;
GRANT EXECUTE ON FUNCTION portcullis.requirement_standing(text, text) TO portcullis_app;
