-- finds MD101 6
BEGIN;

DROP INDEX ix_book_author_id;

DROP TABLE book;

UPDATE alembic_version SET version_num='b2' WHERE alembic_version.version_num = 'a1';

COMMIT;
