-- customer is gone and client is new, with the same columns: nobody said that it is a rename.
CREATE TABLE customer(id INTEGER PRIMARY KEY, name TEXT);
INSERT INTO customer VALUES (1, 'Ada');
