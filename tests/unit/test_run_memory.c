/* SPDX-License-Identifier: MIT */
/*
 * test_run_memory.c: every allocation of a backup and of a rollback fails in
 * turn; unless MOULT_TORTURE is set, only every seventeenth, which takes
 * seconds and not minutes.  Whatever comes of it: no crash, no leak, no half,
 * and the same again with memory works.
 */
#include "scratch.h"

#include "back/rollback.h"
#include "backup/backup.h"
#include "backup/file.h"
#include "digest/digest.h"
#include "session/history.h"

#include "../failing.h"

#define DB "app.db"

static long countdown = -1; /* allocations until failure; negative: none fails */
static bool struck;

static bool strikes(void)
{
	if (countdown < 0 || countdown-- > 0)
		return false;
	countdown = -1;
	struck = true;
	return true;
}

static void fail_from(long count)
{
	struck = false;
	countdown = count;
}

static int migrate(struct scratch *scratch, sqlite3 *db)
{
	const struct backup_order order = {
		MO_KIND_BEFORE_APPLY, "plan", {"exact", "moult1:before"}, NULL, false};
	const struct fingerprints after = {"exact2", "moult1:after"};
	const moult_options options = MOULT_OPTIONS_INIT;
	struct backup *backup = NULL;
	struct history row = {.plan = "plan"};
	int rc = mo_backup_make(&backup, &scratch->m, db, &order, &options);

	row.backup = backup ? mo_file_base(backup->path) : NULL;
	if (!rc)
		rc = mo_history_add(db, &row, &scratch->m.diags);
	if (!rc)
		rc = mo_digest_register(db);
	if (!rc)
		rc = mo_backup_after(backup, &scratch->m, db, &after, NULL);
	if (!rc) {
		mo_backup_finish(backup, &scratch->m, &options);
		return 0;
	}
	if (backup)
		mo_backup_discard(backup, &scratch->m);
	return rc;
}

static sqlite3 *open_new(struct scratch *scratch, const char *mode)
{
	sqlite3 *db;

	if (count_files(scratch, DB)) {
		scratch_remove(scratch->directory);
		assert_int_equal(mkdir(scratch->directory, 0700), 0);
	}
	db = scratch_open(scratch, DB);
	run_sql(db, mode);
	run_sql(db,
		"CREATE TABLE t(a, b); INSERT INTO t VALUES (1, 'x'), (2, x'00'); CREATE TABLE u(c);"
		"CREATE TABLE v(d PRIMARY KEY) WITHOUT ROWID");
	return db;
}

static bool try_backup(struct scratch *scratch, long count)
{
	sqlite3 *db = open_new(scratch, "PRAGMA journal_mode=DELETE");
	int rc;

	run_sql(db, "BEGIN IMMEDIATE; INSERT INTO u VALUES (1)");
	run_sql(db, "ROLLBACK; BEGIN IMMEDIATE");
	fail_from(count);
	rc = migrate(scratch, db);
	countdown = -1;
	if (rc) {
		/* SQLite may have ended the transaction itself. */
		if (!sqlite3_get_autocommit(db))
			run_sql(db, "ROLLBACK");
		assert_int_equal(count_files(scratch, ".moult-"), 0);
		assert_true(scratch->m.diags.list.count > 0 || scratch->m.diags.starved || struck);
	} else {
		run_sql(db, "COMMIT");
		assert_int_equal(count_files(scratch, ".moult-"), 2);
	}
	mo_digest_unregister(db);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	return struck;
}

static bool try_rollback(struct scratch *scratch, long count, const char *mode, bool shared)
{
	const moult_options options = MOULT_OPTIONS_INIT;
	const char *path = scratch_path(scratch, DB);
	sqlite3 *db = open_new(scratch, mode), *other;
	bool was_struck;
	int rc;

	run_sql(db, "BEGIN IMMEDIATE");
	assert_int_equal(migrate(scratch, db), 0);
	run_sql(db, "COMMIT");
	mo_digest_unregister(db);
	sqlite3_close(db);
	other = scratch_open(scratch, DB);
	if (shared)
		run_sql(other, "SELECT * FROM t");
	fail_from(count);
	rc = mo_rollback(&scratch->m, path, NULL, &options, NULL);
	was_struck = struck;
	countdown = -1;
	assert_string_equal(ask(other, "PRAGMA integrity_check"), "ok");
	assert_int_equal(strcmp(ask(other, "SELECT count(*) FROM _moult_history"
					   " WHERE kind IS NULL AND undone IS NULL"),
				"1") == 0,
			 rc != 0);
	assert_int_equal(count_files(scratch, ".backup") - count_files(scratch, ".tmp"),
			 rc ? 1 : 2);
	mo_diags_clear(&scratch->m.diags);
	if (rc && mo_rollback(&scratch->m, path, NULL, &options, NULL)) {
		all_said(scratch);
		fail_msg("the second try failed, after failure %ld", count);
	}
	assert_string_equal(ask(other, "SELECT count(*) FROM t"), "2");
	assert_int_equal(sqlite3_close(other), SQLITE_OK);
	return was_struck;
}

static long stride(void)
{
	return getenv("MOULT_TORTURE") ? 1 : 17;
}

static void backups(void **state)
{
	struct scratch *scratch = *state;
	long count = 0;

	while (try_backup(scratch, count)) {
		mo_diags_clear(&scratch->m.diags);
		count += stride();
	}
	assert_true(count > 100);
}

static void rollbacks(struct scratch *scratch, const char *mode, bool shared)
{
	long count = 0;

	while (try_rollback(scratch, count, mode, shared))
		count += stride();
	assert_true(count > 100);
}

static void rollbacks_alone(void **state)
{
	rollbacks(*state, "PRAGMA journal_mode=DELETE", false);
}

static void rollbacks_shared(void **state)
{
	rollbacks(*state, "PRAGMA journal_mode=WAL", true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(backups, scratch_set_up, scratch_tear_down),
		cmocka_unit_test_setup_teardown(rollbacks_alone, scratch_set_up, scratch_tear_down),
		cmocka_unit_test_setup_teardown(rollbacks_shared, scratch_set_up,
						scratch_tear_down),
	};

	failing_install(strikes);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
