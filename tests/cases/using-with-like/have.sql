-- LIKE is blind to case, whatever the connection at hand has been told.
CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT);
INSERT INTO t VALUES (1, 'Red'), (2, 'blue');
