-- Names that must be quoted, and quoted right: spaces, quotes, brackets,
-- keywords, another script, a dot, an apostrophe.
CREATE TABLE "order by"("select" INTEGER PRIMARY KEY, "a ""b"" c" TEXT, "x]" TEXT);

CREATE TABLE "O'Brien.list"("größe" REAL, "from" INTEGER REFERENCES "order by"("select"), "it's" TEXT);
CREATE INDEX "an ""index""" ON "order by"("a ""b"" c" DESC, "x]");
CREATE TRIGGER "trig ger" AFTER DELETE ON "O'Brien.list" BEGIN
  DELETE FROM "order by" WHERE "select" = old."from";
END;
CREATE VIEW "the [view]" AS SELECT "größe" AS "g]" FROM "O'Brien.list";
INSERT INTO "order by" VALUES (1, 'a', 'b'), (2, 'it''s', '"');
INSERT INTO "O'Brien.list"(rowid, "größe", "from", "it's") VALUES (40, 1.5, 1, 'x'), (50, 2.5, 2, 'y');
