-- A stored column is computed otherwise, for rows that are there.
CREATE TABLE p(net INTEGER, gross REAL AS (net * 1.1) STORED);
INSERT INTO p VALUES (100), (NULL);
