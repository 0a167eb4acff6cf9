-- The direction of one part, the collation of another, the condition of a third index; their names stay.
CREATE TABLE t(a, b, c);
CREATE INDEX i ON t(a DESC, b);
CREATE INDEX j ON t(a COLLATE NOCASE);
CREATE INDEX k ON t(c) WHERE c > 1;
INSERT INTO t VALUES ('x', 1, 2), ('X', 2, 1);
