-- The same where all have NULL: NULLs are no duplicates.
CREATE TABLE t(id INTEGER PRIMARY KEY);
INSERT INTO t VALUES (1), (2);
