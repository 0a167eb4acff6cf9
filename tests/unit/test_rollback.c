/* SPDX-License-Identifier: MIT */
/*
 * test_rollback.c: the way back, and there again, of a file that nobody else has
 * open, in rollback-journal and WAL mode.
 */
#include "rollback.h"

static void goes_back(struct scratch *scratch, const char *mode)
{
	const moult_options options = options_of();
	moult_outcome outcome = MOULT_OUTCOME_INIT;
	struct backup_entry *saved = NULL;
	const char *backup =
		start(scratch, mo_arena_format(scratch->arena, "PRAGMA journal_mode=%s", mode));
	sqlite3 *db;

	ok(scratch, mo_rollback(&scratch->m, scratch_path(scratch, DB), NULL, &options, &outcome));
	db = scratch_open(scratch, DB);
	is_before(db);
	assert_string_equal(ask(db, "PRAGMA journal_mode"), mode);
	sqlite3_close(db);
	assert_string_equal(outcome.plan_id, "plan");
	assert_int_equal(outcome.rows, 3);
	assert_int_equal(mo_backup_find(&saved, scratch->arena, &scratch->m, outcome.backup), 0);
	assert_int_equal(saved->manifest.number, 2);
	assert_string_equal(saved->manifest.kind, MO_KIND_BEFORE_ROLLBACK);
	assert_string_equal(saved->manifest.before.shape, "moult1:after");
	assert_string_equal(saved->manifest.after.shape, "moult1:before");
	assert_int_equal(
		mo_backup_find(&saved, scratch->arena, &scratch->m, scratch_path(scratch, backup)),
		0);
	assert_int_equal(saved->manifest.undone, 2);
	sqlite3_free(outcome.backup);
	sqlite3_free(outcome.plan_id);
	assert_int_equal(count_files(scratch, ".tmp"), 0);
	assert_int_equal(count_files(scratch, "-wal") + count_files(scratch, "-journal"), 0);
	assert_int_equal(scratch->m.diags.list.count, 0);
	/* There is nothing more to undo. */
	assert_int_equal(go_back(scratch, NULL, &options), MOULT_TROUBLE);
	assert_true(said(scratch, "RUN019", "no migration"));
}

static void with_a_rollback_journal(void **state)
{
	goes_back(*state, "delete");
}

static void with_a_wal(void **state)
{
	goes_back(*state, "wal");
}

static void upkeep_is_no_change(void **state)
{
	struct scratch *scratch = *state;
	const moult_options options = options_of();
	sqlite3 *db;

	start(scratch, "PRAGMA journal_mode=DELETE");
	db = scratch_open(scratch, DB);
	run_sql(db, "VACUUM; REINDEX; ANALYZE; PRAGMA user_version=7");
	ok(scratch, go_back(scratch, NULL, &options));
	is_before(db);
	sqlite3_close(db);
}

/* ---- there and back again ---- */

static void a_rollback_is_rolled_back(void **state)
{
	struct scratch *scratch = *state;
	const moult_options options = options_of();
	moult_outcome outcome = MOULT_OUTCOME_INIT;
	struct backup_entry *entry = NULL;
	const char *backup = start(scratch, "PRAGMA journal_mode=WAL");
	sqlite3 *db = scratch_open(scratch, DB);

	ok(scratch, mo_rollback(&scratch->m, scratch_path(scratch, DB), NULL, &options, &outcome));
	is_before(db);
	ok(scratch, go_back(scratch, mo_file_base(outcome.backup), &options));
	is_after(db);
	assert_int_equal(mo_backup_find(&entry, scratch->arena, &scratch->m, outcome.backup), 0);
	assert_int_equal(entry->manifest.undone, 3);
	assert_int_equal(
		mo_backup_find(&entry, scratch->arena, &scratch->m, scratch_path(scratch, backup)),
		0);
	assert_int_equal(entry->manifest.undone, 0);
	ok(scratch, go_back(scratch, NULL, &options));
	is_before(db);
	assert_int_equal(count_files(scratch, ".backup"), 4);
	sqlite3_free(outcome.backup);
	sqlite3_free(outcome.plan_id);
	sqlite3_close(db);
}

static void several_are_undone_at_once(void **state)
{
	struct scratch *scratch = *state;
	moult_options options = options_of();
	struct backup_entry *entry = NULL;
	const char *first = start(scratch, "PRAGMA journal_mode=DELETE"), *second;
	sqlite3 *db = scratch_open(scratch, DB);

	second = step(scratch, db, "ALTER TABLE t ADD COLUMN c");
	/* The rows are those that the second left, not the first. */
	assert_int_equal(go_back(scratch, first, &options), MOULT_REFUSED);
	options.discard_newer = 1;
	ok(scratch, go_back(scratch, first, &options));
	is_before(db);
	assert_int_equal(
		mo_backup_find(&entry, scratch->arena, &scratch->m, scratch_path(scratch, second)),
		0);
	assert_int_equal(entry->manifest.undone, 3);
	sqlite3_close(db);
}

/* A run that was cut off before COMMIT leaves a backup that undoes nothing. */
static void what_never_happened_is_not_undone(void **state)
{
	struct scratch *scratch = *state;
	const struct backup_order order = {MO_KIND_BEFORE_APPLY, "plan", {NULL, NULL}, NULL, false};
	const moult_options options = options_of();
	struct backup *backup = NULL;
	sqlite3 *db;

	start(scratch, "PRAGMA journal_mode=DELETE");
	db = scratch_open(scratch, DB);
	run_sql(db, "BEGIN IMMEDIATE");
	assert_int_equal(mo_backup_make(&backup, &scratch->m, db, &order, &options), 0);
	mo_backup_free(backup);
	run_sql(db, "ROLLBACK");
	ok(scratch, go_back(scratch, NULL, &options));
	is_before(db);
	sqlite3_close(db);
}

/* ---- what is not where it was ---- */

/* The journal mode is in the file: it goes back to what the backup has, but a WAL stays. */
static void journal_modes_change_between(void **state)
{
	struct scratch *scratch = *state;
	const moult_options options = options_of();
	sqlite3 *db;

	start(scratch, "PRAGMA journal_mode=DELETE");
	db = scratch_open(scratch, DB);
	run_sql(db, "PRAGMA journal_mode=WAL");
	ok(scratch, go_back(scratch, NULL, &options));
	is_before(db);
	assert_string_equal(ask(db, "PRAGMA journal_mode"), "wal");
	step(scratch, db, "ALTER TABLE t RENAME COLUMN a TO b; UPDATE t SET b = upper(b)");
	assert_string_equal(ask(db, "PRAGMA journal_mode=DELETE"), "delete");
	ok(scratch, go_back(scratch, NULL, &options));
	is_before(db);
	assert_string_equal(ask(db, "PRAGMA journal_mode"), "wal");
	sqlite3_close(db);
}

static void backups_in_a_directory(void **state)
{
	struct scratch *scratch = *state;
	moult_options options = options_of();
	const struct backup_order order = {MO_KIND_BEFORE_APPLY, "plan", {NULL, NULL}, NULL, false};
	struct backup *backup = NULL;
	struct history row = {0};
	sqlite3 *db = scratch_open(scratch, DB);

	assert_int_equal(mkdir(scratch_path(scratch, "kept"), 0700), 0);
	options.backup_dir = scratch_path(scratch, "kept");
	run_sql(db, "CREATE TABLE t(a); INSERT INTO t VALUES (1); BEGIN IMMEDIATE");
	assert_int_equal(mo_backup_make(&backup, &scratch->m, db, &order, &options), 0);
	run_sql(db, "DELETE FROM t");
	row.backup = mo_file_base(backup->path);
	assert_int_equal(mo_history_add(db, &row, &scratch->m.diags), 0);
	run_sql(db, "COMMIT");
	mo_backup_finish(backup, &scratch->m, &options);
	/* Nothing is known of what the migration left. */
	assert_int_equal(go_back(scratch, NULL, &options), MOULT_REFUSED);
	assert_true(said(scratch, "RUN021", "does not say"));
	options.discard_newer = 1;
	ok(scratch, go_back(scratch, NULL, &options));
	assert_string_equal(ask(db, "SELECT count(*) FROM t"), "1");
	assert_int_equal(count_files(scratch, ".moult-"), 0);
	sqlite3_close(db);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(with_a_rollback_journal, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(with_a_wal, scratch_set_up, scratch_tear_down),
		cmocka_unit_test_setup_teardown(upkeep_is_no_change, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(a_rollback_is_rolled_back, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(several_are_undone_at_once, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(what_never_happened_is_not_undone, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(journal_modes_change_between, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(backups_in_a_directory, scratch_set_up,
						scratch_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
