-- The table is shared with another program, and ignored: what its columns need is not asked.
CREATE TABLE s(id INTEGER PRIMARY KEY, v REAL, unit TEXT NOT NULL);
INSERT INTO s VALUES (1, 0.5, 'm');
