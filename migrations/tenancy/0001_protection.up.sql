-- How a table is given to tenants: one call in a migration, tenancy.protect('pulse.customers'), gives it row-level
-- security that also holds for its owner, the application's rights, its place in exports, digests and deletions.
--
-- What a session sees is decided by settings of the transaction (set_config(..., true)), never of the session:
--   tenancy.org       the rows of this tenant, to read and to write
--   tenancy.user      the directory rows of this person, to read
--   tenancy.platform  'directory': the names of all tenants and who belongs to them, to read; never tenants' own data
-- Without any of them there are no rows, and none can be written.
--
-- The policies are for everybody, the owner too: a function with the owner's rights sees what the settings say and no
-- more. Only who logged in as the owner, an operator with psql, sees all (tenancy_operator).
-- Refusals have SQLSTATE PC001 and a text that begins with a stable word: "org_lifecycle: ...".

CREATE SCHEMA tenancy;

CREATE FUNCTION tenancy.refuse(rule text, message text) RETURNS void
LANGUAGE plpgsql SET search_path = tenancy, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '%: %', rule, regexp_replace(message, '[[:cntrl:]]+', ' ', 'g') USING ERRCODE = 'PC001';
END $$;

-- After a transaction its settings are empty texts, not null. Without SET and with one expression each, so that the
-- planner sees through them and uses the index on org_id.
CREATE FUNCTION tenancy.current_org() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT nullif(current_setting('tenancy.org', true), '') $$;
CREATE FUNCTION tenancy.current_person() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT nullif(current_setting('tenancy.user', true), '') $$;
CREATE FUNCTION tenancy.reads_directory() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT coalesce(current_setting('tenancy.platform', true), '') = 'directory' $$;

-- Every table with rows of tenants. A later one may refer to an earlier one, so rows are restored in this order and
-- removed in the opposite one.
CREATE TABLE tenancy.protected_tables (
    position  integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    relation  text COLLATE "C" NOT NULL UNIQUE,  -- schema.table
    -- record: the tenant's own; exported, digested, restored. operational: about the tenant; goes with it. evidence:
    -- stays when the tenant is deleted.
    kind      text NOT NULL CHECK (kind IN ('record', 'operational', 'evidence')),
    directory boolean NOT NULL DEFAULT false,  -- has policies of its own
    metric    text CHECK (metric IN ('customers'))
);

CREATE FUNCTION tenancy.relation_name(target regclass) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.oid = target
$$;

-- The number of the column org_id, or null.
CREATE FUNCTION tenancy.org_column(target oid) RETURNS smallint
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT attnum FROM pg_attribute WHERE attrelid = target AND attname = 'org_id' AND NOT attisdropped
$$;

-- What about the shape of a table would let tenants meet: the answer of a unique key or of a reference tells that
-- another tenant's row exists.
CREATE FUNCTION tenancy.shape_faults(target regclass) RETURNS SETOF text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT 'it is no plain table' FROM pg_class c
    WHERE c.oid = target AND (c.relkind <> 'r' OR c.relispartition OR c.relhassubclass)
    UNION ALL
    SELECT 'it has no column org_id of type text that is NOT NULL'
    WHERE NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = target AND a.attname = 'org_id'
                      AND a.attnotnull AND a.atttypid = 'text'::regtype AND NOT a.attisdropped)
    UNION ALL
    SELECT format('its unique key %s does not contain org_id', i.indexrelid::regclass) FROM pg_index i
    WHERE i.indrelid = target AND i.indisunique
      AND NOT coalesce(tenancy.org_column(target) = ANY (i.indkey::smallint[]), false)
    UNION ALL
    SELECT 'it has no index that begins with org_id'
    WHERE NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = target AND i.indpred IS NULL
                      AND i.indkey[0] = tenancy.org_column(target))
    UNION ALL
    SELECT format('its reference %s to %s does not go from org_id to org_id', k.conname, k.confrelid::regclass)
    FROM pg_constraint k
    WHERE k.conrelid = target AND k.contype = 'f' AND tenancy.org_column(k.confrelid) IS NOT NULL
      AND NOT EXISTS (SELECT FROM unnest(k.conkey, k.confkey) AS pair (here, there)
                      WHERE pair.here = tenancy.org_column(target) AND pair.there = tenancy.org_column(k.confrelid))
$$;

CREATE FUNCTION tenancy.make_policies(target regclass) RETURNS void
LANGUAGE plpgsql SET search_path = tenancy, pg_temp AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
    EXECUTE format('CREATE POLICY tenancy_operator ON %s FOR ALL TO portcullis_owner '
                   'USING (session_user = ''portcullis_owner'') WITH CHECK (session_user = ''portcullis_owner'')',
                   target);
END $$;

-- Run by the owner in the migration that creates the table; the table has org_id in every unique key, and an id that
-- the application makes (a number from a sequence would not survive a restore). `counted_as`: its rows are counted
-- against this quota.
CREATE FUNCTION tenancy.protect(target regclass, kind text DEFAULT 'record', counted_as text DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SET search_path = tenancy, pg_temp AS $$
DECLARE
    name text := relation_name(target);
    fault text;
BEGIN
    SELECT f INTO fault FROM shape_faults(target) f LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('tenancy_protect', format('%s cannot be given to tenants: %s', name, fault));
    END IF;
    SELECT format('%s refers to %s, which is not protected; protect that first', name, k.confrelid::regclass)
    INTO fault FROM pg_constraint k
    WHERE k.conrelid = target AND k.contype = 'f' AND k.confrelid <> target AND org_column(k.confrelid) IS NOT NULL
      AND NOT EXISTS (SELECT FROM protected_tables p WHERE p.relation = relation_name(k.confrelid));
    IF FOUND THEN
        PERFORM refuse('tenancy_protect', fault);
    END IF;
    IF kind = 'record' AND EXISTS (
        SELECT FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE a.attrelid = target AND NOT a.attisdropped
          AND (a.attidentity <> '' OR pg_get_expr(d.adbin, d.adrelid) LIKE '%nextval(%')) THEN
        PERFORM refuse('tenancy_protect', format('%s takes a number from a sequence, which does not survive a restore; '
                                                 'let the application make the id', name));
    END IF;
    INSERT INTO protected_tables (relation, kind, metric) VALUES (name, protect.kind, counted_as);
    PERFORM make_policies(target);
    EXECUTE format('CREATE POLICY tenancy_isolation ON %s FOR ALL TO PUBLIC '
                   'USING (org_id = tenancy.current_org()) WITH CHECK (org_id = tenancy.current_org())', target);
    EXECUTE format('REVOKE ALL ON %s FROM PUBLIC, portcullis_app', target);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO portcullis_app', target);
    IF kind <> 'evidence' AND NOT EXISTS (
        SELECT FROM pg_constraint k WHERE k.conrelid = target AND k.confrelid = 'tenancy.orgs'::regclass) THEN
        EXECUTE format('ALTER TABLE %s ADD FOREIGN KEY (org_id) REFERENCES tenancy.orgs (id)', target);
    END IF;
    IF kind = 'record' THEN
        EXECUTE format('CREATE TRIGGER tenancy_counts_insert AFTER INSERT ON %s REFERENCING NEW TABLE AS new_rows '
                       'FOR EACH STATEMENT EXECUTE FUNCTION tenancy.count_rows(%L)', target, coalesce(counted_as, ''));
        EXECUTE format('CREATE TRIGGER tenancy_counts_update AFTER UPDATE ON %s REFERENCING OLD TABLE AS old_rows '
                       'NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION tenancy.count_rows(%L)', target,
                       coalesce(counted_as, ''));
        EXECUTE format('CREATE TRIGGER tenancy_counts_delete AFTER DELETE ON %s REFERENCING OLD TABLE AS old_rows '
                       'FOR EACH STATEMENT EXECUTE FUNCTION tenancy.count_rows(%L)', target, coalesce(counted_as, ''));
    END IF;
END $$;

-- Before a protected table is dropped, in the way down of the migration that made it.
CREATE FUNCTION tenancy.release(target regclass) RETURNS void
LANGUAGE sql SET search_path = tenancy, pg_temp AS $$
    DELETE FROM protected_tables WHERE relation = relation_name(target)
$$;

-- What is wrong with the protection of this database; no rows: nothing. Programs look before they serve.
CREATE FUNCTION tenancy.protection_faults() RETURNS TABLE (relation text, fault text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    WITH candidates AS (
        SELECT c.oid, tenancy.relation_name(c.oid) AS name, c.relkind, c.relrowsecurity AND c.relforcerowsecurity AS forced,
               pg_get_userbyid(c.relowner) AS owner, p.relation IS NOT NULL AS known, coalesce(p.directory, false) AS directory
        FROM pg_class c
        LEFT JOIN tenancy.protected_tables p ON p.relation = tenancy.relation_name(c.oid)
        WHERE c.relkind IN ('r', 'p', 'm', 'f') AND c.relnamespace::regnamespace::text !~ '^(pg_|information_schema$)'
          AND (p.relation IS NOT NULL OR tenancy.org_column(c.oid) IS NOT NULL)
    )
    SELECT name, 'has rows of tenants and was not given to tenancy.protect' FROM candidates WHERE NOT known
    UNION ALL
    SELECT name, 'row-level security is not forced' FROM candidates WHERE known AND NOT forced
    UNION ALL
    SELECT name, format('belongs to %s', owner) FROM candidates WHERE known AND owner <> 'portcullis_owner'
    UNION ALL
    SELECT name, format('policy %s is not one of tenancy.protect', p.polname)
    FROM candidates c JOIN pg_policy p ON p.polrelid = c.oid
    WHERE known AND NOT directory
      AND (p.polname, pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid), p.polcmd,
           p.polroles::regrole[]::text, p.polpermissive)
          NOT IN (('tenancy_isolation'::name, '(org_id = tenancy.current_org())', '(org_id = tenancy.current_org())', '*',
                   '{-}', true),
                  ('tenancy_operator'::name, '(SESSION_USER = ''portcullis_owner''::name)',
                   '(SESSION_USER = ''portcullis_owner''::name)', '*', '{portcullis_owner}', true))
    UNION ALL
    SELECT name, 'the policy tenancy_isolation is missing' FROM candidates c
    WHERE known AND NOT directory
      AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'tenancy_isolation')
    UNION ALL
    SELECT name, s FROM candidates c, tenancy.shape_faults(c.oid) s WHERE known AND name <> 'tenancy.orgs'
    UNION ALL
    SELECT name, format('the application may %s', lower(privilege))
    FROM candidates, unnest(ARRAY['TRUNCATE', 'REFERENCES', 'TRIGGER']) AS privilege
    WHERE has_table_privilege('portcullis_app', oid, privilege)
    UNION ALL
    SELECT p.relation, 'is registered and does not exist' FROM tenancy.protected_tables p
    WHERE to_regclass(p.relation) IS NULL
    UNION ALL
    SELECT 'portcullis_app', 'may pass by row-level security' FROM pg_roles
    WHERE rolname = 'portcullis_app' AND (rolsuper OR rolbypassrls)
    UNION ALL
    SELECT 'portcullis_app', 'may act as the owner' WHERE pg_has_role('portcullis_app', 'portcullis_owner', 'MEMBER')
    UNION ALL
    SELECT nspname, 'the application may create in this schema' FROM pg_namespace
    WHERE nspname !~ '^pg_' AND has_schema_privilege('portcullis_app', oid, 'CREATE')
$$;
