-- The default has no parent.
CREATE TABLE "unit s"(code TEXT PRIMARY KEY);
INSERT INTO "unit s" VALUES ('m');
CREATE TABLE s(id INTEGER PRIMARY KEY, v REAL, unit TEXT DEFAULT 'cm' REFERENCES "unit s"(code));
INSERT INTO s(id, v, unit) VALUES (1, 0.5, 'm');
