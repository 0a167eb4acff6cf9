-- CAST makes 0 of d1 and 8 of 8.5; to keep them needs nobody to ask.
CREATE TABLE foo(id INTEGER NOT NULL, data VARCHAR(50), x INTEGER, PRIMARY KEY (id));
INSERT INTO foo VALUES (1, 'd1', 5), (2, '22', 6), (3, '8.5', 7), (4, '9.46', 8), (5, 'd5', 9);
