-- Tables of every kind that a query fills: their triggers, which come later, do not fire.
CREATE TABLE item(id INTEGER PRIMARY KEY, code, price);
CREATE TABLE log(what TEXT);
INSERT INTO item VALUES (1, 'a', 5), (2, 'b', 7.5), (3, 'c', NULL);
