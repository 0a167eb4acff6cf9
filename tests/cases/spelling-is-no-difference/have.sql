-- Quotes, case, comments, the order of constraints and of columns: nothing to do.
create table "Person" ( -- people
  [Id] integer constraint pk primary key,
  NAME text not null default ('x'), /* theirs */
  boss int references "Person" ("Id"),
  age integer null,
  check((age > 0)), unique(name, age));
create unique index if not exists PERSON_AGE on person ( "age" asc ) where age is not null;
create view v as select  id,name
  from person;
insert into person values (1, 'a', null, 3);
