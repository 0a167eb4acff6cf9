-- The same where a text is a number: it would be another value.
CREATE TABLE e(id INTEGER PRIMARY KEY, at TEXT);
INSERT INTO e VALUES (1, '2024'), (2, '007');
