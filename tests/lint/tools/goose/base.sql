CREATE TABLE author (id INTEGER PRIMARY KEY, name TEXT NOT NULL, mail TEXT);
CREATE TABLE book (id INTEGER PRIMARY KEY, title TEXT, author_id INTEGER NOT NULL REFERENCES author(id) ON DELETE CASCADE);
CREATE INDEX book_author ON book(author_id);
CREATE VIEW shelf AS SELECT b.title, a.name FROM book b JOIN author a ON a.id = b.author_id;
CREATE TRIGGER author_gone BEFORE DELETE ON author BEGIN DELETE FROM book WHERE author_id = old.id; END;
