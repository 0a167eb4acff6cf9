-- finds LN101 2
alter table "books" add column "at" datetime not null default CURRENT_TIMESTAMP;
