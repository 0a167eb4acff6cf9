/* SPDX-License-Identifier: MIT */
/*
 * test_rollback_others.c: the way back, with others at the file: in
 * rollback-journal and WAL mode, idle, reading and writing, in this process and
 * in another; and with somebody who kills it at any instant.
 */
#include "rollback.h"

#include <signal.h>
#include <time.h>

static void with_a_connection_in_this_process(struct scratch *scratch, const char *mode)
{
	const moult_options options = options_of();
	sqlite3 *other;
	sqlite3_stmt *kept = NULL;

	start(scratch, mo_arena_format(scratch->arena, "PRAGMA journal_mode=%s", mode));
	other = scratch_open(scratch, DB);
	is_after(other);
	assert_int_equal(sqlite3_prepare_v2(other, "SELECT count(*) FROM plain", -1, &kept, NULL),
			 SQLITE_OK);
	ok(scratch, go_back(scratch, NULL, &options));
	is_before(other);
	assert_int_equal(sqlite3_step(kept), SQLITE_ROW);
	assert_int_equal(sqlite3_column_int(kept, 0), 1);
	sqlite3_finalize(kept);
	run_sql(other, "INSERT INTO t(a) VALUES ('three')");
	assert_string_equal(ask(other, "PRAGMA journal_mode"), mode);
	assert_string_equal(ask(other, "PRAGMA integrity_check"), "ok");
	sqlite3_close(other);
	assert_int_equal(scratch->m.diags.list.count, 0);
}

static void idle_connection_rollback_journal(void **state)
{
	with_a_connection_in_this_process(*state, "delete");
}

static void idle_connection_wal(void **state)
{
	with_a_connection_in_this_process(*state, "wal");
}

static void reader_in_wal_keeps_its_snapshot(void **state)
{
	struct scratch *scratch = *state;
	const moult_options options = options_of();
	sqlite3 *reader;

	start(scratch, "PRAGMA journal_mode=WAL");
	reader = scratch_open(scratch, DB);
	run_sql(reader, "BEGIN");
	is_after(reader);
	ok(scratch, go_back(scratch, NULL, &options));
	is_after(reader);
	run_sql(reader, "COMMIT");
	is_before(reader);
	sqlite3_close(reader);
}

static void busy(struct scratch *scratch, const char *mode, const char *lock)
{
	const moult_options options = options_of();
	sqlite3 *other;

	start(scratch, mo_arena_format(scratch->arena, "PRAGMA journal_mode=%s", mode));
	other = scratch_open(scratch, DB);
	run_sql(other, lock);
	assert_int_equal(go_back(scratch, NULL, &options), MOULT_BUSY);
	assert_true(said(scratch, "RUN004", "lock"));
	run_sql(other, "COMMIT");
	is_after(other);
	sqlite3_close(other);
	assert_int_equal(count_files(scratch, ".moult-"), 2);
	assert_int_equal(count_files(scratch, ".tmp"), 0);
}

static void reader_makes_it_wait(void **state)
{
	busy(*state, "delete", "BEGIN; SELECT * FROM t");
}

static void writer_makes_it_wait(void **state)
{
	busy(*state, "delete", "BEGIN IMMEDIATE");
}

static void wal_writer_makes_it_wait(void **state)
{
	busy(*state, "wal", "BEGIN IMMEDIATE");
}

/* ---- other processes ---- */

/* A child with the database open; it reports by one byte, and ends when its pipe is closed. */
static pid_t child_with(const char *path, const char *sql, int *hold)
{
	int ready[2], stay[2];
	char byte = 0;
	sqlite3 *db = NULL;
	pid_t child;

	assert_int_equal(pipe(ready) + pipe(stay), 0);
	child = fork();
	assert_true(child >= 0);
	if (!child) {
		alarm(60); /* whatever becomes of the parent */
		close(stay[1]);
		if (sqlite3_open(path, &db) || sqlite3_exec(db, sql, NULL, NULL, NULL))
			_exit(1);
		if (write(ready[1], "x", 1) != 1 || read(stay[0], &byte, 1) < 0)
			_exit(2);
		if (sqlite3_exec(db, "INSERT INTO t(a) VALUES ('three')", NULL, NULL, NULL))
			_exit(3);
		_exit(sqlite3_close(db) ? 4 : 0);
	}
	close(ready[1]);
	close(stay[0]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	*hold = stay[1];
	return child;
}

static void another_process(struct scratch *scratch, const char *mode)
{
	const moult_options options = options_of();
	sqlite3 *db;
	int hold, status = 0;
	pid_t child;

	start(scratch, mo_arena_format(scratch->arena, "PRAGMA journal_mode=%s", mode));
	child = child_with(scratch_path(scratch, DB), "SELECT * FROM t", &hold);
	ok(scratch, go_back(scratch, NULL, &options));
	db = scratch_open(scratch, DB);
	is_before(db);
	sqlite3_close(db);
	close(hold);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	db = scratch_open(scratch, DB);
	assert_string_equal(ask(db, "SELECT group_concat(a) FROM t"), "one,two,three");
	assert_string_equal(ask(db, "PRAGMA integrity_check"), "ok");
	sqlite3_close(db);
}

static void another_process_rollback_journal(void **state)
{
	another_process(*state, "delete");
}

static void another_process_wal(void **state)
{
	another_process(*state, "wal");
}

/* A child that writes through the whole rollback: its rows are there or were refused. */
static void against_a_writer(struct scratch *scratch, const char *mode)
{
	const struct timespec nap = {0, 20000000}, breath = {0, 1000000};
	moult_options options = options_of();
	sqlite3 *db = NULL;
	int status = 0, rc;
	pid_t child;

	options.timeout_ms = 60000;
	options.discard_newer = 1;
	start(scratch, mo_arena_format(scratch->arena, "PRAGMA journal_mode=%s", mode));
	child = fork();
	if (!child) {
		alarm(60);
		if (sqlite3_open(scratch_path(scratch, DB), &db))
			_exit(1);
		sqlite3_busy_timeout(db, 2000);
		for (;; nanosleep(&breath, NULL))
			if ((sqlite3_exec(db, "INSERT INTO plain VALUES (2)", NULL, NULL, NULL) &
			     0xff) == SQLITE_CORRUPT)
				_exit(2);
	}
	nanosleep(&nap, NULL);
	rc = go_back(scratch, NULL, &options);
	ok(scratch, rc);
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	db = scratch_open(scratch, DB);
	is_before(db);
	sqlite3_close(db);
}

static void a_writer_all_the_time(void **state)
{
	against_a_writer(*state, "wal");
}

static void a_writer_all_the_time_rollback_journal(void **state)
{
	against_a_writer(*state, "delete");
}

/* ---- killed at any instant ---- */

static void there_and_back(struct scratch *scratch)
{
	const moult_options options = options_of();
	sqlite3 *db = scratch_open(scratch, DB);

	step(scratch, db,
	     "ALTER TABLE t RENAME COLUMN a TO b; UPDATE t SET b = upper(b); CREATE TABLE extra(y)");
	sqlite3_close(db);
	assert_int_equal(go_back(scratch, NULL, &options), 0);
}

static void kill_after(struct scratch *scratch, long nanoseconds)
{
	const struct timespec nap = {0, nanoseconds};
	int status = 0;
	pid_t child = fork();

	if (!child) {
		alarm(60);
		for (;;)
			there_and_back(scratch);
	}
	nanosleep(&nap, NULL);
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void killed(struct scratch *scratch, const char *mode)
{
	const moult_options options = options_of();
	sqlite3 *db = scratch_open(scratch, DB);

	run_sql(db, mode);
	run_sql(db,
		"CREATE TABLE t(id INTEGER PRIMARY KEY, a); INSERT INTO t(a) VALUES ('one'), ('two')");
	sqlite3_close(db);
	for (int i = 1; i <= 25; i++) {
		kill_after(scratch, i * 1300000L);
		db = scratch_open(scratch, DB);
		if (strcmp(ask(db, "SELECT count(*) FROM pragma_table_info('t') WHERE name = 'b'"),
			   "1") == 0) {
			is_after(db);
			ok(scratch, go_back(scratch, NULL, &options));
		}
		is_before(db);
		sqlite3_close(db);
		there_and_back(scratch);
		assert_int_equal(count_files(scratch, ".tmp"), 0);
	}
}

static void killed_with_a_rollback_journal(void **state)
{
	killed(*state, "PRAGMA journal_mode=DELETE");
}

static void killed_with_a_wal(void **state)
{
	killed(*state, "PRAGMA journal_mode=WAL");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(idle_connection_rollback_journal, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(idle_connection_wal, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(reader_in_wal_keeps_its_snapshot, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(reader_makes_it_wait, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(writer_makes_it_wait, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(wal_writer_makes_it_wait, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(another_process_rollback_journal, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(another_process_wal, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(a_writer_all_the_time, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(a_writer_all_the_time_rollback_journal,
						scratch_set_up, scratch_tear_down),
		cmocka_unit_test_setup_teardown(killed_with_a_rollback_journal, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(killed_with_a_wal, scratch_set_up,
						scratch_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
