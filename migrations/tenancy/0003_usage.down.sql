DROP TRIGGER orgs_usage ON tenancy.orgs;
SELECT tenancy.release(t)
FROM unnest(ARRAY['tenancy.quotas', 'tenancy.usage_levels', 'tenancy.usage_months', 'tenancy.alerts']::regclass[]) AS t;
DROP FUNCTION tenancy.add_usage, tenancy.count_rows, tenancy.begin_usage;
DROP TABLE tenancy.alerts, tenancy.usage_months, tenancy.usage_levels, tenancy.quotas;
