-- finds LN101 3
BEGIN TRANSACTION;
ALTER TABLE "book" ADD "made" datetime NOT NULL DEFAULT (datetime('now'));
COMMIT;
