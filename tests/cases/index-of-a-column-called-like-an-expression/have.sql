-- A name in quotes is a column, whatever it spells.
CREATE TABLE t(a INT, b INT, "a + b" INT);
CREATE INDEX i ON t("a + b");
CREATE INDEX j ON t(a + b);
INSERT INTO t VALUES (1, 2, 4);
