-- nothing
BEGIN;
--
-- Create model Tag
--
CREATE TABLE "app_tag" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "word" varchar(9) NOT NULL);
INSERT INTO "app_tag" ("word") VALUES ('new');
COMMIT;
