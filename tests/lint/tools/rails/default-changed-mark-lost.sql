-- finds LN105 8
-- finds LN103 13
-- finds LN115 13
begin transaction;
PRAGMA foreign_keys;
PRAGMA defer_foreign_keys;
PRAGMA defer_foreign_keys = ON;
PRAGMA foreign_keys = OFF;
CREATE TEMPORARY TABLE "aauthors" ("id" integer NOT NULL PRIMARY KEY, "name" varchar NOT NULL, "rank" varchar DEFAULT 'guest', "born" integer DEFAULT NULL);
CREATE INDEX "tindex_aauthors_on_name" ON "aauthors" ("name");
INSERT INTO "aauthors" ("id","name","rank","born")
                     SELECT "id","name","rank","born" FROM "authors";
DROP TABLE "authors";
CREATE TABLE "authors" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar NOT NULL, "rank" varchar DEFAULT 'member', "born" integer DEFAULT NULL, CONSTRAINT born_ok CHECK (born > 0));
CREATE INDEX "index_authors_on_name" ON "authors" ("name");
INSERT INTO "authors" ("id","name","rank","born")
                     SELECT "id","name","rank","born" FROM "aauthors";
DROP TABLE "aauthors";
PRAGMA defer_foreign_keys = 0;
PRAGMA foreign_keys = 1;
commit transaction;
