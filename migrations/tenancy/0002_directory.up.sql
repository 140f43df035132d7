-- The directory: organizations, who belongs to them, who is asked to, and what they show to each other. Texts of
-- enumerations are those of tenancy/model.hpp.
--
-- Written only by a transaction in the scope of that organization; read by it, by the person concerned (memberships
-- and invitations), by the target of a share, and by whoever reads the directory.

CREATE TABLE tenancy.orgs (
    id                    text COLLATE "C" PRIMARY KEY CHECK (id ~ '^[A-Za-z0-9._-]{1,64}$' AND id NOT IN ('.', '..')),
    display_name          text NOT NULL CHECK (length(display_name) BETWEEN 1 AND 256),
    status                text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended', 'pending_deletion')),
    created_at            timestamptz DEFAULT transaction_timestamp(),
    owner_user_id         text,
    -- Always 'owner': with it the reference below says that the owner is a member whose role is owner.
    owner_role            text NOT NULL DEFAULT 'owner' CHECK (owner_role = 'owner'),
    owner_email           text NOT NULL DEFAULT '',
    suspended_at          timestamptz,
    suspend_reason        text NOT NULL DEFAULT '',
    deletion_requested_at timestamptz,
    retention_days        integer CHECK (retention_days >= 0),
    canceled_at           timestamptz,
    encryption_key_id     text NOT NULL DEFAULT '',
    plan                  text NOT NULL DEFAULT 'free' CHECK (plan IN ('free', 'pro', 'enterprise')),
    contact_email         text NOT NULL DEFAULT '',
    version               bigint NOT NULL DEFAULT 1,  -- grows with every change of the organization or its people
    audit_from            bigint NOT NULL DEFAULT 1,  -- entries before are about an earlier tenant of this id
    CONSTRAINT orgs_has_an_owner CHECK (owner_user_id <> '' AND (owner_user_id IS NOT NULL OR id = 'default')),
    CONSTRAINT orgs_default_stays CHECK (id <> 'default' OR status = 'active'),
    CONSTRAINT orgs_deletion_has_a_date CHECK (status <> 'pending_deletion' OR (deletion_requested_at IS NOT NULL
                                                                             AND retention_days IS NOT NULL))
);
CREATE INDEX orgs_pending_deletion ON tenancy.orgs (deletion_requested_at) WHERE status = 'pending_deletion';

CREATE TABLE tenancy.members (
    org_id   text COLLATE "C" NOT NULL REFERENCES tenancy.orgs,
    user_id  text COLLATE "C" NOT NULL CHECK (length(user_id) BETWEEN 1 AND 256),
    email    text NOT NULL DEFAULT '',
    role     text NOT NULL CHECK (role IN ('viewer', 'editor', 'admin', 'owner')),
    added_at timestamptz NOT NULL DEFAULT transaction_timestamp(),
    added_by text NOT NULL DEFAULT '',
    PRIMARY KEY (org_id, user_id),
    UNIQUE (org_id, user_id, role)
);
CREATE INDEX members_user ON tenancy.members (user_id);
-- At most one, and by the reference exactly one: the owner the organization names. Looked at when the transaction ends,
-- so that ownership can change hands.
CREATE UNIQUE INDEX members_one_owner ON tenancy.members (org_id) WHERE role = 'owner';
ALTER TABLE tenancy.orgs ADD CONSTRAINT orgs_owner_is_a_member FOREIGN KEY (id, owner_user_id, owner_role)
    REFERENCES tenancy.members (org_id, user_id, role) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE tenancy.invitations (
    org_id     text COLLATE "C" NOT NULL REFERENCES tenancy.orgs,
    user_id    text COLLATE "C" NOT NULL CHECK (length(user_id) BETWEEN 1 AND 256),
    role       text NOT NULL CHECK (role IN ('viewer', 'editor', 'admin')),
    invited_at timestamptz NOT NULL DEFAULT transaction_timestamp(),
    invited_by text NOT NULL,
    PRIMARY KEY (org_id, user_id)
);
CREATE INDEX invitations_user ON tenancy.invitations (user_id);

-- org_id is the source. The target may be deleted and the row stays.
CREATE TABLE tenancy.shares (
    org_id        text COLLATE "C" NOT NULL REFERENCES tenancy.orgs,
    id            text COLLATE "C" NOT NULL,
    target_org_id text COLLATE "C" NOT NULL,
    resource_type text NOT NULL,
    resource_id   text NOT NULL,
    resource_name text NOT NULL DEFAULT '',
    access_role   text NOT NULL CHECK (access_role IN ('viewer', 'editor', 'admin')),
    status        text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'accepted')),
    created_at    timestamptz NOT NULL DEFAULT transaction_timestamp(),
    created_by    text NOT NULL,
    accepted_at   timestamptz,
    accepted_by   text NOT NULL DEFAULT '',
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, target_org_id, resource_type, resource_id),
    CONSTRAINT shares_to_another CHECK (org_id <> target_org_id),
    CONSTRAINT shares_accepted_at_a_time CHECK ((status = 'accepted') = (accepted_at IS NOT NULL))
);
CREATE INDEX shares_target ON tenancy.shares (target_org_id);

-- Who sees and writes what.

SELECT tenancy.make_policies(t) FROM unnest(ARRAY['tenancy.orgs', 'tenancy.members', 'tenancy.invitations',
                                                  'tenancy.shares']::regclass[]) AS t;

CREATE POLICY orgs_read ON tenancy.orgs FOR SELECT TO PUBLIC USING (
    id = tenancy.current_org() OR tenancy.reads_directory()
    OR (tenancy.current_person() IS NOT NULL
        AND (id = 'default'
             OR EXISTS (SELECT FROM tenancy.members m
                        WHERE m.org_id = orgs.id AND m.user_id = tenancy.current_person())
             OR EXISTS (SELECT FROM tenancy.invitations i
                        WHERE i.org_id = orgs.id AND i.user_id = tenancy.current_person()))));
CREATE POLICY orgs_insert ON tenancy.orgs FOR INSERT TO PUBLIC WITH CHECK (id = tenancy.current_org());
CREATE POLICY orgs_update ON tenancy.orgs FOR UPDATE TO PUBLIC
    USING (id = tenancy.current_org()) WITH CHECK (id = tenancy.current_org());
CREATE POLICY orgs_delete ON tenancy.orgs FOR DELETE TO PUBLIC USING (id = tenancy.current_org());

CREATE POLICY members_read ON tenancy.members FOR SELECT TO PUBLIC USING (
    org_id = tenancy.current_org() OR tenancy.reads_directory() OR user_id = tenancy.current_person());
CREATE POLICY members_insert ON tenancy.members FOR INSERT TO PUBLIC WITH CHECK (org_id = tenancy.current_org());
CREATE POLICY members_update ON tenancy.members FOR UPDATE TO PUBLIC
    USING (org_id = tenancy.current_org()) WITH CHECK (org_id = tenancy.current_org());
CREATE POLICY members_delete ON tenancy.members FOR DELETE TO PUBLIC USING (org_id = tenancy.current_org());

CREATE POLICY invitations_read ON tenancy.invitations FOR SELECT TO PUBLIC USING (
    org_id = tenancy.current_org() OR tenancy.reads_directory() OR user_id = tenancy.current_person());
CREATE POLICY invitations_insert ON tenancy.invitations FOR INSERT TO PUBLIC
    WITH CHECK (org_id = tenancy.current_org());
CREATE POLICY invitations_update ON tenancy.invitations FOR UPDATE TO PUBLIC
    USING (org_id = tenancy.current_org()) WITH CHECK (org_id = tenancy.current_org());
CREATE POLICY invitations_delete ON tenancy.invitations FOR DELETE TO PUBLIC USING (org_id = tenancy.current_org());

CREATE POLICY shares_read ON tenancy.shares FOR SELECT TO PUBLIC USING (
    org_id = tenancy.current_org() OR target_org_id = tenancy.current_org() OR tenancy.reads_directory());
CREATE POLICY shares_insert ON tenancy.shares FOR INSERT TO PUBLIC WITH CHECK (org_id = tenancy.current_org());
-- The target accepts and removes; share_of_the_source says what it may not touch.
CREATE POLICY shares_update ON tenancy.shares FOR UPDATE TO PUBLIC
    USING (org_id = tenancy.current_org() OR target_org_id = tenancy.current_org())
    WITH CHECK (org_id = tenancy.current_org() OR target_org_id = tenancy.current_org());
CREATE POLICY shares_delete ON tenancy.shares FOR DELETE TO PUBLIC
    USING (org_id = tenancy.current_org() OR target_org_id = tenancy.current_org());

INSERT INTO tenancy.protected_tables (relation, kind, directory) VALUES
    ('tenancy.orgs', 'operational', true), ('tenancy.members', 'record', true), ('tenancy.invitations', 'record', true),
    ('tenancy.shares', 'record', true);

CREATE FUNCTION tenancy.guard_share() RETURNS trigger
LANGUAGE plpgsql SET search_path = tenancy, pg_temp AS $$
BEGIN
    IF (NEW.org_id, NEW.id, NEW.target_org_id) IS DISTINCT FROM (OLD.org_id, OLD.id, OLD.target_org_id) THEN
        PERFORM refuse('share_immutable', 'a share keeps its source, its id and its target');
    END IF;
    IF session_user <> 'portcullis_owner' AND NEW.org_id IS DISTINCT FROM current_org()
       AND (NEW.resource_type, NEW.resource_id, NEW.resource_name, NEW.access_role, NEW.created_at, NEW.created_by)
           IS DISTINCT FROM
           (OLD.resource_type, OLD.resource_id, OLD.resource_name, OLD.access_role, OLD.created_at, OLD.created_by) THEN
        PERFORM refuse('share_immutable', 'what is shared is the source''s to say; the target accepts or removes it');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER share_of_the_source BEFORE UPDATE ON tenancy.shares
    FOR EACH ROW EXECUTE FUNCTION tenancy.guard_share();

-- The moves of tenancy/lifecycle.hpp.
CREATE FUNCTION tenancy.guard_org() RETURNS trigger
LANGUAGE plpgsql SET search_path = tenancy, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.id = 'default' THEN
            PERFORM refuse('default_org_immutable', 'the default organization cannot be deleted');
        END IF;
        RETURN OLD;
    END IF;
    IF NEW.id <> OLD.id THEN
        PERFORM refuse('org_immutable', format('the id of %s cannot change', OLD.id));
    END IF;
    IF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN (
        ('active', 'suspended'), ('suspended', 'active'), ('active', 'pending_deletion'),
        ('suspended', 'pending_deletion'), ('pending_deletion', 'suspended')) THEN
        PERFORM refuse('org_lifecycle', format('%s cannot go from %s to %s', OLD.id, OLD.status, NEW.status));
    END IF;
    IF (NEW.status = 'suspended') AND NEW.suspended_at IS NULL THEN
        PERFORM refuse('org_lifecycle', format('%s is suspended at a time', OLD.id));
    END IF;
    NEW.version := OLD.version + 1;
    NEW.audit_from := OLD.audit_from;
    RETURN NEW;
END $$;
CREATE TRIGGER orgs_guarded BEFORE UPDATE OR DELETE ON tenancy.orgs
    FOR EACH ROW EXECUTE FUNCTION tenancy.guard_org();

-- The name under which a source shows itself to the target of one of its shares; null for anybody else's.
CREATE FUNCTION tenancy.sharing_org_name(source text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tenancy, pg_temp AS $$
DECLARE
    directory_before text := coalesce(current_setting('tenancy.platform', true), '');
    name text;
BEGIN
    IF NOT EXISTS (SELECT FROM shares s WHERE s.org_id = source AND s.target_org_id = current_org()) THEN
        RETURN NULL;
    END IF;
    PERFORM set_config('tenancy.platform', 'directory', true);
    SELECT o.display_name INTO name FROM orgs o WHERE o.id = source;
    PERFORM set_config('tenancy.platform', directory_before, true);
    RETURN name;
END $$;

-- For caches of the directory, on the channel `tenancy`: the id of the organization, sent when the transaction commits.
CREATE FUNCTION tenancy.tell_directory() RETURNS trigger
LANGUAGE plpgsql SET search_path = tenancy, pg_temp AS $$
BEGIN
    IF TG_TABLE_NAME = 'orgs' THEN
        PERFORM pg_notify('tenancy', CASE TG_OP WHEN 'DELETE' THEN OLD.id ELSE NEW.id END);
    ELSE
        IF TG_OP <> 'INSERT' THEN
            PERFORM pg_notify('tenancy', OLD.org_id);
        END IF;
        IF TG_OP <> 'DELETE' THEN
            PERFORM pg_notify('tenancy', NEW.org_id);
        END IF;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER orgs_told AFTER INSERT OR UPDATE OR DELETE ON tenancy.orgs
    FOR EACH ROW EXECUTE FUNCTION tenancy.tell_directory();
CREATE TRIGGER members_told AFTER INSERT OR UPDATE OR DELETE ON tenancy.members
    FOR EACH ROW EXECUTE FUNCTION tenancy.tell_directory();
CREATE TRIGGER invitations_told AFTER INSERT OR UPDATE OR DELETE ON tenancy.invitations
    FOR EACH ROW EXECUTE FUNCTION tenancy.tell_directory();
CREATE TRIGGER shares_told AFTER INSERT OR UPDATE OR DELETE ON tenancy.shares
    FOR EACH ROW EXECUTE FUNCTION tenancy.tell_directory();
