/* SPDX-License-Identifier: MIT */
/*
 * test_planted.c: faults that are planted in a run, and who finds them.
 *
 * A plan is made as for any migration; then one of its statements is changed,
 * taken away, or joined by another, as if moult had a mistake there, and it is
 * run.  Each fault is a way to lose something.  docs/rules.md counts them;
 * tests/rules-page.sh compares the counts with what is printed here.
 *
 *	GUARD	stopped when the statement was compiled (RUN009)
 *	COUNT	stopped after it, for it changed rows that are not its own (RUN010)
 *	PROOF	found before COMMIT, in what the file holds (RUN010 to RUN013)
 *
 * Faults of the two latter kinds are declared as the step's own writes, so that
 * the guard looks away.
 */
#include "scratch.h"

#include "digest/digest.h"
#include "live/catalogue.h"
#include "live/connect.h"
#include "proof/proof.h"
#include "run/migrate.h"
#include "session/execute.h"
#include "xml/document.h"

static const char have[] =
	"CREATE TABLE parent(id INTEGER PRIMARY KEY, a TEXT);"
	"CREATE TABLE child(id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parent(id) ON DELETE CASCADE);"
	"CREATE TABLE t(a TEXT, n, kept TEXT);"
	"CREATE INDEX t_n ON t(n);"
	"CREATE TABLE log(a);"
	"CREATE TRIGGER t_log AFTER INSERT ON t BEGIN INSERT INTO log VALUES (new.a); END;"
	"CREATE VIEW v AS SELECT n FROM t;"
	"CREATE TABLE other(id INTEGER PRIMARY KEY, a TEXT);"
	"CREATE TRIGGER other_log AFTER UPDATE ON other BEGIN UPDATE log SET a = 'x'; END;"
	"CREATE TABLE mark(id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT);"
	"CREATE TABLE pair(a TEXT, b TEXT, PRIMARY KEY(a, b)) WITHOUT ROWID;"
	"CREATE TABLE numbered(was INTEGER PRIMARY KEY);"
	"CREATE TABLE keyed(a INT NOT NULL, b TEXT);"
	"CREATE TABLE asleep(id INTEGER PRIMARY KEY AUTOINCREMENT);"
	"CREATE VIRTUAL TABLE words USING fts5(body);"
	"CREATE TABLE words_of_mine(a TEXT);"
	"CREATE VIRTUAL TABLE find USING fts5(a, content='t', content_rowid='rowid');"
	"CREATE VIRTUAL TABLE box USING rtree(id, x0, x1);"
	"INSERT INTO parent VALUES (1, 'p'), (2, 'q');"
	"INSERT INTO child VALUES (1, 1), (2, 1), (3, 2);"
	"INSERT INTO t(rowid, a, n, kept) VALUES (3, 'x', 1, 'k'), (7, 'y', '1', NULL), (9, 'z', 1.5, '');"
	"INSERT INTO other VALUES (1, 'one'), (2, 'two');"
	"INSERT INTO mark VALUES (1, 'a'), (2, 'b'), (99, 'c'); DELETE FROM mark WHERE id = 99;"
	"INSERT INTO numbered VALUES (3), (5);"
	"INSERT INTO keyed VALUES (5, 'x'), (9, 'y');"
	"INSERT INTO asleep VALUES (4);"
	"INSERT INTO pair VALUES ('a', 'b'), ('c', 'd');"
	"INSERT INTO words(body) VALUES ('one two'), ('three');"
	"INSERT INTO words_of_mine VALUES ('mine');"
	"INSERT INTO find(find) VALUES ('rebuild');"
	"INSERT INTO box VALUES (1, 0, 1), (2, 2, 3);"
	/* with so many pages that these are read by digest/on_pages.h */
	"CREATE TABLE many(a); INSERT INTO many VALUES (zeroblob(500000));"
	"ANALYZE;";

/* t, mark, numbered and keyed are rebuilt, words is made anew, and user_version is set. */
static const char want[] =
	"<database xmlns='urn:moult:schema:1' undeclared='keep'>"
	"<pragma user-version='7'/>"
	"<table name='t'><column name='a' type='TEXT' not-null='true'/><column name='n'/>"
	"<column name='kept' type='TEXT'/><index name='t_n' columns='n'/></table>"
	"<table name='mark'><column name='id' type='INTEGER'><primary-key autoincrement='true'/></column>"
	"<column name='a' type='TEXT' not-null='true'/></table>"
	"<table name='numbered'><column name='id' type='INTEGER' primary-key='true'/></table>"
	"<table name='keyed'><column name='a' type='INTEGER' primary-key='true'/>"
	"<column name='b' type='TEXT'/></table>"
	"<virtual-table name='words' using='fts5' args='body, tokenize=porter'>"
	"<populate>INSERT INTO words(body) VALUES ('one two'), ('three')</populate></virtual-table>"
	"</database>";

/* The texts of t and mark are edited. */
static const char want_edited[] =
	"<database xmlns='urn:moult:schema:1' undeclared='keep'>"
	"<table name='t'><column name='a' type='TEXT' not-null='true'/><column name='n'/>"
	"<column name='kept' type='TEXT'/><index name='t_n' columns='n'/></table>"
	"<table name='mark'><column name='id' type='INTEGER'><primary-key autoincrement='true'/></column>"
	"<column name='a' type='TEXT' not-null='true'/></table>"
	"</database>";

/* An expression of t reads another table. */
static const char want_reading[] =
	"<database xmlns='urn:moult:schema:1' undeclared='keep'>"
	"<table name='t'><column name='a' type='TEXT'/><column name='n'/>"
	"<column name='kept' type='TEXT'/>"
	"<column name='b' type='TEXT' using='(SELECT max(o.a) FROM other o) || old.rowid'/>"
	"<index name='t_n' columns='n'/></table>"
	"</database>";

/* A table is made of the values of another, whose rows refer to it. */
static const char want_filling[] =
	"<database xmlns='urn:moult:schema:1' undeclared='keep'>"
	"<table name='kind'><column name='id' type='INTEGER' primary-key='true'/>"
	"<column name='a' type='TEXT' unique='true'/>"
	"<from>SELECT DISTINCT a FROM other</from></table>"
	"<table name='other'><column name='id' type='INTEGER' primary-key='true'/>"
	"<column name='a' type='TEXT'/>"
	"<column name='kind' using='(SELECT k.id FROM kind k WHERE k.a = old.a)'/></table>"
	"</database>";

/* What a full-text table indexes is another value. */
static const char want_found[] =
	"<database xmlns='urn:moult:schema:1' undeclared='keep'>"
	"<table name='t'><column name='a' type='VARCHAR' using=\"old.a || 'z'\"/><column name='n'/>"
	"<column name='kept' type='TEXT'/><index name='t_n' columns='n'/></table>"
	"</database>";

/* Declared rows are inserted, updated and deleted. */
static const char want_declared[] =
	"<database xmlns='urn:moult:schema:1' undeclared='keep'>"
	"<table name='parent'><column name='id' type='INTEGER' primary-key='true'/>"
	"<column name='a' type='TEXT'/>"
	"<rows update='true'><row id='1' a='P'/><row id='5' a='new'/></rows></table>"
	"<table name='pair' without-rowid='true'><column name='a' type='TEXT'/>"
	"<column name='b' type='TEXT'/><primary-key columns='a, b'/>"
	"<rows update='true'><row a='e' b='f'/>"
	"<dropped><value column='a'>c</value><value column='b'>d</value></dropped></rows></table>"
	"</database>";

enum finder { GUARD, COUNT, PROOF, EVERY };

/* How a plan is spoilt. */
enum spoiling {
	BEFORE,	 /* a statement before the first */
	AFTER,	 /* one after the last */
	INSTEAD, /* one in the place of the first that contains the text in at */
	SPOILT,	 /* the same, and what it declares stays */
	WITHOUT	 /* the first that contains the text in at is left out */
};

struct fault {
	const char *name;
	enum finder finder;
	const char *id; /* of the diagnostic */
	enum spoiling way;
	const char *at;
	const char *sql;
	const char *writes;   /* a table that the step declares; NULL: none */
	const char *virtuals; /* likewise a virtual table */
	bool cascades;	      /* foreign keys are on */
};

#define COPY_T "INSERT OR ABORT INTO _moult_new_t"
#define COPY_KEYED "INSERT OR ABORT INTO _moult_new_keyed"
#define T_ROWS COPY_T " (rowid, a, n, kept) SELECT "

static const struct fault faults[] = {
	/* What the statement does not declare is not compiled. */
	{"rows of another table go", GUARD, "RUN009", AFTER, NULL, "DELETE FROM other", "t", NULL,
	 false},
	{"a value of another table changes", GUARD, "RUN009", AFTER, NULL,
	 "UPDATE other SET a = 'x'", "t", NULL, false},
	{"rows come to another table", GUARD, "RUN009", AFTER, NULL,
	 "INSERT INTO other VALUES (3, 'x')", "t", NULL, false},
	{"rows are replaced", GUARD, "RUN009", AFTER, NULL, "REPLACE INTO other VALUES (1, 'x')",
	 "t", NULL, false},
	{"DELETE cascades", GUARD, "RUN009", BEFORE, NULL, "DELETE FROM parent", "parent", NULL,
	 true},
	{"DROP TABLE cascades", GUARD, "RUN009", BEFORE, NULL, "DROP TABLE parent", "parent", NULL,
	 true},
	{"REPLACE cascades", GUARD, "RUN009", BEFORE, NULL, "REPLACE INTO parent VALUES (1, 'x')",
	 "parent", NULL, true},
	{"a trigger writes", GUARD, "RUN009", BEFORE, NULL, "INSERT INTO t VALUES ('w', 1, 1)", "t",
	 NULL, false},
	{"a trigger of an update writes", GUARD, "RUN009", AFTER, NULL, "UPDATE other SET a = 'x'",
	 "other", NULL, false},
	{"another table is dropped", GUARD, "RUN009", AFTER, NULL, "DROP TABLE other", "t", NULL,
	 false},
	{"another table is renamed", GUARD, "RUN009", AFTER, NULL, "ALTER TABLE other RENAME TO o",
	 "t", NULL, false},
	{"a column of another table is dropped", GUARD, "RUN009", AFTER, NULL,
	 "ALTER TABLE other DROP COLUMN a", "t", NULL, false},
	{"another trigger is dropped", GUARD, "RUN009", AFTER, NULL, "DROP TRIGGER other_log", "t",
	 NULL, false},
	{"another view is dropped", GUARD, "RUN009", AFTER, NULL, "DROP VIEW v", "t", NULL, false},
	{"a table is made", GUARD, "RUN009", AFTER, NULL, "CREATE TABLE more(a)", "t", NULL, false},
	{"a full-text table's own tables are written", GUARD, "RUN009", AFTER, NULL,
	 "DELETE FROM words_content", "t", NULL, false},
	{"a table named like a shadow table is written", GUARD, "RUN009", AFTER, NULL,
	 "DELETE FROM words_of_mine", "t", "words", false},
	{"AUTOINCREMENT forgets", GUARD, "RUN009", AFTER, NULL, "DELETE FROM sqlite_sequence", "t",
	 NULL, false},
	{"statistics go", GUARD, "RUN009", AFTER, NULL, "DELETE FROM sqlite_stat1", "t", NULL,
	 false},
	{"another version is set", GUARD, "RUN009", AFTER, NULL, "PRAGMA user_version = 1", "t",
	 NULL, false},
	{"the schema is opened", GUARD, "RUN009", AFTER, NULL, "PRAGMA writable_schema = ON", "t",
	 NULL, false},
	{"foreign keys are switched", GUARD, "RUN009", AFTER, NULL, "PRAGMA foreign_keys = ON", "t",
	 NULL, false},
	{"another file comes in", GUARD, "RUN009", AFTER, NULL, "ATTACH ':memory:' AS x", "t", NULL,
	 false},
	{"an extension is loaded", GUARD, "RUN009", AFTER, NULL, "SELECT load_extension('x')", "t",
	 NULL, false},
	{"the transaction is committed half way", GUARD, "RUN009", BEFORE, NULL, "COMMIT", "t",
	 NULL, false},
	{"a function writes", GUARD, "RUN009", INSTEAD, COPY_T,
	 T_ROWS "rowid, spoil(a), n, kept FROM t", "_moult_new_t", NULL, false},

	/* What was changed without being the statement's own. */
	{"a declared cascade", COUNT, "RUN010", BEFORE, NULL, "DELETE FROM parent", "parent,child",
	 NULL, true},
	{"a declared trigger", COUNT, "RUN010", BEFORE, NULL, "INSERT INTO t VALUES ('w', 1, 1)",
	 "t,log", NULL, false},
	{"a declared update", COUNT, "RUN010", AFTER, NULL, "UPDATE pair SET b = 'x'", "pair", NULL,
	 false},
	{"a declared delete", COUNT, "RUN010", AFTER, NULL, "DELETE FROM other WHERE id = 1",
	 "other", NULL, false},

	/* What the file holds. */
	{"a row is lost", PROOF, "RUN010", INSTEAD, COPY_T,
	 T_ROWS "rowid, a, n, kept FROM t WHERE rowid <> 7", "_moult_new_t", NULL, false},
	{"a row is swallowed by a conflict", PROOF, "RUN010", INSTEAD, COPY_T,
	 "INSERT OR REPLACE INTO _moult_new_t (rowid, a, n, kept) SELECT max(rowid, 7), a, n, kept FROM t",
	 "_moult_new_t", NULL, false},
	{"a row comes twice", PROOF, "RUN010", INSTEAD, COPY_T,
	 T_ROWS "rowid, a, n, kept FROM t UNION ALL SELECT 10, a, n, kept FROM t WHERE rowid = 9",
	 "_moult_new_t", NULL, false},
	{"a value changes", PROOF, "RUN010", INSTEAD, COPY_T,
	 T_ROWS "rowid, upper(a), n, kept FROM t", "_moult_new_t", NULL, false},
	{"a value becomes NULL", PROOF, "RUN010", INSTEAD, COPY_T,
	 T_ROWS "rowid, a, n, nullif(kept, '') FROM t", "_moult_new_t", NULL, false},
	{"NULL becomes a value", PROOF, "RUN010", INSTEAD, COPY_T,
	 T_ROWS "rowid, a, n, coalesce(kept, '') FROM t", "_moult_new_t", NULL, false},
	{"a type changes", PROOF, "RUN010", INSTEAD, COPY_T, T_ROWS "rowid, a, n + 0, kept FROM t",
	 "_moult_new_t", NULL, false},
	{"an integer becomes real", PROOF, "RUN010", INSTEAD, COPY_T,
	 T_ROWS "rowid, a, CASE typeof(n) WHEN 'integer' THEN n * 1.0 ELSE n END, kept FROM t",
	 "_moult_new_t", NULL, false},
	{"values change places", PROOF, "RUN010", INSTEAD, COPY_T,
	 T_ROWS "rowid, CASE a WHEN 'x' THEN 'y' WHEN 'y' THEN 'x' ELSE a END, n, kept FROM t",
	 "_moult_new_t", NULL, false},
	{"columns change places", PROOF, "RUN010", INSTEAD, COPY_T,
	 T_ROWS "rowid, a, kept, n FROM t", "_moult_new_t", NULL, false},
	{"a value becomes another key", PROOF, "RUN010", INSTEAD, COPY_KEYED,
	 COPY_KEYED " (a, b) SELECT a + 1, b FROM keyed", "_moult_new_keyed", NULL, false},
	{"rows are renumbered", PROOF, "RUN010", INSTEAD, COPY_T,
	 COPY_T " (a, n, kept) SELECT a, n, kept FROM t", "_moult_new_t", NULL, false},
	{"a value changes afterwards", PROOF, "RUN010", AFTER, NULL,
	 "UPDATE t SET a = 'w' WHERE a = 'x'", "t", NULL, false},
	{"rows of a table that stays go", PROOF, "RUN010", AFTER, NULL,
	 "DELETE FROM pair WHERE a = 'a'", "pair", NULL, false},
	{"ids are used again", PROOF, "RUN010", WITHOUT, "INSERT INTO main.sqlite_sequence", NULL,
	 NULL, NULL, false},
	{"more ids are given out than were", PROOF, "RUN010", AFTER, NULL,
	 "UPDATE sqlite_sequence SET seq = 500 WHERE name = 'mark'", "sqlite_sequence", NULL,
	 false},
	{"a table that stays has given out more ids", PROOF, "RUN010", AFTER, NULL,
	 "UPDATE sqlite_sequence SET seq = 5 WHERE name = 'asleep'", "sqlite_sequence", NULL,
	 false},
	{"a table that stays forgets its ids", PROOF, "RUN010", AFTER, NULL,
	 "DELETE FROM sqlite_sequence WHERE name = 'asleep'", "sqlite_sequence", NULL, false},
	{"statistics are made up", PROOF, "RUN010", AFTER, NULL,
	 "INSERT INTO sqlite_stat1 VALUES ('t', 't_n', '7 7')", "sqlite_stat1", NULL, false},
	{"statistics change", PROOF, "RUN010", AFTER, NULL, "UPDATE sqlite_stat1 SET stat = '9 9'",
	 "sqlite_stat1", NULL, false},
	{"statistics of a table that stays go", PROOF, "RUN010", AFTER, NULL,
	 "DELETE FROM sqlite_stat1 WHERE tbl = 'other'", "sqlite_stat1", NULL, false},
	{"a new key is not the rowid", PROOF, "RUN010", AFTER, NULL,
	 "UPDATE numbered SET id = id + 1 WHERE id = 5", "numbered", NULL, false},
	{"an index is not made again", PROOF, "RUN013", WITHOUT, "CREATE INDEX t_n", NULL, NULL,
	 NULL, false},
	{"an index is another", PROOF, "RUN013", INSTEAD, "CREATE INDEX t_n",
	 "CREATE INDEX t_n ON t(a)", "t,t_n", NULL, false},
	{"a trigger is not made again", PROOF, "RUN013", WITHOUT, "CREATE TRIGGER t_log", NULL,
	 NULL, NULL, false},
	{"a view is not made again", PROOF, "RUN013", WITHOUT, "CREATE VIEW v", NULL, NULL, NULL,
	 false},
	{"a constraint is forgotten", PROOF, "RUN013", INSTEAD, "CREATE TABLE _moult_new_t",
	 "CREATE TABLE _moult_new_t(a TEXT, n, kept TEXT)", "_moult_new_t", NULL, false},
	{"a collation comes in", PROOF, "RUN013", INSTEAD, "CREATE TABLE _moult_new_t",
	 "CREATE TABLE _moult_new_t(a TEXT NOT NULL, n, kept TEXT COLLATE NOCASE)", "_moult_new_t",
	 NULL, false},
	{"the version is not set", PROOF, "RUN013", WITHOUT, "PRAGMA user_version", NULL, NULL,
	 NULL, false},
	{"a table too many stays", PROOF, "RUN013", AFTER, NULL, "CREATE TABLE more(a)", "more",
	 NULL, false},
	{"orphans", PROOF, "RUN010", AFTER, NULL, "DELETE FROM parent WHERE id = 2", "parent", NULL,
	 false},
	{"a full-text index loses its rows", PROOF, "RUN011", AFTER, NULL,
	 "DELETE FROM words_content", NULL, "words", false},
	{"a full-text index forgets what it knew", PROOF, "RUN011", AFTER, NULL,
	 "INSERT INTO find(find) VALUES ('delete-all')", NULL, "find", false},
	{"an R-Tree loses a node", PROOF, "RUN011", AFTER, NULL, "DELETE FROM box_rowid", NULL,
	 "box", false},

	{"a row is ignored for a conflict", PROOF, "RUN010", INSTEAD, COPY_T,
	 "INSERT OR IGNORE INTO _moult_new_t (rowid, a, n, kept) SELECT min(rowid, 7), a, n, kept FROM t",
	 "_moult_new_t", NULL, false},
	{"a real is rounded", PROOF, "RUN010", INSTEAD, COPY_T,
	 T_ROWS "rowid, a, CASE typeof(n) WHEN 'real' THEN round(n) ELSE n END, kept FROM t",
	 "_moult_new_t", NULL, false},
	{"a text becomes a blob", PROOF, "RUN010", INSTEAD, COPY_T,
	 T_ROWS "rowid, CAST(a AS BLOB), n, kept FROM t", "_moult_new_t", NULL, false},
	{"a trigger is another", PROOF, "RUN013", INSTEAD, "CREATE TRIGGER t_log",
	 "CREATE TRIGGER t_log AFTER INSERT ON t BEGIN INSERT INTO log VALUES (new.n); END",
	 "t_log", NULL, false},
	{"a view is another", PROOF, "RUN013", INSTEAD, "CREATE VIEW v",
	 "CREATE VIEW v AS SELECT a AS n FROM t", "v", NULL, false},
	{"an index is partial", PROOF, "RUN013", INSTEAD, "CREATE INDEX t_n",
	 "CREATE INDEX t_n ON t(n) WHERE n > 1", "t,t_n", NULL, false},
	{"a default comes in", PROOF, "RUN013", INSTEAD, "CREATE TABLE _moult_new_t",
	 "CREATE TABLE _moult_new_t(a TEXT NOT NULL, n, kept TEXT DEFAULT 'x')", "_moult_new_t",
	 NULL, false},

	/* What only a look at every row can see. */
	{"a value of a table that stays changes", EVERY, "RUN010", AFTER, NULL,
	 "UPDATE pair SET b = 'x'", "pair", NULL, false},
	/* The upper bound of the first box: 1.5, not 1. */
	{"an R-Tree that stays changes", EVERY, "RUN010", AFTER, NULL,
	 "UPDATE box_node SET data = CAST(substr(data, 1, 16) || x'3fc00000' || substr(data, 21) AS BLOB)",
	 "box_node", NULL, false},
};

#define FAULTS (sizeof(faults) / sizeof(*faults))

#define EDIT "UPDATE sqlite_master SET sql"
#define OF_T " WHERE type = 'table' AND name = 't'"
#define AS_WANTED "CREATE TABLE t(a TEXT NOT NULL, n, kept TEXT)"

/* The same of texts that are edited in sqlite_master. */
static const struct fault edits[] = {
	{"a root page is another", GUARD, "RUN009", SPOILT, "name = 't'",
	 "UPDATE sqlite_master SET rootpage = 2" OF_T, NULL, NULL, false},
	{"a text and a root page", GUARD, "RUN009", SPOILT, "name = 't'",
	 "UPDATE sqlite_master SET sql = '" AS_WANTED "', rootpage = 2" OF_T, NULL, NULL, false},
	{"an index changes its name", GUARD, "RUN009", SPOILT, "name = 't'",
	 "UPDATE sqlite_master SET name = 'u_n' WHERE name = 't_n'", NULL, NULL, false},
	{"an index changes its table", GUARD, "RUN009", SPOILT, "name = 't'",
	 "UPDATE sqlite_master SET tbl_name = 'other' WHERE name = 't_n'", NULL, NULL, false},
	{"a row of the schema goes", GUARD, "RUN009", SPOILT, "name = 't'",
	 "DELETE FROM sqlite_master WHERE name = 't_log'", NULL, NULL, false},
	{"a row of the schema comes", GUARD, "RUN009", SPOILT, "name = 't'",
	 "INSERT INTO sqlite_master SELECT 'view', 'w', 'w', 0, 'CREATE VIEW w AS SELECT 1'", NULL,
	 NULL, false},
	{"a row of the schema is replaced", GUARD, "RUN009", SPOILT, "name = 't'",
	 "REPLACE INTO sqlite_master(rowid, sql) SELECT rowid, sql FROM sqlite_master" OF_T, NULL,
	 NULL, false},
	{"the rows are changed instead", GUARD, "RUN009", SPOILT, EDIT, "UPDATE t SET a = 'x'",
	 NULL, NULL, false},
	{"all texts", COUNT, "RUN010", SPOILT, EDIT,
	 "UPDATE sqlite_master SET sql = '" AS_WANTED "'", NULL, NULL, false},
	{"the texts of two tables", COUNT, "RUN010", SPOILT, "name = 't'",
	 "UPDATE sqlite_master SET sql = '" AS_WANTED "' WHERE name IN ('t', 'other')", NULL, NULL,
	 false},
	{"no text", COUNT, "RUN010", SPOILT, "name = 't'",
	 "UPDATE sqlite_master SET sql = '" AS_WANTED "' WHERE name = 'T'", NULL, NULL, false},
	{"the text of another table", PROOF, "RUN003", SPOILT, "name = 't'",
	 "UPDATE sqlite_master SET sql = '" AS_WANTED "' WHERE name = 'other'", NULL, NULL, false},
	{"the text of an index", PROOF, "RUN013", SPOILT, "name = 't'",
	 "UPDATE sqlite_master SET sql = 'CREATE INDEX t_n ON t(a)' WHERE name = 't_n'", NULL, NULL,
	 false},
	{"the text of a trigger", PROOF, "RUN013", SPOILT, "name = 't'",
	 "UPDATE sqlite_master SET sql = 'CREATE TRIGGER t_log AFTER DELETE ON t BEGIN SELECT 1; END' WHERE name = 't_log'",
	 NULL, NULL, false},
	{"the text of a view", PROOF, "RUN013", SPOILT, "name = 't'",
	 "UPDATE sqlite_master SET sql = 'CREATE VIEW v AS SELECT a AS n FROM t' WHERE name = 'v'",
	 NULL, NULL, false},
	{"a foreign key loses its action", PROOF, "RUN013", SPOILT, "name = 't'",
	 "UPDATE sqlite_master SET sql = 'CREATE TABLE child(id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parent(id))' WHERE name = 'child'",
	 NULL, NULL, false},
	{"columns change places", PROOF, "RUN013", SPOILT, "name = 't'",
	 EDIT " = 'CREATE TABLE t(kept TEXT, a TEXT NOT NULL, n)'" OF_T, NULL, NULL, false},
	{"a column too many", PROOF, "RUN013", SPOILT, "name = 't'",
	 EDIT " = 'CREATE TABLE t(a TEXT NOT NULL, n, kept TEXT, more)'" OF_T, NULL, NULL, false},
	{"a column is missing", PROOF, "RUN013", SPOILT, "name = 't'",
	 EDIT " = 'CREATE TABLE t(a TEXT NOT NULL, n)'" OF_T, NULL, NULL, false},
	{"another affinity", PROOF, "RUN013", SPOILT, "name = 't'",
	 EDIT " = 'CREATE TABLE t(a TEXT NOT NULL, n INTEGER, kept TEXT)'" OF_T, NULL, NULL, false},
	{"another collation under an index", PROOF, "RUN013", SPOILT, "name = 't'",
	 EDIT " = 'CREATE TABLE t(a TEXT NOT NULL, n COLLATE NOCASE, kept TEXT)'" OF_T, NULL, NULL,
	 false},
	{"a key without an index", PROOF, "RUN013", SPOILT, "name = 't'",
	 EDIT " = 'CREATE TABLE t(a TEXT NOT NULL UNIQUE, n, kept TEXT)'" OF_T, NULL, NULL, false},
	{"a rowid gets a name", PROOF, "RUN013", SPOILT, "name = 't'",
	 EDIT " = 'CREATE TABLE t(a TEXT NOT NULL, n INTEGER PRIMARY KEY, kept TEXT)'" OF_T, NULL,
	 NULL, false},
	{"a table loses its rowids", PROOF, "RUN013", SPOILT, "name = 't'",
	 EDIT " = 'CREATE TABLE t(a TEXT NOT NULL PRIMARY KEY, n, kept TEXT) WITHOUT ROWID'" OF_T,
	 NULL, NULL, false},
	{"another name", PROOF, "RUN003", SPOILT, "name = 't'",
	 EDIT " = 'CREATE TABLE u(a TEXT NOT NULL, n, kept TEXT)'" OF_T, NULL, NULL, false},
	{"a view where a table was", PROOF, "RUN003", SPOILT, "name = 't'",
	 EDIT " = 'CREATE VIEW t AS SELECT 1 AS a, 2 AS n, 3 AS kept'" OF_T, NULL, NULL, false},
	{"a text that does not parse", PROOF, "RUN003", SPOILT, "name = 't'",
	 EDIT " = 'CREATE TABLE t(a TEXT NOT NULL, n, kept TEXT'" OF_T, NULL, NULL, false},
	{"a text that is none", PROOF, "RUN003", SPOILT, "name = 't'", EDIT " = NULL" OF_T, NULL,
	 NULL, false},
	{"the text of before", PROOF, "RUN013", SPOILT, "name = 't'",
	 EDIT " = 'CREATE TABLE t(a TEXT, n, kept TEXT)'" OF_T, NULL, NULL, false},
	{"AUTOINCREMENT is forgotten", PROOF, "RUN013", SPOILT, "name = 'mark'",
	 EDIT " = 'CREATE TABLE mark(id INTEGER PRIMARY KEY, a TEXT NOT NULL)' WHERE name = 'mark'",
	 NULL, NULL, false},
	{"a text is not edited", PROOF, "RUN013", WITHOUT, EDIT, NULL, NULL, NULL, false},
	{"nobody reads the schema again", PROOF, "RUN013", WITHOUT, "PRAGMA schema_version", NULL,
	 NULL, NULL, false},
};

#define EDITS (sizeof(edits) / sizeof(*edits))

#define SET_ASIDE "INSERT OR ABORT INTO _moult_old_t"
#define VALUES_READ SET_ASIDE " (_moult_key_0, b) SELECT rowid, "
#define EXPRESSION "((SELECT max(o.a) FROM other o) || old.rowid)"
#define MARKED "INSERT OR REPLACE INTO main._moult_done"

/* The same of values that are set aside before the first step, and of what the file remembers of it. */
static const struct fault asides[] = {
	{"a value set aside is another", PROOF, "RUN010", INSTEAD, SET_ASIDE,
	 VALUES_READ "'x' FROM t AS old", "_moult_old_t", NULL, false},
	{"a row is not set aside", PROOF, "RUN010", INSTEAD, SET_ASIDE,
	 VALUES_READ EXPRESSION " FROM t AS old WHERE rowid <> 7", "_moult_old_t", NULL, false},
	{"values are set aside for other rows", PROOF, "RUN010", INSTEAD, SET_ASIDE,
	 SET_ASIDE " (_moult_key_0, b) SELECT -rowid, " EXPRESSION " FROM t AS old", "_moult_old_t",
	 NULL, false},
	{"a number for a text is set aside", PROOF, "RUN010", INSTEAD, SET_ASIDE,
	 VALUES_READ "CAST(" EXPRESSION " AS BLOB) FROM t AS old", "_moult_old_t", NULL, false},
	{"nothing is set aside", PROOF, "RUN010", WITHOUT, SET_ASIDE, NULL, NULL, NULL, false},
	{"what was set aside stays", PROOF, "RUN013", WITHOUT, "DROP TABLE _moult_old_t", NULL,
	 NULL, NULL, false},
	{"setting aside writes another table", GUARD, "RUN009", INSTEAD, SET_ASIDE,
	 "DELETE FROM other", "_moult_old_t", NULL, false},
	{"nobody remembers the expression", PROOF, "RUN013", WITHOUT, MARKED, NULL, NULL, NULL,
	 false},
	{"another expression is remembered", PROOF, "RUN013", INSTEAD, MARKED,
	 MARKED " VALUES ('using', 't.b', 'x', 'y')", "_moult_done", NULL, false},
};

#define ASIDES (sizeof(asides) / sizeof(*asides))

#define SET_ROWS_ASIDE "INSERT INTO _moult_old_kind"
#define LOOK_UP "INSERT OR ABORT INTO kind"
#define LOOKED_UP "INSERT OR ABORT INTO _moult_old_other"

/* The same of a table that a query fills, and that an expression reads. */
static const struct fault fillings[] = {
	{"a row of a query is not set aside", PROOF, "RUN010", INSTEAD, SET_ROWS_ASIDE,
	 SET_ROWS_ASIDE " SELECT a FROM other WHERE a <> 'two'", "_moult_old_kind", NULL, false},
	{"another row is set aside", PROOF, "RUN010", INSTEAD, SET_ROWS_ASIDE,
	 SET_ROWS_ASIDE " SELECT a FROM other UNION ALL SELECT 'three'", "_moult_old_kind", NULL,
	 false},
	{"rows of a query are numbered otherwise", PROOF, "RUN010", INSTEAD, SET_ROWS_ASIDE,
	 SET_ROWS_ASIDE " SELECT a FROM other ORDER BY a DESC", "_moult_old_kind", NULL, false},
	{"nothing of a query is set aside", PROOF, "RUN010", WITHOUT, SET_ROWS_ASIDE, NULL, NULL,
	 NULL, false},
	{"an expression finds no rows", PROOF, "RUN010", WITHOUT, LOOK_UP, NULL, NULL, NULL, false},
	{"an expression finds another row", PROOF, "RUN010", INSTEAD, LOOKED_UP,
	 LOOKED_UP " SELECT id, (SELECT k.id FROM kind k WHERE k.a <> old.a) FROM other AS old",
	 "_moult_old_other", NULL, false},
	{"what a query has set aside stays", PROOF, "RUN013", WITHOUT, "DROP TABLE _moult_old_kind",
	 NULL, NULL, NULL, false},
	{"setting rows aside writes another table", GUARD, "RUN009", INSTEAD, SET_ROWS_ASIDE,
	 "DELETE FROM parent", "_moult_old_kind", NULL, false},
	{"a table of the temp schema is made", GUARD, "RUN009", AFTER, NULL,
	 "CREATE TEMP TABLE other(a)", "other", NULL, false},
	{"nobody remembers the query", PROOF, "RUN013", WITHOUT, "'from', 'kind'", NULL, NULL, NULL,
	 false},
	{"a value that was filled changes", PROOF, "RUN010", AFTER, NULL,
	 "UPDATE kind SET a = 'x' WHERE id = 1", "kind", NULL, false},
	{"a row that was filled goes", PROOF, "RUN010", AFTER, NULL,
	 "DELETE FROM kind WHERE id = 2", "kind", NULL, false},
	{"a row comes that no query gives", PROOF, "RUN010", AFTER, NULL,
	 "INSERT INTO kind SELECT 3, NULL", "kind", NULL, false},
};

#define FILLINGS (sizeof(fillings) / sizeof(*fillings))

#define FILLED "VALUES('rebuild')"

/* The same of a full-text index whose content is written anew. */
static const struct fault fills[] = {
	{"a full-text index is not filled again", PROOF, "RUN011", WITHOUT, FILLED, NULL, NULL,
	 NULL, false},
	{"a full-text index is emptied instead", PROOF, "RUN011", INSTEAD, FILLED,
	 "INSERT INTO find(find) VALUES ('delete-all')", NULL, "find", false},
	{"a full-text index gets other words", PROOF, "RUN011", AFTER, NULL,
	 "INSERT INTO find(rowid, a) VALUES (3, 'other')", NULL, "find", false},
};

#define FILLS (sizeof(fills) / sizeof(*fills))

#define PUT "INSERT OR ABORT INTO main.parent"
#define SET "UPDATE OR ABORT main.parent"

/* The same of declared rows. */
static const struct fault declarations[] = {
	{"a declared row is not written", PROOF, "RUN010", WITHOUT, PUT, NULL, NULL, NULL, false},
	{"a declared row is not brought up to date", PROOF, "RUN010", WITHOUT, SET, NULL, NULL,
	 NULL, false},
	{"a declared row gets another value", PROOF, "RUN010", INSTEAD, SET,
	 "UPDATE parent SET a = 'q' WHERE id = 1", "parent", NULL, false},
	{"a declared row gets a value of another type", PROOF, "RUN010", INSTEAD, PUT,
	 "INSERT INTO parent VALUES (5, x'6e6577')", "parent", NULL, false},
	{"a declared row gets another key", PROOF, "RUN010", INSTEAD, PUT,
	 "INSERT INTO parent VALUES (6, 'new')", "parent", NULL, false},
	{"another row is brought up to date, too", PROOF, "RUN010", INSTEAD, SET,
	 "UPDATE parent SET a = 'P'", "parent", NULL, false},
	{"another row comes, too", PROOF, "RUN010", AFTER, NULL,
	 "INSERT INTO parent VALUES (9, 'x')", "parent", NULL, false},
	{"a row that is dropped stays", PROOF, "RUN010", WITHOUT, "DELETE FROM main.pair", NULL,
	 NULL, NULL, false},
	{"another row is dropped, too", PROOF, "RUN010", INSTEAD, "DELETE FROM main.pair",
	 "DELETE FROM pair", "pair", NULL, false},
	{"declared rows are written to another table", GUARD, "RUN009", INSTEAD, SET,
	 "DELETE FROM child", "parent", NULL, false},
	{"the work table of declared rows stays", PROOF, "RUN013", WITHOUT,
	 "DROP TABLE _moult_rows_parent", NULL, NULL, NULL, false},
	{"nobody remembers the declared rows", PROOF, "RUN013", WITHOUT, "VALUES ('rows', 'parent'",
	 NULL, NULL, NULL, false},
};

#define DECLARATIONS (sizeof(declarations) / sizeof(*declarations))

/* The document, and the way that its steps take. */
static const struct scene {
	const char *want;
	const char *strategy;
} rebuilt = {want, "rebuild"}, edited = {want_edited, "edit"}, reading = {want_reading, "rebuild"},
  filled = {want_found, "rebuild"}, filling = {want_filling, "rebuild"},
  declared = {want_declared, "rebuild"};

struct stage {
	struct scratch *scratch;
	sqlite3 *db;
	struct schema *have;
	struct schema *want;
	struct diff *diff;
	struct plan *plan;
	moult_options options;
};

static int accept(void *context, const struct schema *known)
{
	(void)known;
	(void)context;
	return MOULT_OK;
}

static void spoil(sqlite3_context *context, int count, sqlite3_value **values)
{
	(void)count;
	sqlite3_exec(sqlite3_context_db_handle(context), "UPDATE other SET a = 'spoilt'", NULL,
		     NULL, NULL);
	sqlite3_result_value(context, values[0]);
}

static void open_stage(struct stage *stage, struct scratch *scratch, const char *name,
		       const struct scene *scene)
{
	const struct document_source source = {"want.xml", scene->want, strlen(scene->want), NULL};
	struct wanted wanted = {.judge = accept};
	struct planned planned = {NULL, NULL, NULL, NULL};
	const moult_options defaults = MOULT_OPTIONS_INIT;

	*stage = (struct stage){.scratch = scratch, .options = defaults};
	stage->options.no_backup = 1;
	stage->options.strategy = scene->strategy; /* what is spoilt are its steps */
	stage->db = scratch_open(scratch, name);
	run_sql(stage->db, have);
	sqlite3_create_function_v2(stage->db, "spoil", 1, SQLITE_UTF8, NULL, spoil, NULL, NULL,
				   NULL);
	assert_int_equal(mo_document_read(&stage->want, &source, &scratch->m.diags), 0);
	assert_int_equal(mo_catalogue_read(&stage->have, &scratch->m, stage->db), 0);
	wanted.schema = stage->want;
	if (mo_plan_for(&planned, &scratch->m, stage->db, stage->have, NULL, &wanted,
			&stage->options)) {
		all_said(scratch);
		fail();
	}
	stage->plan = planned.plan;
	stage->diff = planned.diff;
}

static void close_stage(struct stage *stage)
{
	mo_plan_free(stage->plan);
	mo_diff_free(stage->diff);
	mo_schema_free(stage->have);
	mo_schema_free(stage->want);
	mo_digest_unregister(stage->db);
	sqlite3_close(stage->db);
}

/* ---- spoiling ---- */

static int position(const struct plan *plan, const char *text)
{
	for (int i = 0; i < plan->steps.count; i++)
		if (strstr(((struct step *)plan->steps.items[i])->sql, text))
			return i;
	fail_msg("no step has \"%s\"", text);
	return -1;
}

static void declare(struct list *names, struct arena *arena, const char *words)
{
	while (words && *words) {
		const size_t length = strcspn(words, ",");

		mo_list_add(arena, names, mo_arena_slice(arena, words, length));
		words += length + (words[length] == ',');
	}
}

/* Changes of the schema may be declared as well: what is looked for is what the names allow. */
static struct step *make_step(struct plan *plan, const struct fault *fault)
{
	struct step *step = mo_arena_make(plan->arena, struct step);

	assert_non_null(step);
	step->sql = fault->sql;
	step->object = "a planted fault";
	step->kind = fault->finder == PROOF || fault->finder == EVERY || fault->way == INSTEAD
			     ? STEP_COPY
			     : STEP_OTHER;
	step->writes.schema = true;
	step->writes.sequence = fault->writes && !strcmp(fault->writes, "sqlite_sequence");
	step->writes.statistics = fault->writes && !strcmp(fault->writes, "sqlite_stat1");
	declare(&step->writes.tables, plan->arena, fault->writes);
	declare(&step->writes.virtuals, plan->arena, fault->virtuals);
	return step;
}

static void insert_step(struct plan *plan, int at, struct step *step)
{
	mo_list_add(plan->arena, &plan->steps, step);
	memmove(&plan->steps.items[at + 1], &plan->steps.items[at],
		(size_t)(plan->steps.count - 1 - at) * sizeof(void *));
	plan->steps.items[at] = step;
}

static void spoil_plan(struct plan *plan, const struct fault *fault)
{
	int at;

	switch (fault->way) {
	case BEFORE:
		insert_step(plan, 0, make_step(plan, fault));
		break;
	case AFTER:
		insert_step(plan, plan->steps.count, make_step(plan, fault));
		break;
	case SPOILT:
		((struct step *)plan->steps.items[position(plan, fault->at)])->sql = fault->sql;
		break;
	case INSTEAD:
		at = position(plan, fault->at);
		plan->steps.items[at] = make_step(plan, fault);
		break;
	case WITHOUT:
		mo_list_remove(&plan->steps, position(plan, fault->at));
		break;
	}
	plan->ends = plan->steps.count;
}

/* ---- running ---- */

static int run(struct stage *stage, bool cascades)
{
	struct session session;
	struct proof *proof = NULL;
	long long rows = 0;
	int rc = mo_session_begin(&session, &stage->scratch->m, stage->db, &stage->options, false);

	assert_int_equal(rc, 0);
	if (cascades)
		run_sql(stage->db, "PRAGMA foreign_keys = ON");
	assert_int_equal(mo_session_lock(&session), 0);
	rc = mo_proof_begin(&proof, &session, stage->plan, (struct proof_use){.is_recorded = true});
	if (rc)
		all_said(stage->scratch);
	assert_int_equal(rc, 0);
	assert_int_equal(mo_proof_expect(proof, &session), 0);
	rc = mo_execute(&session, stage->plan, STRETCH_CHANGE, &rows);
	if (rc == MOULT_OK)
		rc = mo_proof_check(proof, &session);
	if (!rc)
		rc = mo_proof_finish(proof, &session);
	mo_proof_free(proof);
	mo_session_rollback(&session);
	mo_session_end(&session);
	return rc;
}

static const char *first_error(struct scratch *scratch)
{
	EACH (const moult_diagnostic, diagnostic, &scratch->m.diags.list)
		if (diagnostic->severity == MOULT_ERROR)
			return diagnostic->id;
	return "nothing";
}

static const char *content(sqlite3 *db)
{
	return ask(
		db,
		"SELECT group_concat(x) FROM (SELECT a || ',' || n || typeof(n) || rowid AS x FROM t"
		" UNION ALL SELECT a FROM other UNION ALL SELECT parent FROM child"
		" UNION ALL SELECT a || b FROM pair UNION ALL SELECT seq FROM sqlite_sequence)");
}

static bool try_fault(struct scratch *scratch, const struct fault *fault, const char *name,
		      bool every, const struct scene *scene)
{
	struct stage stage;
	char before[400];
	bool found;

	mo_diags_clear(&scratch->m.diags);
	open_stage(&stage, scratch, name, scene);
	stage.options.every_row = every;
	snprintf(before, sizeof(before), "%s", content(stage.db));
	spoil_plan(stage.plan, fault);
	found = run(&stage, fault->cascades) != MOULT_OK;
	if (found && strcmp(first_error(scratch), fault->id)) {
		all_said(scratch);
		fail_msg("%s: %s, not %s", fault->name, first_error(scratch), fault->id);
	}
	assert_string_equal(content(stage.db), before);
	close_stage(&stage);
	return found;
}

static void find_all(struct scratch *scratch, const struct fault *planted, size_t count,
		     const struct scene *scene)
{
	int found[EVERY + 1] = {0};

	for (size_t i = 0; i < count; i++) {
		const struct fault *fault = &planted[i];
		char name[32];

		found[fault->finder]++;
		if (strstr(fault->sql ? fault->sql : "", "DROP COLUMN") &&
		    sqlite3_libversion_number() < 3035005)
			continue;
		snprintf(name, sizeof(name), "%d.db", (int)i);
		if (!try_fault(scratch, fault, name, fault->finder == EVERY, scene))
			fail_msg("%s: not found", fault->name);
	}
	printf("# planted: %d, by the guard: %d, by the count: %d, by the proof: %d, by --verify every: %d\n",
	       (int)count, found[GUARD], found[COUNT], found[PROOF], found[EVERY]);
}

static void every_fault_is_found(void **state)
{
	find_all(*state, faults, FAULTS, &rebuilt);
}

/* SQLite reads the schema again after an edit of its own from 3.33 on; before that moult makes none. */
static void every_wrong_edit_is_found(void **state)
{
	if (sqlite3_libversion_number() >= 3033000)
		find_all(*state, edits, EDITS, &edited);
}

static void every_wrong_value_set_aside_is_found(void **state)
{
	find_all(*state, asides, ASIDES, &reading);
}

static void every_wrong_fill_is_found(void **state)
{
	find_all(*state, fills, FILLS, &filled);
}

static void every_wrong_row_of_a_query_is_found(void **state)
{
	find_all(*state, fillings, FILLINGS, &filling);
}

static void every_wrong_declared_row_is_found(void **state)
{
	find_all(*state, declarations, DECLARATIONS, &declared);
}

/* What is documented as seen by --verify every alone must be so. */
static void the_rest_is_not_seen(void **state)
{
	struct scratch *scratch = *state;

	for (size_t i = 0; i < FAULTS; i++) {
		char name[32];

		snprintf(name, sizeof(name), "%d.db", (int)i);
		if (faults[i].finder == EVERY &&
		    try_fault(scratch, &faults[i], name, false, &rebuilt))
			fail_msg("%s: found without --verify every", faults[i].name);
	}
}

static void without_a_fault_it_runs(void **state)
{
	struct stage stage;

	open_stage(&stage, *state, "good.db", &rebuilt);
	stage.options.every_row = 1;
	if (run(&stage, false)) {
		all_said(*state);
		fail();
	}
	close_stage(&stage);
}

/* Whoever speaks to the connection between the last step and COMMIT finds the guard there. */
static void nothing_is_written_after_the_steps(void **state)
{
	static const char *const writes[] = {
		"DELETE FROM other",
		"INSERT INTO words_of_mine VALUES ('late')",
		"DROP TABLE log",
		"UPDATE sqlite_sequence SET seq = 1",
		"PRAGMA user_version = 8",
		"INSERT INTO t(a, n) VALUES ('late', 1)",
		"ROLLBACK",
		"COMMIT",
	};
	struct session session;
	struct stage stage;
	long long rows = 0;

	open_stage(&stage, *state, "late.db", &rebuilt);
	assert_int_equal(
		mo_session_begin(&session, &stage.scratch->m, stage.db, &stage.options, false), 0);
	assert_int_equal(mo_session_lock(&session), 0);
	assert_int_equal(mo_execute(&session, stage.plan, STRETCH_CHANGE, &rows), 0);
	for (size_t i = 0; i < sizeof(writes) / sizeof(*writes); i++)
		assert_int_equal(sqlite3_exec(stage.db, writes[i], NULL, NULL, NULL), SQLITE_AUTH);
	/* It was kept quiet, and the run says it all the same. */
	assert_int_equal(mo_session_commit(&session), MOULT_FAILED);
	assert_string_equal(first_error(stage.scratch), "RUN009");
	assert_true(sqlite3_get_autocommit(stage.db));
	mo_session_end(&session);
	close_stage(&stage);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_set_up, scratch_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(without_a_fault_it_runs),
		TEST(every_fault_is_found),
		TEST(the_rest_is_not_seen),
		TEST(every_wrong_edit_is_found),
		TEST(every_wrong_value_set_aside_is_found),
		TEST(every_wrong_fill_is_found),
		TEST(every_wrong_row_of_a_query_is_found),
		TEST(every_wrong_declared_row_is_found),
		TEST(nothing_is_written_after_the_steps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
