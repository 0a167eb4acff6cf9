-- finds LN105 15
-- finds LN103 17
BEGIN TRANSACTION;

CREATE TABLE "ef_temp_Authors" (
    "Id" TEXT NOT NULL CONSTRAINT "PK_Authors" PRIMARY KEY,
    "Age" INTEGER NOT NULL DEFAULT 0,
    "Name" TEXT COLLATE NOCASE NOT NULL
);

INSERT INTO "ef_temp_Authors" ("rowid", "Id", "Age", "Name")
SELECT "rowid", "Id", "Age", IFNULL("Name", '')
FROM "Authors";

PRAGMA foreign_keys = 0;

DROP TABLE "Authors";

ALTER TABLE "ef_temp_Authors" RENAME TO "Authors";

PRAGMA foreign_keys = 1;

COMMIT;

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20240102030405_Required', '8.0.0');
