-- The document says the new name in both places: the index is made anew, and filled from there.
CREATE TABLE page(id INTEGER PRIMARY KEY, body TEXT);
INSERT INTO page VALUES (1, 'the running fox'), (5, 'a jumping dog');
CREATE VIRTUAL TABLE page_find USING fts5(body, content='page', content_rowid='id');
INSERT INTO page_find(page_find) VALUES ('rebuild');
CREATE VIRTUAL TABLE page_old USING fts4(body, content="page");
INSERT INTO page_old(page_old) VALUES ('rebuild');
