-- An expression, and a foreign key, find the rows that the document declares for a new table.
CREATE TABLE t(id INTEGER PRIMARY KEY, code TEXT);
INSERT INTO t VALUES (1, 'CH'), (2, 'it'), (3, NULL);
