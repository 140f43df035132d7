-- How much each tenant uses and may use, and the alerts about it.
--
-- Levels (customers, bytes) follow from the rows themselves, by the triggers of tenancy.protect, so they are right after
-- a restore and a deletion too, and a quota that is compared with them in the writing transaction is exact: the level's
-- row is locked by then. Counts of calls come from the programs, in batches.

CREATE TABLE tenancy.quotas (
    org_id        text COLLATE "C" PRIMARY KEY,  -- a number here goes before the plan's; -1: no limit
    users         bigint CHECK (users >= -1),
    customers     bigint CHECK (customers >= -1),
    storage_bytes bigint CHECK (storage_bytes >= -1),
    api_calls     bigint CHECK (api_calls >= -1),
    reason        text NOT NULL DEFAULT '',
    set_by        text NOT NULL,
    set_at        timestamptz NOT NULL DEFAULT transaction_timestamp()
);

CREATE TABLE tenancy.usage_levels (
    org_id        text COLLATE "C" PRIMARY KEY,
    customers     bigint NOT NULL DEFAULT 0 CHECK (customers >= 0),
    storage_bytes bigint NOT NULL DEFAULT 0 CHECK (storage_bytes >= 0),
    updated_at    timestamptz NOT NULL DEFAULT transaction_timestamp()
);

CREATE TABLE tenancy.usage_months (
    org_id          text COLLATE "C" NOT NULL,
    month           date NOT NULL CHECK (month = date_trunc('month', month)),
    api_calls       bigint NOT NULL DEFAULT 0,
    api_errors      bigint NOT NULL DEFAULT 0,
    response_micros bigint NOT NULL DEFAULT 0,  -- all calls together
    updated_at      timestamptz NOT NULL DEFAULT transaction_timestamp(),
    PRIMARY KEY (org_id, month)
);

CREATE TABLE tenancy.alerts (
    org_id      text COLLATE "C" NOT NULL,
    id          text COLLATE "C" NOT NULL,
    kind        text NOT NULL CHECK (kind ~ '^[a-z][a-z_]{0,62}$'),
    severity    text NOT NULL CHECK (severity IN ('warning', 'critical')),
    message     text NOT NULL,
    value       double precision NOT NULL,
    threshold   double precision NOT NULL,
    raised_at   timestamptz NOT NULL DEFAULT transaction_timestamp(),
    changed_at  timestamptz NOT NULL DEFAULT transaction_timestamp(),
    resolved_at timestamptz,
    PRIMARY KEY (org_id, id)
);
-- One open alert of a kind: it changes until it is resolved.
CREATE UNIQUE INDEX alerts_one_open ON tenancy.alerts (org_id, kind) WHERE resolved_at IS NULL;

SELECT tenancy.protect(t, 'operational')
FROM unnest(ARRAY['tenancy.quotas', 'tenancy.usage_levels', 'tenancy.usage_months', 'tenancy.alerts']::regclass[]) AS t;

CREATE FUNCTION tenancy.begin_usage() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tenancy, pg_temp AS $$
BEGIN
    INSERT INTO usage_levels (org_id) VALUES (NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER orgs_usage AFTER INSERT ON tenancy.orgs FOR EACH ROW EXECUTE FUNCTION tenancy.begin_usage();

-- Bytes are those of a row's text, the same whoever writes it and however it is stored.
CREATE FUNCTION tenancy.count_rows() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = tenancy, pg_temp SET TimeZone = 'UTC' SET DateStyle = 'ISO, YMD' AS $$
DECLARE
    one_customer bigint := CASE TG_ARGV[0] WHEN 'customers' THEN 1 ELSE 0 END;
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE usage_levels u SET customers = u.customers + c.rows * one_customer,
            storage_bytes = u.storage_bytes + c.bytes, updated_at = transaction_timestamp()
        FROM (SELECT n.org_id, count(*) AS rows, sum(octet_length(n::text)) AS bytes FROM new_rows n GROUP BY 1) c
        WHERE u.org_id = c.org_id;
    ELSIF TG_OP = 'DELETE' THEN
        UPDATE usage_levels u SET customers = u.customers - c.rows * one_customer,
            storage_bytes = u.storage_bytes - c.bytes, updated_at = transaction_timestamp()
        FROM (SELECT o.org_id, count(*) AS rows, sum(octet_length(o::text)) AS bytes FROM old_rows o GROUP BY 1) c
        WHERE u.org_id = c.org_id;
    ELSE
        UPDATE usage_levels u SET storage_bytes = u.storage_bytes + c.bytes, updated_at = transaction_timestamp()
        FROM (SELECT d.org_id, sum(d.bytes) AS bytes
              FROM (SELECT n.org_id, octet_length(n::text) AS bytes FROM new_rows n
                    UNION ALL SELECT o.org_id, -octet_length(o::text) FROM old_rows o) d GROUP BY 1) c
        WHERE u.org_id = c.org_id AND c.bytes <> 0;
    END IF;
    RETURN NULL;
END $$;

-- What a program counted since it last asked, for many tenants in one trip; answers with this month's totals. A tenant
-- that is gone is passed over. Tenants are taken in order, so that two programs wait for each other and never both.
CREATE FUNCTION tenancy.add_usage(orgs text[], calls bigint[], errors bigint[], micros bigint[], at timestamptz)
RETURNS TABLE (org_id text, api_calls bigint, api_errors bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tenancy, pg_temp SET TimeZone = 'UTC' AS $$
#variable_conflict use_column
DECLARE
    org_before text := coalesce(current_setting('tenancy.org', true), '');
    added record;
BEGIN
    FOR added IN SELECT * FROM unnest(orgs, calls, errors, micros) AS a (org, calls, errors, micros)
                 ORDER BY a.org COLLATE "C" LOOP
        PERFORM set_config('tenancy.org', added.org, true);
        PERFORM FROM tenancy.orgs o WHERE o.id = added.org FOR KEY SHARE;
        CONTINUE WHEN NOT FOUND;
        RETURN QUERY
            INSERT INTO usage_months AS u (org_id, month, api_calls, api_errors, response_micros)
            VALUES (added.org, date_trunc('month', at)::date, added.calls, added.errors, added.micros)
            ON CONFLICT (org_id, month) DO UPDATE SET api_calls = u.api_calls + excluded.api_calls,
                api_errors = u.api_errors + excluded.api_errors,
                response_micros = u.response_micros + excluded.response_micros, updated_at = transaction_timestamp()
            RETURNING u.org_id, u.api_calls, u.api_errors;
    END LOOP;
    PERFORM set_config('tenancy.org', org_before, true);
END $$;
