-- finds MC102 6
BEGIN;
--
-- Rename field age on author to years
--
ALTER TABLE "app_author" RENAME COLUMN "age" TO "years";
COMMIT;
