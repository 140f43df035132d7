GRANT USAGE ON SCHEMA notes TO portcullis_app;
GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA notes TO portcullis_app;
GRANT SELECT ON public.notes_migrations TO portcullis_app;
