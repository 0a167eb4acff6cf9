-- The table that is filled lacks a row that another refers to.
CREATE TABLE t(id INTEGER PRIMARY KEY, country TEXT);
INSERT INTO t VALUES (1, 'CH'), (2, 'IT');
