-- finds LN108 3
begin transaction;
UPDATE "authors" SET "name" = upper("name");
ALTER TABLE "authors" ADD "nick" varchar;
commit transaction;
