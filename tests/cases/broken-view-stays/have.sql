-- A view that does not compile blocks RENAME and DROP COLUMN in SQLite.  It
-- was broken before; it is kept, and nothing else suffers from it.
CREATE TABLE good(id INTEGER PRIMARY KEY, a TEXT, b TEXT);
CREATE VIEW broken AS SELECT x FROM no_such_table;
INSERT INTO good VALUES (1, 'a', 'b');
