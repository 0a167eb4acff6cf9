CREATE TABLE node(rowid INTEGER PRIMARY KEY, _rowid_ INTEGER, name TEXT);
INSERT INTO node VALUES (3, 7, 'a'), (7, 3, 'b');
CREATE TABLE leaf(rowid TEXT, oid INTEGER);
INSERT INTO leaf VALUES ('7', 3);
