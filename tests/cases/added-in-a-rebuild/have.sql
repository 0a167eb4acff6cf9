-- A column that does not exist yet, written in double quotes, is a string to
-- SQLite: a careless copy fills the column with its own name.
CREATE TABLE lamp(id INTEGER PRIMARY KEY, watt INTEGER);
INSERT INTO lamp VALUES (1, 40), (2, 60);
