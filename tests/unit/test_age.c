/* SPDX-License-Identifier: MIT */
/*
 * test_age.c: since which SQLite there is what a statement says.  Each row is
 * held against the table, and the table against the SQLite that runs this: it
 * takes the statement if it is as new as the row says, and no older one does.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "base/arena.h"
#include "sql/age.h"

#define TABLES "CREATE TABLE t(a INTEGER UNIQUE, b TEXT); CREATE TABLE u(a, b);"

/* A function that is not there is no fault of a stored text. */
enum { IN_FILE = 1, BY_RUN };

static const struct row {
	int since; /* 0: nothing new in it */
	int where;
	const char *sql;
} rows[] = {
	{3008000, IN_FILE, "CREATE INDEX i ON t(a) WHERE b = 'x'"},
	{3009000, IN_FILE, "CREATE INDEX i ON t(a, lower(b))"},
	{3009000, IN_FILE, "CREATE INDEX i ON t((a), b)"},
	{0, 0, "CREATE UNIQUE INDEX i ON t(a COLLATE NOCASE DESC)"},
	{3015000, IN_FILE,
	 "CREATE TRIGGER r AFTER INSERT ON t BEGIN UPDATE u SET (a, b) = (1, 2); END"},
	{3023000, IN_FILE, "CREATE TABLE x(a CHECK (a = TRUE))"},
	{3023000, BY_RUN, "SELECT TRUE"},
	{0, 0, "PRAGMA foreign_keys = TRUE"},
	{0, 0, "SELECT a AS true FROM t"},
	{3024000, IN_FILE,
	 "CREATE TRIGGER r AFTER INSERT ON u BEGIN"
	 " INSERT INTO t(a) VALUES (1) ON CONFLICT DO NOTHING; END"},
	{3024000, BY_RUN, "INSERT INTO t(a) VALUES (1) ON CONFLICT(a) DO UPDATE SET b = 1"},
	{3024000, IN_FILE, "CREATE VIRTUAL TABLE r USING rtree(id, a, b, +c)"},
	{0, 0, "CREATE VIRTUAL TABLE r USING rtree(id, a, b)"},
	{3035000, BY_RUN, "INSERT INTO t(a) VALUES (1) ON CONFLICT DO UPDATE SET b = 1"},
	{0, 0, "CREATE TABLE x(a UNIQUE ON CONFLICT REPLACE, b NOT NULL ON CONFLICT FAIL)"},
	{3025000, IN_FILE, "CREATE VIEW v AS SELECT row_number() OVER (ORDER BY b) FROM t"},
	{3025000, IN_FILE, "CREATE VIEW v AS SELECT sum(a) OVER w FROM t WINDOW w AS (ORDER BY b)"},
	{3025000, IN_FILE,
	 "CREATE VIEW v AS SELECT sum(a) OVER"
	 " (ORDER BY b RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) FROM t"},
	{3028000, IN_FILE,
	 "CREATE VIEW v AS SELECT sum(a) OVER (ORDER BY b GROUPS CURRENT ROW) FROM t"},
	{3028000, IN_FILE,
	 "CREATE VIEW v AS SELECT sum(a) OVER"
	 " (ORDER BY b ROWS UNBOUNDED PRECEDING EXCLUDE TIES) FROM t"},
	{3028000, IN_FILE,
	 "CREATE VIEW v AS SELECT sum(a) OVER"
	 " (ORDER BY a RANGE BETWEEN 2 PRECEDING AND 2 FOLLOWING) FROM t"},
	{0, 0, "CREATE TABLE x(over, groups, exclude, range, filter, nulls, strict)"},
	{3025000, BY_RUN, "ALTER TABLE t RENAME COLUMN b TO c"},
	{3025000, BY_RUN, "ALTER TABLE t RENAME b TO c"},
	{0, 0, "ALTER TABLE t RENAME TO renamed"},
	{0, 0, "ALTER TABLE t ADD COLUMN c"},
	{3027000, IN_FILE,
	 "CREATE VIRTUAL TABLE f USING fts5(x, tokenize = 'unicode61 remove_diacritics 2')"},
	{0, 0, "CREATE VIRTUAL TABLE f USING fts5(x, tokenize = 'unicode61 remove_diacritics 1')"},
	{3030000, IN_FILE, "CREATE VIEW v AS SELECT count(*) FILTER (WHERE a > 1) FROM t"},
	{3030000, IN_FILE, "CREATE VIEW v AS SELECT a FROM t ORDER BY b NULLS LAST"},
	{3031000, IN_FILE, "CREATE TABLE x(a, b AS (a + 1))"},
	{3031000, IN_FILE, "CREATE TABLE x(a, b VARCHAR(10) GENERATED ALWAYS AS (a) STORED)"},
	{0, 0, "CREATE TABLE x AS WITH c(n) AS (SELECT 1) SELECT n FROM c"},
	{0, 0, "CREATE VIEW v AS WITH c AS (SELECT 1 AS n) SELECT n FROM c"},
	{3032000, BY_RUN, "SELECT iif(a, 1, 2) FROM t"},
	{3033000, IN_FILE,
	 "CREATE TRIGGER r AFTER INSERT ON t BEGIN UPDATE u SET a = t.a FROM t; END"},
	{0, 0,
	 "CREATE TRIGGER r AFTER INSERT ON t BEGIN"
	 " UPDATE u SET a = (SELECT max(a) FROM t); DELETE FROM u; END"},
	{3033000, BY_RUN, "SELECT name FROM sqlite_schema"},
	{3034000, IN_FILE, "CREATE VIRTUAL TABLE f USING fts5(x, tokenize = 'trigram')"},
	{3035000, IN_FILE,
	 "CREATE VIEW v AS WITH c AS MATERIALIZED (SELECT 1 AS n) SELECT n FROM c"},
	{3035000, BY_RUN, "DELETE FROM t RETURNING a"},
	{3035000, BY_RUN, "SELECT sign(a) FROM t"},
	{3035005, BY_RUN, "ALTER TABLE t DROP COLUMN b"},
	{3037000, IN_FILE, "CREATE TABLE x(a INTEGER PRIMARY KEY) STRICT"},
	{3037000, IN_FILE, "CREATE TABLE x(a TEXT PRIMARY KEY) WITHOUT ROWID, STRICT"},
	{0, 0, "CREATE TABLE x(a, strict, b CHECK ((b) > 1), UNIQUE (a, strict))"},
	{3038000, IN_FILE, "CREATE VIEW v AS SELECT b ->> '$.x' FROM t"},
	{3038000, BY_RUN, "SELECT format('%d', a) FROM t"},
	{3039000, IN_FILE, "CREATE VIEW v AS SELECT * FROM t FULL OUTER JOIN u ON t.a = u.a"},
	{3039000, IN_FILE, "CREATE VIEW v AS SELECT a IS NOT DISTINCT FROM b FROM t"},
	{0, 0, "CREATE VIEW v AS SELECT DISTINCT a FROM t LEFT OUTER JOIN u USING (a)"},
	{3041000, BY_RUN, "SELECT unhex(b) FROM t"},
	{3043000, IN_FILE,
	 "CREATE VIRTUAL TABLE f USING fts5(x, content = '', contentless_delete = 1)"},
	{3043000, BY_RUN, "SELECT octet_length(b) FROM t"},
	{3044000, IN_FILE, "CREATE VIEW v AS SELECT group_concat(b ORDER BY a) FROM t"},
	{0, 0, "CREATE VIEW v AS SELECT group_concat(b) FROM (SELECT b FROM t ORDER BY a)"},
	{0, 0, "CREATE VIEW v AS SELECT a FROM t WHERE a IN (SELECT a FROM u ORDER BY (b))"},
	{3044000, BY_RUN, "SELECT concat(a, b) FROM t"},
	{3045000, BY_RUN, "SELECT jsonb(b) FROM t"},
	{3046000, IN_FILE, "CREATE TABLE x(a DEFAULT 1_000)"},
	{3047000, IN_FILE,
	 "CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT raise(ABORT, 'no ' || new.a); END"},
	{0, 0, "CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT raise(ABORT, 'no'); END"},
	{3047000, IN_FILE,
	 "CREATE VIRTUAL TABLE f USING fts5(x, content = '', contentless_unindexed = 1)"},
	{3053000, BY_RUN, "ALTER TABLE t ADD CONSTRAINT positive CHECK (a > 0)"},
	{3053000, BY_RUN, "ALTER TABLE t ALTER COLUMN b SET NOT NULL"},
};

static struct novelty newest(struct arena *arena, const char *sql)
{
	struct novelty newest = {0};
	struct list novelties = {0};

	mo_sql_novelties(arena, &novelties, mo_tokens(arena, sql));
	EACH (const struct novelty, novelty, &novelties)
		if (novelty->since > newest.since)
			newest = *novelty;
	return newest;
}

static void the_table_knows_each_statement(void **state)
{
	struct arena *arena = mo_arena_new();
	int wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct novelty novelty = newest(arena, rows[i].sql);

		if (novelty.since == rows[i].since && (novelty.stored || rows[i].where != IN_FILE))
			continue;
		print_error("%s\n\t%d: %s\n", rows[i].sql, novelty.since,
			    novelty.what ? novelty.what : "nothing");
		wrong++;
	}
	assert_int_equal(wrong, 0);
	assert_int_equal(mo_arena_rc(arena), 0);
	mo_arena_free(arena);
}

static bool is_taken(const char *sql)
{
	sqlite3 *db;
	char *error = NULL;
	bool taken;

	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, TABLES, NULL, NULL, NULL), SQLITE_OK);
	taken = sqlite3_exec(db, sql, NULL, NULL, &error) == SQLITE_OK ||
		!strncmp(error, "no such module", 14);
	sqlite3_free(error);
	sqlite3_close(db);
	return taken;
}

static bool has_module(const char *sql)
{
	return !strstr(sql, "fts5") || sqlite3_compileoption_used("ENABLE_FTS5");
}

/* DROP COLUMN is there from 3.35.0 on, and right from 3.35.5 on. */
static void sqlite_takes_what_it_is_new_enough_for(void **state)
{
	const int version = sqlite3_libversion_number();
	int wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const bool taken = is_taken(rows[i].sql);

		if (!has_module(rows[i].sql) ||
		    (version / 1000 == rows[i].since / 1000 && version < rows[i].since))
			continue;
		if (taken == (version >= rows[i].since))
			continue;
		print_error("%s\n\ttaken by %d: %d\n", rows[i].sql, version, taken);
		wrong++;
	}
	assert_int_equal(wrong, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_knows_each_statement),
		cmocka_unit_test(sqlite_takes_what_it_is_new_enough_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
