-- SQLite before 3.51 stores a row whose virtual column is no INT, and says so in quick_check; that is
-- not the rename's fault.
CREATE TABLE t (a ANY, n ANY AS (coalesce(a, 'none')) VIRTUAL) STRICT;
INSERT INTO t VALUES (1), (NULL), ('x');
PRAGMA writable_schema = ON;
UPDATE sqlite_master SET sql = replace(sql, 'n ANY', 'n INT') WHERE name = 't';
PRAGMA writable_schema = OFF;
