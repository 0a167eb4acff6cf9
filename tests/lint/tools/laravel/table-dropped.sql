-- finds MD101 2
drop table "books";
