-- A VIRTUAL column of a STRICT table may have the wrong type before SQLite 3.51; ADD COLUMN minds from 3.44 on.
CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, g ANY AS (a || '2')) STRICT;
INSERT INTO t(a) VALUES ('one'), ('two'), (NULL);
CREATE INDEX t_a ON t(a);
PRAGMA writable_schema = ON;
UPDATE sqlite_master SET sql = replace(sql, 'ANY', 'INT') WHERE name = 't';
PRAGMA writable_schema = OFF;
