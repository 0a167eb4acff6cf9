/* SPDX-License-Identifier: MIT */
/* test_watch.c: how far a statement has come, as the callback is told. */
#include "scratch.h"

#include "live/watch.h"
#include "moult.h"

#define ROWS 5000

#define MANY "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) "

struct seen {
	sqlite3 *db;
	sqlite3_stmt *others;
	moult_progress progress;
	long long least, most; /* of done */
	int calls;
	bool falls; /* done went back */
};

static int look(void *context)
{
	struct seen *seen = context;

	mo_watch_count(&seen->progress, seen->db, seen->others);
	seen->falls |= seen->progress.done < seen->most;
	if (!seen->calls++)
		seen->least = seen->progress.done;
	seen->most = seen->progress.done;
	return 0;
}

static sqlite3 *open_table(void)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db,
				      "CREATE TABLE t(a, b); CREATE TABLE copy(a, b);" MANY
				      "INSERT INTO t SELECT i, i * 7 FROM n",
				      NULL, NULL, NULL),
			 SQLITE_OK);
	return db;
}

static void the_rows_of_a_copy_are_counted(void **state)
{
	struct seen seen = {
		.db = open_table(),
		.progress = {.phase = "copy", .object = "t", .unit = "rows", .total = -1}};

	(void)state;
	sqlite3_progress_handler(seen.db, 100, look, &seen);
	assert_int_equal(sqlite3_exec(seen.db, "INSERT INTO copy(a, b) SELECT a, b FROM t", NULL,
				      NULL, NULL),
			 SQLITE_OK);
	assert_true(seen.calls > 10);
	assert_false(seen.falls);
	assert_true(seen.least < 100);
	assert_true(seen.most > ROWS - 100 && seen.most <= ROWS);
	assert_int_equal(sqlite3_close(seen.db), SQLITE_OK);
}

static void no_more_than_there_are(void **state)
{
	struct seen seen = {
		.db = open_table(),
		.progress = {.phase = "copy", .object = "t", .unit = "rows", .total = 1000}};

	(void)state;
	sqlite3_progress_handler(seen.db, 100, look, &seen);
	assert_int_equal(sqlite3_exec(seen.db, "INSERT INTO copy(a, b) SELECT a, b FROM t", NULL,
				      NULL, NULL),
			 SQLITE_OK);
	assert_int_equal(seen.most, 1000);
	assert_int_equal(sqlite3_close(seen.db), SQLITE_OK);
}

static void statements_of_others_do_not_count(void **state)
{
	struct seen seen = {
		.db = open_table(),
		.progress = {.phase = "index", .object = "i", .unit = "rows", .total = -1}};
	sqlite3_stmt *open_one;

	(void)state;
	assert_int_equal(sqlite3_prepare_v2(seen.db, "SELECT a FROM t", -1, &open_one, NULL),
			 SQLITE_OK);
	for (int i = 0; i < 700; i++)
		assert_int_equal(sqlite3_step(open_one), SQLITE_ROW);
	seen.others = open_one;
	sqlite3_progress_handler(seen.db, 100, look, &seen);
	assert_int_equal(
		sqlite3_exec(seen.db, MANY "INSERT INTO copy SELECT i, i FROM n", NULL, NULL, NULL),
		SQLITE_OK);
	assert_true(seen.calls > 10);
	assert_true(seen.most != 700);
	sqlite3_finalize(open_one);
	assert_int_equal(sqlite3_close(seen.db), SQLITE_OK);
}

/* ---- a whole migration ---- */

struct tale {
	char phases[2000];
	long long total_of_copy;
};

static int hear(void *context, const moult_progress *progress)
{
	struct tale *tale = context;
	char one[200];

	assert_non_null(progress->phase);
	assert_non_null(progress->unit);
	assert_true(progress->done >= 0);
	assert_true(progress->total < 0 || progress->done <= progress->total);
	snprintf(one, sizeof(one), "[%s %s]", progress->phase,
		 progress->object ? progress->object : "");
	if (!strstr(tale->phases, one))
		strncat(tale->phases, one, sizeof(tale->phases) - strlen(tale->phases) - 1);
	if (!strcmp(progress->phase, "copy"))
		tale->total_of_copy = progress->total;
	return 0;
}

static const char document[] =
	"<database xmlns='urn:moult:schema:1'><table name='t'><column name='a' type='INTEGER'/>"
	"<column name='b' type='TEXT'/></table>"
	"<index name='by_a' on='t' columns='a'/></database>";

static void every_long_phase_is_told(void **state)
{
	static const char *const phases[] = {"[lock ]",	   "[probe ]",	     "[backup ]",
					     "[digest t]", "[copy table t]", "[index index by_a]",
					     "[verify t]", "[record ]",	     "[commit ]"};
	struct scratch *scratch = *state;
	struct tale tale = {"", -1};
	char path[300];
	moult_schema *want = NULL;
	sqlite3 *db = NULL;
	moult *m = NULL;

	snprintf(path, sizeof(path), "%s/app.db", scratch->directory);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db,
				      "CREATE TABLE t(a INTEGER, b INTEGER);" MANY
				      "INSERT INTO t SELECT i, i FROM n",
				      NULL, NULL, NULL),
			 SQLITE_OK);
	sqlite3_close(db);
	assert_int_equal(moult_new(&m), MOULT_OK);
	moult_set_progress(m, hear, &tale);
	assert_int_equal(moult_schema_parse(&want, m, document, strlen(document), "t.xml"),
			 MOULT_OK);
	assert_int_equal(moult_migrate_file(m, path, want, NULL, NULL), MOULT_OK);
	for (size_t i = 0; i < sizeof(phases) / sizeof(*phases); i++)
		if (!strstr(tale.phases, phases[i]))
			fail_msg("%s is not in %s", phases[i], tale.phases);
	assert_int_equal(tale.total_of_copy, ROWS);
	moult_schema_free(want);
	moult_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_rows_of_a_copy_are_counted),
		cmocka_unit_test(no_more_than_there_are),
		cmocka_unit_test(statements_of_others_do_not_count),
		cmocka_unit_test_setup_teardown(every_long_phase_is_told, scratch_set_up,
						scratch_tear_down),
	};

	return cmocka_run_group_tests_name("watch", tests, NULL, NULL);
}
