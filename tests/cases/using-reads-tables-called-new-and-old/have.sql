-- Whatever statement evaluates an expression, the names in it are those of the file.
CREATE TABLE new(a TEXT);
CREATE TABLE u(v);
CREATE TABLE t(id INTEGER PRIMARY KEY);
INSERT INTO new VALUES ('x'), ('y');
INSERT INTO u VALUES ('one'), ('two');
INSERT INTO t VALUES (1), (2);
