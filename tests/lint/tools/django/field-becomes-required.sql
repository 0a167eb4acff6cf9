-- nothing
BEGIN;
--
-- Alter field age on author
--
CREATE TABLE "new__app_author" ("code" varchar(9) NOT NULL PRIMARY KEY, "name" varchar(50) NOT NULL, "age" integer unsigned NOT NULL CHECK ("age" >= 0));
INSERT INTO "new__app_author" ("rowid", "code", "name", "age") SELECT "rowid", "code", "name", coalesce("age", 0) FROM "app_author";
DROP TABLE "app_author";
ALTER TABLE "new__app_author" RENAME TO "app_author";
COMMIT;
