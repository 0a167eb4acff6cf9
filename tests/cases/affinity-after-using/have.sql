-- What using gives is stored with the affinity of the column as well.
CREATE TABLE agent(id INTEGER PRIMARY KEY, code TEXT);
INSERT INTO agent VALUES (1, ' 007 '), (2, '12');
