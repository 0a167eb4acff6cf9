-- A table becomes two: each address once, and the orders refer to it.
CREATE TABLE orders(id INTEGER PRIMARY KEY, street TEXT, city TEXT, total INTEGER);
INSERT INTO orders VALUES (1, 'Main', NULL, 30), (2, 'Main', NULL, 40), (3, 'High', 'Bern', 50), (4, NULL, 'Bern', 60),
 (5, 'High', 'Basel', 70);
