PRAGMA foreign_keys = OFF;
BEGIN;
CREATE TABLE "new.person" (
  id INTEGER PRIMARY KEY,
  "born.at" INTEGER,
  n INTEGER
);
INSERT INTO "new.person" (id, "born.at", n) SELECT id, "born.at", n FROM "per.son";
DROP TABLE "per.son";
ALTER TABLE "new.person" RENAME TO "per.son";
COMMIT;
PRAGMA foreign_keys = ON;
