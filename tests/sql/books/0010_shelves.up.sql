CREATE TABLE books.shelves (id text PRIMARY KEY);
