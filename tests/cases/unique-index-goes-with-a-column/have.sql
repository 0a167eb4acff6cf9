-- Undeclared indexes speak of a column that goes: the rules on the columns that stay are lost with them.
CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, b TEXT);
CREATE UNIQUE INDEX both ON t(a, b);
CREATE UNIQUE INDEX part ON t(a) WHERE b > 0;
CREATE UNIQUE INDEX made ON t(a, lower(b));
CREATE INDEX plain ON t(a) WHERE b IS NULL;
INSERT INTO t VALUES (1, 'x', '1'), (2, 'y', '0');
