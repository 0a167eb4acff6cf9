-- The table between two others is renamed with one of its columns, and points to another table.
CREATE TABLE book(id integer NOT NULL PRIMARY KEY AUTOINCREMENT, title varchar(100) NOT NULL);
CREATE TABLE tag(id integer NOT NULL PRIMARY KEY AUTOINCREMENT, title varchar(255) NOT NULL);
CREATE TABLE label(id integer NOT NULL PRIMARY KEY AUTOINCREMENT, title varchar(255) NOT NULL UNIQUE);
CREATE TABLE book_tags(id integer NOT NULL PRIMARY KEY AUTOINCREMENT, book_id integer NOT NULL REFERENCES book(id) DEFERRABLE INITIALLY DEFERRED, tag_id integer NOT NULL REFERENCES tag(id) DEFERRABLE INITIALLY DEFERRED);
CREATE UNIQUE INDEX book_tags_uniq ON book_tags(book_id, tag_id);
CREATE INDEX book_tags_tag ON book_tags(tag_id);
INSERT INTO book VALUES (1, 'b'); INSERT INTO tag VALUES (4, 't'); INSERT INTO label VALUES (4, 't');
INSERT INTO book_tags VALUES (6, 1, 4);
