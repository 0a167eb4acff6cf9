-- Two tables become one; whoever referred to either refers to that.
CREATE TABLE customer(id INTEGER PRIMARY KEY, name TEXT, mail TEXT);
CREATE TABLE supplier(id INTEGER PRIMARY KEY, name TEXT, phone TEXT);
CREATE TABLE invoice(id INTEGER PRIMARY KEY, customer INTEGER REFERENCES customer);
CREATE TABLE delivery(id INTEGER PRIMARY KEY, supplier INTEGER REFERENCES supplier);
INSERT INTO customer VALUES (1, 'Anna', 'a@x'), (2, 'Ben', NULL);
INSERT INTO supplier VALUES (1, 'Anna', '555'), (7, 'Zoe', '777');
INSERT INTO invoice VALUES (1, 2), (2, 1), (3, NULL);
INSERT INTO delivery VALUES (1, 7), (2, 1);
