-- '007' would become 7.
CREATE TABLE agent(id INTEGER PRIMARY KEY, code TEXT);
INSERT INTO agent VALUES (1, '007'), (2, '12'), (3, 'x');
