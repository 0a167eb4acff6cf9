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
#include "run/rehearse.h"

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
	const struct facts facts = {.sqlite = sqlite3_libversion_number(),
				    .exact = "",
				    .script = true,
				    .classic = true};
	const char *table = NULL, *reason = NULL;

	make_diff(world);
	if (mo_plan(&world->plan, &world->m, world->diff, &facts, &world->options))
		fail_msg("%s", mo_diag_last(&world->m.diags)->message);
	if (mo_rehearse(&table, &reason, world->plan, &world->m) || table)
		fail_msg("%s", table ? reason : mo_diag_last(&world->m.diags)->message);
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
	assert_int_equal(
		sqlite3_prepare_v2(
			db,
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
	const struct moult_place place = {"app.xml", 12, 21, 11,
					  "\t<column name=\"n\xC3\xA4\" primary_key=\"true\"/>"};
	const struct moult_place other = {"app.sql", 3, 1, 40, "CREATE"};

	mo_diag(&world->m.diags, DIAG_DOC005, &place, "table person",
		"<column> has no attribute primary_key");
	mo_diag_mend(&world->m.diags, "did you mean primary-key?");
	mo_diag_last(&world->m.diags)->have = other;
	mo_diag_last(&world->m.diags)->count = 1234;
	assert_string_equal(
		diagnostics(world, MOULT_TEXT),
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
	const struct moult_place past = {"a", 1, 900, 900, "ab"};
	const struct moult_place inside = {"b", 2, 3, 1, "\xC3\xA4\xC3\xA4z"};
	const struct moult_place broken = {"c", 3, 2, 2, "\xFF\xC3("};
	const struct moult_place empty = {"d", 4, 1, 1, ""};
	const struct moult_place bare = {"e", 0, 0, 0, NULL};

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
	struct moult_place place = {"long.xml", 1, 2001, 3, line};
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

	mo_diag(&world->m.diags, DIAG_RUN021, NULL, "table t",
		"table t held 2 rows, and holds 5 now");
	mo_diag_last(&world->m.diags)->count = 5;
	assert_string_equal(diagnostics(world, MOULT_TEXT),
			    "error: RUN021: table t held 2 rows, and holds 5 now\n");
}

static void nothing_moves_the_cursor(void **state)
{
	struct world *world = *state;
	const struct moult_place place = {"evil\033[2J.xml", 1, 1, 1,
					  "\033]0;x\a\xC2\x9B"
					  "31m\xE2\x80\xAE"};

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
	const struct moult_place place = {"app.xml", 12, 5, 3, "<a \"\\\xFF/>"};
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

static const char people[] =
	"CREATE TABLE people(id INTEGER PRIMARY KEY, email TEXT, age TEXT, x, UNIQUE (email));"
	"CREATE TABLE stranger(a); CREATE TABLE gone(a, b); CREATE TABLE same(b, a);"
	"CREATE INDEX people_age ON people(age); CREATE VIEW v AS SELECT 1;";
static const char person[] =
	"CREATE TABLE person(id INTEGER PRIMARY KEY, mail TEXT, age INTEGER DEFAULT 0, born TEXT NOT NULL"
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
	*stone = (struct tombstone){.kind = KIND_TABLE, .name = "gone"};
	mo_list_add(world->want->arena, &world->want->tombstones, stone);
	world->want->pragmas.has_user_version = true;
	world->want->pragmas.user_version = 7;
}

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
	    "          mend: convert them yourself with using=\"...\", or allow it\n"
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
	has(plan_report(world, MOULT_TEXT), "or consent: --allow 'MD101:it'\\''s mine'\n");
	assert_at(world, plan_report(world, MOULT_JSON), "$.hazards[0].allow", "MD101:it's mine");
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

/* The statements of a script change a file of the one schema into one of the other. */
static void run_script(struct world *world, const char *have, const char *script, const char *want)
{
	struct schema *got = NULL;
	struct diff *diff = NULL;

	if (mo_reference_script(&got, &world->m, "got.sql",
				mo_arena_format(world->arena, "%s;\n%s", have, script)))
		fail_msg("%s\n%s", mo_diag_last(&world->m.diags)->message, script);
	mo_schema_free(world->want);
	world->want = NULL;
	assert_int_equal(mo_reference_script(&world->want, &world->m, "want.sql", want), 0);
	assert_int_equal(mo_diff(&diff, &world->m, got, world->want, &world->options), 0);
	if (diff->changes.count)
		fail_msg("%s", script);
	mo_diff_free(diff);
	mo_schema_free(got);
}

static void a_script_does_what_the_plan_says(void **state)
{
	struct world *world = *state;
	static const char have[] =
		"CREATE TABLE t(id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT, b, UNIQUE (a)); INSERT INTO t(a) VALUES (1);"
		"CREATE INDEX i ON t(b); CREATE VIEW v AS SELECT a FROM t;"
		"CREATE TRIGGER tr AFTER INSERT ON t BEGIN SELECT ';'; SELECT 2; END;";
	static const char want[] =
		"CREATE TABLE t(id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT NOT NULL, b, c DEFAULT ';--');"
		"CREATE INDEX i ON t(b DESC) -- the newest first\n;"
		"CREATE VIEW v AS SELECT a, c FROM t -- a's\n;"
		"CREATE VIEW w AS SELECT 1 /* two */ -- three\n;"
		"CREATE TRIGGER tr AFTER INSERT ON t BEGIN SELECT ';'; SELECT 3; END -- four\n;";
	const char *script;

	plan_for(world, have, want);
	script = plan_report(world, MOULT_SQL);
	has(script, "\nPRAGMA foreign_keys = OFF;\n");
	has(script, "\nBEGIN;\n");
	has(script, "-- the newest first\n;\n");
	has(script, "\nCOMMIT;\n");
	run_script(world, have, script, want);
}

static void names_do_not_leave_their_comments(void **state)
{
	struct world *world = *state;
	static const char have[] = "CREATE TABLE \"x\n; CREATE TABLE oops(a); --\"(a TEXT)";
	static const char want[] =
		"CREATE TABLE \"x\n; CREATE TABLE oops(a); --\"(a INTEGER);"
		"CREATE VIEW \"\r\nSELECT nothing; /*\" AS SELECT '\n--\n' AS \"*/\"";

	plan_for(world, have, want);
	run_script(world, have, plan_report(world, MOULT_SQL), want);
}

/* SQLite keeps a comment that is never closed at the end of a statement. */
static void open_comments_are_closed(void **state)
{
	struct world *world = *state;
	struct step step = {.object = "view v"};
	static const char *const texts[][2] = {
		{"SELECT 1", "SELECT 1;"},
		{"SELECT 1;", "SELECT 1;"},
		{"SELECT 1 -- x", "SELECT 1 -- x\n;"},
		{"SELECT 1 -- x\n", "SELECT 1 -- x\n;"},
		{"SELECT 1 /* x", "SELECT 1 /* x */;"},
		{"SELECT 1 /* x */", "SELECT 1 /* x */;"},
		{"SELECT 1 /* x */ -- /* y", "SELECT 1 /* x */ -- /* y\n;"},
		{"SELECT 1 /* -- x */ \n /*/", "SELECT 1 /* -- x */ \n /*/ */;"},
		{"SELECT '-- x'", "SELECT '-- x';"},
	};

	plan_for(world, "CREATE TABLE t(a)", "CREATE TABLE t(a)");
	mo_list_add(world->plan->arena, &world->plan->steps, &step);
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		step.sql = texts[i][0];
		has(plan_report(world, MOULT_SQL),
		    mo_arena_format(world->arena, "\n%s\n", texts[i][1]));
	}
}

static void a_refused_script_runs_nothing(void **state)
{
	struct world *world = *state;
	static const char have[] = "CREATE TABLE t(a, b); CREATE TABLE u(a)";
	const char *script;

	world->options.prune = 1;
	plan_for(world, have, "CREATE TABLE t(a) -- all\n");
	answer(world, 2, "'x\n; y'");
	script = plan_report(world, MOULT_SQL);
	has(script, "\n-- REFUSED: 2 of these stand, ");
	has(script, "\n-- DROP TABLE u;\n");
	run_script(world, have, script, have);
}

/* ---- files ---- */

static void add_backups(struct world *world, struct list *list)
{
	static const struct backup_entry good = {.path = "/d/app.db.moult-0004.backup",
						 .manifest = {.kind = "before-apply",
							      .number = 4,
							      .created = "2026-11-21T01:45:21Z",
							      .plan = "6f1c",
							      .size = 49152}};
	static const struct backup_entry bad = {.path = "/d/app.db.moult-0003.backup",
						.manifest = {.number = 3},
						.fault = "it has no manifest beside it"};

	mo_list_add(world->arena, list, &good);
	mo_list_add(world->arena, list, &bad);
}

static const char *backups_report(struct world *world, const struct list *list,
				  enum moult_format format)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	mo_report_backups(out, "app.db", list, format);
	return take(world, out);
}

static void backups_are_listed(void **state)
{
	struct world *world = *state;
	struct list list = {0};
	const char *json;

	assert_string_equal(backups_report(world, &list, MOULT_TEXT),
			    "there are no backups of app.db\n");
	assert_at(world, backups_report(world, &list, MOULT_JSON), "$.backups", "[]");
	add_backups(world, &list);
	assert_string_equal(backups_report(world, &list, MOULT_TEXT),
			    "   4  2026-11-21T01:45:21Z  before-apply, 48.0 KiB\n"
			    "      /d/app.db.moult-0004.backup\n"
			    "      plan 6f1c\n"
			    "   3  not to be used\n"
			    "      /d/app.db.moult-0003.backup\n"
			    "      it has no manifest beside it\n");
	json = backups_report(world, &list, MOULT_JSON);
	assert_at(world, json, "$.database", "app.db");
	assert_at(world, json, "$.backups[0].size", "49152");
	assert_at(world, json, "$.backups[0].undone", "null");
	assert_at(world, json, "$.backups[1].size", "null");
	assert_at(world, json, "$.backups[1].fault", "it has no manifest beside it");
}

static const char *status_report(struct world *world, const struct status *status,
				 enum moult_format format)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	mo_report_status(out, status, format);
	return take(world, out);
}

static void a_status_says_where_the_file_stands(void **state)
{
	struct world *world = *state;
	struct status status = {.path = "app.db",
				.sqlite = "3.40.1",
				.page_size = 4096,
				.page_count = 1,
				.drift = -1};
	const struct history last = {.number = 4,
				     .at = "2026-11-21T01:45:21Z",
				     .version = "0.1.0",
				     .plan = "6f1c",
				     .shape_after = "moult1:aa",
				     .user_version_after = 3,
				     .statements = 1,
				     .rows_copied = 3400,
				     .elapsed_ms = 520,
				     .backup = "app.db.moult-0004.backup"};
	const char *text = status_report(world, &status, MOULT_TEXT);

	has(text, "app.db\n  size           4.0 KiB, 1 page of 4096 bytes\n");
	has(text, "\nno migration yet\n");
	has(text, "\nno backups\n");
	has_not(text, "document");
	assert_at(world, status_report(world, &status, MOULT_JSON), "$.drift", "null");
	assert_at(world, status_report(world, &status, MOULT_JSON), "$.last", "null");
	change_people(world);
	make_diff(world);
	add_backups(world, &status.backups);
	status.last = &last;
	status.shape = "moult1:bb";
	status.application_id = 0x4d4f554c;
	status.drift = 11;
	status.diff = world->diff;
	text = status_report(world, &status, MOULT_TEXT);
	has(text, "\n  application_id 1297044812 (0x4d4f554c)\n");
	has(text, "\n  work           1 statement, 3,400 rows copied, 0.52 s\n");
	has(text, "\n  user_version   0 became 3\n");
	has(text, "\n  the schema was changed since, and not by moult\n");
	has(text, "\nthe file is not what the document says: 11 differences\n  + table fresh\n");
	assert_at(world, status_report(world, &status, MOULT_JSON), "$.last.rows_copied", "3400");
	assert_at(world, status_report(world, &status, MOULT_JSON), "$.differences[0].was",
		  "people");
	assert_at(world, status_report(world, &status, MOULT_JSON), "$.backups[1].number", "3");
}

static const char *verify_report(struct world *world, const struct verification *verification,
				 enum moult_format format)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	mo_report_verify(out, verification, format);
	return take(world, out);
}

static void a_verification_says_what_was_checked(void **state)
{
	struct world *world = *state;
	struct verification verification = {.path = "app.db"};
	const struct finding finding = {"foreign keys", "table t", "2 rows are orphans"};

	mo_list_add(world->arena, &verification.checked, "integrity");
	mo_list_add(world->arena, &verification.checked, "foreign keys");
	assert_string_equal(verify_report(world, &verification, MOULT_TEXT),
			    "app.db: ok (integrity, foreign keys)\n");
	assert_at(world, verify_report(world, &verification, MOULT_JSON), "$.ok", "1");
	mo_list_add(world->arena, &verification.findings, &finding);
	assert_string_equal(verify_report(world, &verification, MOULT_TEXT),
			    "foreign keys: table t: 2 rows are orphans\n"
			    "app.db: 1 finding (integrity, foreign keys)\n");
	assert_at(world, verify_report(world, &verification, MOULT_JSON), "$.findings[0].object",
		  "table t");
	assert_at(world, verify_report(world, &verification, MOULT_JSON), "$.checked[1]",
		  "foreign keys");
}

/* ---- memory ---- */

static void report(struct world *world, int which, sqlite3_str *out)
{
	static const enum moult_format formats[] = {MOULT_TEXT, MOULT_SQL, MOULT_JSON};

	if (which < 3)
		mo_report_plan(out, world->plan, &world->options, formats[which]);
	else
		mo_report_diff(out, world->diff, formats[which - 3]);
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
	for (int which = 0; which < 6; which++) {
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
		cmocka_unit_test_setup_teardown(the_caret_stands_right, set_up, tear_down),
		cmocka_unit_test_setup_teardown(odd_places_are_survived, set_up, tear_down),
		cmocka_unit_test_setup_teardown(long_lines_are_cut_around_the_place, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(what_is_said_already_is_not_said_again, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(nothing_moves_the_cursor, set_up, tear_down),
		cmocka_unit_test_setup_teardown(diagnostics_are_json, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_diff_is_grouped, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_diff_is_json, set_up, tear_down),
		cmocka_unit_test_setup_teardown(no_difference, set_up, tear_down),
		cmocka_unit_test_setup_teardown(pruned_and_refused_are_told_apart, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(an_empty_plan_has_nothing_to_do, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_plan_is_read_from_the_top, set_up, tear_down),
		cmocka_unit_test_setup_teardown(consent_is_written_for_a_shell, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_plan_is_json, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_script_does_what_the_plan_says, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(names_do_not_leave_their_comments, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(open_comments_are_closed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_refused_script_runs_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(backups_are_listed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_status_says_where_the_file_stands, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_verification_says_what_was_checked, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(want_of_memory_is_seen, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
