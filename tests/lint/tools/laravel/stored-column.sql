-- finds LN101 2
alter table "books" add column "size" integer as (length("title")) stored;
