-- An expression that gives numbers loses nothing on the way into the column.
CREATE TABLE agent(id INTEGER PRIMARY KEY, code TEXT);
INSERT INTO agent VALUES (1, '007'), (2, '12'), (3, NULL);
