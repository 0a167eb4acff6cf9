-- finds LN101 5
-- finds-with-rows MF106 5
BEGIN TRANSACTION;

ALTER TABLE "Books" ADD "EditorId" TEXT NOT NULL DEFAULT '' REFERENCES "Authors" ("Id");

CREATE INDEX "IX_Books_EditorId" ON "Books" ("EditorId");

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20240102030405_Editor', '8.0.0');

COMMIT;
