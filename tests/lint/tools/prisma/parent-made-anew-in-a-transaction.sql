-- somebody put BEGIN around it
-- finds LN105 8
-- finds LN103 16
-- finds LN115 16
BEGIN;
-- RedefineTables
PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_Author" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "name" TEXT NOT NULL,
    "mail" TEXT,
    "role" TEXT NOT NULL DEFAULT 'guest'
);
INSERT INTO "new_Author" ("id", "mail", "name") SELECT "id", "mail", "name" FROM "Author";
DROP TABLE "Author";
ALTER TABLE "new_Author" RENAME TO "Author";
CREATE UNIQUE INDEX "Author_mail_key" ON "Author"("mail");
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;
COMMIT;
