-- What stands in low is none of SQLite's lower(): an application wrote it with its own, and a copy would lose it.
CREATE TABLE t(id INTEGER PRIMARY KEY, w TEXT, low TEXT AS (upper(w)) STORED, size REAL AS (length(w)) STORED, n);
INSERT INTO t(id, w) VALUES (1, 'Ab'), (2, NULL), (3, 'C');
PRAGMA writable_schema = ON;
UPDATE sqlite_master SET sql = replace(sql, 'upper', 'lower') WHERE name = 't';
PRAGMA writable_schema = OFF;
