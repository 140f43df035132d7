-- A second schema beside the first, with a history of its own.

CREATE SCHEMA books;
CREATE TABLE books.books (id text PRIMARY KEY);
GRANT SELECT ON public.books_migrations TO portcullis_app;
