-- Each type in one column, and so in one place of whoever walks the index; on pages enough to be walked.
CREATE TABLE t(id INTEGER PRIMARY KEY, a, b TEXT, r REAL, pad);
CREATE INDEX t_a ON t(a, r);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)
INSERT INTO t SELECT i, CASE i % 5 WHEN 0 THEN NULL WHEN 1 THEN i WHEN 2 THEN i / 7.0 WHEN 3 THEN 'text ' || i ELSE zeroblob(i) END,
	i, CASE i % 3 WHEN 0 THEN 'half ' || i ELSE i / 4.0 END, hex(zeroblob(1000)) FROM n;
