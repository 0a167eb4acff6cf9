-- finds LN101 4
BEGIN;

ALTER TABLE book ADD COLUMN cents INTEGER GENERATED ALWAYS AS (price * 100) STORED;

UPDATE alembic_version SET version_num='b2' WHERE alembic_version.version_num = 'a1';

COMMIT;
