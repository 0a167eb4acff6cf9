CREATE TABLE u(x, y, PRIMARY KEY (x, y));
CREATE TABLE t(k, l, a, UNIQUE (k, l), CHECK (k <> l), FOREIGN KEY (k, l) REFERENCES u(x, y));
INSERT INTO t VALUES (NULL, 2, 3);
