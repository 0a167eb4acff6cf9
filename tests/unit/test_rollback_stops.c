/* SPDX-License-Identifier: MIT */
/*
 * test_rollback_stops.c: a rollback that is told to stop, at each place where it
 * asks: by the callback, by the deadline, and while it waits for a lock.  The
 * file is then as it was, or the rollback is done and says so.
 */
#include "scratch.h"

#include "backup/backup.h"
#include "backup/file.h"
#include "digest/digest.h"
#include "live/watch.h"
#include "session/history.h"

#define DB "app.db"

struct stop {
	int calls;
	int at;		 /* from which call on */
	struct moult *m; /* whose deadline is over then; NULL: says so itself */
};

static int on_progress(void *context, const moult_progress *progress)
{
	struct stop *stop = context;
	const bool now = ++stop->calls >= stop->at;

	assert_non_null(progress->phase);
	if (now && stop->m)
		stop->m->until = 0;
	return now && !stop->m;
}

static moult_options options_of(void)
{
	moult_options options = MOULT_OPTIONS_INIT;

	options.timeout_ms = 100;
	return options;
}

/* A file that went through a migration; large enough that the copy and the restore ask more than once. */
static void start(struct scratch *scratch, const char *mode)
{
	const struct backup_order order = {
		MO_KIND_BEFORE_APPLY, "plan", {"exact", "moult1:before"}, NULL, false};
	const struct fingerprints after = {"exact2", "moult1:after"};
	const moult_options options = options_of();
	struct history row = {.plan = "plan"};
	struct backup *backup = NULL;
	sqlite3 *db = scratch_open(scratch, DB);

	run_sql(db, mode);
	run_sql(db, "CREATE TABLE t(a); INSERT INTO t VALUES ('one'), ('two');"
		    "CREATE TABLE big(x); INSERT INTO big VALUES (zeroblob(9000000));"
		    "BEGIN IMMEDIATE");
	assert_int_equal(mo_backup_make(&backup, &scratch->m, db, &order, &options), 0);
	row.backup = mo_arena_text(scratch->arena, mo_file_base(backup->path));
	run_sql(db, "ALTER TABLE t RENAME COLUMN a TO b");
	assert_int_equal(mo_history_add(db, &row, &scratch->m.diags), 0);
	assert_int_equal(mo_digest_register(db), 0);
	assert_int_equal(mo_backup_after(backup, &scratch->m, db, &after, NULL), 0);
	run_sql(db, "COMMIT");
	mo_backup_finish(backup, &scratch->m, &options);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void is(struct scratch *scratch, bool back)
{
	sqlite3 *db = scratch_open(scratch, DB);

	assert_string_equal(
		ask(db, back ? "SELECT group_concat(a) FROM t" : "SELECT group_concat(b) FROM t"),
		"one,two");
	assert_string_equal(ask(db, "PRAGMA integrity_check"), "ok");
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	assert_int_equal(count_files(scratch, ".backup"), back ? 2 : 1);
	assert_int_equal(count_files(scratch, ".tmp"), 0);
}

/* One error, of this ID, that says that nothing is changed, or what was broken off. */
static void says(struct scratch *scratch, const char *id)
{
	const moult_diagnostic *said = mo_diag_last(&scratch->m.diags);

	if (scratch->m.diags.list.count != 1 || strcmp(said->id, id) != 0) {
		all_said(scratch);
		fail_msg("not %s alone", id);
	}
}

/* Stops at each call in turn, until one rollback ends before it is told to. */
static void stops_at_each_call(struct scratch *scratch, const char *mode, bool by_deadline)
{
	moult_options options = options_of();
	struct stop stop;
	int stopped = 0, rc;

	options.deadline_ms = by_deadline ? 1000000 : 0;
	start(scratch, mode);
	for (int at = 1;; at++) {
		stop = (struct stop){0, at, by_deadline ? &scratch->m : NULL};
		mo_diags_clear(&scratch->m.diags);
		moult_set_progress(&scratch->m, on_progress, &stop);
		rc = moult_rollback(&scratch->m, scratch_path(scratch, DB), NULL, &options, NULL);
		if (rc == MOULT_OK)
			break;
		assert_int_equal(rc, by_deadline ? MOULT_BUSY : MOULT_FAILED);
		says(scratch, by_deadline ? "RUN015" : "RUN014");
		is(scratch, false);
		stopped++;
	}
	assert_int_equal(scratch->m.diags.list.count, 0);
	is(scratch, true);
	assert_true(stopped > 4);
}

static void by_the_callback(void **state)
{
	stops_at_each_call(*state, "PRAGMA journal_mode=DELETE", false);
}

static void by_the_callback_with_a_wal(void **state)
{
	stops_at_each_call(*state, "PRAGMA journal_mode=WAL", false);
}

static void by_the_deadline(void **state)
{
	stops_at_each_call(*state, "PRAGMA journal_mode=DELETE", true);
}

/* Told to stop once the file is back: it is verified, marked and done. */
static int stop_when_verifying(void *context, const moult_progress *progress)
{
	bool *restored = context;

	if (strcmp(progress->phase, "restore") == 0)
		*restored = true;
	return *restored && strcmp(progress->phase, "restore") != 0;
}

static void too_late_to_stop(void **state)
{
	struct scratch *scratch = *state;
	const moult_options options = options_of();
	bool restored = false;

	start(scratch, "PRAGMA journal_mode=DELETE");
	moult_set_progress(&scratch->m, stop_when_verifying, &restored);
	if (moult_rollback(&scratch->m, scratch_path(scratch, DB), NULL, &options, NULL)) {
		all_said(scratch);
		fail();
	}
	assert_true(restored);
	assert_int_equal(scratch->m.diags.list.count, 0);
	is(scratch, true);
}

/* Somebody writes, and does not end before the deadline, or before the wish to stop. */
static void while_it_waits(struct scratch *scratch, const char *mode)
{
	moult_options options = options_of();
	struct stop stop = {0, 12, NULL};
	sqlite3 *other;

	start(scratch, mode);
	other = scratch_open(scratch, DB);
	run_sql(other, "BEGIN IMMEDIATE; INSERT INTO big VALUES (1)");
	options.timeout_ms = 600000;
	options.deadline_ms = 300;
	assert_int_equal(
		moult_rollback(&scratch->m, scratch_path(scratch, DB), NULL, &options, NULL),
		MOULT_BUSY);
	says(scratch, "RUN015");
	mo_diags_clear(&scratch->m.diags);
	options.deadline_ms = 0;
	moult_set_progress(&scratch->m, on_progress, &stop);
	assert_int_equal(
		moult_rollback(&scratch->m, scratch_path(scratch, DB), NULL, &options, NULL),
		MOULT_FAILED);
	says(scratch, "RUN014");
	run_sql(other, "ROLLBACK");
	assert_int_equal(sqlite3_close(other), SQLITE_OK);
	is(scratch, false);
}

static void while_it_waits_for_a_writer(void **state)
{
	while_it_waits(*state, "PRAGMA journal_mode=DELETE");
}

static void while_it_waits_for_a_writer_with_a_wal(void **state)
{
	while_it_waits(*state, "PRAGMA journal_mode=WAL");
}

/* The backup's check asks where it has a thread of its own, too. */
static int stop_at_the_check(void *context, const moult_progress *progress)
{
	const int *seen = context;

	(void)seen;
	return strcmp(progress->phase, "check") == 0;
}

static void a_check_of_a_large_backup(void **state)
{
	struct scratch *scratch = *state;
	const struct backup_order order = {
		MO_KIND_BEFORE_APPLY, "plan", {"exact", "moult1:before"}, NULL, false};
	const moult_options options = options_of();
	struct backup *backup = NULL;
	sqlite3 *db = scratch_open(scratch, DB);
	int seen = 0, rc;

	run_sql(db, "CREATE TABLE t(a); WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
		    " WHERE i < 40) INSERT INTO t SELECT randomblob(1000000) FROM n;"
		    "BEGIN IMMEDIATE");
	moult_set_progress(&scratch->m, stop_at_the_check, &seen);
	rc = mo_backup_make(&backup, &scratch->m, db, &order, &options);
	if (rc == MOULT_OK) { /* the thread was faster than the first question */
		mo_backup_discard(backup, &scratch->m);
	} else {
		assert_int_equal(rc, MOULT_FAILED);
		says(scratch, "RUN014");
	}
	assert_int_equal(count_files(scratch, ".moult-"), 0);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_set_up, scratch_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(by_the_callback),
		TEST(by_the_callback_with_a_wal),
		TEST(by_the_deadline),
		TEST(too_late_to_stop),
		TEST(while_it_waits_for_a_writer),
		TEST(while_it_waits_for_a_writer_with_a_wal),
		TEST(a_check_of_a_large_backup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
