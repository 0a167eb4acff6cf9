-- finds MD101 4
BEGIN TRANSACTION;

DROP TABLE "Books";

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20240102030405_NoBooks', '8.0.0');

COMMIT;
