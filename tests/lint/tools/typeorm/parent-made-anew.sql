-- foreign_keys is on, and nobody turns it off: the keys of the books are set to NULL
-- finds LN103 6
BEGIN TRANSACTION;
CREATE TABLE "temporary_author" ("id" varchar PRIMARY KEY NOT NULL, "name" varchar NOT NULL, "sex" varchar CHECK( "sex" IN ('m','f') ), "nick" varchar, CONSTRAINT "UQ_1" UNIQUE ("name"));
INSERT INTO "temporary_author"("rowid", "id", "name", "sex") SELECT "rowid", "id", "name", "sex" FROM "author";
DROP TABLE "author";
ALTER TABLE "temporary_author" RENAME TO "author";
COMMIT;
