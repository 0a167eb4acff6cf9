-- One column is retyped: the rows are written anew, and what does not speak of it stays: indexes on their pages, triggers, views.
CREATE TABLE calls (n);
CREATE TABLE t (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	a TEXT NOT NULL COLLATE NOCASE,
	b INT DEFAULT 1,
	c TEXT CONSTRAINT c_is_one UNIQUE,
	n TEXT,
	d AS (a || b),
	up REFERENCES t(id) ON DELETE CASCADE,
	UNIQUE (b, a)
);
CREATE INDEX t_a ON t (a, b DESC);
CREATE INDEX t_binary ON t (a COLLATE BINARY);
CREATE INDEX t_n ON t (n);
CREATE INDEX t_lower ON t (lower(a));
CREATE INDEX t_some ON t (b) WHERE n > '2';
CREATE INDEX t_d ON t (d);
CREATE INDEX t_changes ON t (c);
CREATE INDEX t_goes ON t (c, a);
CREATE TABLE child (x REFERENCES t(id) ON DELETE CASCADE);
CREATE VIEW v AS SELECT a, b, n FROM t;
CREATE TRIGGER tg AFTER INSERT ON t BEGIN INSERT INTO calls VALUES (new.id); END;
CREATE TRIGGER tg_up AFTER UPDATE ON t BEGIN INSERT INTO calls VALUES (-new.id); END;
CREATE TRIGGER tg_v INSTEAD OF DELETE ON v BEGIN DELETE FROM t WHERE a = old.a; END;
WITH r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r WHERE i < 300)
INSERT INTO t (a, b, c, n, up) SELECT 'a' || (i % 50), i, 'c' || i, CAST(i % 9 AS TEXT), nullif(i - 1, 0) FROM r;
DELETE FROM t WHERE id > 290;
INSERT INTO child SELECT id FROM t;
DELETE FROM calls;
ANALYZE;
CREATE TABLE stats AS SELECT * FROM sqlite_stat1;
CREATE TABLE pages AS SELECT name, rootpage FROM sqlite_master WHERE type = 'index';
