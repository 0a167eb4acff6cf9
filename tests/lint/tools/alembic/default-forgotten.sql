-- options --foreign-keys off
-- finds LN119 10
BEGIN;

-- Running upgrade a1 -> b2

CREATE TABLE _alembic_tmp_author (
	id INTEGER NOT NULL, 
	name VARCHAR(50) NOT NULL COLLATE NOCASE, 
	rank VARCHAR(9), 
	sex VARCHAR(1), 
	PRIMARY KEY (id), 
	CONSTRAINT uq_name UNIQUE (name), 
	CHECK (sex IN ('m', 'f'))
);

INSERT INTO _alembic_tmp_author (id, name, rank, sex) SELECT author.id, author.name, author.rank, author.sex 
FROM author;

DROP TABLE author;

ALTER TABLE _alembic_tmp_author RENAME TO author;

UPDATE alembic_version SET version_num='b2' WHERE alembic_version.version_num = 'a1';

COMMIT;
