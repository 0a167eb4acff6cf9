-- finds MD102 4
BEGIN TRANSACTION;
DROP INDEX "IDX_1";
CREATE TABLE "temporary_book" ("id" integer PRIMARY KEY NOT NULL, "title" varchar, "authorId" varchar, "made" datetime NOT NULL DEFAULT (datetime('now')), CONSTRAINT "FK_1" FOREIGN KEY ("authorId") REFERENCES "author" ("id") ON DELETE SET NULL ON UPDATE NO ACTION);
INSERT INTO "temporary_book"("id", "title", "authorId") SELECT "id", "title", "authorId" FROM "book";
DROP TABLE "book";
ALTER TABLE "temporary_book" RENAME TO "book";
CREATE INDEX "IDX_1" ON "book" ("authorId");
COMMIT;
