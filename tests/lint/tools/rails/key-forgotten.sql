-- finds LN118 12
-- finds MD102 12
begin transaction;
PRAGMA foreign_keys;
PRAGMA defer_foreign_keys;
PRAGMA defer_foreign_keys = ON;
PRAGMA foreign_keys = OFF;
CREATE TEMPORARY TABLE "abooks" ("id" varchar NOT NULL PRIMARY KEY, "title" varchar, "author_id" integer NOT NULL);
INSERT INTO "abooks" ("id","title","author_id","rowid")
                     SELECT "id","title","author_id","rowid" FROM "books";
DROP TABLE "books";
CREATE TABLE "books" ("id" varchar NOT NULL PRIMARY KEY, "author_id" integer NOT NULL);
CREATE INDEX "index_books_on_author_id" ON "books" ("author_id");
INSERT INTO "books" ("id","author_id","rowid")
                     SELECT "id","author_id","rowid" FROM "abooks";
DROP TABLE "abooks";
PRAGMA defer_foreign_keys = 0;
PRAGMA foreign_keys = 1;
commit transaction;
