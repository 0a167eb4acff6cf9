-- finds-without-rows MD102 3
-- finds-with-rows MC103 3
alter table "books" drop column "title";
