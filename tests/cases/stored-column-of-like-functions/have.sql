-- Functions by which SQLite computes the same are no loss.
CREATE TABLE t(id INTEGER PRIMARY KEY, w TEXT, low TEXT AS (lower(w)) STORED, size REAL AS (length(w)) STORED, n);
INSERT INTO t(id, w) VALUES (1, 'Ab'), (2, NULL), (3, 'C');
