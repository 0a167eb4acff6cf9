create table "authors" ("id" integer primary key not null, "name" varchar not null, "sex" varchar check ("sex" in ('m', 'f')));
create table "books" ("id" integer primary key not null, "title" varchar, "author_id" integer not null, foreign key("author_id") references "authors"("id") on delete cascade);
create index "books_author_id_index" on "books" ("author_id");
