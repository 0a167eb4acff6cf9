-- The new column has a name of the rowid, which old.oid still is.
CREATE TABLE u(id TEXT, a);
INSERT INTO u(rowid, id, a) VALUES (5, 'x', 1);
