-- A UNIQUE index of what is kept: no two rows can have its default.
CREATE TABLE s(id INTEGER PRIMARY KEY, v REAL, unit TEXT NOT NULL DEFAULT 'm', gone INT);
CREATE UNIQUE INDEX s_unit ON s(lower(unit)) WHERE gone IS NULL;
INSERT INTO s VALUES (1, 0.5, 'cm', NULL);
