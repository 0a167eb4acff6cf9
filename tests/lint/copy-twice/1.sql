BEGIN;
CREATE TEMP TABLE aside (r, a, b);
INSERT INTO aside SELECT rowid, text, count FROM word;
DROP TABLE word;
CREATE TABLE word (text TEXT PRIMARY KEY, count INT, note TEXT);
INSERT INTO word (rowid, text) SELECT r, a FROM aside;
DROP TABLE aside;
COMMIT;
