-- content_rowid names a column, which keeps its values; that it is no rowid any more is nothing to the index.
CREATE TABLE t(id INTEGER PRIMARY KEY, code INTEGER NOT NULL, a TEXT);
INSERT INTO t VALUES (1, 30, 'one fox'), (2, 20, 'two dogs'), (7, 10, 'a fox again');
CREATE VIRTUAL TABLE f USING fts5(a, content='t', content_rowid='id');
INSERT INTO f(f) VALUES ('rebuild');
CREATE VIRTUAL TABLE g USING fts5(a, content='t', content_rowid='rowid');
INSERT INTO g(g) VALUES ('rebuild');
