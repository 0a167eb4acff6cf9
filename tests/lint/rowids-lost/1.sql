BEGIN;
CREATE TABLE word_new (text TEXT PRIMARY KEY, count INT, note TEXT);
INSERT INTO word_new (text, count) SELECT text, count FROM word;
DROP TABLE word;
ALTER TABLE word_new RENAME TO word;
COMMIT;
