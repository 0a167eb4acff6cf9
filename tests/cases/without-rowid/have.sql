-- The key's columns are not in the order of the table, and one is descending.
CREATE TABLE reading(value REAL, at INTEGER, station TEXT COLLATE NOCASE, note TEXT,
  PRIMARY KEY(station, at DESC)) WITHOUT ROWID;
INSERT INTO reading VALUES (1.5, 10, 'north', NULL), (2.5, 20, 'north', 'x'), (3.5, 10, 'South', 'y');
CREATE INDEX reading_value ON reading(value);
CREATE TABLE plain(id INTEGER PRIMARY KEY, code TEXT NOT NULL, x);
INSERT INTO plain VALUES (1, 'b', 1), (2, 'a', 2);
