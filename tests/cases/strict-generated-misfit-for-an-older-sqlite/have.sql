-- The plan is for SQLite 3.37, which adds the column; one from 3.44 to 3.50 that runs it would not.
CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, g ANY AS (a || '2')) STRICT;
INSERT INTO t(a) VALUES ('one'), ('two'), (NULL);
CREATE INDEX t_a ON t(a);
PRAGMA writable_schema = ON;
UPDATE sqlite_master SET sql = replace(sql, 'ANY', 'INT') WHERE name = 't';
PRAGMA writable_schema = OFF;
