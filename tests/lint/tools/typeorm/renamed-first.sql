-- finds LN121 4
-- finds LN103 7
BEGIN TRANSACTION;
ALTER TABLE "author" RENAME TO "temporary_author";
CREATE TABLE "author" ("id" varchar PRIMARY KEY NOT NULL, "name" varchar NOT NULL, "sex" varchar CHECK( "sex" IN ('m','f') ), CONSTRAINT "UQ_1" UNIQUE ("name"));
INSERT INTO "author"("rowid", "id", "name", "sex") SELECT "rowid", "id", "name", "sex" FROM "temporary_author";
DROP TABLE "temporary_author";
COMMIT;
