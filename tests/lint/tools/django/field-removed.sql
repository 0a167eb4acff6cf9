-- finds MD102 6
BEGIN;
--
-- Remove field age from author
--
CREATE TABLE "new__app_author" ("code" varchar(9) NOT NULL PRIMARY KEY, "name" varchar(50) NOT NULL);
INSERT INTO "new__app_author" ("rowid", "code", "name") SELECT "rowid", "code", "name" FROM "app_author";
DROP TABLE "app_author";
ALTER TABLE "new__app_author" RENAME TO "app_author";
COMMIT;
