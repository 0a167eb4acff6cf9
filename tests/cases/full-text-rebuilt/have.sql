-- The arguments of an external-content index change: it is made anew and filled
-- again.  One with content of its own is not touched.
CREATE TABLE page(id INTEGER PRIMARY KEY, url TEXT, body TEXT);
INSERT INTO page VALUES (1, 'a', 'the running fox'), (5, 'b', 'a jumping dog');
CREATE VIRTUAL TABLE page_find USING fts5(body, content='page', content_rowid='id');
INSERT INTO page_find(page_find) VALUES ('rebuild');
CREATE VIRTUAL TABLE own USING fts5(text);
INSERT INTO own VALUES ('kept');
