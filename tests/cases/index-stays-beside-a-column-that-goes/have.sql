-- Indexes whose names, texts, functions and collations are spelled like a column that goes do not speak of it.
CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, lower TEXT, c TEXT);
CREATE UNIQUE INDEX c ON t(a) WHERE a <> 'c';
CREATE UNIQUE INDEX f ON t(lower(a));
CREATE UNIQUE INDEX wide ON t(a, c);
CREATE UNIQUE INDEX meant ON t(c, a DESC);
INSERT INTO t VALUES (1, 'x', 'l', 'c'), (2, 'y', 'l', 'c');
