-- An index reads its words in a table that is called otherwise afterwards.
CREATE TABLE page(id INTEGER PRIMARY KEY, body TEXT);
INSERT INTO page VALUES (1, 'the running fox'), (5, 'a jumping dog');
CREATE VIRTUAL TABLE page_find USING fts5(body, content='page', content_rowid='id');
INSERT INTO page_find(page_find) VALUES ('rebuild');
