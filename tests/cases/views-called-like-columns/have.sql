-- Each seems to read all three, itself too.
CREATE TABLE t(id INTEGER PRIMARY KEY, name, status, kind);
CREATE VIEW name AS SELECT name, status, kind FROM t;
CREATE VIEW status AS SELECT name, status, kind FROM t;
CREATE VIEW kind AS SELECT name, status, kind FROM t;
CREATE VIRTUAL TABLE f USING fts5(name, content='kind');
CREATE TABLE x(a, b);
INSERT INTO t VALUES (1, 'n', 's', 'k');
INSERT INTO x VALUES (1, 2);
