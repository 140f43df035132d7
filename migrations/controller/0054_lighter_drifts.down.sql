CREATE OR REPLACE FUNCTION portcullis.exposure_differences(r portcullis.releases)
RETURNS TABLE (instance_id text, kind text, orgs text[])
LANGUAGE plpgsql STABLE SET search_path = portcullis, pg_temp AS $$
DECLARE
    patience interval;
    moment timestamptz := clock_timestamp();
    wanted text[];
BEGIN
    IF coalesce(r.flag, '') !~ '[^[:space:]]' OR NOT EXISTS (SELECT FROM instances i WHERE i.retired_at IS NULL) THEN
        RETURN;
    END IF;
    SELECT s.drift_patience INTO STRICT patience FROM fleet_settings s;
    wanted := ARRAY(SELECT DISTINCT t FROM flag_tenants(r.flag) t);
    RETURN QUERY
    WITH told AS (
        SELECT i.id, v.instance_id IS NOT NULL AS heard, coalesce(v.orgs, '{}') AS hosts, v.received_at,
               ARRAY(SELECT jsonb_array_elements_text(d.flags -> r.flag -> 'enabled_orgs')) AS ordered,
               d.flags_changed_at,
               CASE WHEN (v.flags -> r.flag ->> 'killed')::boolean THEN '{}'
                    WHEN (v.flags -> r.flag ->> 'default')::boolean THEN v.orgs
                    ELSE ARRAY(SELECT jsonb_array_elements_text(v.flags -> r.flag -> 'enabled_orgs')) END AS has
        FROM instances i LEFT JOIN desired_states d ON d.instance_id = i.id
        LEFT JOIN instance_inventories v ON v.instance_id = i.id
        WHERE i.retired_at IS NULL
    ), looked AS (
        -- What was seen before the flags changed, or a moment after, says nothing of the flags as they are now.
        SELECT t.id, t.hosts, t.has, t.heard, s.problem, s.problem_since, s.seen,
               s.seen_at > coalesce(t.flags_changed_at, '-infinity') + patience AS is_settled,
               t.received_at < s.seen_at AS said_before
        FROM instance_sightings s JOIN told t ON t.id = s.instance_id WHERE s.counts_until > moment
    ), differs AS (
        SELECT t.id, 'exposed' AS what, ARRAY(SELECT unnest(t.has) EXCEPT SELECT unnest(wanted) ORDER BY 1) AS whom
        FROM told t
        UNION ALL
        SELECT l.id, 'exposed', ARRAY(SELECT o.key FROM jsonb_each(l.seen) o
                                      WHERE jsonb_typeof(o.value) = 'array' AND o.value ? r.flag
                                        AND o.key <> ALL (wanted) ORDER BY 1)
        FROM looked l WHERE l.is_settled
        UNION ALL
        SELECT t.id, 'missing', ARRAY(SELECT unnest(t.hosts) INTERSECT SELECT unnest(wanted)
                                      INTERSECT SELECT unnest(t.ordered) EXCEPT SELECT unnest(t.has) ORDER BY 1)
        FROM told t WHERE t.flags_changed_at < moment - patience
        UNION ALL
        SELECT t.id, 'contradicted', ARRAY(SELECT unnest(t.has) EXCEPT SELECT unnest(t.hosts) ORDER BY 1)
        FROM told t
        WHERE t.received_at < moment - patience AND coalesce(t.flags_changed_at, '-infinity') < moment - patience
        UNION ALL
        SELECT l.id, 'contradicted', ARRAY(
            SELECT o.key FROM jsonb_each(l.seen) o
            WHERE (o.key = ANY (l.hosts)) <> (jsonb_typeof(o.value) <> 'null')
               OR (jsonb_typeof(o.value) = 'array' AND l.is_settled
                   AND (o.key = ANY (l.has)) <> (o.value ? r.flag)) ORDER BY 1)
        FROM looked l WHERE l.heard AND l.said_before
        UNION ALL
        SELECT t.id, 'gone', ARRAY(SELECT x.org FROM instance_departures x
                                   WHERE x.instance_id = t.id AND x.left_at < moment - patience AND x.org = ANY (wanted)
                                     AND NOT EXISTS (SELECT FROM told h WHERE x.org = ANY (h.hosts)) ORDER BY 1)
        FROM told t WHERE EXISTS (SELECT FROM instance_departures x WHERE x.instance_id = t.id)
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
        SELECT l.id, 'unseen', ARRAY['']
        FROM looked l JOIN instance_status s ON s.instance_id = l.id AND s.connected_to IS NOT NULL
        WHERE l.problem_since < moment - patience
        UNION ALL
        SELECT t.id, 'silent', ARRAY['']
        FROM told t JOIN instance_status s ON s.instance_id = t.id AND s.last_seen_at IS NOT NULL
        WHERE NOT t.heard
    )
    SELECT x.id, x.what, ARRAY(SELECT DISTINCT o.org FROM differs y CROSS JOIN unnest(y.whom) AS o(org)
                               WHERE y.id = x.id AND y.what = x.what ORDER BY 1)
    FROM differs x
    WHERE cardinality(x.whom) > 0 AND (r.status = 'active' OR x.what IN ('exposed', 'contradicted', 'unseen'))
    GROUP BY x.id, x.what ORDER BY x.id, x.what;
END $$;
