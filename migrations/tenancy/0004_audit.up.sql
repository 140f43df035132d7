-- The audit log: for each tenant a chain of entries that only grows, and stays when the tenant is deleted.
--
-- The application appends through tenancy.append_audit and in no other way: number, chain and hash are made there. It
-- may append to the chain of any tenant (a refused caller has no scope in it) and reads that of its scope only. Who gets
-- the id of a deleted tenant does not see the entries about that one: orgs.audit_from.

CREATE TABLE tenancy.audit_heads (
    org_id text COLLATE "C" PRIMARY KEY CHECK (org_id ~ '^[A-Za-z0-9._-]{1,64}$'),
    seq    bigint NOT NULL,
    hash   text NOT NULL
);
CREATE TABLE tenancy.audit_entries (
    org_id    text COLLATE "C" NOT NULL,
    seq       bigint NOT NULL,
    id        text COLLATE "C" NOT NULL,
    at        timestamptz NOT NULL,
    event     text NOT NULL CHECK (event <> ''),
    actor     text NOT NULL CHECK (actor <> ''),
    ip        text NOT NULL,
    path      text NOT NULL,
    success   boolean NOT NULL,
    details   text NOT NULL,
    prev_hash text NOT NULL,
    hash      text NOT NULL,
    PRIMARY KEY (org_id, seq),
    UNIQUE (org_id, id)
);
CREATE INDEX audit_entries_at ON tenancy.audit_entries (org_id, at DESC, seq DESC);

SELECT tenancy.make_policies(t)
FROM unnest(ARRAY['tenancy.audit_heads', 'tenancy.audit_entries']::regclass[]) AS t;
CREATE POLICY audit_heads_isolation ON tenancy.audit_heads FOR ALL TO PUBLIC
    USING (org_id = tenancy.current_org()) WITH CHECK (org_id = tenancy.current_org());
CREATE POLICY audit_entries_read ON tenancy.audit_entries FOR SELECT TO portcullis_app USING (
    org_id = tenancy.current_org()
    AND seq >= coalesce((SELECT o.audit_from FROM tenancy.orgs o WHERE o.id = tenancy.current_org()), 0));
CREATE POLICY audit_entries_owner ON tenancy.audit_entries FOR ALL TO portcullis_owner
    USING (org_id = tenancy.current_org()) WITH CHECK (org_id = tenancy.current_org());
INSERT INTO tenancy.protected_tables (relation, kind, directory) VALUES
    ('tenancy.audit_heads', 'evidence', true), ('tenancy.audit_entries', 'evidence', true);

-- The bytes a hash is taken over: tenancy::AuditChainText. Eight bytes of length, then the text.
CREATE FUNCTION tenancy.audit_part(part text) RETURNS bytea LANGUAGE sql IMMUTABLE AS
$$ SELECT int8send(octet_length(convert_to(part, 'UTF8'))::bigint) || convert_to(part, 'UTF8') $$;
CREATE FUNCTION tenancy.audit_hash(entry tenancy.audit_entries) RETURNS text
LANGUAGE sql STABLE SET search_path = tenancy, pg_temp AS $$
    SELECT encode(sha256(
        audit_part('tenancy-audit-v1') || audit_part(entry.prev_hash) || audit_part(entry.id)
        || audit_part((extract(epoch FROM entry.at) * 1000000)::bigint::text) || audit_part(entry.event)
        || audit_part(entry.org_id) || audit_part(entry.actor) || audit_part(entry.ip) || audit_part(entry.path)
        || audit_part(CASE WHEN entry.success THEN '1' ELSE '0' END) || audit_part(entry.details)), 'hex')
$$;

CREATE FUNCTION tenancy.append_audit(org text, id text, at timestamptz, event text, actor text, ip text, path text,
                                     success boolean, details text, OUT seq bigint, OUT hash text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tenancy, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    org_before text := coalesce(current_setting('tenancy.org', true), '');
    entry audit_entries;
    head audit_heads;
BEGIN
    PERFORM set_config('tenancy.org', org, true);
    INSERT INTO audit_heads (org_id, seq, hash) VALUES (org, 0, repeat('0', 64)) ON CONFLICT DO NOTHING;
    SELECT * INTO head FROM audit_heads h WHERE h.org_id = org FOR UPDATE;
    entry := ROW(org, head.seq + 1, id, at, event, actor, ip, path, success, details, head.hash, '');
    entry.hash := audit_hash(entry);
    INSERT INTO audit_entries SELECT entry.*;
    UPDATE audit_heads h SET seq = entry.seq, hash = entry.hash WHERE h.org_id = org;
    PERFORM set_config('tenancy.org', org_before, true);
    seq := entry.seq;
    hash := entry.hash;
END $$;

CREATE FUNCTION tenancy.refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = tenancy, pg_temp AS $$
BEGIN
    PERFORM refuse('audit_append_only', format('%s is refused: entries of the audit log are never changed or removed',
                                               TG_OP));
    RETURN NULL;
END $$;
CREATE TRIGGER audit_entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON tenancy.audit_entries
    FOR EACH STATEMENT EXECUTE FUNCTION tenancy.refuse_change();
CREATE TRIGGER audit_heads_stay BEFORE DELETE OR TRUNCATE ON tenancy.audit_heads
    FOR EACH STATEMENT EXECUTE FUNCTION tenancy.refuse_change();

-- Walks the whole chain of one tenant. `fault` is null when it is whole; else the first entry that is not as it was
-- written, or where one is missing.
CREATE FUNCTION tenancy.verify_audit(of_org text, OUT entries bigint, OUT head_hash text, OUT fault_seq bigint,
                                     OUT fault text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tenancy, pg_temp AS $$
DECLARE
    entry audit_entries;
    head audit_heads;
BEGIN
    IF session_user <> 'portcullis_owner' AND of_org IS DISTINCT FROM current_org() THEN
        PERFORM refuse('tenancy_scope', 'the audit log of a tenant is verified in its scope');
    END IF;
    -- The end first: entries that are appended meanwhile are not looked at.
    SELECT * INTO head FROM audit_heads h WHERE h.org_id = of_org;
    entries := 0;
    head_hash := repeat('0', 64);
    FOR entry IN SELECT * FROM audit_entries e WHERE e.org_id = of_org AND e.seq <= coalesce(head.seq, 9223372036854775807)
                 ORDER BY e.seq LOOP
        fault := CASE
            WHEN entry.seq <> entries + 1 THEN format('entry %s is missing', entries + 1)
            WHEN entry.prev_hash <> head_hash THEN format('entry %s does not follow the one before', entry.seq)
            WHEN entry.hash <> audit_hash(entry) THEN format('entry %s was changed', entry.seq)
        END;
        IF fault IS NOT NULL THEN
            fault_seq := least(entry.seq, entries + 1);
            RETURN;
        END IF;
        entries := entries + 1;
        head_hash := entry.hash;
    END LOOP;
    IF coalesce(head.seq, 0) <> entries OR coalesce(head.hash, repeat('0', 64)) <> head_hash THEN
        fault_seq := entries + 1;
        fault := format('the log ends with entry %s and should end with %s', entries, coalesce(head.seq, 0));
    END IF;
END $$;

-- A new tenant's log begins where that of an earlier one of its id ended.
CREATE FUNCTION tenancy.begin_audit() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tenancy, pg_temp AS $$
BEGIN
    NEW.audit_from := 1 + coalesce((SELECT h.seq FROM audit_heads h WHERE h.org_id = NEW.id), 0);
    RETURN NEW;
END $$;
CREATE TRIGGER orgs_begin_audit BEFORE INSERT ON tenancy.orgs FOR EACH ROW EXECUTE FUNCTION tenancy.begin_audit();
