ALTER TABLE portcullis.verifications DROP COLUMN witnessed;
-- What only a controller saw had no place before.
ALTER TABLE portcullis.operation_watch_samples DISABLE TRIGGER operation_watch_samples_append_only;
DELETE FROM portcullis.operation_watch_samples WHERE witness <> 'instance';
ALTER TABLE portcullis.operation_watch_samples ENABLE TRIGGER operation_watch_samples_append_only;
ALTER TABLE portcullis.operation_watch_samples
    DROP CONSTRAINT operation_watch_samples_pkey,
    DROP COLUMN witness, DROP COLUMN counted CASCADE, DROP COLUMN as_ordered, DROP COLUMN detail,
    ADD PRIMARY KEY (operation_id, instance_id, at);
CREATE OR REPLACE FUNCTION portcullis.exposure_drifts(r portcullis.releases)
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
DROP TRIGGER instance_inventories_departures ON portcullis.instance_inventories;
DROP FUNCTION portcullis.note_departures;
DROP TABLE portcullis.instance_departures;
DROP TABLE portcullis.instance_sightings;
DROP FUNCTION portcullis.stamp_sighting;
DROP TABLE portcullis.fleet_settings;
