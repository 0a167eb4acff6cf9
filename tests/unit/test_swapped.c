/* SPDX-License-Identifier: MIT */
/*
 * test_swapped.c: somebody else who may write to the directory of the backup
 * puts a link, or another file, under the name of the copy that is being made.
 * The backup is refused, and nothing is written to what the name leads to.
 */
#include "migrated.h"

#include <fcntl.h>

#define DB "app.db"
#define VICTIM "victim"
#define WORDS "what must stay"

enum how { SYMLINK, HARD_LINK, OTHER_FILE, HOW_COUNT };

static struct {
	char victim[300];
	enum how how;
	int at; /* which of the openings of the copy, from 1 */
	int seen;
	bool after; /* it is open by then */
} attack;

static bool is_copy(const char *path)
{
	static const char end[] = ".backup.tmp";
	const size_t length = path ? strlen(path) : 0;

	return length > strlen(end) && strcmp(path + length - strlen(end), end) == 0;
}

static void write_file(const char *path)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(WORDS, file);
	assert_int_equal(fclose(file), 0);
}

static void swap(const char *path)
{
	assert_int_equal(unlink(path), 0);
	if (attack.how == SYMLINK)
		assert_int_equal(symlink(attack.victim, path), 0);
	else if (attack.how == HARD_LINK)
		assert_int_equal(link(attack.victim, path), 0);
	else
		write_file(path);
}

static void pass(const char *path, bool after)
{
	if (is_copy(path) && after == attack.after && ++attack.seen == attack.at)
		swap(path);
}

static sqlite3_vfs *real;

static int open_swapped(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *out)
{
	(void)vfs;
	pass(path, false);
	return real->xOpen(real, path, file, flags, out);
}

static int on_open(void *context, sqlite3 *db)
{
	(void)context;
	pass(sqlite3_db_filename(db, "main"), true);
	return SQLITE_OK;
}

static bool is_untouched(const char *path)
{
	char bytes[100] = "";
	FILE *file = fopen(path, "r");
	size_t size;

	assert_non_null(file);
	size = fread(bytes, 1, sizeof(bytes) - 1, file);
	fclose(file);
	return size == strlen(WORDS) && strcmp(bytes, WORDS) == 0;
}

static void is_refused(struct scratch *scratch)
{
	const moult_options options = options_of();
	sqlite3 *db = NULL;

	attack.seen = 0;
	unlink(scratch_path(scratch, DB));
	unlink(attack.victim);
	write_file(attack.victim);
	assert_int_equal(sqlite3_open_v2(scratch_path(scratch, DB), &db,
					 SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, "unix-swap"),
			 SQLITE_OK);
	run_sql(db, "CREATE TABLE t(a); INSERT INTO t VALUES (1)");
	assert_null(migrate(scratch, db, "DELETE FROM t", &options));
	assert_int_equal(attack.seen >= attack.at, 1);
	assert_true(is_untouched(attack.victim));
	assert_string_equal(ask(db, "SELECT count(*) FROM t"), "1");
	assert_true(scratch->m.diags.list.count > 0);
	sqlite3_close(db);
}

static void the_copy_is_swapped(void **state)
{
	static sqlite3_vfs vfs;
	struct scratch *scratch = *state;

	real = sqlite3_vfs_find(NULL);
	vfs = *real;
	vfs.zName = "unix-swap";
	vfs.xOpen = open_swapped;
	assert_int_equal(sqlite3_vfs_register(&vfs, 0), SQLITE_OK);
	sqlite3_snprintf(sizeof(attack.victim), attack.victim, "%s",
			 scratch_path(scratch, VICTIM));
	scratch->m.on_open = on_open;
	for (int how = 0; how < HOW_COUNT; how++)
		for (int at = 1; at <= 2; at++)
			for (int after = 0; after < 2; after++) {
				attack.how = (enum how)how;
				attack.at = at;
				attack.after = after;
				is_refused(scratch);
			}
	scratch->m.on_open = NULL;
	sqlite3_vfs_unregister(&vfs);
}

/* The group of the database's file, where we may not give it, is not some other group. */
static void nobody_else_may_read(void **state)
{
	struct scratch *scratch = *state;
	const char *model = scratch_path(scratch, "model"), *path = scratch_path(scratch, "made");
	static const mode_t modes[] = {0600, 0640, 0644, 0660, 0400};
	struct stat status;

	write_file(model);
	for (size_t i = 0; i < sizeof(modes) / sizeof(*modes); i++) {
		const mode_t mask = umask(0);
		int fd = -1;

		assert_int_equal(chmod(model, modes[i]), 0);
		assert_int_equal(
			mo_file_create(&fd, path, model, &scratch->m.diags, DIAG_RUN007), 0);
		umask(mask);
		assert_int_equal(fstat(fd, &status), 0);
		assert_int_equal(status.st_mode & 0777, modes[i]);
		mo_file_close(&fd);
		unlink(path);
	}
	/* As another user, who is not in the group of the model. */
	if (geteuid() == 0) {
		int fd = -1;

		assert_int_equal(chmod(model, 0664), 0);
		assert_int_equal(chown(model, 1, 12345), 0);
		assert_int_equal(chmod(scratch->directory, 0777), 0);
		assert_int_equal(seteuid(65534), 0);
		assert_int_equal(
			mo_file_create(&fd, path, model, &scratch->m.diags, DIAG_RUN007), 0);
		assert_int_equal(seteuid(0), 0);
		assert_int_equal(fstat(fd, &status), 0);
		assert_int_equal(status.st_mode & 0777, 0604);
		mo_file_close(&fd);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_copy_is_swapped, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(nobody_else_may_read, scratch_set_up,
						scratch_tear_down),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
