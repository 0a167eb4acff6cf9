-- finds LN101 7
-- finds LN101 9
BEGIN;

-- Running upgrade a1 -> b2

ALTER TABLE author ADD COLUMN made DATETIME DEFAULT (CURRENT_TIMESTAMP);

ALTER TABLE author ADD COLUMN seen DATETIME DEFAULT (datetime('now')) NOT NULL;

UPDATE alembic_version SET version_num='b2' WHERE alembic_version.version_num = 'a1';

COMMIT;
