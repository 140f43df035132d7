-- What there is of all tenants at once, as one number and one hash: taken before and after a switch it proves that
-- nothing was lost or changed. For who reads the directory; it gives away no row of anybody.
--
-- Each tenant is looked at in its own scope, in the order of the ids. `default` is no tenant. What moves by itself (the
-- status, the version of an organization) is no part of it.
CREATE FUNCTION tenancy.digest_tenants(OUT records bigint, OUT sha256 text)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = tenancy, pg_temp SET TimeZone = 'UTC' SET DateStyle = 'ISO, YMD' AS $$
DECLARE
    org_before text := coalesce(current_setting('tenancy.org', true), '');
    org record;
    own record;
    chain bytea := '';
BEGIN
    IF session_user <> 'portcullis_owner' AND NOT reads_directory() THEN
        PERFORM refuse('tenancy_scope', 'the records of all tenants are counted by who reads the directory');
    END IF;
    records := 0;
    FOR org IN SELECT o.id, jsonb_build_array(o.id, o.display_name, o.created_at::text, o.owner_user_id, o.plan,
                                              o.contact_email)::text AS facts
               FROM orgs o WHERE o.id <> 'default' ORDER BY o.id LOOP
        PERFORM set_config('tenancy.org', org.id, true);
        SELECT d.records, d.sha256 INTO own FROM digest_records(org.id) d;
        records := records + 1 + own.records;
        chain := pg_catalog.sha256(chain || convert_to(org.facts || ' ' || own.records || ' ' || own.sha256, 'UTF8'));
    END LOOP;
    PERFORM set_config('tenancy.org', org_before, true);
    sha256 := encode(pg_catalog.sha256(chain), 'hex');
END $$;

GRANT EXECUTE ON FUNCTION tenancy.digest_tenants() TO portcullis_app;
