-- finds MC102 4
BEGIN TRANSACTION;

ALTER TABLE "Authors" RENAME COLUMN "Age" TO "Years";

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20240102030405_Years', '8.0.0');

COMMIT;
