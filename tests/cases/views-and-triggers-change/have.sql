-- Only definitions change; no table is touched.
CREATE TABLE t(a INTEGER, b INTEGER);
CREATE VIEW v AS SELECT a FROM t;
CREATE VIEW w AS SELECT a FROM v;
CREATE TRIGGER tr AFTER INSERT ON t BEGIN UPDATE t SET b = 1 WHERE a = new.a; END;
CREATE INDEX i ON t(a);
INSERT INTO t(rowid, a) VALUES (10, 1), (20, 2);
