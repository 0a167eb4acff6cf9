/* SPDX-License-Identifier: MIT */
/* test_own.c: what is taken for a table of moult's own, and what is refused for having its name. */
#include "scratch.h"

#include "session/history.h"

static sqlite3 *open_memory(void)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	return db;
}

static void make_history(sqlite3 *db, struct scratch *scratch)
{
	const struct history row = {.plan = "abc"};

	assert_int_equal(mo_history_add(db, &row, &scratch->m.diags), 0);
}

/* What has the name of the history, or stands on it, and is not moult's. */
static const struct {
	const char *sql;
	bool is_made_before; /* the table of moult's own */
	int result;
} foreigners[] = {
	{"CREATE TABLE _moult_history(somebody_elses)", false, MOULT_TROUBLE},
	{"CREATE TEMP TABLE _moult_history(somebody_elses)", false, MOULT_TROUBLE},
	{"CREATE TEMP VIEW _moult_history AS SELECT 1", true, MOULT_TROUBLE},
	{"CREATE VIEW _MOULT_HISTORY AS SELECT 1 AS number", false, MOULT_TROUBLE},
	{"CREATE VIRTUAL TABLE _moult_history USING fts5(number)", false, MOULT_TROUBLE},
	{"CREATE TABLE z(a); CREATE INDEX _moult_history ON z(a)", false, MOULT_TROUBLE},
	{"CREATE INDEX i ON _moult_history(at)", true, MOULT_TROUBLE},
	{"CREATE INDEX i ON _moult_history(number) WHERE abs(number) > 0", true, MOULT_TROUBLE},
	{"CREATE TRIGGER e AFTER INSERT ON _moult_history BEGIN DELETE FROM u; END", true,
	 MOULT_TROUBLE},
	{"CREATE TRIGGER e BEFORE INSERT ON _moult_history BEGIN SELECT RAISE(IGNORE); END", true,
	 MOULT_TROUBLE},
	{"CREATE TEMP TRIGGER e AFTER INSERT ON main._moult_history BEGIN SELECT 1; END", true,
	 MOULT_TROUBLE},
	{"ALTER TABLE _moult_history ADD COLUMN more CHECK (more > 0)", true, MOULT_TROUBLE},
	{"ALTER TABLE _moult_history ADD COLUMN more AS (abs(number))", true, MOULT_TROUBLE},
	{"ALTER TABLE _moult_history RENAME COLUMN at TO then_at", true, MOULT_TROUBLE},
	{"CREATE TRIGGER _moult_history AFTER INSERT ON u BEGIN SELECT 1; END", true, MOULT_OK},
	{"CREATE TABLE _moult_histories(x)", false, MOULT_OK},
	{"ANALYZE", true, MOULT_OK},
};

static void what_is_not_moults_is_refused(void **state)
{
	struct scratch *scratch = *state;

	for (size_t i = 0; i < sizeof(foreigners) / sizeof(*foreigners); i++) {
		sqlite3 *db = open_memory();
		const struct history row = {.plan = "abc"};
		struct history *last = NULL;

		mo_diags_clear(&scratch->m.diags);
		run_sql(db, "CREATE TABLE u(a); INSERT INTO u VALUES (1)");
		if (foreigners[i].is_made_before)
			make_history(db, scratch);
		run_sql(db, foreigners[i].sql);
		if (mo_history_add(db, &row, &scratch->m.diags) != foreigners[i].result ||
		    mo_history_last(&last, scratch->arena, db, &scratch->m.diags) !=
			    foreigners[i].result) {
			all_said(scratch);
			fail_msg("%s", foreigners[i].sql);
		}
		if (foreigners[i].result)
			assert_string_equal(mo_diag_last(&scratch->m.diags)->id, "RUN037");
		assert_string_equal(ask(db, "SELECT count(*) FROM u"), "1");
		sqlite3_close(db);
	}
}

/* A copy by .dump has the spaces and the case of whoever wrote it down. */
static void spelling_of_an_own_table_is_free(void **state)
{
	struct scratch *scratch = *state;
	sqlite3 *db = open_memory();
	char sql[2000];

	make_history(db, scratch);
	sqlite3_snprintf(sizeof(sql), sql, "%s",
			 ask(db, "SELECT replace(lower(sql), char(10) || '  ', '/**/')"
				 " FROM sqlite_master WHERE name = '_moult_history'"));
	run_sql(db, "DROP TABLE _moult_history");
	run_sql(db, sql);
	make_history(db, scratch);
	assert_string_equal(ask(db, "SELECT count(*) FROM _moult_history"), "1");
	sqlite3_close(db);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_is_not_moults_is_refused, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(spelling_of_an_own_table_is_free, scratch_set_up,
						scratch_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
