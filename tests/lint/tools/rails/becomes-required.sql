-- finds LN105 7
-- finds MF104 12
begin transaction;
PRAGMA foreign_keys;
PRAGMA defer_foreign_keys;
PRAGMA defer_foreign_keys = ON;
PRAGMA foreign_keys = OFF;
CREATE TEMPORARY TABLE "aplans" ("id" integer NOT NULL PRIMARY KEY, "name" varchar, "size" integer DEFAULT 1);
INSERT INTO "aplans" ("id","name","size")
                     SELECT "id","name","size" FROM "plans";
DROP TABLE "plans";
CREATE TABLE "plans" ("id" integer NOT NULL PRIMARY KEY, "name" varchar NOT NULL, "size" integer DEFAULT 2);
INSERT INTO "plans" ("id","name","size")
                     SELECT "id","name","size" FROM "aplans";
DROP TABLE "aplans";
PRAGMA defer_foreign_keys = 0;
PRAGMA foreign_keys = 1;
commit transaction;
