-- Before SQLite 3.35 RENAME COLUMN of a second column writes the name into what is generated of other second columns.
CREATE TABLE a(x, y TEXT);
INSERT INTO a VALUES (1, 'one'), (2, 'two');
CREATE TABLE c(b, d INTEGER, e AS (d + 1), f AS (d * 2) STORED);
INSERT INTO c(b, d) VALUES (1, 10), (2, 20);
CREATE INDEX c_e ON c(e);
