-- What came with the change is filled by a step, in batches of its own, through a trigger of the new schema.
CREATE TABLE track(id INTEGER PRIMARY KEY, seconds INTEGER, title TEXT);
INSERT INTO track VALUES (1, 61, 'a'), (2, 125, 'b'), (3, NULL, 'c');
CREATE TABLE log(id INTEGER PRIMARY KEY, what TEXT);
CREATE INDEX track_seconds ON track(seconds);
