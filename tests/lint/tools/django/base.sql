CREATE TABLE "app_author" ("code" varchar(9) NOT NULL PRIMARY KEY, "name" varchar(50) NOT NULL, "age" integer unsigned NULL CHECK ("age" >= 0));
CREATE TABLE "app_book" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "title" varchar(50) NULL UNIQUE, "author_id" varchar(9) NOT NULL REFERENCES "app_author" ("code") DEFERRABLE INITIALLY DEFERRED);
CREATE INDEX "app_book_author_id_1" ON "app_book" ("author_id");
