/* SPDX-License-Identifier: MIT */
/*
 * test_shape.c: the query for shapes, on texts that are long, and on words that mean nothing.
 *
 * The query sees a text through a window and cuts what it keeps into lines.  So each
 * text here is much longer than a window and stands in two spellings, whose
 * tokens meet the window's edges elsewhere: they must have one shape, and a
 * text that differs in its last token another.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "sql/shape.h"

enum spelling { SHORT, WIDE, OTHER };

/* All lines of the shape of a new file in which the statements were run. */
static char *shape_of(struct arena *arena, const char *sql)
{
	const struct nobodys nobodys = {0};
	const char *query =
		mo_sql_shape(arena, sqlite3_libversion_number(), &nobodys, false, false);
	sqlite3_str *out = sqlite3_str_new(NULL);
	sqlite3_stmt *stmt = NULL;
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, query, -1, &stmt, NULL), SQLITE_OK);
	while (sqlite3_step(stmt) == SQLITE_ROW)
		sqlite3_str_appendf(out, "%s\n", sqlite3_column_text(stmt, 0));
	assert_int_equal(sqlite3_finalize(stmt), SQLITE_OK);
	sqlite3_close(db);
	return mo_arena_take(arena, out);
}

/* Space and comments of every length from one to more than a window. */
static void gap(sqlite3_str *out, enum spelling spelling, int i)
{
	const int length = i % 61 == 60 ? 700 : i % 23;

	if (spelling != WIDE)
		sqlite3_str_appendchar(out, 1, ' ');
	else if (i % 3)
		sqlite3_str_appendchar(out, 1 + length, "\t\n"[i % 2]);
	else
		sqlite3_str_appendf(out, i % 2 ? "/*%*s*/" : "--%*s\n", length, "'");
}

static void write_name(sqlite3_str *out, enum spelling spelling, const char *name, int i)
{
	static const char *const quotes[] = {"[]", "\"\"", "``"};
	const char *quote = quotes[i % 3];

	if (spelling == WIDE)
		sqlite3_str_appendf(out, "%c%s%c", quote[0], name, quote[1]);
	else
		sqlite3_str_appendall(out, name);
}

/* An expression over column a that has some two hundred thousand bytes, or more where it is spelled wide. */
static void write_expression(sqlite3_str *out, enum spelling spelling)
{
	const int terms = 6000;

	for (int i = 0; i < terms; i++) {
		sqlite3_str_appendall(out, i % 500 ? "," : i ? ") AND" : "");
		gap(out, spelling, i);
		if (i % 500 == 0) {
			write_name(out, spelling, "a", i);
			sqlite3_str_appendall(out, " NOT IN (");
		}
		sqlite3_str_appendf(out, "'%0*d'", i % 400 == 399 ? 900 : 30,
				    spelling == OTHER && i == terms - 1 ? i + 1 : i);
	}
	sqlite3_str_appendchar(out, 1, ')');
}

static char *spell(struct arena *arena, const char *head, enum spelling spelling, const char *tail)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendf(out, "CREATE TABLE t (a); %s", head);
	write_expression(out, spelling);
	sqlite3_str_appendall(out, tail);
	return mo_arena_take(arena, out);
}

static void check_long(const char *head, const char *tail)
{
	struct arena *arena = mo_arena_new();
	const char *texts[] = {spell(arena, head, SHORT, tail), spell(arena, head, WIDE, tail),
			       spell(arena, head, OTHER, tail)};
	const char *shape = shape_of(arena, texts[SHORT]);

	assert_true(strlen(texts[SHORT]) > 200000);
	assert_true(strlen(texts[WIDE]) > strlen(texts[SHORT]));
	assert_true(strlen(shape) > 200000);
	assert_string_equal(shape, shape_of(arena, texts[WIDE]));
	assert_string_not_equal(shape, shape_of(arena, texts[OTHER]));
	mo_arena_free(arena);
}

/*
 * A string among the columns of an index is a name by what follows it, wherever the window of 256
 * characters ends.
 */
static void strings_that_are_names(void **state)
{
	struct arena *arena = mo_arena_new();

	(void)state;
	for (int length = 190; length < 250; length++) {
		const int wide = length % 9 == 8 ? 300 : length % 9;
		const char *quoted = mo_arena_format(
			arena,
			"CREATE TABLE t (a); CREATE INDEX %.*c ON t ('a'%*s DESC, 'a'%*s/**/, 'a')",
			length + 1, 'x', wide, "", wide, "");
		const char *plain = mo_arena_format(
			arena, "CREATE TABLE t (a); CREATE INDEX %.*c ON t (a DESC, a, a)",
			length + 1, 'x');

		assert_string_equal(shape_of(arena, quoted), shape_of(arena, plain));
	}
	mo_arena_free(arena);
}

static void long_texts(void **state)
{
	(void)state;
	check_long("CREATE VIEW v AS SELECT a FROM t WHERE ", ";");
	check_long("CREATE TRIGGER g AFTER INSERT ON t BEGIN DELETE FROM t WHERE ", "; END;");
	check_long("CREATE INDEX i ON t (a) WHERE ", ";");
	check_long("CREATE TABLE u (a TEXT, CONSTRAINT c CHECK (", "));");
	check_long("CREATE TABLE u (b, a TEXT CHECK (", ") UNIQUE COLLATE NOCASE);");
}

/* Long constraints in another order are the same; with their ends exchanged they are not. */
static void long_constraints(void **state)
{
	struct arena *arena = mo_arena_new();
	char *texts[3];
	static const char *const forms[] = {
		"CREATE TABLE t (a, CHECK (a <> '%0300d' OR a <> '%0300d' OR a < 3), CHECK (a > '%0300d' OR a <> '%0300d' OR a < 4))",
		"CREATE TABLE t (a, CHECK (a > '%0300d' OR a <> '%0300d' OR a < 4), CHECK (a <> '%0300d' OR a <> '%0300d' OR a < 3))",
		"CREATE TABLE t (a, CHECK (a <> '%0300d' OR a <> '%0300d' OR a < 4), CHECK (a > '%0300d' OR a <> '%0300d' OR a < 3))"};

	(void)state;
	for (int i = 0; i < 3; i++)
		texts[i] = shape_of(arena, mo_arena_format(arena, forms[i], 1, 2, 1, 2));
	assert_string_equal(texts[0], texts[1]);
	assert_string_not_equal(texts[0], texts[2]);
	mo_arena_free(arena);
}

/* One letter after the other comes to stand at the window's edge. */
static void edges(void **state)
{
	struct arena *arena = mo_arena_new();
	const char *shape = shape_of(
		arena, "CREATE TABLE t (abc, \"de f\" CHECK (abc <> 'it''s - /* not */ --'))");

	(void)state;
	for (int i = 150; i < 270; i++) {
		const char *sql = mo_arena_format(
			arena,
			"CREATE TABLE t (%*s abc,[de f] /* - */ CHECK(abc--\n<> 'it''s - /* not */ --')/**/)",
			i, "");

		assert_string_equal(shape, shape_of(arena, sql));
	}
	mo_arena_free(arena);
}

static const char ground[] =
	"CREATE TABLE t (a INT, b TEXT COLLATE NOCASE); CREATE VIEW v AS SELECT a FROM t;";

static void check_pair(const char *first, const char *second, bool same)
{
	struct arena *arena = mo_arena_new();
	const char *one = shape_of(arena, mo_arena_format(arena, "%s%s", ground, first));
	const char *other = shape_of(arena, mo_arena_format(arena, "%s%s", ground, second));

	if (same)
		assert_string_equal(one, other);
	else
		assert_string_not_equal(one, other);
	mo_arena_free(arena);
}

/* Words that a file may have and its document leaves out. */
static void idle_words(void **state)
{
	static const char *const pairs[][2] = {
		{"CREATE INDEX i ON t(a)", "CREATE INDEX i ON t(a ASC)"},
		{"CREATE INDEX i ON t(a, b)", "CREATE INDEX i ON t(a ASC -- first\n, b ASC /**/)"},
		{"CREATE INDEX i ON t(a, b DESC)", "CREATE INDEX 'i' ON 't' ('a' , 'b'DESC)"},
		{"CREATE INDEX i ON t(a, b)", "CREATE INDEX i ON t('a' ASC\t, 'b' ASC/**/)"},
		{"CREATE INDEX i ON t(a COLLATE RTRIM)",
		 "CREATE INDEX i ON t([a] COLLATE 'rtrim')"},
		{"CREATE TRIGGER g BEFORE DELETE ON t BEGIN SELECT 1; END",
		 "CREATE TRIGGER [g] DELETE ON main. 't' FOR EACH ROW BEGIN SELECT 1; END"},
		{"CREATE TRIGGER g BEFORE UPDATE OF a, b ON t WHEN new.a BEGIN SELECT 1; END",
		 "CREATE TRIGGER g UPDATE OF 'a', `b` ON t FOR EACH/**/ROW WHEN new.a BEGIN SELECT 1; END"},
		{"CREATE TRIGGER g INSTEAD OF INSERT ON v BEGIN SELECT 1; END",
		 "CREATE TRIGGER g INSTEAD OF INSERT ON main.v FOR EACH ROW BEGIN SELECT 1; END"},
		{"CREATE VIEW w(x, y) AS SELECT 'x', 1",
		 "CREATE VIEW 'w' ('x', [y]) AS SELECT 'x', 1"},
		{"CREATE TABLE u(a TEXT, b TEXT COLLATE RTRIM)",
		 "CREATE TABLE 'u'('a' TEXT COLLATE BINARY, 'b' TEXT COLLATE 'RTRIM')"},
		{"CREATE TABLE u(a VARCHAR(10), b DOUBLE PRECISION)",
		 "CREATE TABLE u(a varchar /* ten */ (10), b DOUBLE\tPRECISION)"},
		{"CREATE TABLE u(a REFERENCES t)",
		 "CREATE TABLE u(a REFERENCES t NOT DEFERRABLE INITIALLY DEFERRED)"},
		{"CREATE TABLE u(a REFERENCES [not] DEFERRABLE INITIALLY DEFERRED)",
		 "CREATE TABLE u(a REFERENCES \"not\" ON DELETE NO ACTION DEFERRABLE INITIALLY DEFERRED)"},
		{"CREATE TABLE u(a DEFAULT 5)", "CREATE TABLE u(a DEFAULT +5)"},
		{"CREATE TABLE u(a DEFAULT 5)", "CREATE TABLE u(a DEFAULT ((5)))"},
		{"CREATE TABLE u(a, b AS (a + 1), CHECK (a > 1))",
		 "CREATE TABLE u(a, b AS (((a + 1))), CHECK (( (a > 1) )))"},
		{"CREATE TABLE u(a, CHECK ((a) > (1)), CHECK (abs(a) > 1))",
		 "CREATE TABLE u(a, CHECK (((a) > (1))), CHECK ((abs(a) > 1)))"},
		{"CREATE TABLE \"it's\"(\"a\"\"b\" COLLATE NOCASE)",
		 "CREATE TABLE 'it''s'([a\"b] COLLATE NOCASE)"},
		{"CREATE VIEW w AS SELECT a AS \"\303\234ber$\" FROM t",
		 "CREATE VIEW w AS SELECT a AS \303\234ber$ FROM t"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++)
		check_pair(pairs[i][0], pairs[i][1], true);
}

/* The same words where they mean something. */
static void busy_words(void **state)
{
	static const char *const pairs[][2] = {
		{"CREATE INDEX i ON t(a)", "CREATE INDEX i ON t(a DESC)"},
		{"CREATE INDEX i ON t(b)", "CREATE INDEX i ON t(b COLLATE BINARY)"},
		{"CREATE INDEX i ON t('a' || b)", "CREATE INDEX i ON t(a || b)"},
		{"CREATE INDEX i ON t(a) WHERE b = 'a'", "CREATE INDEX i ON t(a) WHERE b = a"},
		{"CREATE TRIGGER g BEFORE DELETE ON t BEGIN SELECT 1; END",
		 "CREATE TRIGGER g AFTER DELETE ON t BEGIN SELECT 1; END"},
		{"CREATE TRIGGER g DELETE ON t BEGIN SELECT 'a' FROM t; END",
		 "CREATE TRIGGER g DELETE ON t BEGIN SELECT a FROM t; END"},
		{"CREATE TRIGGER g DELETE ON t WHEN old.a = 'b' BEGIN SELECT 1; END",
		 "CREATE TRIGGER g DELETE ON t WHEN old.a = old.b BEGIN SELECT 1; END"},
		{"CREATE VIEW w AS SELECT a, 'b' FROM t", "CREATE VIEW w AS SELECT a, b FROM t"},
		{"CREATE VIEW w AS SELECT t.a FROM t JOIN v ON 'a' = v.a",
		 "CREATE VIEW w AS SELECT t.a FROM t JOIN v ON t.a = v.a"},
		{"CREATE TABLE u(a TEXT)", "CREATE TABLE u(a TEXT COLLATE NOCASE)"},
		{"CREATE TABLE u(a TEXT)", "CREATE TABLE u(a VARCHAR)"},
		{"CREATE TABLE u(a REFERENCES t)",
		 "CREATE TABLE u(a REFERENCES t DEFERRABLE INITIALLY DEFERRED)"},
		{"CREATE TABLE u(a, b, CHECK (a <> 'b'))", "CREATE TABLE u(a, b, CHECK (a <> b))"},
		{"CREATE TABLE u(a DEFAULT 'x')", "CREATE TABLE u(a DEFAULT 'X')"},
		{"CREATE TABLE u(a DEFAULT 5)", "CREATE TABLE u(a DEFAULT -5)"},
		{"CREATE TABLE u(a, b, c, CHECK ((a OR b) AND c))",
		 "CREATE TABLE u(a, b, c, CHECK (a OR (b AND c)))"},
		{"CREATE TABLE u(a, b, CHECK ((a) + (b)))",
		 "CREATE TABLE u(a, b, CHECK (a) , CHECK (b))"},
		{"CREATE TABLE u(a DEFAULT TRUE)", "CREATE TABLE u(a DEFAULT \"true\")"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++)
		check_pair(pairs[i][0], pairs[i][1], false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(idle_words),	    cmocka_unit_test(busy_words),
		cmocka_unit_test(long_texts),	    cmocka_unit_test(strings_that_are_names),
		cmocka_unit_test(long_constraints), cmocka_unit_test(edges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
