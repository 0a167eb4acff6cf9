CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL,
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
CREATE TABLE author (
	id INTEGER NOT NULL,
	name VARCHAR(50) NOT NULL COLLATE NOCASE,
	rank VARCHAR(9) DEFAULT 'guest',
	sex VARCHAR(1),
	PRIMARY KEY (id),
	CONSTRAINT uq_name UNIQUE (name),
	CHECK (sex IN ('m', 'f'))
);
CREATE TABLE book (
	id INTEGER NOT NULL,
	title VARCHAR(50),
	price FLOAT DEFAULT '0' NOT NULL,
	author_id INTEGER NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT fk_author FOREIGN KEY(author_id) REFERENCES author (id) ON DELETE CASCADE
);
CREATE INDEX ix_book_author_id ON book (author_id);
