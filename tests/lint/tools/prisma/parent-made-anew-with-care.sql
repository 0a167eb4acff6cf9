-- nothing
PRAGMA foreign_keys=OFF;
BEGIN;
-- CreateTable
CREATE TABLE "new_Author" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "name" TEXT,
    "mail" TEXT
);
INSERT INTO "new_Author" ("id", "mail", "name") SELECT "id", "mail", "name" FROM "Author";
DELETE FROM sqlite_sequence WHERE name = 'new_Author';
INSERT INTO sqlite_sequence (name, seq) SELECT 'new_Author', seq FROM sqlite_sequence WHERE name = 'Author';
DROP TABLE "Author";
ALTER TABLE "new_Author" RENAME TO "Author";
CREATE UNIQUE INDEX "Author_mail_key" ON "Author"("mail");
COMMIT;
PRAGMA foreign_keys=ON;
