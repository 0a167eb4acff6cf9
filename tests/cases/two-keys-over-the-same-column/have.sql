-- Two keys over one column, both ON CONFLICT ABORT; SQLite takes no two that say different things.
CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT CONSTRAINT once UNIQUE ON CONFLICT ABORT, UNIQUE (a) ON CONFLICT ABORT);
INSERT INTO t VALUES (1, 'a'), (2, NULL);
