-- A boolean is an INTEGER with a CHECK that names the column: it goes along with the name.
CREATE TABLE bar(id INTEGER NOT NULL, flag BOOLEAN, PRIMARY KEY (id), CHECK (flag IN (0, 1)));
INSERT INTO bar VALUES (1, 1), (2, 0), (3, NULL);
