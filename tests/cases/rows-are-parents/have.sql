-- declared rows are the parents of rows that were there: of a new table, with repair, and of an old
CREATE TABLE orders (id INTEGER PRIMARY KEY, state TEXT, country TEXT, size TEXT);
CREATE TABLE country (code TEXT NOT NULL PRIMARY KEY COLLATE NOCASE, name TEXT);
INSERT INTO country VALUES ('CH', 'Switzerland');
INSERT INTO orders VALUES (1, 'Open', 'ch', '7'), (2, ' PAID ', 'Li', '8'), (3, NULL, NULL, NULL);
