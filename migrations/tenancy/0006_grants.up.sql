-- What an operator asks for by name, and what the application's role may do. It owns nothing and has no DDL.

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'portcullis_app') THEN
        RAISE EXCEPTION 'the role portcullis_app does not exist; create it first: CREATE ROLE portcullis_app LOGIN';
    END IF;
END $$;

-- In `public`, so that an operator's psql finds them. They show what the asking role may see: everything to the owner,
-- the tenant of the scope to the application.
CREATE VIEW public.tenants WITH (security_invoker = true) AS
    SELECT id, display_name AS name, status, plan, contact_email, owner_user_id AS owner, created_at, suspended_at,
           suspend_reason, canceled_at, deletion_requested_at, retention_days
    FROM tenancy.orgs;
CREATE VIEW public.tenant_usage_metrics WITH (security_invoker = true) AS
    SELECT l.org_id AS tenant_id, to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM') AS month,
           coalesce(m.api_calls, 0) AS api_calls, coalesce(m.api_errors, 0) AS api_errors,
           round(coalesce(m.api_errors / nullif(m.api_calls, 0)::numeric, 0), 6) AS error_rate,
           round(coalesce(m.response_micros / nullif(m.api_calls, 0)::numeric / 1000, 0), 3) AS average_response_ms,
           (SELECT count(*) FROM tenancy.members u WHERE u.org_id = l.org_id) AS users,
           l.customers, l.storage_bytes, greatest(l.updated_at, m.updated_at) AS updated_at
    FROM tenancy.usage_levels l
    LEFT JOIN tenancy.usage_months m
        ON m.org_id = l.org_id AND m.month = date_trunc('month', now() AT TIME ZONE 'UTC')::date;
CREATE VIEW public.audit_logs WITH (security_invoker = true) AS
    SELECT id, org_id AS tenant_id, at AS created_at, event AS action, actor AS user_id, ip AS ip_address, path, success,
           details, seq, prev_hash, hash
    FROM tenancy.audit_entries;

REVOKE ALL ON SCHEMA tenancy FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA tenancy FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA tenancy FROM PUBLIC;
-- Functions of later migrations are closed to everybody too, until they are granted.
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

GRANT USAGE ON SCHEMA tenancy TO portcullis_app;
GRANT SELECT ON public.tenancy_migrations, public.tenants, public.tenant_usage_metrics, public.audit_logs,
    tenancy.protected_tables, tenancy.orgs, tenancy.audit_heads, tenancy.audit_entries TO portcullis_app;
GRANT INSERT (id, display_name, status, created_at, owner_user_id, owner_email, suspended_at, suspend_reason,
              deletion_requested_at, retention_days, canceled_at, encryption_key_id, plan, contact_email),
    UPDATE (display_name, status, owner_user_id, owner_email, suspended_at, suspend_reason, deletion_requested_at,
            retention_days, canceled_at, encryption_key_id, plan, contact_email, version)
    ON tenancy.orgs TO portcullis_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON tenancy.members, tenancy.invitations, tenancy.shares TO portcullis_app;
REVOKE INSERT, UPDATE, DELETE ON tenancy.usage_levels, tenancy.usage_months FROM portcullis_app;
REVOKE DELETE ON tenancy.alerts FROM portcullis_app;

GRANT EXECUTE ON FUNCTION
    tenancy.refuse(text, text), tenancy.current_org(), tenancy.current_person(), tenancy.reads_directory(),
    tenancy.relation_name(regclass), tenancy.org_column(oid), tenancy.shape_faults(regclass), tenancy.protection_faults(),
    tenancy.sharing_org_name(text), tenancy.add_usage(text[], bigint[], bigint[], bigint[], timestamptz),
    tenancy.append_audit(text, text, timestamptz, text, text, text, text, boolean, text), tenancy.verify_audit(text),
    tenancy.digest_records(text),
    tenancy.export_records(text), tenancy.import_records(text, text, jsonb), tenancy.delete_records(text),
    tenancy.delete_org(text)
    TO portcullis_app;
