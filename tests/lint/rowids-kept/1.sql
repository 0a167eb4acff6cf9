BEGIN;
CREATE TABLE word_new (text TEXT PRIMARY KEY, count INT, note TEXT);
INSERT INTO word_new (rowid, text, count) SELECT rowid, text, count FROM word;
DROP TABLE word;
ALTER TABLE word_new RENAME TO word;
COMMIT;
