-- A full-text table looks its columns up by name: where a name becomes another column's, its index is filled again.
CREATE TABLE page(id INTEGER PRIMARY KEY, title TEXT, body TEXT, note TEXT);
INSERT INTO page VALUES (1, 'fox', 'the running fox', 'red'), (5, 'dog', 'a jumping dog', 'brown');
CREATE VIRTUAL TABLE page_find USING fts5(title, content='page', content_rowid='id');
INSERT INTO page_find(page_find) VALUES ('rebuild');
CREATE VIRTUAL TABLE page_old USING fts4(title, note, content="page");
INSERT INTO page_old(page_old) VALUES ('rebuild');
CREATE VIRTUAL TABLE page_new USING fts5(note, content='page', content_rowid='id');
INSERT INTO page_new(page_new) VALUES ('rebuild');
