ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO PUBLIC;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA tenancy TO PUBLIC;
REVOKE SELECT ON public.tenancy_migrations FROM portcullis_app;
DROP VIEW public.audit_logs, public.tenant_usage_metrics, public.tenants;
REVOKE ALL ON ALL TABLES IN SCHEMA tenancy FROM portcullis_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON tenancy.quotas, tenancy.usage_levels, tenancy.usage_months, tenancy.alerts
    TO portcullis_app;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA tenancy FROM portcullis_app;
REVOKE ALL ON SCHEMA tenancy FROM portcullis_app;
