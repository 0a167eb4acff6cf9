-- Tables that the document fills are read by each other, and by what repairs a row, whatever the order of their names.
CREATE TABLE place(id INTEGER PRIMARY KEY, city TEXT, country TEXT);
INSERT INTO place VALUES (1, 'Bern', 'CH'), (2, 'Basel', 'CH'), (3, 'Rome', 'IT'), (4, NULL, NULL);
