/* SPDX-License-Identifier: MIT */
/*
 * test_report_script.c: a plan as a script does what the plan says, whatever the
 * names and the comments in it, and nothing where the plan is refused.
 */
#include "reports.h"

/* The statements of a script change a file of the one schema into one of the other. */
static void run_script(struct world *world, const char *have, const char *script, const char *want)
{
	struct schema *got = NULL, *wanted = NULL;
	struct diff *diff = NULL;

	if (mo_reference_script(&got, NULL, &world->m, "got.sql",
				mo_arena_format(world->arena, "%s;\n%s", have, script)))
		fail_msg("%s\n%s", mo_diag_last(&world->m.diags)->message, script);
	assert_int_equal(mo_reference_script(&wanted, NULL, &world->m, "want.sql", want), 0);
	assert_int_equal(mo_diff(&diff, &world->m, got, wanted, &world->options), 0);
	if (diff->changes.count)
		fail_msg("%s", script);
	mo_diff_free(diff);
	mo_schema_free(wanted);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_script_does_what_the_plan_says, world_set_up,
						world_tear_down),
		cmocka_unit_test_setup_teardown(names_do_not_leave_their_comments, world_set_up,
						world_tear_down),
		cmocka_unit_test_setup_teardown(open_comments_are_closed, world_set_up,
						world_tear_down),
		cmocka_unit_test_setup_teardown(a_refused_script_runs_nothing, world_set_up,
						world_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
