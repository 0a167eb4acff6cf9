-- finds MD101 3
begin transaction;
DROP TABLE "books";
commit transaction;
