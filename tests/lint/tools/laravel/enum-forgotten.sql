-- finds LN118 5
-- finds LN118 5
pragma foreign_keys = 0;
begin;
create table "__temp__authors" ("id" integer primary key not null, "name" varchar, "sex" varchar);
insert into "__temp__authors" ("id", "name", "sex") select "id", "name", "sex" from "authors";
drop table "authors";
alter table "__temp__authors" rename to "authors";
commit;
pragma foreign_keys = 1;
