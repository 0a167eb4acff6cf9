-- a step before, a table filled from what it left, a lookup, declared parents, a step after
CREATE TABLE customer (id INTEGER PRIMARY KEY, city TEXT, state TEXT);
INSERT INTO customer VALUES (1, 'Bern ', 'open'), (2, 'Bern', 'shut'), (3, NULL, NULL);
