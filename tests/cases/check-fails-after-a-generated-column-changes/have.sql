-- The CHECK stays, and what it reads is computed otherwise.
CREATE TABLE t(id INTEGER PRIMARY KEY, a INTEGER, b AS (a + 1), CHECK (b > 0));
INSERT INTO t(id, a) VALUES (1, 1), (2, 5);
