-- A required boolean with DEFAULT false, on rows.
CREATE TABLE table1(col1 INTEGER);
INSERT INTO table1 VALUES (1);
