-- A table that is made has no old row: its using, which once read a table that is gone, is not asked.
CREATE TABLE o(id INTEGER PRIMARY KEY);
INSERT INTO o VALUES (1);
