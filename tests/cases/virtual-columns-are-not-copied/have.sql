-- Generated columns of both kinds in a table that is rebuilt for another one.
CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT, up TEXT AS (upper(name)) VIRTUAL, len INTEGER GENERATED ALWAYS AS (length(up)) STORED, n TEXT);
CREATE INDEX by_up ON t(up);
INSERT INTO t(id, name, n) VALUES (1, 'ab', '7'), (2, NULL, NULL);
