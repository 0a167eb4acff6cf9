-- One column becomes two, filled by expressions over the old row, and goes.
CREATE TABLE person(id INTEGER PRIMARY KEY, full_name TEXT, cents INTEGER);
INSERT INTO person VALUES (1, 'Grace Hopper', 1250), (2, 'Plato', 0), (3, NULL, NULL);
