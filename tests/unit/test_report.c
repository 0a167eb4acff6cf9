/* SPDX-License-Identifier: MIT */
/* test_report.c: what is said, and that it can be read, parsed and run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "live/connect.h"
#include "live/reference.h"
#include "report/report.h"

#define ESC "\033["

struct world {
	struct moult m;
	struct arena *arena;
	struct schema *have;
	struct schema *want;
	struct diff *diff;
	struct plan *plan;
	moult_options options;
};

static int set_up(void **state)
{
	struct world *world = calloc(1, sizeof(*world));

	assert_non_null(world);
	assert_int_equal(mo_diags_init(&world->m.diags), 0);
	world->arena = mo_arena_new();
	assert_non_null(world->arena);
	world->options = (moult_options)MOULT_OPTIONS_INIT;
	*state = world;
	return 0;
}

static int tear_down(void **state)
{
	struct world *world = *state;

	mo_plan_free(world->plan);
	mo_diff_free(world->diff);
	mo_schema_free(world->want);
	mo_schema_free(world->have);
	mo_diags_done(&world->m.diags);
	mo_arena_free(world->arena);
	free(world);
	assert_int_equal(sqlite3_memory_used(), 0);
	return 0;
}

static void read_schemas(struct world *world, const char *have, const char *want)
{
	if (mo_reference_script(&world->have, &world->m, "have.sql", have) ||
	    mo_reference_script(&world->want, &world->m, "want.sql", want))
		fail_msg("%s", mo_diag_last(&world->m.diags)->message);
}

static void make_diff(struct world *world)
{
	if (mo_diff(&world->diff, &world->m, world->have, world->want, &world->options))
		fail_msg("%s", mo_diag_last(&world->m.diags)->message);
}

static void make_plan(struct world *world)
{
	const struct facts facts = { .sqlite = sqlite3_libversion_number(), .exact = "" };

	make_diff(world);
	if (mo_plan(&world->plan, &world->m, world->diff, &facts, &world->options))
		fail_msg("%s", mo_diag_last(&world->m.diags)->message);
}

static void plan_for(struct world *world, const char *have, const char *want)
{
	read_schemas(world, have, want);
	make_plan(world);
}

/* As if the rows had been asked about every hazard that depends on them. */
static void answer(struct world *world, long long count, const char *samples)
{
	for (int i = 0; i < world->plan->hazards.count; i++) {
		struct hazard *hazard = world->plan->hazards.items[i];

		if (!hazard->count_sql)
			continue;
		hazard->asked = true;
		hazard->count = count;
		hazard->samples = samples;
	}
}

static void was(struct world *world, struct object *object, const char *name)
{
	assert_non_null(object);
	mo_list_add(world->want->arena, &object->was, name);
}

static struct table *want_table(struct world *world, const char *name)
{
	struct table *table = mo_schema_table(world->want, name);

	assert_non_null(table);
	return table;
}

/* ---- reports as texts ---- */

static const char *take(struct world *world, sqlite3_str *out)
{
	const char *text = mo_arena_take(world->arena, out);

	assert_non_null(text);
	return text;
}

static const char *diagnostics(struct world *world, enum moult_format format)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	mo_report_diagnostics(out, &world->m.diags, format);
	return take(world, out);
}

static const char *diff_report(struct world *world, enum moult_format format)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	mo_report_diff(out, world->diff, format);
	return take(world, out);
}

static const char *plan_report(struct world *world, enum moult_format format)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	mo_report_plan(out, world->plan, &world->options, format);
	return take(world, out);
}

static void has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("there is no\n%s\nin\n%s", part, text);
}

static void has_not(const char *text, const char *part)
{
	if (strstr(text, part))
		fail_msg("there is\n%s\nin\n%s", part, text);
}

/* What a path holds in a JSON text, as a text; "null" for null, "absent" where it is not there. */
static const char *at(struct world *world, const char *json, const char *path)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *stmt = NULL;
	const char *text;

	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db,
					    "SELECT CASE json_valid(?1) WHEN 0 THEN 'invalid' ELSE CASE json_type(?1, ?2) WHEN 'null'"
					    " THEN 'null' ELSE coalesce(json_extract(?1, ?2), 'absent') END END",
					    -1, &stmt, NULL),
			 SQLITE_OK);
	sqlite3_bind_text(stmt, 1, json, -1, SQLITE_STATIC);
	sqlite3_bind_text(stmt, 2, path, -1, SQLITE_STATIC);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	text = mo_arena_text(world->arena, (const char *)sqlite3_column_text(stmt, 0));
	sqlite3_finalize(stmt);
	sqlite3_close(db);
	return text;
}

#define assert_at(world, json, path, value) assert_string_equal(at(world, json, path), value)

/* ---- diagnostics ---- */

static void the_caret_stands_right(void **state)
{
	struct world *world = *state;
	const struct moult_place place = { "app.xml", 12, 21, 11, "\t<column name=\"n\xC3\xA4\" primary_key=\"true\"/>" };
	const struct moult_place other = { "app.sql", 3, 1, 40, "CREATE" };

	mo_diag(&world->m.diags, DIAG_DOC005, &place, "table person", "<column> has no attribute primary_key");
	mo_diag_mend(&world->m.diags, "did you mean primary-key?");
	mo_diag_last(&world->m.diags)->have = other;
	mo_diag_last(&world->m.diags)->count = 1234;
	assert_string_equal(diagnostics(world, MOULT_TEXT),
			    "app.xml:12:21: error: DOC005: table person: <column> has no attribute primary_key\n"
			    "   12 | \t<column name=\"n\xC3\xA4\" primary_key=\"true\"/>\n"
			    "      | \t                  ^~~~~~~~~~~\n"
			    "      = rows: 1,234\n"
			    "      = mend: did you mean primary-key?\n"
			    "app.sql:3:1: note: the other place is here\n"
			    "    3 | CREATE\n"
			    "      | ^~~~~~\n");
	has(diagnostics(world, MOULT_COLOR), ESC "1;31merror:" ESC "0m");
	has(diagnostics(world, MOULT_COLOR), ESC "1;31m^~~~~~~~~~~" ESC "0m\n");
}

static void odd_places_are_survived(void **state)
{
	struct world *world = *state;
	const struct moult_place past = { "a", 1, 900, 900, "ab" };
	const struct moult_place inside = { "b", 2, 3, 1, "\xC3\xA4\xC3\xA4z" };
	const struct moult_place broken = { "c", 3, 2, 2, "\xFF\xC3(" };
	const struct moult_place empty = { "d", 4, 1, 1, "" };
	const struct moult_place bare = { "e", 0, 0, 0, NULL };

	mo_diag(&world->m.diags, DIAG_DOC002, &past, NULL, "past");
	mo_diag(&world->m.diags, DIAG_DOC002, &inside, NULL, "inside");
	mo_diag(&world->m.diags, DIAG_DOC002, &broken, NULL, "broken");
	mo_diag(&world->m.diags, DIAG_DOC002, &empty, NULL, "empty");
	mo_diag(&world->m.diags, DIAG_RUN024, &bare, NULL, "bare");
	assert_string_equal(diagnostics(world, MOULT_TEXT), "a:1:900: error: DOC002: past\n"
							    "    1 | ab\n"
							    "      |   ^\n"
							    "b:2:3: error: DOC002: inside\n"
							    "    2 | \xC3\xA4\xC3\xA4z\n"
							    "      |  ^\n"
							    "c:3:2: error: DOC002: broken\n"
							    "    3 | \xEF\xBF\xBD\xEF\xBF\xBD(\n"
							    "      |  ^~\n"
							    "d:4:1: error: DOC002: empty\n"
							    "    4 | \n"
							    "      | ^\n"
							    "e: warning: RUN024: bare\n"
							    "4 errors, 1 warning\n");
}

static void long_lines_are_cut_around_the_place(void **state)
{
	struct world *world = *state;
	char line[4001];
	struct moult_place place = { "long.xml", 1, 2001, 3, line };
	const char *text;

	memset(line, 'x', sizeof(line) - 1);
	line[sizeof(line) - 1] = '\0';
	memcpy(line + 2000, "bad", 3);
	mo_diag(&world->m.diags, DIAG_DOC007, &place, NULL, "wrong");
	text = diagnostics(world, MOULT_TEXT);
	assert_true(strlen(text) < 300);
	has(text, "    1 | ...xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxbadxxx");
	has(text, "      |                                            ^~~\n");
}

static void what_is_said_already_is_not_said_again(void **state)
{
	struct world *world = *state;

	mo_diag(&world->m.diags, DIAG_RUN021, NULL, "table t", "table t held 2 rows, and holds 5 now");
	mo_diag_last(&world->m.diags)->count = 5;
	assert_string_equal(diagnostics(world, MOULT_TEXT), "error: RUN021: table t held 2 rows, and holds 5 now\n");
}

static void nothing_moves_the_cursor(void **state)
{
	struct world *world = *state;
	const struct moult_place place = { "evil\033[2J.xml", 1, 1, 1, "\033]0;x\a\xC2\x9B" "31m\xE2\x80\xAE" };

	mo_diag(&world->m.diags, DIAG_DOC004, &place, "table \r\033[1A", "a\nb\tc\b");
	mo_diag_mend(&world->m.diags, "\x7F");
	has_not(diagnostics(world, MOULT_TEXT), "\033");
	has_not(diagnostics(world, MOULT_TEXT), "\a");
	has_not(diagnostics(world, MOULT_TEXT), "\xC2\x9B");
	has_not(diagnostics(world, MOULT_TEXT), "\xE2\x80\xAE");
	has_not(diagnostics(world, MOULT_TEXT), "\r");
	has(diagnostics(world, MOULT_TEXT), "a b c\xEF\xBF\xBD");
	assert_at(world, diagnostics(world, MOULT_JSON), "$.diagnostics[0].message", "a\nb\tc\b");
}

static void diagnostics_are_json(void **state)
{
	struct world *world = *state;
	const struct moult_place place = { "app.xml", 12, 5, 3, "<a \"\\\xFF/>" };
	const char *json = diagnostics(world, MOULT_JSON);

	assert_at(world, json, "$.moult", "1");
	assert_at(world, json, "$.diagnostics", "[]");
	mo_diag(&world->m.diags, DIAG_DOC005, &place, NULL, "no");
	mo_diag(&world->m.diags, DIAG_MC101, NULL, "table t", "hm");
	mo_diag_last(&world->m.diags)->count = 3;
	json = diagnostics(world, MOULT_JSON);
	assert_at(world, json, "$.diagnostics[0].severity", "error");
	assert_at(world, json, "$.diagnostics[0].object", "null");
	assert_at(world, json, "$.diagnostics[0].count", "null");
	assert_at(world, json, "$.diagnostics[0].want.column", "5");
	assert_at(world, json, "$.diagnostics[0].want.source", "<a \"\\\xEF\xBF\xBD/>");
	assert_at(world, json, "$.diagnostics[0].have", "null");
	assert_at(world, json, "$.diagnostics[1].want", "null");
	assert_at(world, json, "$.diagnostics[1].count", "3");
	assert_at(world, json, "$.errors", "1");
	assert_at(world, json, "$.warnings", "1");
}

/* ---- differences ---- */

static const char people[] = "CREATE TABLE people(id INTEGER PRIMARY KEY, email TEXT, age TEXT, x, UNIQUE (email));"
			     "CREATE TABLE stranger(a); CREATE TABLE gone(a, b); CREATE TABLE same(b, a);"
			     "CREATE INDEX people_age ON people(age); CREATE VIEW v AS SELECT 1;";
static const char person[] = "CREATE TABLE person(id INTEGER PRIMARY KEY, mail TEXT, age INTEGER DEFAULT 0, born TEXT NOT NULL"
			     " DEFAULT '');"
			     "CREATE TABLE fresh(a); CREATE TABLE same(a, b);"
			     "CREATE INDEX person_born ON person(born); CREATE VIEW v AS SELECT 2; PRAGMA user_version=7";

/* The document that says goodbye to one table and keeps another, and renames. */
static void change_people(struct world *world)
{
	struct tombstone *stone;

	read_schemas(world, people, person);
	was(world, &want_table(world, "person")->object, "people");
	was(world, &mo_table_column(want_table(world, "person"), "mail")->object, "email");
	stone = mo_arena_make(world->want->arena, struct tombstone);
	assert_non_null(stone);
	*stone = (struct tombstone){ .kind = KIND_TABLE, .name = "gone" };
	mo_list_add(world->want->arena, &world->want->tombstones, stone);
	world->want->pragmas.has_user_version = true;
	world->want->pragmas.user_version = 7;
}

static void a_diff_is_grouped(void **state)
{
	struct world *world = *state;

	change_people(world);
	make_diff(world);
	assert_string_equal(diff_report(world, MOULT_TEXT),
			    "+ table fresh\n"
			    "- table gone\n"
			    "> table person, was people\n"
			    "  > column mail, was email\n"
			    "  ~ column age: type TEXT becomes INTEGER, default 0 is added\n"
			    "  + column born TEXT DEFAULT ''\n"
			    "  + NOT NULL (born)\n"
			    "  - UNIQUE (mail)\n"
			    "+ index person_born\n"
			    "~ view v: is changed\n"
			    "~ user_version: 0 becomes 7\n"
			    "undeclared, and kept: column person.x, table stranger, index people_age\n"
			    "note: the columns of table same come in another order, which is no difference\n"
			    "11 differences: 2 renamed, 4 added, 3 changed, 2 dropped\n");
	has(diff_report(world, MOULT_COLOR), ESC "32m+" ESC "0m table fresh\n");
	assert_string_equal(diff_report(world, MOULT_SQL), diff_report(world, MOULT_TEXT));
}

static void a_diff_is_json(void **state)
{
	struct world *world = *state;
	const char *json;

	change_people(world);
	make_diff(world);
	json = diff_report(world, MOULT_JSON);
	assert_at(world, json, "$.moult", "1");
	assert_at(world, json, "$.count", "11");
	assert_at(world, json, "$.differences[0].verb", "rename");
	assert_at(world, json, "$.differences[0].part", "table");
	assert_at(world, json, "$.differences[0].was", "people");
	assert_at(world, json, "$.differences[1].object", "column person.mail");
	assert_at(world, json, "$.differences[1].column", "mail");
	assert_at(world, json, "$.differences[4].attributes", "[\"type\",\"default\"]");
	assert_at(world, json, "$.differences[10].part", "user_version");
	assert_at(world, json, "$.differences[10].name", "null");
	assert_at(world, json, "$.differences[11]", "absent");
	assert_at(world, json, "$.kept[0].object", "column person.x");
	assert_at(world, json, "$.kept[0].fate", "kept");
}

static void no_difference(void **state)
{
	struct world *world = *state;

	read_schemas(world, "CREATE TABLE t(a)", "create table T ( \"a\" )");
	make_diff(world);
	assert_string_equal(diff_report(world, MOULT_TEXT), "no difference\n");
	assert_at(world, diff_report(world, MOULT_JSON), "$.differences", "[]");
}

static void pruned_and_refused_are_told_apart(void **state)
{
	struct world *world = *state;

	read_schemas(world, "CREATE TABLE t(a, b); CREATE TABLE u(a)", "CREATE TABLE t(a)");
	world->options.prune = 1;
	make_diff(world);
	assert_string_equal(diff_report(world, MOULT_TEXT), "table t\n"
							    "  - column b (undeclared)\n"
							    "- table u (undeclared)\n"
							    "2 differences: 2 dropped\n");
	assert_at(world, diff_report(world, MOULT_JSON), "$.differences[1].undeclared", "1");
	mo_diff_free(world->diff);
	world->options.prune = 0;
	world->want->undeclared = UNDECLARED_ERROR;
	make_diff(world);
	assert_string_equal(diff_report(world, MOULT_TEXT),
			    "undeclared, and the document allows none: column t.b, table u\n"
			    "no difference\n");
}

/* ---- plans ---- */

static void an_empty_plan_has_nothing_to_do(void **state)
{
	struct world *world = *state;

	plan_for(world, "CREATE TABLE t(a)", "CREATE TABLE t(a)");
	assert_string_equal(plan_report(world, MOULT_TEXT), "nothing to do\n");
	has(plan_report(world, MOULT_SQL), "-- nothing to do\n");
	has_not(plan_report(world, MOULT_SQL), "BEGIN");
	assert_at(world, plan_report(world, MOULT_JSON), "$.steps", "[]");
}

static void a_plan_is_read_from_the_top(void **state)
{
	struct world *world = *state;
	const char *text;

	change_people(world);
	make_plan(world);
	print_message("%s", plan_report(world, MOULT_TEXT));
	answer(world, 12345, "rowid 3: '007', rowid 4: '1e3'");
	text = plan_report(world, MOULT_TEXT);
	print_message("%s", text);
	print_message("%s", plan_report(world, MOULT_SQL));
	print_message("%s", plan_report(world, MOULT_JSON));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_caret_stands_right, set_up, tear_down),
		cmocka_unit_test_setup_teardown(odd_places_are_survived, set_up, tear_down),
		cmocka_unit_test_setup_teardown(long_lines_are_cut_around_the_place, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_said_already_is_not_said_again, set_up, tear_down),
		cmocka_unit_test_setup_teardown(nothing_moves_the_cursor, set_up, tear_down),
		cmocka_unit_test_setup_teardown(diagnostics_are_json, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_diff_is_grouped, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_diff_is_json, set_up, tear_down),
		cmocka_unit_test_setup_teardown(no_difference, set_up, tear_down),
		cmocka_unit_test_setup_teardown(pruned_and_refused_are_told_apart, set_up, tear_down),
		cmocka_unit_test_setup_teardown(an_empty_plan_has_nothing_to_do, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_plan_is_read_from_the_top, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
