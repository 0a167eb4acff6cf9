-- The encoding of the file stays; names and values are no different.
PRAGMA encoding = 'UTF-16le';
CREATE TABLE wort(id INTEGER PRIMARY KEY, text TEXT);
INSERT INTO wort VALUES (1, 'Straße'), (2, '猫'), (3, char(128512));
CREATE INDEX wort_text ON wort(text);
