-- What must never happen to the clock, to releases and to the documents they are judged by; ledgers that only grow.
--
-- Every refusal has SQLSTATE PC001 and a text that begins with the id of its rule: "CLS-2: ...". Functions run with the
-- rights of the owner (the application's role cannot write what they write) and a fixed search_path.

CREATE FUNCTION portcullis.refuse(rule text, message text) RETURNS void
LANGUAGE plpgsql SET search_path = portcullis, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '%: %', rule, regexp_replace(message, '[[:cntrl:]]+', ' ', 'g') USING ERRCODE = 'PC001';
END $$;

-- Clock: real or simulated once and for all; a simulated one only moves forward (CHN-2).

CREATE FUNCTION portcullis.guard_clock() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        PERFORM refuse('CHN-2', 'the clock of a database cannot be removed or replaced');
    END IF;
    IF NEW.simulated <> OLD.simulated THEN
        PERFORM refuse('CHN-2', 'whether the clock is simulated was decided when the database was made; '
                                'make another database for another kind of clock');
    END IF;
    IF NOT OLD.simulated THEN
        PERFORM refuse('CHN-2', 'this database has a real clock, which cannot be advanced; '
                                'only a database made with a simulated clock can be');
    END IF;
    -- Seconds only: days and months would mean different spans in different time zones of the reader.
    NEW."offset" := extract(epoch FROM NEW."offset") * interval '1 second';
    IF NEW."offset" <= OLD."offset" THEN
        PERFORM refuse('CHN-2', format('a simulated clock only moves forward, not by %s',
                                       NEW."offset" - OLD."offset"));
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER clock_only_forward BEFORE UPDATE OR DELETE ON portcullis.clock
    FOR EACH ROW EXECUTE FUNCTION portcullis.guard_clock();
CREATE TRIGGER clock_stays BEFORE TRUNCATE ON portcullis.clock
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.guard_clock();

-- Ledgers. The application's role lacks the rights as well; the triggers also stop the owner by mistake.

CREATE FUNCTION portcullis.refuse_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    PERFORM refuse(TG_ARGV[0], format('%s is refused: rows of %s are never changed or removed; add a new one instead',
                                      TG_OP, TG_TABLE_NAME));
    RETURN NULL;
END $$;

CREATE TRIGGER manifest_revisions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON portcullis.manifest_revisions
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('SOD-5');
CREATE TRIGGER plan_revisions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON portcullis.plan_revisions
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('SOD-5');
CREATE TRIGGER plan_tenants_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON portcullis.plan_tenants
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('SOD-5');
CREATE TRIGGER approvals_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON portcullis.approvals
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');
CREATE TRIGGER approval_revocations_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON portcullis.approval_revocations
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');
CREATE TRIGGER checks_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON portcullis.checks
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');
CREATE TRIGGER check_resolutions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON portcullis.check_resolutions
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');
CREATE TRIGGER risk_acceptances_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON portcullis.risk_acceptances
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');
CREATE TRIGGER risk_acceptance_revocations_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON portcullis.risk_acceptance_revocations
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');
CREATE TRIGGER incident_events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON portcullis.incident_events
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');
CREATE TRIGGER incident_subjects_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON portcullis.incident_subjects
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');
CREATE TRIGGER memos_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON portcullis.memos
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('MEM-6');
CREATE TRIGGER memo_signatures_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON portcullis.memo_signatures
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('MEM-6');
CREATE TRIGGER promotions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON portcullis.promotions
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');

-- These may be changed, each in its own way, but no row of them ever goes away: a removed hard stop, withdrawn consent
-- or incident would be a removed reason.
CREATE TRIGGER releases_stay BEFORE DELETE OR TRUNCATE ON portcullis.releases
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');
CREATE TRIGGER principals_stay BEFORE DELETE OR TRUNCATE ON portcullis.principals
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');
CREATE TRIGGER role_grants_stay BEFORE DELETE OR TRUNCATE ON portcullis.role_grants
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');
CREATE TRIGGER tenants_stay BEFORE DELETE OR TRUNCATE ON portcullis.tenants
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');
CREATE TRIGGER consents_stay BEFORE DELETE OR TRUNCATE ON portcullis.consents
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');
CREATE TRIGGER hard_stops_stay BEFORE DELETE OR TRUNCATE ON portcullis.hard_stops
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');
CREATE TRIGGER incidents_stay BEFORE DELETE OR TRUNCATE ON portcullis.incidents
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');
CREATE TRIGGER rollback_evaluations_stay BEFORE DELETE OR TRUNCATE ON portcullis.rollback_evaluations
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');
CREATE TRIGGER freezes_stay BEFORE DELETE OR TRUNCATE ON portcullis.freezes
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');
CREATE TRIGGER rollbacks_stay BEFORE DELETE OR TRUNCATE ON portcullis.rollbacks
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');

-- The release's row is what everything that decides about a release, or changes a fact about it, locks first.
-- NO KEY UPDATE: rows that merely refer to the release may be written meanwhile.
CREATE FUNCTION portcullis.lock_release(release_id text) RETURNS portcullis.releases
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    r releases;
BEGIN
    SELECT * INTO r FROM releases WHERE id = lock_release.release_id FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        PERFORM refuse('CHN-1', format('there is no release %s', lock_release.release_id));
    END IF;
    RETURN r;
END $$;

-- Releases begin in dev, whatever was asked for, and are moved by promotions only (0004_promotions).

CREATE FUNCTION portcullis.begin_release() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    NEW.channel := 'dev';
    NEW.status := 'active';
    NEW.created_at := portcullis.now();
    NEW.channel_entered_at := NEW.created_at;
    NEW.content_since := NEW.created_at;
    NEW.promotion_begun_at := NULL;
    NEW.revision := 1;
    NEW.plan_revision := NULL;
    NEW.facts_version := 1;
    NEW.version := 1;
    RETURN NEW;
END $$;
CREATE TRIGGER releases_begin_in_dev BEFORE INSERT ON portcullis.releases
    FOR EACH ROW EXECUTE FUNCTION portcullis.begin_release();

CREATE FUNCTION portcullis.guard_release() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    IF NEW.id <> OLD.id OR NEW.created_at <> OLD.created_at OR NEW.created_by <> OLD.created_by THEN
        PERFORM refuse('AUD-3', format('who made release %s, and when, never changes', OLD.id));
    END IF;
    IF NEW.channel <> OLD.channel AND NOT EXISTS (
        SELECT FROM promotions p
        WHERE p.release_id = OLD.id AND p.from_channel = OLD.channel AND p.to_channel = NEW.channel
          AND p.content_hash = OLD.content_hash AND p.promoted_at = NEW.channel_entered_at) THEN
        PERFORM refuse('CHN-1', format('release %s leaves %s by a promotion only', OLD.id, OLD.channel));
    END IF;
    IF NEW.channel = OLD.channel AND (NEW.channel_entered_at <> OLD.channel_entered_at
                                      OR NEW.promotion_begun_at IS DISTINCT FROM OLD.promotion_begun_at) THEN
        PERFORM refuse('CHN-2', format('the time since which release %s is in %s never changes', OLD.id, OLD.channel));
    END IF;
    IF NEW.content_since <> OLD.content_since AND NEW.content_hash = OLD.content_hash THEN
        PERFORM refuse('CHN-2', format('the time since which the content of release %s is in force only changes with '
                                       'the content', OLD.id));
    END IF;
    IF OLD.promotion_begun_at IS NOT NULL AND NEW.class IS DISTINCT FROM OLD.class THEN
        PERFORM refuse('CLS-2', format('release %s was promoted on %s as %s; its class cannot change any more', OLD.id,
                                       OLD.promotion_begun_at, OLD.class));
    END IF;
    IF OLD.promotion_begun_at IS NOT NULL
       AND (NEW.change_hash <> OLD.change_hash OR NEW.flag IS DISTINCT FROM OLD.flag) THEN
        PERFORM refuse('CLS-6', format('release %s was promoted on %s; what it changes is frozen. Submit the new content '
                                       'as a new release', OLD.id, OLD.promotion_begun_at));
    END IF;
    IF NEW.status <> OLD.status THEN
        IF OLD.status <> 'active' THEN
            PERFORM refuse('CHX-6', format('release %s is %s, which is final', OLD.id, OLD.status));
        END IF;
        IF NEW.status = 'rolled_back' AND NOT EXISTS (SELECT FROM rollbacks b WHERE b.release_id = OLD.id) THEN
            PERFORM refuse('CHX-6', format('release %s has no rollback on record; start one', OLD.id));
        END IF;
    END IF;
    NEW.facts_version := OLD.facts_version + 1;
    NEW.version := OLD.version;
    IF (NEW.title, NEW.class, NEW.channel, NEW.status, NEW.revision, NEW.plan_revision)
       IS DISTINCT FROM (OLD.title, OLD.class, OLD.channel, OLD.status, OLD.revision, OLD.plan_revision) THEN
        NEW.version := OLD.version + 1;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER releases_class_locked BEFORE UPDATE ON portcullis.releases
    FOR EACH ROW EXECUTE FUNCTION portcullis.guard_release();

-- Manifests. Columns repeat what the document says; they are taken from it, so they cannot disagree.

-- What CLS-6 freezes, in a form where order does not count.
CREATE FUNCTION portcullis.frozen_part(manifest jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE
SET search_path = portcullis, pg_temp AS $$
    SELECT jsonb_build_object(
        'classification', manifest -> 'classification',
        'files', (SELECT jsonb_agg(f ORDER BY f) FROM jsonb_array_elements(manifest -> 'files_changed') f),
        'artifacts', (SELECT jsonb_agg(a ORDER BY a) FROM jsonb_array_elements(manifest -> 'artifacts') a),
        'data_changes', manifest -> 'data_changes',
        'flag', manifest -> 'kill_switch' -> 'flag',
        'version', manifest -> 'version')
$$;

CREATE FUNCTION portcullis.check_document(document text, content_hash text) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE SET search_path = portcullis, pg_temp AS $$
BEGIN
    IF encode(sha256(convert_to(document, 'UTF8')), 'hex') IS DISTINCT FROM content_hash THEN
        PERFORM refuse('SOD-5', format('the content hash %s is not that of the document', content_hash));
    END IF;
    RETURN document::jsonb;
END $$;

CREATE FUNCTION portcullis.check_manifest() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    r releases := lock_release(NEW.release_id);
    doc jsonb := check_document(NEW.document, NEW.content_hash);
    before manifest_revisions;
    same_change boolean;
BEGIN
    IF doc ->> 'id' IS DISTINCT FROM r.id THEN
        PERFORM refuse('SOD-5', format('the manifest is of release %s, not of %s', doc ->> 'id', r.id));
    END IF;
    IF r.status <> 'active' THEN
        PERFORM refuse('CLS-6', format('release %s is %s; submit the content as a new release', r.id, r.status));
    END IF;
    NEW.class := doc ->> 'classification';
    NEW.created_at := portcullis.now();
    NEW.revision := 1;
    SELECT * INTO before FROM manifest_revisions m WHERE m.release_id = r.id AND m.revision = r.revision;
    IF FOUND THEN
        NEW.revision := r.revision + 1;
        IF r.promotion_begun_at IS NOT NULL AND NEW.class IS DISTINCT FROM r.class THEN
            PERFORM refuse('CLS-2', format('release %s was promoted on %s as %s; its class cannot become %s', r.id,
                                           r.promotion_begun_at, r.class, coalesce(NEW.class, 'unclassified')));
        END IF;
        same_change := frozen_part(doc) = frozen_part(before.document::jsonb);
        IF r.promotion_begun_at IS NOT NULL AND NOT (same_change AND NEW.change_hash = before.change_hash) THEN
            PERFORM refuse('CLS-6', format('release %s was promoted on %s; its class, files, artifacts, version, data '
                                           'changes and kill switch flag are frozen. Submit the new content as a new '
                                           'release', r.id, r.promotion_begun_at));
        END IF;
        IF same_change <> (NEW.change_hash = before.change_hash) THEN
            PERFORM refuse('CLS-6', format('the change hash of release %s must differ exactly when what it changes '
                                           'differs', r.id));
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER manifest_revisions_class_locked BEFORE INSERT ON portcullis.manifest_revisions
    FOR EACH ROW EXECUTE FUNCTION portcullis.check_manifest();

CREATE FUNCTION portcullis.adopt_manifest() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    doc jsonb := NEW.document::jsonb;
BEGIN
    UPDATE releases SET
        title = doc ->> 'title', class = NEW.class, flag = doc -> 'kill_switch' ->> 'flag', revision = NEW.revision,
        content_hash = NEW.content_hash, change_hash = NEW.change_hash,
        content_since = CASE WHEN content_hash = NEW.content_hash THEN content_since ELSE NEW.created_at END
    WHERE id = NEW.release_id;
    RETURN NULL;
END $$;
CREATE TRIGGER manifest_revisions_adopted AFTER INSERT ON portcullis.manifest_revisions
    FOR EACH ROW EXECUTE FUNCTION portcullis.adopt_manifest();

-- A release without a manifest cannot be committed.
ALTER TABLE portcullis.releases ADD CONSTRAINT releases_current_manifest FOREIGN KEY (id, revision)
    REFERENCES portcullis.manifest_revisions (release_id, revision) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE portcullis.releases ADD CONSTRAINT releases_current_plan FOREIGN KEY (id, plan_revision)
    REFERENCES portcullis.plan_revisions (release_id, revision);

-- Exposure plans.

-- "7d", "36h": the one spelling of spans in canonical documents.
CREATE FUNCTION portcullis.parse_span(text) RETURNS interval LANGUAGE sql IMMUTABLE
SET search_path = portcullis, pg_temp AS $$
    SELECT left($1, -1)::numeric * CASE right($1, 1) WHEN 'w' THEN interval '168 hours' WHEN 'd' THEN interval '24 hours'
        WHEN 'h' THEN interval '1 hour' WHEN 'm' THEN interval '1 minute' WHEN 's' THEN interval '1 second' END
    WHERE $1 ~ '^[1-9][0-9]{0,9}[wdhms]$'
$$;

CREATE FUNCTION portcullis.check_plan() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    r releases := lock_release(NEW.release_id);
    doc jsonb := check_document(NEW.document, NEW.content_hash);
BEGIN
    NEW.created_at := portcullis.now();
    NEW.revision := coalesce((SELECT max(p.revision) FROM plan_revisions p WHERE p.release_id = r.id), 0) + 1;
    NEW.owner := doc ->> 'owner';
    NEW.minimum_stay := parse_span(doc ->> 'minimum_stay');
    NEW.maximum_stay := parse_span(doc ->> 'maximum_stay');
    IF NEW.owner IS NULL THEN
        PERFORM refuse('EXP-5', format('the plan of release %s names no owner', r.id));
    END IF;
    IF NEW.minimum_stay IS NULL OR NEW.minimum_stay < interval '168 hours' THEN
        PERFORM refuse('CHN-3', format('a plan may lengthen the 7 days in experimental, not shorten them to %s',
                                       coalesce(doc ->> 'minimum_stay', 'nothing')));
    END IF;
    IF coalesce(jsonb_array_length(doc -> 'tenants'), 0) = 0 THEN
        PERFORM refuse('EXP-1', format('the plan of release %s lists no tenants', r.id));
    END IF;
    IF coalesce(jsonb_array_length(doc -> 'exit_criteria'), 0) = 0 THEN
        PERFORM refuse('CHN-9', format('the plan of release %s lists no exit criteria', r.id));
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER plan_revisions_minimum_stay BEFORE INSERT ON portcullis.plan_revisions
    FOR EACH ROW EXECUTE FUNCTION portcullis.check_plan();

CREATE FUNCTION portcullis.adopt_plan() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    INSERT INTO plan_tenants (release_id, revision, tenant_id)
        SELECT NEW.release_id, NEW.revision, t FROM jsonb_array_elements_text(NEW.document::jsonb -> 'tenants') t;
    UPDATE releases SET plan_revision = NEW.revision WHERE id = NEW.release_id;
    RETURN NULL;
END $$;
CREATE TRIGGER plan_revisions_adopted AFTER INSERT ON portcullis.plan_revisions
    FOR EACH ROW EXECUTE FUNCTION portcullis.adopt_plan();
