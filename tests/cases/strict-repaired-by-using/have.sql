-- STRICT is new: what has another type is converted, all else stays.
CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT);
INSERT INTO t VALUES (1, 'x'), (2, x'6162'), (3, NULL);
