-- have CREATE TRIGGER t AFTER UPDATE ON app_author BEGIN SELECT 1; END;
-- finds LN111 9
BEGIN;
--
-- Add field kind to author
--
CREATE TABLE "new__app_author" ("code" varchar(9) NOT NULL PRIMARY KEY, "name" varchar(50) NOT NULL, "age" integer unsigned NULL CHECK ("age" >= 0), "kind" varchar(9) NULL);
INSERT INTO "new__app_author" ("rowid", "code", "name", "age", "kind") SELECT "rowid", "code", "name", "age", NULL FROM "app_author";
DROP TABLE "app_author";
ALTER TABLE "new__app_author" RENAME TO "app_author";
COMMIT;
