-- The module makes a table of this name for its own content.
CREATE TABLE find_data(id INTEGER PRIMARY KEY, a TEXT);
INSERT INTO find_data VALUES (1, 'x');
