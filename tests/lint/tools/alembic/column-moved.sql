-- finds MC103 8
BEGIN;

ALTER TABLE book ADD COLUMN cents INTEGER;

UPDATE book SET cents=CAST(price * 100 AS INTEGER);

ALTER TABLE book DROP COLUMN price;

UPDATE alembic_version SET version_num='b2' WHERE alembic_version.version_num = 'a1';

COMMIT;
