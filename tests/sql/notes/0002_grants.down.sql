REVOKE SELECT ON public.notes_migrations FROM portcullis_app;
REVOKE ALL ON ALL TABLES IN SCHEMA notes FROM portcullis_app;
REVOKE ALL ON SCHEMA notes FROM portcullis_app;
