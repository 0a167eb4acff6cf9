-- nothing
begin transaction;
ALTER TABLE "authors" ADD "nick" varchar;
ALTER TABLE "authors" ADD "kind" varchar DEFAULT 'x' NOT NULL;
CREATE UNIQUE INDEX "index_books_on_title" ON "books" ("title");
commit transaction;
