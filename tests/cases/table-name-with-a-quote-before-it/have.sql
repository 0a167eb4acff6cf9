-- A table whose name differs from a former work table, from SQLite before 3.26, and its references.
CREATE TABLE "author__old"(id integer PRIMARY KEY);
CREATE TABLE "new__author"(id integer PRIMARY KEY);
CREATE TABLE book(id integer PRIMARY KEY, author_id integer NOT NULL REFERENCES "author__old"(id));
INSERT INTO author__old VALUES (1); INSERT INTO book VALUES (1, 1);
