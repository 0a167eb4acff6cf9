-- The file's own triggers keep the index of words in step while the step writes.
CREATE TABLE page(id INTEGER PRIMARY KEY, body TEXT);
CREATE VIRTUAL TABLE page_find USING fts5(body, content='page', content_rowid='id');
CREATE TRIGGER page_new AFTER INSERT ON page BEGIN
  INSERT INTO page_find(rowid, body) VALUES (new.id, new.body);
END;
CREATE TRIGGER page_other AFTER UPDATE ON page BEGIN
  INSERT INTO page_find(page_find, rowid, body) VALUES ('delete', old.id, old.body);
  INSERT INTO page_find(rowid, body) VALUES (new.id, new.body);
END;
INSERT INTO page VALUES (1, 'one colour'), (2, 'two');
