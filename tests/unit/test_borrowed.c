/* SPDX-License-Identifier: MIT */
/*
 * test_borrowed.c: a connection of the application's, with what an application
 * may have on it: temporary things that hide the file's, settings, statements
 * that run, names of its own in the file.
 */
#include "scratch.h"

#include "moult_private.h"

static const char have[] = "CREATE TABLE t(id INTEGER PRIMARY KEY AUTOINCREMENT, v, p REFERENCES u(id));"
			   "CREATE INDEX t_v ON t(v);"
			   "CREATE TRIGGER t_up AFTER UPDATE ON t BEGIN SELECT 1; END;"
			   "CREATE TABLE u(id INTEGER PRIMARY KEY);"
			   "INSERT INTO u VALUES (1); INSERT INTO t VALUES (1, 'a', 1), (90, 'b', 7);"
			   "DELETE FROM t WHERE id = 90; INSERT INTO t VALUES (2, 'b', 7);";

static const char document[] =
	"<database xmlns='urn:moult:schema:1' undeclared='keep'><table name='t'>"
	"<column name='id' type='INTEGER'><primary-key autoincrement='true'/></column>"
	"<column name='v' not-null='true' type='TEXT'/><column name='p' references='u(id)'/>"
	"<index name='t_v' columns='v'/></table></database>";

static const char renamed[] =
	"<database xmlns='urn:moult:schema:1'><table name='t'>"
	"<column name='id' type='INTEGER' primary-key='true'/>"
	"<column name='b' was='a' type='TEXT'/></table></database>";

static void write_document(struct scratch *scratch)
{
	FILE *file = fopen(scratch_path(scratch, "app.xml"), "w");

	assert_non_null(file);
	assert_true(fputs(document, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static int plan(struct scratch *scratch, sqlite3 *db)
{
	moult_options options = MOULT_OPTIONS_INIT;
	moult_schema *from = NULL, *want = NULL;
	moult_plan *made = NULL;
	int rc;

	assert_int_equal(moult_schema_read(&want, &scratch->m, scratch_path(scratch, "app.xml")), 0);
	rc = moult_schema_from_db(&from, &scratch->m, db);
	if (!rc)
		rc = moult_plan_new(&made, &scratch->m, from, want, &options);
	moult_plan_free(made);
	moult_schema_free(from);
	moult_schema_free(want);
	return rc;
}

static int migrate(struct scratch *scratch, sqlite3 *db, const char *strategy)
{
	moult_options options = MOULT_OPTIONS_INIT;
	moult_schema *want = NULL;
	int rc;

	options.strategy = strategy;
	assert_int_equal(moult_schema_read(&want, &scratch->m, scratch_path(scratch, "app.xml")), 0);
	rc = moult_migrate(&scratch->m, db, want, &options, NULL);
	moult_schema_free(want);
	return rc;
}

static sqlite3 *open_file(struct scratch *scratch, const char *name)
{
	sqlite3 *db = scratch_open(scratch, name);

	write_document(scratch);
	mo_diags_clear(&scratch->m.diags);
	run_sql(db, have);
	return db;
}

static bool is_migrated(sqlite3 *db)
{
	return strcmp(ask(db, "SELECT \"notnull\" FROM main.pragma_table_info('t', 'main')"
			      " WHERE name = 'v'"),
		      "1") == 0;
}

/* ---- temporary things ---- */

static const char *const hiding[] = {
	"CREATE TEMP TABLE t(id INTEGER PRIMARY KEY, v, p); INSERT INTO temp.t VALUES (9, 'fake', 1)",
	"CREATE TEMP TABLE T(id INTEGER PRIMARY KEY, v, p)",
	"CREATE TEMP VIEW t AS SELECT 9 AS id, 'fake' AS v, 1 AS p",
	"CREATE TEMP TABLE u(id)",
	"CREATE TEMP VIEW u AS SELECT 7 AS id",
	"CREATE TEMP TABLE _moult_new_t(id, v, p)",
	"CREATE TEMP TABLE other(a); CREATE INDEX temp.t_v ON other(a)",
	"CREATE TEMP TABLE t_v(a)",
	"CREATE TEMP TRIGGER t_up AFTER INSERT ON u BEGIN SELECT 1; END",
	"CREATE TEMP TRIGGER e AFTER INSERT ON main.t BEGIN DELETE FROM u; END",
};

static void what_hides_the_file_is_refused(void **state)
{
	struct scratch *scratch = *state;

	for (size_t i = 0; i < sizeof(hiding) / sizeof(*hiding); i++) {
		char name[32];
		sqlite3 *db;
		int rc;

		snprintf(name, sizeof(name), "%d.db", (int)i);
		db = open_file(scratch, name);
		run_sql(db, hiding[i]);
		rc = migrate(scratch, db, "rebuild");
		if (rc != MOULT_TROUBLE || !said(scratch, "RUN016", "temporary")) {
			all_said(scratch);
			fail_msg("%s: %d", hiding[i], rc);
		}
		assert_false(is_migrated(db));
		assert_string_equal(ask(db, "SELECT group_concat(v) FROM main.t"), "a,b");
		assert_int_equal(sqlite3_close(db), SQLITE_OK);
	}
}

/* temp.sqlite_sequence and temp.sqlite_stat1 hide those of main from a name without a schema. */
static void tables_of_sqlite_in_temp_are_left_alone(void **state)
{
	static const char *const strategies[] = {"rebuild", "alter", "auto"};
	struct scratch *scratch = *state;

	for (int i = 0; i < 3; i++) {
		char name[32];
		sqlite3 *db;

		snprintf(name, sizeof(name), "%d.db", i);
		db = open_file(scratch, name);
		run_sql(db, "CREATE TEMP TABLE aside(id INTEGER PRIMARY KEY AUTOINCREMENT);"
			    "INSERT INTO aside VALUES (5); CREATE INDEX temp.aside_id ON aside(id);"
			    "ANALYZE");
		if (migrate(scratch, db, strategies[i])) {
			all_said(scratch);
			fail_msg("%s", strategies[i]);
		}
		assert_true(is_migrated(db));
		assert_string_equal(ask(db, "SELECT group_concat(name || seq) FROM main.sqlite_sequence"),
				    "t90");
		assert_string_equal(ask(db, "SELECT group_concat(name || seq) FROM temp.sqlite_sequence"),
				    "aside5");
		assert_string_equal(ask(db, "SELECT count(*) FROM main.sqlite_stat1 WHERE tbl = 't'"),
				    "1");
		assert_int_equal(sqlite3_close(db), SQLITE_OK);
	}
}

/* ---- settings, statements, blobs ---- */

static void count_changes_is_put_back(void **state)
{
	struct scratch *scratch = *state;
	sqlite3 *db = open_file(scratch, "a.db");

	run_sql(db, "PRAGMA count_changes = 1");
	if (migrate(scratch, db, "auto")) {
		all_said(scratch);
		fail();
	}
	assert_true(is_migrated(db));
	assert_string_equal(ask(db, "PRAGMA count_changes"), "1");
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void refused_while_running(struct scratch *scratch, sqlite3 *db)
{
	for (int i = 0; i < 2; i++) {
		mo_diags_clear(&scratch->m.diags);
		assert_int_equal(plan(scratch, db), MOULT_TROUBLE);
		assert_true(said(scratch, "RUN016", "is running"));
		mo_diags_clear(&scratch->m.diags);
		assert_int_equal(migrate(scratch, db, "auto"), MOULT_TROUBLE);
		assert_true(said(scratch, "RUN016", "is running"));
	}
	assert_false(is_migrated(db));
}

static void a_running_statement_is_named(void **state)
{
	struct scratch *scratch = *state;
	sqlite3 *db = open_file(scratch, "a.db");
	sqlite3_stmt *stmt = NULL;

	assert_int_equal(sqlite3_prepare_v2(db, "SELECT * FROM t", -1, &stmt, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	refused_while_running(scratch, db);
	sqlite3_reset(stmt);
	assert_int_equal(plan(scratch, db), 0);
	assert_int_equal(migrate(scratch, db, "auto"), 0);
	assert_true(is_migrated(db));
	sqlite3_finalize(stmt);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void an_open_blob_is_named(void **state)
{
	struct scratch *scratch = *state;
	sqlite3 *db = open_file(scratch, "a.db");
	sqlite3_blob *blob = NULL;

	assert_int_equal(sqlite3_blob_open(db, "main", "t", "v", 1, 0, &blob), SQLITE_OK);
	refused_while_running(scratch, db);
	sqlite3_blob_close(blob);
	assert_int_equal(migrate(scratch, db, "auto"), 0);
	assert_true(is_migrated(db));
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* ---- functions ---- */

/* What an application may have in the place of a function of SQLite's. */
static void fold_nothing(sqlite3_context *context, int count, sqlite3_value **values)
{
	(void)count;
	sqlite3_result_value(context, values[0]);
}

static int backwards(void *context, int a_size, const void *a, int b_size, const void *b)
{
	const int size = a_size < b_size ? a_size : b_size;
	const int order = size ? memcmp(b, a, (size_t)size) : 0;

	(void)context;
	return order ? order : b_size - a_size;
}

/* An application that compares by its own rules: lower() and NOCASE are often those of its language. */
static void functions_of_the_application_judge_nothing(void **state)
{
	struct scratch *scratch = *state;
	sqlite3 *db = open_file(scratch, "a.db");

	assert_int_equal(sqlite3_create_function(db, "lower", 1, SQLITE_UTF8, NULL, fold_nothing,
						 NULL, NULL),
			 SQLITE_OK);
	assert_int_equal(sqlite3_create_function(db, "upper", 1, SQLITE_UTF8, NULL, fold_nothing,
						 NULL, NULL),
			 SQLITE_OK);
	assert_int_equal(sqlite3_create_collation(db, "NOCASE", SQLITE_UTF8, NULL, backwards),
			 SQLITE_OK);
	if (migrate(scratch, db, "rebuild")) {
		all_said(scratch);
		fail();
	}
	assert_true(is_migrated(db));
	assert_string_equal(ask(db, "SELECT seq FROM sqlite_sequence"), "90");
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* ---- what would blind the questions ---- */

/* Of what an application hides from statements, or denies them; either is NULL where it is another. */
struct blinds {
	const char *table;
	const char *function;
	int answer;
};

static int hide(void *context, int action, const char *first, const char *second,
		const char *database, const char *cause)
{
	const struct blinds *blinds = context;

	(void)database;
	(void)cause;
	if (action == SQLITE_READ && blinds->table && first && strcmp(first, blinds->table) == 0)
		return blinds->answer;
	if (action == SQLITE_FUNCTION && blinds->function && second &&
	    strcmp(second, blinds->function) == 0)
		return blinds->answer;
	return SQLITE_OK;
}

/* A document that would lose a value, on a connection whose authorizer is in the way of asking. */
static void an_authorizer_hides_no_row(void **state)
{
	static struct blinds all[] = {{"t", NULL, SQLITE_IGNORE},
				      {"t", NULL, SQLITE_DENY},
				      {NULL, "count", SQLITE_DENY},
				      {NULL, "count", SQLITE_IGNORE},
				      {NULL, "_moult_loses", SQLITE_DENY}};
	struct scratch *scratch = *state;
	sqlite3 *db = open_file(scratch, "a.db");

	run_sql(db, "UPDATE t SET v = NULL WHERE id = 2; UPDATE t SET v = x'00ff' WHERE id = 1");
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		assert_int_equal(sqlite3_set_authorizer(db, hide, &all[i]), SQLITE_OK);
		mo_diags_clear(&scratch->m.diags);
		assert_int_equal(migrate(scratch, db, "auto"), MOULT_REFUSED);
		assert_true(said(scratch, "MF104", ""));
		assert_string_equal(ask(db, "SELECT count(*) FROM t WHERE v IS NULL"), "1");
	}
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void add_nothing(sqlite3_context *context, int count, sqlite3_value **values)
{
	(void)context;
	(void)count;
	(void)values;
}

static void return_zero(sqlite3_context *context)
{
	sqlite3_result_int(context, 0);
}

static void a_count_of_the_application_is_refused(void **state)
{
	struct scratch *scratch = *state;
	sqlite3 *db = open_file(scratch, "a.db");

	run_sql(db, "UPDATE t SET v = NULL");
	assert_int_equal(sqlite3_create_function(db, "Count", 0, SQLITE_UTF8, NULL, NULL,
						 add_nothing, return_zero),
			 SQLITE_OK);
	assert_int_equal(migrate(scratch, db, "auto"), MOULT_TROUBLE);
	assert_true(said(scratch, "RUN016", "count() is a function of the application"));
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* ---- what the application sees afterwards ---- */

static void the_last_rowid_is_put_back(void **state)
{
	struct scratch *scratch = *state;
	sqlite3 *db = open_file(scratch, "a.db");

	run_sql(db, "INSERT INTO u VALUES (4711)");
	assert_int_equal(migrate(scratch, db, "rebuild"), MOULT_OK);
	assert_int_equal(sqlite3_last_insert_rowid(db), 4711);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static int refuse_commit(void *context)
{
	(void)context;
	return 1;
}

static void a_commit_hook_that_refuses_is_named(void **state)
{
	struct scratch *scratch = *state;
	sqlite3 *db = open_file(scratch, "a.db");

	sqlite3_commit_hook(db, refuse_commit, NULL);
	assert_int_equal(migrate(scratch, db, "auto"), MOULT_FAILED);
	assert_non_null(strstr(mo_diag_last(&scratch->m.diags)->hint, "commit hook"));
	sqlite3_commit_hook(db, NULL, NULL);
	assert_false(is_migrated(db));
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void a_limit_of_statements_is_named(void **state)
{
	struct scratch *scratch = *state;
	sqlite3 *db = open_file(scratch, "a.db");

	sqlite3_limit(db, SQLITE_LIMIT_SQL_LENGTH, 200);
	assert_int_equal(migrate(scratch, db, "auto"), MOULT_TROUBLE);
	assert_true(said(scratch, "RUN016", "a statement is longer than the 200 bytes"));
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* ---- what cannot be written ---- */

static void a_connection_that_only_reads_is_refused(void **state)
{
	struct scratch *scratch = *state;
	sqlite3 *db = open_file(scratch, "a.db");

	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	assert_int_equal(
		sqlite3_open_v2(scratch_path(scratch, "a.db"), &db, SQLITE_OPEN_READONLY, NULL),
		SQLITE_OK);
	assert_int_equal(migrate(scratch, db, "auto"), MOULT_TROUBLE);
	assert_true(said(scratch, "RUN016", "can only read"));
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void what_is_kept_goes_when_the_update_is_confirmed(void **state)
{
	struct scratch *scratch = *state;
	moult_outcome outcome = MOULT_OUTCOME_INIT;
	sqlite3 *db = open_file(scratch, "a.db");

	assert_int_equal(migrate(scratch, db, "auto"), MOULT_OK);
	run_sql(db, "BEGIN");
	assert_int_equal(moult_finish(&scratch->m, db, NULL, NULL), MOULT_TROUBLE);
	assert_true(said(scratch, "RUN016", "open transaction"));
	run_sql(db, "COMMIT; CREATE TEMP TRIGGER x AFTER DELETE ON main._moult_way_back"
			 " BEGIN DELETE FROM t; END");
	assert_int_equal(moult_finish(&scratch->m, db, NULL, NULL), MOULT_TROUBLE);
	assert_true(said(scratch, "RUN037", "x"));
	run_sql(db, "DROP TRIGGER x");
	assert_int_equal(moult_finish(&scratch->m, db, NULL, &outcome), MOULT_OK);
	assert_int_equal(outcome.deed, MOULT_FINISHED);
	assert_int_equal(outcome.ways, 1);
	assert_int_equal(moult_finish(&scratch->m, db, NULL, &outcome), MOULT_OK);
	assert_int_equal(outcome.deed, MOULT_NOTHING);
	assert_int_equal(moult_downgrade(&scratch->m, db, NULL, NULL), MOULT_REFUSED);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* A journal_mode of the connection alone is none that a file keeps, or a document says. */
static void both_shapes_come_in_each_journal_mode(void **state)
{
	static const char *const modes[] = {"TRUNCATE", "PERSIST"};
	struct scratch *scratch = *state;
	moult_options options = MOULT_OPTIONS_INIT;
	moult_schema *want = NULL;

	options.side_by_side = 1;
	options.no_backup = 1;
	assert_int_equal(moult_schema_parse(&want, &scratch->m, renamed, strlen(renamed), "app.xml"),
			 MOULT_OK);
	for (size_t i = 0; i < sizeof(modes) / sizeof(*modes); i++) {
		sqlite3 *db = scratch_open(scratch, modes[i]);
		char *sql = sqlite3_mprintf("PRAGMA journal_mode = %s;"
					    "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT);"
					    "INSERT INTO t VALUES (1, 'one')",
					    modes[i]);

		run_sql(db, sql);
		sqlite3_free(sql);
		assert_int_equal(moult_migrate(&scratch->m, db, want, &options, NULL), MOULT_OK);
		assert_string_equal(ask(db, "SELECT a || b FROM t"), "oneone");
		assert_int_equal(moult_finish(&scratch->m, db, NULL, NULL), MOULT_OK);
		assert_string_equal(ask(db, "SELECT b FROM t"), "one");
		assert_int_equal(sqlite3_close(db), SQLITE_OK);
	}
	moult_schema_free(want);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_set_up, scratch_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_hides_the_file_is_refused),
		TEST(tables_of_sqlite_in_temp_are_left_alone),
		TEST(count_changes_is_put_back),
		TEST(a_running_statement_is_named),
		TEST(an_open_blob_is_named),
		TEST(functions_of_the_application_judge_nothing),
		TEST(an_authorizer_hides_no_row),
		TEST(a_count_of_the_application_is_refused),
		TEST(the_last_rowid_is_put_back),
		TEST(a_commit_hook_that_refuses_is_named),
		TEST(a_limit_of_statements_is_named),
		TEST(a_connection_that_only_reads_is_refused),
		TEST(what_is_kept_goes_when_the_update_is_confirmed),
		TEST(both_shapes_come_in_each_journal_mode),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
