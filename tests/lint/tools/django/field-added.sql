-- nothing
BEGIN;
--
-- Add field nick to author
--
ALTER TABLE "app_author" ADD COLUMN "nick" varchar(9) NULL;
ALTER TABLE "app_author" ADD COLUMN "boss_id" varchar(9) NULL REFERENCES "app_author" ("code") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "app_author_boss_id_1" ON "app_author" ("boss_id");
COMMIT;
