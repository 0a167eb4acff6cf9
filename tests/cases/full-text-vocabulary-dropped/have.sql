-- The words of an index are read by another table, which it takes along.
CREATE TABLE page(id INTEGER PRIMARY KEY, body TEXT);
CREATE VIRTUAL TABLE page_find USING fts5(body, content='page', content_rowid='id');
CREATE VIRTUAL TABLE words USING fts5vocab(page_find, row);
