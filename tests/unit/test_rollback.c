/* SPDX-License-Identifier: MIT */
/*
 * test_rollback.c: the way back, with others at the file: in rollback-journal
 * and WAL mode, idle, reading and writing, in this process and in another.
 */
#include "scratch.h"

#include <signal.h>
#include <time.h>

#include "backup/backup.h"
#include "backup/file.h"
#include "digest/digest.h"
#include "run/history.h"
#include "run/rollback.h"

#define DB "app.db"

static moult_options options_of(void)
{
	moult_options options = MOULT_OPTIONS_INIT;

	options.timeout_ms = 100;
	return options;
}

/* A migration in small; gives the name of the backup. */
static const char *migrate(struct scratch *scratch, sqlite3 *db, const char *sql)
{
	const struct backup_order order = {
		MO_KIND_BEFORE_APPLY, "plan", {"exact", "moult1:before"}, NULL, false};
	const struct fingerprints after = {"exact2", "moult1:after"};
	const moult_options options = options_of();
	struct backup *backup = NULL;
	struct history row = {.plan = "plan"};

	run_sql(db, "BEGIN IMMEDIATE");
	assert_int_equal(mo_backup_make(&backup, &scratch->m, db, &order, &options), 0);
	row.backup = mo_arena_text(scratch->arena, mo_file_base(backup->path));
	run_sql(db, sql);
	assert_int_equal(mo_history_add(db, &row, &scratch->m.diags), 0);
	assert_int_equal(mo_digest_register(db), 0);
	assert_int_equal(mo_backup_after(backup, &scratch->m, db, &after, NULL), 0);
	mo_digest_unregister(db);
	run_sql(db, "COMMIT");
	mo_backup_finish(backup, &scratch->m, &options);
	return row.backup;
}

static const char *start(struct scratch *scratch, const char *setting)
{
	sqlite3 *db = scratch_open(scratch, DB);
	const char *backup;

	run_sql(db, setting);
	run_sql(db,
		"CREATE TABLE t(id INTEGER PRIMARY KEY, a); INSERT INTO t(a) VALUES ('one'), ('two');"
		"CREATE TABLE plain(x); INSERT INTO plain VALUES (1); CREATE INDEX t_a ON t(a)");
	backup = migrate(scratch, db,
			 "ALTER TABLE t RENAME COLUMN a TO b; UPDATE t SET b = upper(b);"
			 "CREATE TABLE extra(y)");
	sqlite3_close(db);
	return backup;
}

static int go_back(struct scratch *scratch, const char *backup, const moult_options *options)
{
	return mo_rollback(&scratch->m, scratch_path(scratch, DB), backup, options, NULL);
}

static void is_before(sqlite3 *db)
{
	assert_string_equal(ask(db, "SELECT group_concat(a) FROM t"), "one,two");
	assert_string_equal(
		ask(db,
		    "SELECT count(*) FROM sqlite_master WHERE name IN ('extra', '_moult_history')"),
		"0");
	assert_string_equal(ask(db, "PRAGMA integrity_check"), "ok");
}

static void is_after(sqlite3 *db)
{
	assert_string_equal(ask(db, "SELECT group_concat(b) FROM t"), "ONE,TWO");
	assert_string_equal(ask(db, "SELECT count(*) FROM _moult_history"), "1");
	assert_string_equal(ask(db, "PRAGMA integrity_check"), "ok");
}

static void ok(struct scratch *scratch, int rc)
{
	if (rc)
		all_said(scratch);
	assert_int_equal(rc, 0);
}

static void goes_back(struct scratch *scratch, const char *mode)
{
	const moult_options options = options_of();
	moult_outcome outcome = {sizeof(outcome), NULL, NULL, 0, 0, 0};
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

/* ---- newer rows ---- */

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
	moult_outcome outcome = {sizeof(outcome), NULL, NULL, 0, 0, 0};
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

	second = migrate(scratch, db, "ALTER TABLE t ADD COLUMN c");
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

/* ---- killed at any instant ---- */

static void there_and_back(struct scratch *scratch)
{
	const moult_options options = options_of();
	sqlite3 *db = scratch_open(scratch, DB);

	migrate(scratch, db,
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

/* ---- what cannot be ---- */

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
	migrate(scratch, db, "ALTER TABLE t RENAME COLUMN a TO b; UPDATE t SET b = upper(b)");
	assert_string_equal(ask(db, "PRAGMA journal_mode=DELETE"), "delete");
	ok(scratch, go_back(scratch, NULL, &options));
	is_before(db);
	assert_string_equal(ask(db, "PRAGMA journal_mode"), "wal");
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
		cmocka_unit_test_setup_teardown(newer_rows_are_refused, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(a_newer_schema_is_refused, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(upkeep_is_no_change, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(a_rollback_is_rolled_back, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(several_are_undone_at_once, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(what_never_happened_is_not_undone, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(killed_with_a_rollback_journal, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(killed_with_a_wal, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(a_migration_without_a_backup, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(a_corrupt_backup_is_refused, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(a_backup_elsewhere_is_refused, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(pages_of_another_size, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(journal_modes_change_between, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(a_damaged_file_goes_back, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(an_interrupted_restore_changes_nothing,
						scratch_set_up, scratch_tear_down),
		cmocka_unit_test_setup_teardown(backups_in_a_directory, scratch_set_up,
						scratch_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
