-- The view that compiles no more goes in the document that renames something else.
CREATE TABLE a(id INTEGER PRIMARY KEY, x INT);
INSERT INTO a VALUES(1, 2);
CREATE VIEW stale AS SELECT b FROM gone;
CREATE TRIGGER stale_a AFTER INSERT ON a BEGIN DELETE FROM gone; END;
CREATE VIEW good AS SELECT id, x FROM a;
