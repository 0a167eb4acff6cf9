-- SQLite computes 5.0, and INSERT ... SELECT would hand it on as 5.
CREATE TABLE lengths(id INTEGER PRIMARY KEY, of, plain REAL AS (iif(of = 'x', of, length(of))), text REAL AS (iif(of = 'x', of, length(of))));
INSERT INTO lengths(of) VALUES ('three'), (NULL), ('x');
