-- SQLite writes the new name into both; the document still has the former one.
CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT);
CREATE TABLE log(w);
CREATE VIEW v AS SELECT a FROM t;
CREATE TRIGGER g AFTER INSERT ON t BEGIN INSERT INTO log VALUES (new.a); END;
INSERT INTO t VALUES (1, 'x');
