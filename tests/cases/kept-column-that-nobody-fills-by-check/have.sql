-- The CHECK of a kept column fails with its default.
CREATE TABLE "unit s"(code TEXT PRIMARY KEY);
INSERT INTO "unit s" VALUES ('m');
CREATE TABLE s(id INTEGER PRIMARY KEY, v REAL, unit TEXT CHECK (unit IS NOT NULL));
INSERT INTO s(id, v, unit) VALUES (1, 0.5, 'm');
