CREATE TABLE agent(id INTEGER PRIMARY KEY, code TEXT, other TEXT);
INSERT INTO agent VALUES (1, '007', '007'), (2, '12', ''), (3, 'x', NULL);
