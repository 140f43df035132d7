-- An agent speaks for an unmodified Pulse, which has no flags: nothing of a release can be on there, and nothing can be
-- ordered on. What its tenants lack is therefore no difference that somebody has to mend; what is on there all the same is.
ALTER FUNCTION portcullis.exposure_drifts(portcullis.releases) RENAME TO exposure_differences;

CREATE FUNCTION portcullis.exposure_drifts(r portcullis.releases)
RETURNS TABLE (instance_id text, kind text, orgs text[])
LANGUAGE sql STABLE SET search_path = portcullis, pg_temp AS $$
    SELECT d.instance_id, d.kind, d.orgs FROM exposure_differences(r) d
    WHERE d.kind NOT IN ('missing', 'gone', 'not_ordered', 'unknown', 'silent')
       OR NOT EXISTS (SELECT FROM instance_status s WHERE s.instance_id = d.instance_id AND s.agent)
$$;

REVOKE ALL ON FUNCTION portcullis.exposure_drifts(portcullis.releases) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION portcullis.exposure_drifts(portcullis.releases) TO portcullis_app;
