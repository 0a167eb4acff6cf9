-- What fills a virtual table is any INSERT.
CREATE TABLE n(id INTEGER PRIMARY KEY, body TEXT, k INT);
INSERT INTO n VALUES (1, 'one', 7), (2, 'two', 7), (3, 'three', 8);
