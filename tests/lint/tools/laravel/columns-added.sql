-- options --transaction on
-- nothing
alter table "books" add column "isbn" varchar;
alter table "books" add column "deleted_at" datetime;
create unique index "books_isbn_unique" on "books" ("isbn");
