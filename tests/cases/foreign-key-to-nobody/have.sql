-- A new foreign key with a slip in the name of its table: there are no rows
-- that could be orphans, and SQLite takes it.
CREATE TABLE owner(id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE dog(id INTEGER PRIMARY KEY, name TEXT);
INSERT INTO owner VALUES (1, 'Ada');
INSERT INTO dog VALUES (1, 'Rex');
