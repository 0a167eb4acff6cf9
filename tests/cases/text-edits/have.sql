-- Nothing that changes here is stored in a record: the tables stay on their pages, and no trigger runs.
CREATE TABLE parent (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE);
INSERT INTO parent VALUES (1, 'a'), (2, 'b');
CREATE TABLE t (
	"odd, name" TEXT COLLATE NOCASE,
	a VARCHAR(10),
	b INT DEFAULT 1,
	c TEXT CONSTRAINT c_is_one UNIQUE,
	d AS (a || b),
	p INT,
	UNIQUE (b, a),
	UNIQUE (a, c)
);
CREATE INDEX t_b ON t (b DESC, a) WHERE b > 0;
CREATE INDEX t_lower ON t (lower(a));
CREATE VIEW v AS SELECT * FROM t;
CREATE TABLE calls (n);
CREATE TRIGGER tg AFTER UPDATE ON t BEGIN INSERT INTO calls VALUES (1); END;
INSERT INTO t ("odd, name", a, b, c, p) VALUES ('x', 'a', 1, '1', 1), ('y', 'b', 2, '2', 2), (NULL, 'c', 3.5, x'33', NULL);
UPDATE t SET rowid = rowid * 7;
DELETE FROM calls;
CREATE TABLE pages AS SELECT name, rootpage FROM sqlite_master WHERE rootpage > 0;
