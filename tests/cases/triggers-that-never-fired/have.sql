-- A trigger for a column that was never there, one for a rowid, one for a view's column: they stay as they are.
CREATE TABLE book(id INTEGER PRIMARY KEY, title TEXT, path TEXT);
CREATE VIEW shelf AS SELECT id, title FROM book;
CREATE TRIGGER stale AFTER UPDATE OF gone ON book BEGIN SELECT 1; END;
CREATE TRIGGER key AFTER UPDATE OF rowid, id, path ON book BEGIN SELECT 1; END;
CREATE TRIGGER through INSTEAD OF UPDATE OF title ON shelf
  BEGIN UPDATE book SET title = new.title WHERE id = new.id; END;
INSERT INTO book VALUES (1, 'Ada', 'a');
