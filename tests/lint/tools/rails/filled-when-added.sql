-- nothing
begin transaction;
ALTER TABLE "authors" ADD "nick" varchar;
UPDATE "authors" SET "nick" = lower("name");
CREATE TABLE IF NOT EXISTS "schema_migrations" ("version" varchar NOT NULL PRIMARY KEY);
INSERT INTO "schema_migrations" ("version") VALUES ('20240101000000');
commit transaction;
