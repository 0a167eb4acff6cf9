-- unit is undeclared and kept, and every INSERT by the document would fail; there is nothing else to do.
CREATE TABLE s(id INTEGER PRIMARY KEY, v REAL, unit TEXT NOT NULL);
INSERT INTO s VALUES (1, 0.5, 'm');
