-- The document makes the table STRICT, and does not speak of v.
CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, v VARCHAR(20));
INSERT INTO t VALUES (1, 'x', 'y');
