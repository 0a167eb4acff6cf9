/* SPDX-License-Identifier: MIT */
/*
 * test_rollback_refused.c: the way back where something is in its way: rows that
 * are newer, backups that are gone or not to be trusted, a file that is damaged, a
 * callback that says stop.  Nothing is changed then, but where the owner says so.
 */
#include "rollback.h"

/* ---- what is newer ---- */

static void newer_rows_are_refused(void **state)
{
	struct scratch *scratch = *state;
	moult_options options = options_of();
	sqlite3 *db;

	start(scratch, "PRAGMA journal_mode=WAL");
	db = scratch_open(scratch, DB);
	run_sql(db,
		"INSERT INTO t(b) VALUES ('new'), ('newer'); UPDATE plain SET x = 9; DROP TABLE extra;"
		"CREATE TABLE own(z); INSERT INTO own VALUES (1)");
	assert_int_equal(go_back(scratch, NULL, &options), MOULT_REFUSED);
	assert_true(
		said(scratch, "RUN021", "table t held 2 rows after the migration and holds 4 now"));
	assert_true(said(scratch, "RUN021", "table plain holds 1 rows as it did"));
	assert_true(
		said(scratch, "RUN021", "table extra held 0 rows after the migration and is gone"));
	assert_true(said(scratch, "RUN021", "table own was made since"));
	assert_int_equal(count_files(scratch, ".moult-"), 2);
	assert_string_equal(ask(db, "SELECT count(*) FROM t"), "4");
	mo_diags_clear(&scratch->m.diags);
	options.discard_newer = 1;
	ok(scratch, go_back(scratch, NULL, &options));
	is_before(db);
	sqlite3_close(db);
}

static void a_newer_schema_is_refused(void **state)
{
	struct scratch *scratch = *state;
	const moult_options options = options_of();
	sqlite3 *db;

	start(scratch, "PRAGMA journal_mode=DELETE");
	db = scratch_open(scratch, DB);
	run_sql(db, "CREATE VIEW v AS SELECT 1");
	assert_int_equal(go_back(scratch, NULL, &options), MOULT_REFUSED);
	assert_true(said(scratch, "RUN021", "schema was changed"));
	sqlite3_close(db);
}

/* ---- the backup ---- */

static void a_migration_without_a_backup(void **state)
{
	struct scratch *scratch = *state;
	const struct history row = {.plan = "plan"};
	const moult_options options = options_of();
	const char *backup = start(scratch, "PRAGMA journal_mode=DELETE");
	sqlite3 *db = scratch_open(scratch, DB);

	assert_int_equal(mo_history_add(db, &row, &scratch->m.diags), 0);
	assert_int_equal(go_back(scratch, NULL, &options), MOULT_TROUBLE);
	assert_true(said(scratch, "RUN019", "none was made"));
	run_sql(db, "DELETE FROM _moult_history WHERE number = 2");
	assert_int_equal(unlink(scratch_path(scratch, backup)), 0);
	assert_int_equal(go_back(scratch, NULL, &options), MOULT_TROUBLE);
	assert_true(said(scratch, "RUN019", "is gone"));
	sqlite3_close(db);
}

static void a_corrupt_backup_is_refused(void **state)
{
	struct scratch *scratch = *state;
	const moult_options options = options_of();
	const char *backup = start(scratch, "PRAGMA journal_mode=DELETE");
	FILE *file = fopen(scratch_path(scratch, backup), "r+");
	sqlite3 *db;

	assert_non_null(file);
	assert_int_equal(fseek(file, -1, SEEK_END), 0);
	assert_int_equal(fputc('!', file), '!');
	assert_int_equal(fclose(file), 0);
	assert_int_equal(go_back(scratch, NULL, &options), MOULT_TROUBLE);
	assert_true(said(scratch, "RUN020", "checksum"));
	assert_int_equal(go_back(scratch, backup, &options), MOULT_TROUBLE);
	db = scratch_open(scratch, DB);
	is_after(db);
	sqlite3_close(db);
}

static void a_backup_elsewhere_is_refused(void **state)
{
	struct scratch *scratch = *state;
	const moult_options options = options_of();
	const char *backup = start(scratch, "PRAGMA journal_mode=DELETE");
	const char *record = scratch_path(scratch, backup);
	sqlite3 *db = NULL;

	record = mo_arena_format(scratch->arena, "%.*s.json",
				 (int)(strlen(record) - strlen(".backup")), record);
	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	sqlite3_close(db);
	put_file(
		record,
		"{\"moult\": 1, \"kind\": \"before-apply\", \"database\": \"app.db\", \"number\": 1,"
		"\"created\": \"x\", \"backup\": \"../../etc/passwd\", \"size\": 1,"
		"\"checksum\": \"0123456789abcdef0123456789abcdef\"}");
	assert_int_equal(go_back(scratch, backup, &options), MOULT_TROUBLE);
	assert_true(said(scratch, "RUN020", "not a file beside it"));
	assert_int_equal(unlink(record), 0);
	assert_int_equal(go_back(scratch, backup, &options), MOULT_TROUBLE);
	assert_true(said(scratch, "RUN020", "no manifest"));
	assert_int_equal(go_back(scratch, scratch_path(scratch, "none.backup"), &options),
			 MOULT_TROUBLE);
	db = scratch_open(scratch, DB);
	is_after(db);
	sqlite3_close(db);
}

/* ---- the file ---- */

static void pages_of_another_size(void **state)
{
	struct scratch *scratch = *state;
	const moult_options options = options_of();
	sqlite3 *db;

	start(scratch, "PRAGMA journal_mode=DELETE");
	db = scratch_open(scratch, DB);
	run_sql(db, "PRAGMA page_size=8192; VACUUM; PRAGMA journal_mode=WAL");
	assert_int_equal(go_back(scratch, NULL, &options), MOULT_TROUBLE);
	assert_true(said(scratch, "RUN016", "8192 bytes"));
	is_after(db);
	run_sql(db, "PRAGMA journal_mode=DELETE");
	ok(scratch, go_back(scratch, NULL, &options));
	is_before(db);
	assert_string_equal(ask(db, "PRAGMA page_size"), "4096");
	sqlite3_close(db);
}

/* A file whose rows cannot be read goes back when its owner says so. */
static void a_damaged_file_goes_back(void **state)
{
	struct scratch *scratch = *state;
	moult_options options = options_of();
	FILE *file;
	sqlite3 *db;

	start(scratch, "PRAGMA journal_mode=DELETE");
	file = fopen(scratch_path(scratch, DB), "r+");
	assert_non_null(file);
	assert_int_equal(fseek(file, 4096, SEEK_SET), 0);
	for (int i = 0; i < 4096; i++)
		assert_int_equal(fputc('!', file), '!');
	assert_int_equal(fclose(file), 0);
	assert_int_equal(go_back(scratch, NULL, &options), MOULT_TROUBLE);
	assert_true(said(scratch, "RUN003", "read all rows"));
	options.discard_newer = 1;
	ok(scratch, go_back(scratch, NULL, &options));
	db = scratch_open(scratch, DB);
	is_before(db);
	sqlite3_close(db);
	assert_int_equal(count_files(scratch, ".backup"), 2);
}

/* ---- the callback ---- */

static int interrupt(void *context, const moult_progress *progress)
{
	(void)context;
	return strcmp(progress->phase, "restore") == 0;
}

static void an_interrupted_restore_changes_nothing(void **state)
{
	struct scratch *scratch = *state;
	const moult_options options = options_of();
	sqlite3 *db;

	start(scratch, "CREATE TABLE big(x); INSERT INTO big VALUES (zeroblob(9000000))");
	scratch->m.on_progress = interrupt;
	assert_int_equal(go_back(scratch, NULL, &options), MOULT_FAILED);
	assert_true(said(scratch, "RUN014", "interrupted"));
	scratch->m.on_progress = NULL;
	db = scratch_open(scratch, DB);
	is_after(db);
	assert_int_equal(count_files(scratch, ".backup"), 1);
	sqlite3_close(db);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(newer_rows_are_refused, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(a_newer_schema_is_refused, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(a_migration_without_a_backup, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(a_corrupt_backup_is_refused, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(a_backup_elsewhere_is_refused, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(pages_of_another_size, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(a_damaged_file_goes_back, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(an_interrupted_restore_changes_nothing,
						scratch_set_up, scratch_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
