-- So does one of the table that speaks of kept columns alone.
CREATE TABLE "unit s"(code TEXT PRIMARY KEY);
INSERT INTO "unit s" VALUES ('m');
CREATE TABLE s(id INTEGER PRIMARY KEY, v REAL, unit TEXT DEFAULT '', prec INT, CHECK (s.unit <> '' OR prec > 0 AND prec IS NOT NULL));
INSERT INTO s(id, v, unit) VALUES (1, 0.5, 'm');
