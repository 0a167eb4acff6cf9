-- It is computed from a column that nobody fills.
CREATE TABLE "unit s"(code TEXT PRIMARY KEY);
INSERT INTO "unit s" VALUES ('m');
CREATE TABLE s(id INTEGER PRIMARY KEY, v REAL, unit TEXT, u TEXT AS (upper(unit)) NOT NULL);
INSERT INTO s(id, v, unit) VALUES (1, 0.5, 'm');
