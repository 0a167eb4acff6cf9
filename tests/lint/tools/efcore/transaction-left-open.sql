-- finds LN107 2
BEGIN TRANSACTION;

ALTER TABLE "Authors" ADD "Nick" TEXT NULL;

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20240102030405_Nick', '8.0.0');
