-- A table of any values becomes one of exact types; the rows fit.
CREATE TABLE sample(id INTEGER PRIMARY KEY, at INT, watts REAL, label TEXT, raw);
INSERT INTO sample VALUES (1, 100, 1.5, 'a', x'00ff'), (2, NULL, 2, NULL, 'text'), (3, 7, -0.0, '', 12);
