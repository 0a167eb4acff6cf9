-- SQLite stores a row whose virtual column is no INT, and says so in quick_check; that is not the
-- rename's fault.
CREATE TABLE t (a ANY, n INT AS (coalesce(a, 'none')) VIRTUAL) STRICT;
INSERT INTO t VALUES (1), (NULL), ('x');
