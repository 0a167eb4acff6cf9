-- finds LN115 8
BEGIN;
--
-- Alter field title on book
--
CREATE TABLE "new__app_book" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "title" varchar(90) NULL UNIQUE, "author_id" varchar(9) NOT NULL REFERENCES "app_author" ("code") DEFERRABLE INITIALLY DEFERRED);
INSERT INTO "new__app_book" ("id", "title", "author_id") SELECT "id", "title", "author_id" FROM "app_book";
DROP TABLE "app_book";
ALTER TABLE "new__app_book" RENAME TO "app_book";
CREATE INDEX "app_book_author_id_1" ON "app_book" ("author_id");
COMMIT;
