-- finds LN118 6
BEGIN;
--
-- Alter field age on author
--
CREATE TABLE "new__app_author" ("code" varchar(9) NOT NULL PRIMARY KEY, "name" varchar(50) NOT NULL, "age" integer unsigned NULL);
INSERT INTO "new__app_author" ("rowid", "code", "name", "age") SELECT "rowid", "code", "name", "age" FROM "app_author";
DROP TABLE "app_author";
ALTER TABLE "new__app_author" RENAME TO "app_author";
COMMIT;
