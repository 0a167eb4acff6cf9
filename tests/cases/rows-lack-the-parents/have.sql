-- The rows that the document declares for a new table lack one that another refers to.
CREATE TABLE t(id INTEGER PRIMARY KEY, code TEXT);
INSERT INTO t VALUES (1, 'CH'), (2, 'it'), (3, NULL);
