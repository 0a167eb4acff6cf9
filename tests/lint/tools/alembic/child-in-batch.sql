-- nothing
BEGIN;

-- Running upgrade a1 -> b2

CREATE TABLE _alembic_tmp_book (
	id INTEGER NOT NULL, 
	title VARCHAR(90), 
	price FLOAT DEFAULT '0' NOT NULL, 
	author_id INTEGER NOT NULL, 
	PRIMARY KEY (id), 
	CONSTRAINT fk_author FOREIGN KEY(author_id) REFERENCES author (id) ON DELETE CASCADE
);

INSERT INTO _alembic_tmp_book (id, title, price, author_id) SELECT book.id, book.title, book.price, book.author_id 
FROM book;

DROP TABLE book;

ALTER TABLE _alembic_tmp_book RENAME TO book;

CREATE INDEX ix_book_author_id ON book (author_id);

UPDATE alembic_version SET version_num='b2' WHERE alembic_version.version_num = 'a1';

COMMIT;
