-- Function rights go back to everybody, as they were: without USAGE on the schema nobody can name them.
ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO PUBLIC;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA portcullis TO PUBLIC;
REVOKE SELECT ON public.portcullis_migrations FROM portcullis_app;
REVOKE ALL ON ALL TABLES IN SCHEMA portcullis FROM portcullis_app;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA portcullis FROM portcullis_app;
REVOKE ALL ON SCHEMA portcullis FROM portcullis_app;
