-- Exposure: what each instance hosts and has in force, which flags it is to have, flags that were killed, and where the
-- plan and what instances report differ.
--
-- A tenant of the controller is the organization of an instance that has the same id. An organization that is no
-- registered tenant is exposed to nothing. Whether a report is overdue is told by the machine's clock.

-- What an instance said of itself last (tenancy/wire/inventory.hpp).
CREATE TABLE portcullis.instance_inventories (
    instance_id    text PRIMARY KEY REFERENCES portcullis.instances,
    orgs           text[] NOT NULL,
    tenants        bigint NOT NULL CHECK (tenants >= 0),
    tenants_digest text NOT NULL CHECK (length(tenants_digest) <= 200),
    flags          jsonb NOT NULL CHECK (jsonb_typeof(flags) = 'object'),
    sent_at        timestamptz NOT NULL,  -- by its own clock
    received_by    text NOT NULL,         -- the controller that heard it
    received_at    timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TRIGGER instance_inventories_stay BEFORE DELETE OR TRUNCATE ON portcullis.instance_inventories
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');

CREATE FUNCTION portcullis.stamp_inventory() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    NEW.received_at := clock_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER instance_inventories_stamped BEFORE INSERT OR UPDATE ON portcullis.instance_inventories
    FOR EACH ROW EXECUTE FUNCTION portcullis.stamp_inventory();

-- What an instance says of its tenants is what the next order's verification compares with.
CREATE FUNCTION portcullis.note_inventory() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    UPDATE instance_status s SET tenants = NEW.tenants, tenants_digest = NEW.tenants_digest
    WHERE s.instance_id = NEW.instance_id
      AND (s.tenants, s.tenants_digest) IS DISTINCT FROM (NEW.tenants, NEW.tenants_digest);
    RETURN NULL;
END $$;
CREATE TRIGGER instance_inventories_noted AFTER INSERT OR UPDATE ON portcullis.instance_inventories
    FOR EACH ROW EXECUTE FUNCTION portcullis.note_inventory();
-- It may say that before its first report is recorded.
CREATE FUNCTION portcullis.take_inventory() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    SELECT i.tenants, i.tenants_digest INTO NEW.tenants, NEW.tenants_digest
    FROM instance_inventories i WHERE i.instance_id = NEW.instance_id;
    RETURN NEW;
END $$;
CREATE TRIGGER instance_status_takes_inventory BEFORE INSERT ON portcullis.instance_status
    FOR EACH ROW EXECUTE FUNCTION portcullis.take_inventory();

-- A flag is killed while one row of it is not lifted. Written with the operation, never by hand.
CREATE TABLE portcullis.flag_kills (
    operation_id text PRIMARY KEY REFERENCES portcullis.operations,
    flag         text NOT NULL,
    release_id   text REFERENCES portcullis.releases,
    killed_at    timestamptz NOT NULL DEFAULT portcullis.now(),
    lifted_by    text REFERENCES portcullis.operations,
    lifted_at    timestamptz,
    CONSTRAINT flag_kills_lifted_once CHECK ((lifted_by IS NULL) = (lifted_at IS NULL))
);
CREATE INDEX flag_kills_in_force ON portcullis.flag_kills (flag) WHERE lifted_by IS NULL;
CREATE TRIGGER flag_kills_stay BEFORE DELETE OR TRUNCATE ON portcullis.flag_kills
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('KSW-7');

CREATE TABLE portcullis.flag_approvals (
    id          text PRIMARY KEY,
    flag        text NOT NULL CHECK (flag ~ '[^[:space:]]'),
    reason      text NOT NULL CHECK (reason ~ '[^[:space:]]'),
    approved_by text NOT NULL REFERENCES portcullis.principals,
    approved_at timestamptz NOT NULL DEFAULT portcullis.now(),
    expires_at  timestamptz NOT NULL
);
CREATE TRIGGER flag_approvals_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON portcullis.flag_approvals
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');

CREATE FUNCTION portcullis.guard_flag_approval() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    PERFORM require_user('SOD-1', NEW.approved_by, 'approve lifting the kill of a flag');
    PERFORM require_role(NEW.approved_by, 'system_owner', 'approve lifting the kill of a flag');
    RETURN NEW;
END $$;
CREATE TRIGGER flag_approvals_by_system_owner BEFORE INSERT ON portcullis.flag_approvals
    FOR EACH ROW EXECUTE FUNCTION portcullis.guard_flag_approval();

ALTER TABLE portcullis.operations ADD COLUMN flag_approval_id text UNIQUE REFERENCES portcullis.flag_approvals;
ALTER TABLE portcullis.rollbacks ADD COLUMN operation_id text UNIQUE REFERENCES portcullis.operations;

CREATE INDEX releases_flag ON portcullis.releases (flag) WHERE status = 'active' AND flag IS NOT NULL;

-- KSW-7, KSW-8 for a flag: killing it needs nothing but its name and a reason; lifting the kill needs an approval by a
-- system owner other than the one who orders it, and that the reviews of its kills are completed.
CREATE FUNCTION portcullis.guard_flag_operation() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    approval flag_approvals;
    open_review text;
BEGIN
    IF NEW.kind = 'flag' AND NEW.flag IS NULL THEN
        PERFORM refuse('KSW-7', 'an order about a flag names the flag');
    END IF;
    IF NEW.kind <> 'flag' OR NOT NEW.enabled THEN
        IF NEW.flag_approval_id IS NOT NULL THEN
            PERFORM refuse('KSW-8', 'an approval to lift the kill of a flag is spent by that and nothing else');
        END IF;
        IF NEW.kind = 'rollback' AND NEW.enabled THEN
            PERFORM refuse('KSW-8', 'a rollback switches nothing on');
        END IF;
        RETURN NEW;
    END IF;
    SELECT * INTO approval FROM flag_approvals a WHERE a.id = NEW.flag_approval_id;
    IF NOT FOUND OR approval.flag <> NEW.flag OR approval.expires_at <= portcullis.now()
       OR approval.approved_by = NEW.requested_by OR NOT holds_role(approval.approved_by, 'system_owner') THEN
        PERFORM refuse('KSW-8', format('lifting the kill of flag %s needs an approval for it that has not expired, by a '
                                       'system owner other than the one who orders it', NEW.flag));
    END IF;
    SELECT k.operation_id INTO open_review FROM flag_kills k JOIN kill_reviews r ON r.operation_id = k.operation_id
        WHERE k.flag = NEW.flag AND r.completed_at IS NULL LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('KSW-8', format('the review of the kill %s is not completed; complete it before lifting the kill',
                                       open_review));
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER operations_of_flags_governed BEFORE INSERT ON portcullis.operations
    FOR EACH ROW EXECUTE FUNCTION portcullis.guard_flag_operation();

-- What was killed while this one waited stays killed.
CREATE FUNCTION portcullis.note_flag_operation() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    IF NEW.enabled THEN
        UPDATE flag_kills SET lifted_by = NEW.id, lifted_at = portcullis.now()
        WHERE flag = NEW.flag AND lifted_by IS NULL;
    ELSE
        INSERT INTO flag_kills (operation_id, flag, release_id) VALUES (NEW.id, NEW.flag, NEW.release_id);
        INSERT INTO kill_reviews (operation_id) VALUES (NEW.id);
    END IF;
    -- It is a fact of every release with this flag.
    PERFORM touch_release(r.id) FROM releases r WHERE r.flag = NEW.flag AND r.status = 'active';
    RETURN NULL;
END $$;
CREATE TRIGGER operations_of_flags_noted AFTER INSERT ON portcullis.operations
    FOR EACH ROW WHEN (NEW.kind = 'flag') EXECUTE FUNCTION portcullis.note_flag_operation();

-- Who may have a flag now (CHN-6): the tenants of every active release that has it. In experimental those on the plan
-- as it is now and as it was approved last, with a consent in force, while the plan's time lasts.
CREATE FUNCTION portcullis.flag_tenants(flag text) RETURNS SETOF text
LANGUAGE plpgsql STABLE SET search_path = portcullis, pg_temp AS $$
DECLARE
    r releases;
    approved plan_revisions;
    moment timestamptz := portcullis.now();
BEGIN
    IF EXISTS (SELECT FROM flag_kills k WHERE k.flag = flag_tenants.flag AND k.lifted_by IS NULL) THEN
        RETURN;
    END IF;
    FOR r IN SELECT x.* FROM releases x WHERE x.flag = flag_tenants.flag AND x.status = 'active' LOOP
        IF r.channel <> 'experimental' THEN
            RETURN QUERY SELECT t.id FROM tenants t
                WHERE t.active AND (r.channel = 'stable' OR t.channel_preference <> 'stable_only')
                  AND (r.channel <> 'dev' OR t.kind IN ('dev', 'test'));
            CONTINUE;
        END IF;
        SELECT p.* INTO approved FROM plan_revisions p
        WHERE p.release_id = r.id AND EXISTS (
            SELECT FROM approvals a WHERE a.release_id = r.id AND a.scope = 'plan' AND a.content_hash = p.content_hash
                                      AND NOT EXISTS (SELECT FROM approval_revocations v WHERE v.approval_id = a.id))
        ORDER BY p.revision DESC LIMIT 1;
        IF NOT FOUND OR moment > r.channel_entered_at + approved.maximum_stay THEN
            CONTINUE;
        END IF;
        RETURN QUERY SELECT t.id FROM plan_tenants n
            JOIN plan_tenants a ON a.release_id = r.id AND a.revision = approved.revision AND a.tenant_id = n.tenant_id
            JOIN tenants t ON t.id = n.tenant_id AND t.active AND t.channel_preference <> 'stable_only'
            JOIN current_consents(r.id) c ON c.tenant_id = n.tenant_id AND c.withdrawn_at IS NULL
                                         AND (c.expires_at IS NULL OR c.expires_at > moment)
            JOIN principals p ON p.id = c.recorded_by AND p.kind = 'user'
            WHERE n.release_id = r.id AND n.revision = r.plan_revision;
    END LOOP;
END $$;

-- The flags of the order document. An instance whose switch nobody ever moved has a document for its flags alone, which
-- leaves the switch to its environment.
ALTER TABLE portcullis.desired_states
    ALTER COLUMN operation_id DROP NOT NULL,
    ADD COLUMN flags jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(flags) = 'object'),
    ADD COLUMN flags_changed_at timestamptz NOT NULL DEFAULT clock_timestamp();  -- by the machine's clock

CREATE OR REPLACE FUNCTION portcullis.guard_desired_state() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.instance_id <> OLD.instance_id OR NEW.generation <= OLD.generation) THEN
        PERFORM refuse('KSW-7', format('generation %s of instance %s is not above %s, so the instance would ignore it',
                                       NEW.generation, OLD.instance_id, OLD.generation));
    END IF;
    IF NEW.operation_id IS NULL THEN
        IF NOT NEW.enabled OR NEW.mode <> 'hot' OR NEW.reason <> '' THEN
            PERFORM refuse('KSW-3', format('instance %s is ordered off, or to restart, by an operation on record only',
                                           NEW.instance_id));
        END IF;
        IF (TG_OP = 'UPDATE' AND OLD.operation_id IS NOT NULL)
           OR EXISTS (SELECT FROM operation_instances i JOIN operations o ON o.id = i.operation_id
                      WHERE i.instance_id = NEW.instance_id AND o.kind = 'multi_tenant') THEN
            PERFORM refuse('KSW-8', format('the switch of instance %s was moved by an operation; another one moves it, '
                                           'nothing else', NEW.instance_id));
        END IF;
    ELSIF NOT EXISTS (SELECT FROM operations o WHERE o.id = NEW.operation_id AND o.kind = 'multi_tenant'
                                                 AND o.enabled = NEW.enabled AND o.mode = NEW.mode
                                                 AND o.reason = NEW.reason) THEN
        PERFORM refuse('KSW-3', format('instance %s is ordered what an operation on record says, nothing else',
                                       NEW.instance_id));
    END IF;
    NEW.issued_at := portcullis.now();
    RETURN NEW;
END $$;

-- CHN-6: a flag is on for tenants that may have it and for nobody else, whoever writes the row.
CREATE FUNCTION portcullis.guard_desired_flags() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    bad record;
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.flags = OLD.flags THEN
        NEW.flags_changed_at := OLD.flags_changed_at;
        RETURN NEW;
    END IF;
    NEW.flags_changed_at := clock_timestamp();
    SELECT f.key AS flag INTO bad FROM jsonb_each(NEW.flags) f
    WHERE NOT coalesce(jsonb_typeof(f.value) = 'object' AND jsonb_typeof(f.value -> 'default') = 'boolean'
                       AND jsonb_typeof(f.value -> 'killed') = 'boolean'
                       AND jsonb_typeof(f.value -> 'enabled_orgs') = 'array', false) LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('CHN-6', format('flag %s of instance %s is no order about a flag', bad.flag, NEW.instance_id));
    END IF;
    SELECT f.key AS flag INTO bad FROM jsonb_each(NEW.flags) f WHERE (f.value ->> 'default')::boolean LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('CHN-6', format('flag %s of instance %s names its tenants; it is never on for everybody', bad.flag,
                                       NEW.instance_id));
    END IF;
    SELECT f.key AS flag INTO bad FROM jsonb_each(NEW.flags) f
    WHERE NOT (f.value ->> 'killed')::boolean
      AND EXISTS (SELECT FROM flag_kills k WHERE k.flag = f.key AND k.lifted_by IS NULL) LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('KSW-7', format('flag %s is killed; instance %s is ordered so until the kill is lifted', bad.flag,
                                       NEW.instance_id));
    END IF;
    SELECT f.key AS flag, o.org INTO bad FROM jsonb_each(NEW.flags) f
    CROSS JOIN LATERAL (SELECT jsonb_array_elements_text(f.value -> 'enabled_orgs') AS org
                        EXCEPT SELECT * FROM flag_tenants(f.key)) o LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('CHN-6', format('flag %s cannot be on for %s on instance %s: no release that has it is for this '
                                       'tenant now', bad.flag, bad.org, NEW.instance_id));
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER desired_states_only_eligible BEFORE INSERT OR UPDATE OF flags ON portcullis.desired_states
    FOR EACH ROW EXECUTE FUNCTION portcullis.guard_desired_flags();

-- Where instances and the plan differ, for one release, one row for each instance and kind:
--   exposed       says that the flag is on for organizations that are not to have it
--   missing       was told long enough ago that it is on for these, and says it is not
--   not_ordered   hosts organizations that are to have it, and was not told yet
--   unknown       hosts organizations that are no tenants here, so that nobody can say what they are to have
--   silent        never said what it hosts
-- What an instance said last counts, also while it is away: it does that when it is back.
CREATE FUNCTION portcullis.exposure_drifts(r portcullis.releases)
RETURNS TABLE (instance_id text, kind text, orgs text[])
LANGUAGE plpgsql STABLE SET search_path = portcullis, pg_temp AS $$
DECLARE
    patience interval := interval '15 seconds';
    wanted text[];
BEGIN
    IF r.status <> 'active' OR coalesce(r.flag, '') !~ '[^[:space:]]'
       OR NOT EXISTS (SELECT FROM instances i WHERE i.retired_at IS NULL) THEN
        RETURN;
    END IF;
    wanted := ARRAY(SELECT DISTINCT t FROM flag_tenants(r.flag) t);
    RETURN QUERY
    WITH told AS (
        SELECT i.id, v.instance_id IS NOT NULL AS heard, coalesce(v.orgs, '{}') AS hosts, i.created_at,
               ARRAY(SELECT jsonb_array_elements_text(d.flags -> r.flag -> 'enabled_orgs')) AS ordered,
               d.flags_changed_at,
               CASE WHEN (v.flags -> r.flag ->> 'killed')::boolean THEN '{}'
                    WHEN (v.flags -> r.flag ->> 'default')::boolean THEN v.orgs
                    ELSE ARRAY(SELECT jsonb_array_elements_text(v.flags -> r.flag -> 'enabled_orgs')) END AS has
        FROM instances i LEFT JOIN desired_states d ON d.instance_id = i.id
        LEFT JOIN instance_inventories v ON v.instance_id = i.id
        WHERE i.retired_at IS NULL
    ), differs AS (
        SELECT t.id, 'exposed' AS what, ARRAY(SELECT unnest(t.has) EXCEPT SELECT unnest(wanted) ORDER BY 1) AS whom
        FROM told t
        UNION ALL
        SELECT t.id, 'missing', ARRAY(SELECT unnest(t.hosts) INTERSECT SELECT unnest(wanted)
                                      INTERSECT SELECT unnest(t.ordered) EXCEPT SELECT unnest(t.has) ORDER BY 1)
        FROM told t WHERE t.flags_changed_at < clock_timestamp() - patience
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
        SELECT t.id, 'silent', ARRAY['']
        FROM told t JOIN instance_status s ON s.instance_id = t.id AND s.last_seen_at IS NOT NULL
        WHERE NOT t.heard
    )
    SELECT x.id, x.what, x.whom FROM differs x WHERE cardinality(x.whom) > 0 ORDER BY x.id, x.what;
END $$;

-- CHX-7: no promotion while instances expose another thing than the plan says. A tenant that nobody knows matters from
-- candidate on, which is for all.
CREATE FUNCTION portcullis.check_promotion_exposure() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    r releases;
    drift record;
BEGIN
    IF NOT EXISTS (SELECT FROM instances i WHERE i.retired_at IS NULL) THEN
        RETURN NULL;
    END IF;
    r := lock_release(NEW.release_id);
    SELECT d.instance_id, d.kind, array_to_string(d.orgs, ', ') AS orgs INTO drift FROM exposure_drifts(r) d
    WHERE d.kind <> 'unknown' OR NEW.to_channel <> 'experimental' LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('CHX-7', format('instance %s and the plan of release %s differ (%s: %s)', drift.instance_id, r.id,
                                       drift.kind, drift.orgs));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER promotions_exposure_as_planned AFTER INSERT ON portcullis.promotions
    FOR EACH ROW EXECUTE FUNCTION portcullis.check_promotion_exposure();

-- KSW-8: a killed flag is not promoted on.
CREATE FUNCTION portcullis.check_promotion_flag() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    kill text;
BEGIN
    SELECT k.operation_id INTO kill FROM flag_kills k JOIN releases r ON r.id = NEW.release_id AND r.flag = k.flag
        WHERE k.lifted_by IS NULL LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('KSW-8', format('the flag of release %s was killed by %s; lift the kill first', NEW.release_id,
                                       kill));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER promotions_flag_not_killed AFTER INSERT ON portcullis.promotions
    FOR EACH ROW EXECUTE FUNCTION portcullis.check_promotion_flag();

-- What was found last for a release, so that a gate that remembers its facts hears of a change.
CREATE TABLE portcullis.exposure_findings (
    release_id text PRIMARY KEY REFERENCES portcullis.releases,
    digest     text NOT NULL,
    at         timestamptz NOT NULL DEFAULT portcullis.now()
);
CREATE TRIGGER exposure_findings_stamped BEFORE INSERT OR UPDATE ON portcullis.exposure_findings
    FOR EACH ROW EXECUTE FUNCTION portcullis.stamp_at();
CREATE TRIGGER exposure_findings_fact AFTER INSERT OR UPDATE ON portcullis.exposure_findings
    FOR EACH ROW EXECUTE FUNCTION portcullis.fact_changed();

-- Every controller is told when flags may have to change. Without instances nobody is.
CREATE FUNCTION portcullis.tell_exposure() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM instances i WHERE i.retired_at IS NULL) THEN
        PERFORM pg_notify('portcullis_fleet', 'exposure');
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER releases_exposure AFTER UPDATE ON portcullis.releases
    FOR EACH ROW WHEN ((NEW.channel, NEW.status, NEW.flag, NEW.plan_revision)
                       IS DISTINCT FROM (OLD.channel, OLD.status, OLD.flag, OLD.plan_revision))
    EXECUTE FUNCTION portcullis.tell_exposure();
CREATE TRIGGER releases_begin_exposure AFTER INSERT ON portcullis.releases
    FOR EACH ROW WHEN (NEW.flag IS NOT NULL) EXECUTE FUNCTION portcullis.tell_exposure();
CREATE TRIGGER consents_exposure AFTER INSERT OR UPDATE ON portcullis.consents
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.tell_exposure();
CREATE TRIGGER tenants_exposure AFTER INSERT OR UPDATE ON portcullis.tenants
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.tell_exposure();
CREATE TRIGGER approvals_exposure AFTER INSERT ON portcullis.approvals
    FOR EACH ROW WHEN (NEW.scope = 'plan') EXECUTE FUNCTION portcullis.tell_exposure();
CREATE TRIGGER approval_revocations_exposure AFTER INSERT ON portcullis.approval_revocations
    FOR EACH ROW EXECUTE FUNCTION portcullis.tell_exposure();
CREATE TRIGGER flag_kills_exposure AFTER INSERT OR UPDATE ON portcullis.flag_kills
    FOR EACH ROW EXECUTE FUNCTION portcullis.tell_exposure();
CREATE TRIGGER clock_exposure AFTER UPDATE ON portcullis.clock
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.tell_exposure();
CREATE TRIGGER instances_exposure AFTER UPDATE ON portcullis.instances
    FOR EACH ROW WHEN ((NEW.retired_at IS NULL) <> (OLD.retired_at IS NULL))
    EXECUTE FUNCTION portcullis.tell_exposure();
CREATE TRIGGER instance_inventories_begin_exposure AFTER INSERT ON portcullis.instance_inventories
    FOR EACH ROW EXECUTE FUNCTION portcullis.tell_exposure();
CREATE TRIGGER instance_inventories_exposure AFTER UPDATE ON portcullis.instance_inventories
    FOR EACH ROW WHEN (NEW.orgs <> OLD.orgs OR NEW.flags <> OLD.flags)
    EXECUTE FUNCTION portcullis.tell_exposure();

REVOKE ALL ON portcullis.instance_inventories, portcullis.flag_kills, portcullis.flag_approvals,
    portcullis.exposure_findings FROM PUBLIC;
GRANT SELECT ON portcullis.instance_inventories, portcullis.flag_kills, portcullis.flag_approvals,
    portcullis.exposure_findings TO portcullis_app;
GRANT INSERT (instance_id, orgs, tenants, tenants_digest, flags, sent_at, received_by),
    UPDATE (orgs, tenants, tenants_digest, flags, sent_at, received_by) ON portcullis.instance_inventories
    TO portcullis_app;
GRANT INSERT (id, flag, reason, approved_by, expires_at) ON portcullis.flag_approvals TO portcullis_app;
GRANT INSERT (release_id, digest), UPDATE (digest) ON portcullis.exposure_findings TO portcullis_app;
GRANT INSERT (flags), UPDATE (flags) ON portcullis.desired_states TO portcullis_app;
GRANT INSERT (flag_approval_id) ON portcullis.operations TO portcullis_app;
GRANT INSERT (operation_id) ON portcullis.rollbacks TO portcullis_app;
GRANT EXECUTE ON FUNCTION portcullis.flag_tenants(text), portcullis.exposure_drifts(portcullis.releases)
    TO portcullis_app;
