DROP SCHEMA books CASCADE;
REVOKE SELECT ON public.books_migrations FROM portcullis_app;
