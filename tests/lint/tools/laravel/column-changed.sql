-- nothing
pragma foreign_keys = 0;
begin;
create table "__temp__authors" ("id" integer primary key not null, "name" varchar, "sex" varchar check ("sex" in ('m', 'f')));
insert into "__temp__authors" ("id", "name", "sex") select "id", "name", "sex" from "authors";
drop table "authors";
alter table "__temp__authors" rename to "authors";
commit;
pragma foreign_keys = 1;
