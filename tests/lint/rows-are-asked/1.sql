BEGIN;
CREATE TABLE word_new (text INTEGER, count INT NOT NULL, UNIQUE (text));
INSERT INTO word_new (rowid, text, count) SELECT rowid, text, count FROM word;
DROP TABLE word;
ALTER TABLE word_new RENAME TO word;
CREATE UNIQUE INDEX once ON word(text);
COMMIT;
