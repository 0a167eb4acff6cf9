-- A key is found again under its new type, whatever it had before.
CREATE TABLE t(k PRIMARY KEY, v TEXT) WITHOUT ROWID;
CREATE TABLE b(k BLOB PRIMARY KEY, v TEXT) WITHOUT ROWID;
CREATE TABLE n(k TEXT PRIMARY KEY, v TEXT) WITHOUT ROWID;
INSERT INTO t VALUES (5, 1), ('x', 2);
INSERT INTO b VALUES (5, 1), ('x', 2), (7.5, 3);
INSERT INTO n VALUES ('5', 1), ('7', 2);
