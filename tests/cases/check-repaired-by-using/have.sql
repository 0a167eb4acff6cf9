-- A CHECK is new, and the expression counts for the rows that it has something against.
CREATE TABLE t(id INTEGER PRIMARY KEY, state TEXT, n INT);
INSERT INTO t VALUES (1, 'open', 1), (2, 'OPEN', 2), (3, 'Closed', 3), (4, NULL, 4);
