-- What the indexes look up changes with the type of a column, and where NULL is filled.
CREATE TABLE page(id INTEGER PRIMARY KEY, code TEXT, body TEXT);
INSERT INTO page VALUES (1, '007', 'the running fox'), (5, '12', NULL);
CREATE VIRTUAL TABLE page_find USING fts5(code, body, content='page', content_rowid='id');
INSERT INTO page_find(page_find) VALUES ('rebuild');
CREATE VIRTUAL TABLE page_old USING fts4(body, content='page');
INSERT INTO page_old(page_old) VALUES ('rebuild');
CREATE TRIGGER page_gone BEFORE DELETE ON page BEGIN
  INSERT INTO page_find(page_find, rowid, code, body) VALUES ('delete', old.id, old.code, old.body);
END;
