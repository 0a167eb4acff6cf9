-- finds MD102 4
BEGIN TRANSACTION;

ALTER TABLE "Authors" DROP COLUMN "Age";

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20240102030405_NoAge', '8.0.0');

COMMIT;
