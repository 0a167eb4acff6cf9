-- The index is not declared, and reads a column that goes.
CREATE TABLE page(id INTEGER PRIMARY KEY, title TEXT, body TEXT);
INSERT INTO page VALUES (1, 'one', 'the running fox'), (5, 'two', 'a jumping dog');
CREATE VIRTUAL TABLE page_find USING fts4(title, body, content='page');
INSERT INTO page_find(page_find) VALUES ('rebuild');
