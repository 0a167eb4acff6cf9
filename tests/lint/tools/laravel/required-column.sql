-- finds MF103 2
alter table "books" add column "isbn" varchar not null;
