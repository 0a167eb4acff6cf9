-- SQLite resolves no name in UPDATE OF: without its column the trigger would stand there and never fire.
CREATE TABLE book(id INTEGER PRIMARY KEY, title TEXT, changed INT DEFAULT 0);
CREATE TRIGGER touch AFTER UPDATE OF title ON book
  BEGIN UPDATE book SET changed = changed + 1 WHERE id = new.id; END;
INSERT INTO book(id, title) VALUES (1, 'Ada');
