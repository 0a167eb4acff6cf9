-- The former name is claimed by a new object at once.
CREATE TABLE item(id INTEGER PRIMARY KEY, name TEXT);
INSERT INTO item VALUES (1, 'Anna Berg'), (2, 'Carl Dahl');
CREATE TABLE log(x TEXT);
INSERT INTO log VALUES ('one'), ('two');
