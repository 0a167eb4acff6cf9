-- The document has an index of a name that an undeclared table's index has: the table would lose it.
CREATE TABLE stranger(id INTEGER PRIMARY KEY, at TEXT);
CREATE INDEX by_at ON stranger(at);
CREATE TABLE t(id INTEGER PRIMARY KEY, at TEXT);
INSERT INTO stranger VALUES (1, 'x');
