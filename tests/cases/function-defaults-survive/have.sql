-- Defaults that are expressions, over a rebuild.
CREATE TABLE t(id INTEGER PRIMARY KEY, at TEXT DEFAULT (datetime('now', '+1 day')), r DEFAULT (lower(hex(randomblob(4))) || '-' || 'x'), n INTEGER);
INSERT INTO t VALUES (1, 'then', 'r', 1);
