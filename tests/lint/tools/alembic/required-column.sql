-- finds MF103 4
BEGIN;

ALTER TABLE book ADD COLUMN kind VARCHAR(9) NOT NULL;

UPDATE book SET kind='x';

UPDATE alembic_version SET version_num='b2' WHERE alembic_version.version_num = 'a1';

COMMIT;
