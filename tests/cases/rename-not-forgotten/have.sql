-- New things beside what is undeclared and does not look like them: another program's table, an
-- empty one, a column of NULLs, one with another default, and one of another type.
CREATE TABLE android_metadata(locale TEXT);
INSERT INTO android_metadata VALUES ('de');
CREATE TABLE theirs(id INTEGER PRIMARY KEY, title TEXT);
CREATE INDEX theirs_title ON theirs(title);
INSERT INTO theirs VALUES (1, 'Ada');
CREATE TABLE nobody(k TEXT);
CREATE TABLE t(id INTEGER PRIMARY KEY, empty TEXT, legacy INTEGER, flag REAL);
INSERT INTO t VALUES (1, NULL, 7, 0.5);
