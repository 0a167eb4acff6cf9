BEGIN;
ALTER TABLE word RENAME TO word_old;
CREATE TABLE word (text TEXT PRIMARY KEY, count INT, note TEXT);
INSERT INTO word (rowid, text, count) SELECT rowid, text, count FROM word_old;
DROP TABLE word_old;
COMMIT;
