-- nothing
BEGIN TRANSACTION;

ALTER TABLE "Authors" ADD "Nick" TEXT NULL;

ALTER TABLE "Authors" ADD "CreatedAt" TEXT NOT NULL DEFAULT '0001-01-01 00:00:00';

CREATE UNIQUE INDEX "IX_Authors_Nick" ON "Authors" ("Nick");

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20240102030405_Nick', '8.0.0');

COMMIT;
