-- An index that was wrong before is nobody's fault now: what it reads of its content stays as it is.
CREATE TABLE page(id INTEGER PRIMARY KEY, body TEXT, size TEXT, rank TEXT);
INSERT INTO page VALUES (1, 'the running fox', '12', '1'), (5, 'a jumping dog', '13', '2');
CREATE VIRTUAL TABLE page_find USING fts5(body, content='page', content_rowid='id');
INSERT INTO page_find(rowid, body) VALUES (1, 'the sleeping fox');
