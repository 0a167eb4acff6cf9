-- UPDATE sqlite_sequence is how people count anew; SQLite goes on from the highest row all the same.
CREATE TABLE p(id INTEGER PRIMARY KEY AUTOINCREMENT, x TEXT);
CREATE TABLE q(id INTEGER PRIMARY KEY AUTOINCREMENT, x TEXT);
INSERT INTO p VALUES (1, '2'), (20, '1');
INSERT INTO q VALUES (1, '2'), (20, '1');
UPDATE sqlite_sequence SET seq = 5 WHERE name = 'p';
DELETE FROM sqlite_sequence WHERE name = 'q';
