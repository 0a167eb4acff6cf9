-- Defaults of braces, brackets and quotes.
CREATE TABLE "table"(id INTEGER);
INSERT INTO "table" VALUES (1);
