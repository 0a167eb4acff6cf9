-- finds LN101 4
BEGIN TRANSACTION;

ALTER TABLE "Authors" ADD "CreatedAt" TEXT NOT NULL DEFAULT (CURRENT_TIMESTAMP);

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20240102030405_Clock', '8.0.0');

COMMIT;
