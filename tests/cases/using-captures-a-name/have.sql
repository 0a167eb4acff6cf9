-- A subquery takes a bare name for its own, though the old row has it too.
CREATE TABLE orders(id INTEGER PRIMARY KEY, street TEXT);
CREATE TABLE address(id INTEGER PRIMARY KEY, street TEXT);
INSERT INTO orders VALUES (1, 'b'), (2, 'a');
INSERT INTO address VALUES (1, 'a'), (2, 'b');
