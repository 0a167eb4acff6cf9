-- Rows that are older than a column read its DEFAULT: another one must not reach them.
CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);
INSERT INTO t VALUES (1, 'old'), (2, 'old');
ALTER TABLE t ADD COLUMN b INT DEFAULT 5;
ALTER TABLE t ADD COLUMN c TEXT;
INSERT INTO t VALUES (3, 'new', 7, 'c');
CREATE TABLE whole (a TEXT, b INT DEFAULT 5, c TEXT UNIQUE);
INSERT INTO whole (a) VALUES ('x');
