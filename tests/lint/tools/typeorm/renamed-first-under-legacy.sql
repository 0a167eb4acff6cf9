-- PRAGMA legacy_alter_table leaves the keys of others alone
-- options --foreign-keys off
-- nothing
PRAGMA legacy_alter_table = ON;
BEGIN TRANSACTION;
ALTER TABLE "author" RENAME TO "temporary_author";
CREATE TABLE "author" ("id" varchar PRIMARY KEY NOT NULL, "name" varchar NOT NULL, "sex" varchar CHECK( "sex" IN ('m','f') ), CONSTRAINT "UQ_1" UNIQUE ("name"));
INSERT INTO "author"("rowid", "id", "name", "sex") SELECT "rowid", "id", "name", "sex" FROM "temporary_author";
DROP TABLE "temporary_author";
COMMIT;
PRAGMA legacy_alter_table = OFF;
