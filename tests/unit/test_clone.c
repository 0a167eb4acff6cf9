/* SPDX-License-Identifier: MIT */
/*
 * test_clone.c: copies that the file system makes, and what they leave alone:
 * the locks, SQLite's descriptors, and a database whose content is in its WAL.
 */
#include "scratch.h"

#include <fcntl.h>

#include "backup/backup.h"
#include "backup/clone.h"
#include "backup/file.h"
#include "digest/digest.h"

#define ROWS                                                                                     \
	"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) INSERT " \
	"INTO t SELECT zeroblob(300) FROM n;"

static int count_descriptors(void)
{
	int count = 0;

	for (int fd = 0; fd < 256; fd++)
		count += fcntl(fd, F_GETFD) != -1;
	return count;
}

static bool is_locked(const char *database)
{
	struct flock lock = {
		.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0x40000001, .l_len = 1};
	int status = 0;
	const pid_t child = fork();

	if (!child) {
		const int fd = open(database, O_RDWR);

		_exit(fcntl(fd, F_SETLK, &lock) == 0 ? 1 : 0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return status == 0;
}

static bool is_same(struct scratch *scratch, const char *one, const char *other)
{
	char sums[2][MO_HASH_TEXT];

	assert_int_equal(mo_file_checksum(sums[0], one, NULL, &scratch->m.diags, DIAG_RUN007), 0);
	assert_int_equal(mo_file_checksum(sums[1], other, NULL, &scratch->m.diags, DIAG_RUN007), 0);
	return strcmp(sums[0], sums[1]) == 0;
}

static long long size_of(const char *path)
{
	struct stat status;

	assert_int_equal(stat(path, &status), 0);
	return status.st_size;
}

static int make_copy(struct scratch *scratch, const char *copy)
{
	int fd = -1;

	unlink(copy);
	assert_int_equal(mo_file_create(&fd, copy, NULL, &scratch->m.diags, DIAG_RUN007), 0);
	return fd;
}

static void a_clone_is_the_file_under_its_lock(void **state)
{
	static const char *const modes[] = {"delete", "truncate", "persist"};
	struct scratch *scratch = *state;
	const char *copy = scratch_path(scratch, "copy");

	for (size_t i = 0; i < sizeof(modes) / sizeof(*modes); i++) {
		sqlite3 *db = scratch_open(scratch, modes[i]);
		const char *database = scratch_path(scratch, modes[i]);
		int before, to;

		run_sql(db, mo_arena_format(scratch->arena, "PRAGMA journal_mode = %s", modes[i]));
		run_sql(db, "CREATE TABLE t(a);" ROWS "BEGIN IMMEDIATE");
		to = make_copy(scratch, copy);
		before = count_descriptors();
#ifdef __linux__
		if (!mo_clone(&scratch->m, database, to, false)) {
			close(to);
			assert_int_equal(size_of(copy), 0);
			sqlite3_close(db);
			skip(); /* a kernel or file system without the call */
		}
		assert_true(size_of(copy) > 900000);
#else
		assert_false(mo_clone(&scratch->m, database, to, false));
#endif
		assert_int_equal(count_descriptors(), before);
		close(to);
		assert_true(is_locked(database));
		run_sql(db, "COMMIT");
		sqlite3_close(db);
#ifdef __linux__
		assert_true(is_same(scratch, copy, database));
#endif
	}
}

static void a_file_that_nobody_has_open_is_not_opened(void **state)
{
	struct scratch *scratch = *state;
	const char *copy = scratch_path(scratch, "copy");
	int to;

	sqlite3_close(scratch_open(scratch, "a.db"));
	put_file(scratch_path(scratch, "a.db"), "text");
	to = make_copy(scratch, copy);
	assert_false(mo_clone(&scratch->m, scratch_path(scratch, "a.db"), to, false));
	assert_false(mo_clone(&scratch->m, scratch_path(scratch, "nobody"), to, false));
	close(to);
	assert_int_equal(size_of(copy), 0);
}

static int interrupt(void *context, const moult_progress *progress)
{
	(void)context;
	return strcmp(progress->phase, "backup") == 0;
}

/* What is refused here the backup API is asked for; it must find an empty file. */
static void what_is_not_done_leaves_the_copy_empty(void **state)
{
	struct scratch *scratch = *state;
	sqlite3 *db = scratch_open(scratch, "a.db");
	const char *copy = scratch_path(scratch, "copy");
	bool done;
	int to;

	run_sql(db, "CREATE TABLE t(a);" ROWS "BEGIN IMMEDIATE");
	to = make_copy(scratch, copy);
	scratch->m.on_progress = interrupt;
	done = mo_clone(&scratch->m, scratch_path(scratch, "a.db"), to, false);
	scratch->m.on_progress = NULL;
	close(to);
	assert_true(done || size_of(copy) == 0); /* shared blocks take no time to interrupt */
	to = open(copy, O_RDONLY);
	assert_false(mo_clone(&scratch->m, scratch_path(scratch, "a.db"), to, false));
	close(to);
	run_sql(db, "COMMIT");
	sqlite3_close(db);
}

/* The content of a database in WAL mode is not in its file. */
static void a_wal_is_in_the_backup(void **state)
{
	const struct backup_order order = {
		.kind = MO_KIND_BEFORE_APPLY, .plan = "plan", .clone = MO_MAY_CLONE};
	const moult_options options = MOULT_OPTIONS_INIT;
	struct scratch *scratch = *state;
	sqlite3 *db = scratch_open(scratch, "a.db"), *copy = NULL;
	struct backup *backup = NULL;

	run_sql(db, "PRAGMA journal_mode = wal; CREATE TABLE t(a);" ROWS "BEGIN IMMEDIATE");
	assert_true(size_of(scratch_path(scratch, "a.db")) < 10000);
	assert_int_equal(mo_backup_make(&backup, &scratch->m, db, &order, &options), 0);
	assert_int_equal(mo_backup_open(&copy, &scratch->m, backup->path, NULL), 0);
	assert_string_equal(ask(copy, "SELECT count(*) FROM t"), "3000");
	sqlite3_close(copy);
	run_sql(db, "COMMIT");
	mo_backup_discard(backup, &scratch->m);
	sqlite3_close(db);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_clone_is_the_file_under_its_lock, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(a_file_that_nobody_has_open_is_not_opened,
						scratch_set_up, scratch_tear_down),
		cmocka_unit_test_setup_teardown(what_is_not_done_leaves_the_copy_empty,
						scratch_set_up, scratch_tear_down),
		cmocka_unit_test_setup_teardown(a_wal_is_in_the_backup, scratch_set_up,
						scratch_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
