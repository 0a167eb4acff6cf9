-- options --foreign-keys on
-- finds LN104 7
begin transaction;
CREATE TEMPORARY TABLE "aplans" ("id" integer NOT NULL PRIMARY KEY, "name" varchar, "size" integer DEFAULT 1);
INSERT INTO "aplans" ("id","name","size")
                     SELECT "id","name","size" FROM "plans";
DROP TABLE "plans";
CREATE TABLE "plans" ("id" integer NOT NULL PRIMARY KEY, "name" varchar, "size" integer DEFAULT 2);
INSERT INTO "plans" ("id","name","size")
                     SELECT "id","name","size" FROM "aplans";
DROP TABLE "aplans";
commit transaction;
