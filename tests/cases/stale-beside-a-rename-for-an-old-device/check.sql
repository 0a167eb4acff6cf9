SELECT sql = 'CREATE VIEW stale AS SELECT   b FROM gone' FROM sqlite_master WHERE name = 'stale';
SELECT sql = 'CREATE VIEW "stale: no such" AS SELECT * FROM gone' FROM sqlite_master WHERE name = 'stale: no such';
SELECT sql = 'CREATE VIEW of_stale AS SELECT * FROM stale' FROM sqlite_master WHERE name = 'of_stale';
SELECT sql = 'CREATE TRIGGER on_stale INSTEAD OF INSERT ON stale BEGIN SELECT 1; END' FROM sqlite_master WHERE name = 'on_stale';
SELECT sql = 'CREATE TRIGGER stale_a AFTER  DELETE ON a2 /* every row */ BEGIN DELETE FROM   gone; END' FROM sqlite_master WHERE name = 'stale_a';
SELECT sql = 'CREATE TRIGGER stale_b AFTER  UPDATE ON b BEGIN DELETE FROM   gone; END' FROM sqlite_master WHERE name = 'stale_b';
SELECT x2 = 2 FROM good;
