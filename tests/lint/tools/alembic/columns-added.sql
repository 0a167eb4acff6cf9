-- nothing
BEGIN;

ALTER TABLE book ADD COLUMN isbn VARCHAR(13);

ALTER TABLE book ADD COLUMN kind VARCHAR(9) DEFAULT 'x' NOT NULL;

CREATE INDEX ix_book_isbn ON book (isbn);

UPDATE alembic_version SET version_num='b2' WHERE alembic_version.version_num = 'a1';

COMMIT;
