-- ANY keeps what it is given while the table is STRICT, and is a number where it can be afterwards.
CREATE TABLE sample(id INTEGER PRIMARY KEY, at INTEGER, extra ANY NOT NULL ON CONFLICT IGNORE DEFAULT (7)) STRICT;
INSERT INTO sample VALUES (1, 100, 5), (2, 200, 'five'), (3, 300, 2.5);
