-- A full-text table over views has the words that those yield, whatever changes them.
CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT);
CREATE TABLE u(id INTEGER PRIMARY KEY, b TEXT);
INSERT INTO t VALUES (1, 'red'), (2, 'blue');
INSERT INTO u VALUES (1, 'one');
CREATE VIEW v AS SELECT id, a FROM t;
CREATE VIEW w AS SELECT id, a FROM v;
CREATE VIEW x AS SELECT id, b FROM u;
CREATE VIRTUAL TABLE f USING fts5(a, content='v', content_rowid='id');
INSERT INTO f(f) VALUES ('rebuild');
CREATE VIRTUAL TABLE g USING fts5(a, content='w', content_rowid='id');
INSERT INTO g(g) VALUES ('rebuild');
CREATE VIRTUAL TABLE h USING fts5(b, content='x', content_rowid='id');
INSERT INTO h(h) VALUES ('rebuild');
