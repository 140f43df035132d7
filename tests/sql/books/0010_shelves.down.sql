DROP TABLE books.shelves;
