-- Views and triggers that compile no more stop RENAME in SQLite. They are set aside and come back to
-- the letter, and SQLite rewrites all others.
CREATE TABLE a(id INTEGER PRIMARY KEY, x INT);
CREATE TABLE b(id INTEGER PRIMARY KEY, y INT);
INSERT INTO a VALUES(1, 2);
INSERT INTO b VALUES(3, 4);
CREATE VIEW stale AS SELECT   b FROM gone;
CREATE VIEW "stale: no such" AS SELECT * FROM gone;
CREATE VIEW of_stale AS SELECT * FROM stale;
CREATE TRIGGER on_stale INSTEAD OF INSERT ON stale BEGIN SELECT 1; END;
CREATE VIEW good AS SELECT id, x FROM a;
CREATE TRIGGER good_b AFTER INSERT ON b BEGIN UPDATE a SET x = x + 1; END;
CREATE TRIGGER stale_a AFTER  DELETE ON "a" /* every row */ BEGIN DELETE FROM   gone; END;
CREATE TRIGGER stale_b AFTER  UPDATE ON b BEGIN DELETE FROM   gone; END;
