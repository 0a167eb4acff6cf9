CREATE TABLE "authors" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "name" varchar NOT NULL, "rank" varchar DEFAULT 'guest', "born" integer, CONSTRAINT born_ok CHECK (born > 0));
CREATE INDEX "index_authors_on_name" ON "authors" ("name");
CREATE TABLE "books" ("id" varchar NOT NULL PRIMARY KEY, "title" varchar, "author_id" integer NOT NULL, CONSTRAINT "fk_rails_1" FOREIGN KEY ("author_id") REFERENCES "authors" ("id") ON DELETE CASCADE);
CREATE INDEX "index_books_on_author_id" ON "books" ("author_id");
CREATE TABLE "plans" ("id" integer NOT NULL PRIMARY KEY, "name" varchar, "size" integer DEFAULT 1);
CREATE TABLE "seats" ("id" integer NOT NULL PRIMARY KEY, "plan_id" integer, CONSTRAINT "fk_rails_2" FOREIGN KEY ("plan_id") REFERENCES "plans" ("id"));
CREATE INDEX "index_seats_on_plan_id" ON "seats" ("plan_id");
