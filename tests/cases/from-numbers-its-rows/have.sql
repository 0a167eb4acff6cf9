-- In the order of all columns: by type, then by value, whatever index SQLite reads, and rows that are alike stay two.
CREATE TABLE t(a, b TEXT COLLATE NOCASE);
CREATE INDEX t_by_b ON t(b DESC, a);
INSERT INTO t VALUES (2, 'b'), ('2', 'B'), (2.0, 'b'), (NULL, 'a'), (x'32', 'a'), (10, NULL), (2, 'a'), (2, 'B'), (2, 'b');
