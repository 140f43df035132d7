-- All rows of one tenant at once, whatever tables there are: the digest that proves nothing was lost, the export, the
-- restore, the deletion. A new table joins by tenancy.protect.
--
-- These run with the owner's rights and are held by the same policies as everybody: they see and write the tenant of
-- the scope, and say so when asked for another one.

CREATE FUNCTION tenancy.require_scope(org text) RETURNS void
LANGUAGE plpgsql SET search_path = tenancy, pg_temp AS $$
BEGIN
    IF session_user <> 'portcullis_owner' AND org IS DISTINCT FROM current_org() THEN
        PERFORM refuse('tenancy_scope', 'the rows of a tenant are handled in its scope');
    END IF;
END $$;

-- SQL for a row `t` of this table as it is exported: an object of its columns, each as PostgreSQL writes it, a text.
-- Numbers of any length survive whatever reads the file. Without org_id, without what is generated, and without what is
-- null, so that a column that is added later changes nothing.
CREATE FUNCTION tenancy.record_expression(of_relation text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT format('jsonb_strip_nulls(jsonb_object(ARRAY[%s]::text[], ARRAY[%s]::text[]))',
                  string_agg(quote_literal(attname), ', ' ORDER BY attnum),
                  string_agg(format('t.%I::text', attname), ', ' ORDER BY attnum))
    FROM pg_attribute
    WHERE attrelid = of_relation::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' AND attname <> 'org_id'
$$;

-- Rows are hashed, the hashes sorted and hashed for each table, and those with the tables' names. Equal for equal rows
-- whatever the tenant is called and in whatever order they were written. Tables without rows do not count.
CREATE FUNCTION tenancy.digest_records(of_org text, OUT records bigint, OUT sha256 text)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = tenancy, pg_temp SET TimeZone = 'UTC' SET DateStyle = 'ISO, YMD' SET IntervalStyle = 'postgres'
SET bytea_output = 'hex' AS $$
DECLARE
    every record;
    found_rows bigint;
    found_hash text;
    whole text := '';
BEGIN
    PERFORM require_scope(of_org);
    records := 0;
    FOR every IN SELECT p.relation FROM protected_tables p WHERE p.kind = 'record' ORDER BY p.relation LOOP
        EXECUTE format('SELECT count(*), encode(sha256(coalesce(string_agg(h, ''''::bytea ORDER BY h), '''')), ''hex'') '
                       'FROM (SELECT sha256(convert_to((%s)::text, ''UTF8'')) AS h FROM %s t WHERE t.org_id = $1) r',
                       record_expression(every.relation), every.relation)
        INTO found_rows, found_hash USING of_org;
        IF found_rows > 0 THEN
            records := records + found_rows;
            whole := whole || every.relation || ' ' || found_rows || ' ' || found_hash || E'\n';
        END IF;
    END LOOP;
    sha256 := encode(pg_catalog.sha256(convert_to(whole, 'UTF8')), 'hex');
END $$;

-- The rows of the tables that belong to the embedding service; the directory's are exported with the organization.
CREATE FUNCTION tenancy.export_records(of_org text) RETURNS TABLE (relation text, record text)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = tenancy, pg_temp SET TimeZone = 'UTC' SET DateStyle = 'ISO, YMD' SET IntervalStyle = 'postgres'
SET bytea_output = 'hex' AS $$
DECLARE
    every record;
BEGIN
    PERFORM require_scope(of_org);
    FOR every IN SELECT p.relation FROM protected_tables p WHERE p.kind = 'record' AND NOT p.directory
                 ORDER BY p.position LOOP
        RETURN QUERY EXECUTE
            format('SELECT %L::text, (%s)::text FROM %s t WHERE t.org_id = $1 ORDER BY 2', every.relation,
                   record_expression(every.relation), every.relation) USING of_org;
    END LOOP;
END $$;

-- Takes rows as they were exported; columns they do not name get their defaults. Called table by table in the order of
-- `position`. The tenant's name is the scope's, whatever a row says.
CREATE FUNCTION tenancy.import_records(into_org text, into_relation text, records jsonb) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = tenancy, pg_temp SET TimeZone = 'UTC' SET DateStyle = 'ISO, YMD' SET IntervalStyle = 'postgres' AS $$
DECLARE
    named text[];
    unknown text;
    columns text;
    values text;
    written bigint;
BEGIN
    PERFORM require_scope(into_org);
    IF NOT EXISTS (SELECT FROM protected_tables p
                   WHERE p.relation = into_relation AND p.kind = 'record' AND NOT p.directory) THEN
        PERFORM refuse('restore_foreign', format('this installation has no records called %s', left(into_relation, 80)));
    END IF;
    SELECT coalesce(array_agg(DISTINCT k), '{}') INTO named
    FROM jsonb_array_elements(records) r, jsonb_object_keys(r - 'org_id') k;
    SELECT n INTO unknown FROM unnest(named) n
    WHERE NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = into_relation::regclass AND a.attname = n
                      AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '') LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('restore_foreign', format('records of %s have no field %s', into_relation, left(unknown, 80)));
    END IF;
    SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum),
           string_agg(format('(r ->> %L)::%s', a.attname, format_type(a.atttypid, a.atttypmod)), ', ' ORDER BY a.attnum)
    INTO columns, values FROM pg_attribute a
    WHERE a.attrelid = into_relation::regclass AND a.attname = ANY (named);
    EXECUTE format('INSERT INTO %s (org_id, %s) SELECT $2, %s FROM jsonb_array_elements($1) r', into_relation, columns,
                   values) USING records, into_org;
    GET DIAGNOSTICS written = ROW_COUNT;
    RETURN written;
EXCEPTION WHEN data_exception OR integrity_constraint_violation OR invalid_parameter_value THEN
    PERFORM refuse('restore_damaged', format('the records of %s do not fit together', into_relation));
END $$;

-- Before a restore into a tenant that exists: its records go, the directory and what is about it stays.
CREATE FUNCTION tenancy.delete_records(of_org text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tenancy, pg_temp AS $$
DECLARE
    every record;
    gone bigint;
    total bigint := 0;
BEGIN
    PERFORM require_scope(of_org);
    FOR every IN SELECT p.relation FROM protected_tables p WHERE p.kind = 'record' AND NOT p.directory
                 ORDER BY p.position DESC LOOP
        EXECUTE format('DELETE FROM %s t WHERE t.org_id = $1', every.relation) USING of_org;
        GET DIAGNOSTICS gone = ROW_COUNT;
        total := total + gone;
    END LOOP;
    RETURN total;
END $$;

-- Every row of one tenant and no other's. The audit log stays. Whoever is writing for this tenant is waited for by the
-- lock on its row; whoever comes later finds no tenant.
CREATE FUNCTION tenancy.delete_org(of_org text) RETURNS TABLE (relation text, rows bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tenancy, pg_temp AS $$
DECLARE
    every record;
BEGIN
    PERFORM require_scope(of_org);
    IF of_org = 'default' THEN
        PERFORM refuse('default_org_immutable', 'the default organization cannot be deleted');
    END IF;
    PERFORM FROM orgs o WHERE o.id = of_org FOR UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    FOR every IN SELECT p.relation FROM protected_tables p
                 WHERE p.kind <> 'evidence' AND p.relation <> 'tenancy.orgs' ORDER BY p.position DESC LOOP
        EXECUTE format('DELETE FROM %s t WHERE t.org_id = $1', every.relation) USING of_org;
        GET DIAGNOSTICS rows = ROW_COUNT;
        relation := every.relation;
        RETURN NEXT;
    END LOOP;
    DELETE FROM orgs o WHERE o.id = of_org;
    relation := 'tenancy.orgs';
    rows := 1;
    RETURN NEXT;
END $$;
