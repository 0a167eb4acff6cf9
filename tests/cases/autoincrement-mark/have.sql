-- The highest key was given out and its row deleted: the mark must outlive the
-- rebuild, or the key is given out twice.
CREATE TABLE ticket(id INTEGER PRIMARY KEY AUTOINCREMENT, subject TEXT);
INSERT INTO ticket(id, subject) VALUES (1, 'a'), (2, 'b'), (500, 'gone');
DELETE FROM ticket WHERE id = 500;
CREATE TABLE empty_one(id INTEGER PRIMARY KEY AUTOINCREMENT, x);
INSERT INTO empty_one(id) VALUES (77);
DELETE FROM empty_one;
CREATE TABLE never_used(id INTEGER PRIMARY KEY AUTOINCREMENT, x);
