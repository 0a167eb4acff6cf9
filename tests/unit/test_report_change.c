/* SPDX-License-Identifier: MIT */
/*
 * test_report_change.c: what is said of a change before it is made, as a
 * difference and as a plan, for people and as JSON, and with too little memory.
 */
#include "reports.h"

/* ---- differences ---- */

static void a_diff_is_grouped(void **state)
{
	struct world *world = *state;

	change_people(world);
	make_diff(world);
	assert_string_equal(
		diff_report(world, MOULT_TEXT),
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

static void what_is_pruned_is_said(void **state)
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
	text = plan_report(world, MOULT_TEXT);
	has(text, "\ntable gone: drop\n");
	has(text, "\nallowed   MD101 table gone: the table is dropped with its rows\n");
	has(text, "\nopen      MD105 column person.age: ");
	has(text, " on rows, which have not been asked\nwould run ");
	answer(world, 12345, "rowid 3: '007', rowid 4: '1e3'");
	text = plan_report(world, MOULT_TEXT);
	has(text, mo_arena_format(world->arena, "plan %s, for SQLite %s\n\n", world->plan->id,
				  sqlite3_libversion()));
	has(text, "\ntable fresh: create\n"
		  "table gone: drop, 12,345 rows\n"
		  "table person: rebuild, 12,345 rows, was people\n"
		  "  > column mail, was email\n"
		  "  ~ column age: type TEXT becomes INTEGER, default 0 is added\n");
	has(text,
	    "\n  because column person.age type TEXT becomes INTEGER, default 0 is added: SQLite has no ALTER for\n"
	    "          this\n");
	has(text,
	    "\nrefused   MD105 column person.age: values do not survive as INTEGER: what is stored would be another\n"
	    "          value\n"
	    "          12,345 rows: rowid 3: '007', rowid 4: '1e3'\n"
	    "          hint: keep type=\"TEXT\", or convert the values with using=\"...\"\n"
	    "          or consent: --allow MD105:person.age\n");
	has(text, "\n  ALTER TABLE people RENAME TO person;\n");
	has(text, "\n  -- view v: made again below\n  DROP VIEW v;\n");
	has_not(text, "or consent: --allow MF103");
	has(text, "\nrefused: 2 hazards stand, nothing would be run\n");
	has_not(text, "would run ");
	has(plan_report(world, MOULT_COLOR), ESC "1;31mrefused  " ESC "0m MD105");
	answer(world, 0, NULL);
	has(plan_report(world, MOULT_TEXT),
	    mo_arena_format(world->arena, "\nwould run %d statements\n", world->plan->steps.count));
}

static void consent_is_written_for_a_shell(void **state)
{
	struct world *world = *state;

	world->options.prune = 1;
	plan_for(world, "CREATE TABLE \"it's mine\"(a)", "CREATE VIEW v AS SELECT 1");
	answer(world, 1, NULL);
	has(plan_report(world, MOULT_TEXT), "\n          1 row\n");
	has(plan_report(world, MOULT_TEXT), "or consent: --allow 'MD101:\"it'\\''s mine\"'\n");
	assert_at(world, plan_report(world, MOULT_JSON), "$.hazards[0].allow",
		  "MD101:\"it's mine\"");
}

static void a_plan_is_json(void **state)
{
	struct world *world = *state;
	const char *json;

	change_people(world);
	make_plan(world);
	answer(world, 3, "rowid 1: x'00'");
	json = plan_report(world, MOULT_JSON);
	assert_at(world, json, "$.moult", "1");
	assert_at(world, json, "$.plan", world->plan->id);
	assert_at(world, json, "$.fingerprint", "null");
	assert_at(world, json, "$.sqlite", sqlite3_libversion());
	assert_at(world, json, "$.renames[0].was", "people");
	assert_at(world, json, "$.changes[0].object", "table fresh");
	assert_at(world, json, "$.tables[0].way", "create");
	assert_at(world, json, "$.tables[1].way", "drop");
	assert_at(world, json, "$.tables[1].rows", "3");
	assert_at(world, json, "$.tables[2].name", "person");
	assert_at(world, json, "$.tables[2].was", "people");
	assert_at(world, json, "$.steps[0].sql", "ALTER TABLE people RENAME TO person");
	assert_at(world, json, "$.steps[0].kind", "schema");
	assert_at(world, json, "$.steps[0].writes.tables", "[]");
	assert_at(world, json, "$.steps[0].writes.altered", "[\"people\",\"person\"]");
	assert_at(world, json, "$.steps[0].writes.pragma", "null");
	assert_at(world, json, "$.hazards[0].id", "MC101");
	assert_at(world, json, "$.hazards[0].count", "null");
	assert_at(world, json, "$.hazards[0].allow", "null");
	assert_at(world, json, "$.hazards[0].refuses", "0");
	assert_at(world, json, "$.refused", "2");
	assert_at(world, json,
		  mo_arena_format(world->arena, "$.steps[%d]", world->plan->steps.count), "absent");
}

/* ---- memory ---- */

/* Who draws gives the graph back, so that what is in it is compared, too. */
static int draw(void *context, const char *graph, moult_write *write, void *to)
{
	(void)context;
	return write(to, "<svg>", 5) || write(to, graph, strlen(graph));
}

static void report(struct world *world, int which, sqlite3_str *out)
{
	static const moult_picture picture = {.views = 1, .triggers = 1};
	static const enum moult_format looks[] = {MOULT_MERMAID, MOULT_DOT, MOULT_HTML};
	static const enum moult_format formats[] = {MOULT_TEXT, MOULT_SQL, MOULT_JSON, MOULT_HTML,
						    MOULT_MARKDOWN};

	if (which < 5)
		report_plan(out, world, formats[which]);
	else if (which < 8)
		mo_report_diff(out, world->diff, (struct page){formats[which - 5], 100});
	else
		mo_report_schema(out, &world->m, world->want, "app.xml", &picture,
				 (struct page){looks[which - 8], 100});
}

/* With more and more memory: a report is whole, or its builder has failed. */
static void want_of_memory_is_seen(void **state)
{
	struct world *world = *state;

	if (!sqlite3_memory_used())
		skip(); /* a library that keeps no count has no limit either */
	change_people(world);
	make_plan(world);
	answer(world, 3, "x");
	world->m.on_draw = draw;
	for (int which = 0; which < 11; which++) {
		sqlite3_str *whole = sqlite3_str_new(NULL);
		int failures = 0;
		int rc = SQLITE_NOMEM;

		report(world, which, whole);
		for (int spare = 0; rc && spare < 400000; spare += 700) {
			sqlite3_str *out;

			sqlite3_hard_heap_limit64(sqlite3_memory_used() + spare);
			out = sqlite3_str_new(NULL);
			report(world, which, out);
			rc = sqlite3_str_errcode(out);
			failures += rc != 0;
			sqlite3_hard_heap_limit64(0);
			if (!rc)
				assert_string_equal(sqlite3_str_value(out),
						    sqlite3_str_value(whole));
			sqlite3_free(sqlite3_str_finish(out));
		}
		assert_int_equal(rc, SQLITE_OK);
		assert_true(failures > 5);
		sqlite3_free(sqlite3_str_finish(whole));
	}
	sqlite3_soft_heap_limit64(0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_diff_is_grouped, world_set_up, world_tear_down),
		cmocka_unit_test_setup_teardown(a_diff_is_json, world_set_up, world_tear_down),
		cmocka_unit_test_setup_teardown(no_difference, world_set_up, world_tear_down),
		cmocka_unit_test_setup_teardown(what_is_pruned_is_said, world_set_up,
						world_tear_down),
		cmocka_unit_test_setup_teardown(an_empty_plan_has_nothing_to_do, world_set_up,
						world_tear_down),
		cmocka_unit_test_setup_teardown(a_plan_is_read_from_the_top, world_set_up,
						world_tear_down),
		cmocka_unit_test_setup_teardown(consent_is_written_for_a_shell, world_set_up,
						world_tear_down),
		cmocka_unit_test_setup_teardown(a_plan_is_json, world_set_up, world_tear_down),
		cmocka_unit_test_setup_teardown(want_of_memory_is_seen, world_set_up,
						world_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
