/* SPDX-License-Identifier: MIT */
/* test_file.c: names, questions and bytes of files; the names of backups; state and history. */
#include "scratch.h"

#include "backup/file.h"
#include "backup/name.h"
#include "digest/digest.h"
#include "digest/state.h"
#include "live/connect.h"
#include "session/history.h"
#include "sql/own_table.h"

static void names_are_taken_apart(void **state)
{
	struct scratch *scratch = *state;
	struct arena *arena = scratch->arena;

	assert_string_equal(mo_file_base("/a/b"), "b");
	assert_string_equal(mo_file_base("b"), "b");
	assert_string_equal(mo_file_directory(arena, "/a/b"), "/a");
	assert_string_equal(mo_file_directory(arena, "/b"), "/");
	assert_string_equal(mo_file_directory(arena, "b"), ".");
	assert_string_equal(mo_file_join(arena, "/", "b"), "/b");
	assert_string_equal(mo_file_join(arena, "/a", "b"), "/a/b");
	assert_true(mo_file_is_plain("a..b"));
	assert_false(mo_file_is_plain(""));
	assert_false(mo_file_is_plain("."));
	assert_false(mo_file_is_plain(".."));
	assert_false(mo_file_is_plain("../a"));
	assert_false(mo_file_is_plain("/a"));
	assert_string_equal(mo_file_uri(arena, "/a b?c#d%e", NULL, NULL),
			    "file:///a%20b%3Fc%23d%25e");
	assert_string_equal(mo_file_uri(arena, "/a", "u&x", "immutable=1"),
			    "file:///a?vfs=u%26x&immutable=1");
}

static void paths_become_absolute(void **state)
{
	struct scratch *scratch = *state;
	struct diags *diags = &scratch->m.diags;
	const char *link = scratch_path(scratch, "link");
	char *path = NULL, *through = NULL;

	assert_int_equal(mo_file_absolute(&path, scratch->arena, scratch_path(scratch, "none"),
					  diags, DIAG_RUN001),
			 0);
	assert_string_equal(mo_file_base(path), "none");
	assert_int_equal(symlink(scratch->directory, link), 0);
	assert_int_equal(mo_file_absolute(&through, scratch->arena,
					  scratch_path(scratch, "link/none"), diags, DIAG_RUN001),
			 0);
	assert_string_equal(through, path);
	assert_int_equal(mo_file_absolute(&path, scratch->arena, scratch_path(scratch, "no/none"),
					  diags, DIAG_RUN001),
			 MOULT_TROUBLE);
	assert_true(said(scratch, "RUN001", "could not find"));
	assert_int_equal(unlink(link), 0);
}

static void files_are_written_and_read(void **state)
{
	struct scratch *scratch = *state;
	struct diags *diags = &scratch->m.diags;
	const char *path = scratch_path(scratch, "a"), *other = scratch_path(scratch, "b");
	char checksum[MO_HASH_TEXT], *bytes = NULL;
	struct stat status;
	long long size = 0;
	size_t length = 0;
	bool taken = true;
	int fd = -1;

	put_file(other, "model");
	assert_int_equal(chmod(other, 0640), 0);
	assert_int_equal(mo_file_create(&fd, path, other, diags, DIAG_RUN007), 0);
	assert_int_equal(mo_file_create(&fd, path, other, diags, DIAG_RUN007), MOULT_TROUBLE);
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0640);
	assert_int_equal(mo_file_write(fd, path, "a\0b", 3, diags, DIAG_RUN007), 0);
	assert_int_equal(mo_file_size(&size, path, diags, DIAG_RUN007), 0);
	assert_int_equal(size, 3);
	assert_int_equal(mo_file_read(&bytes, &length, scratch->arena, path, 3, diags, DIAG_RUN020),
			 0);
	assert_int_equal(length, 3);
	assert_memory_equal(bytes, "a\0b", 4);
	assert_int_equal(mo_file_read(&bytes, &length, scratch->arena, path, 2, diags, DIAG_RUN020),
			 MOULT_TROUBLE);
	assert_int_equal(mo_file_read(&bytes, &length, scratch->arena, scratch->directory, 9, diags,
				      DIAG_RUN020),
			 MOULT_TROUBLE);
	assert_int_equal(mo_file_checksum(checksum, path, NULL, diags, DIAG_RUN020), 0);
	assert_int_equal(strlen(checksum), 32);
	assert_int_equal(mo_file_publish(&taken, path, other, diags, DIAG_RUN007), 0);
	assert_true(taken);
	assert_int_equal(mo_file_remove(other, diags, DIAG_RUN007), 0);
	assert_int_equal(mo_file_remove(other, diags, DIAG_RUN007), 0);
	assert_int_equal(mo_file_publish(&taken, path, other, diags, DIAG_RUN007), 0);
	assert_false(taken);
	assert_false(mo_file_exists(path));
	assert_true(mo_file_is_regular(other));
	assert_int_equal(mo_file_sync(fd, other, diags, DIAG_RUN007), 0);
	assert_int_equal(mo_file_check_name(fd, other, diags, DIAG_RUN007), 0);
	assert_int_equal(mo_file_check_opened(fd, other, diags, DIAG_RUN007), MOULT_TROUBLE);
	assert_int_equal(mo_file_sync_directory(other, diags, DIAG_RUN007), 0);
	assert_int_equal(mo_file_free(&size, other, diags, DIAG_RUN007), 0);
	assert_true(size > 0);
	assert_non_null(mo_file_identity(scratch->arena, other, diags, DIAG_RUN007));
	assert_null(mo_file_identity(scratch->arena, path, diags, DIAG_RUN007));
	assert_int_equal(symlink(other, path), 0);
	assert_int_equal(mo_file_check_name(fd, path, diags, DIAG_RUN007), MOULT_TROUBLE);
	assert_int_equal(mo_file_checksum(checksum, path, NULL, diags, DIAG_RUN020), MOULT_TROUBLE);
	mo_file_close(&fd);
	assert_int_equal(fd, -1);
	assert_false(mo_file_is_regular(path));
	assert_true(mo_file_exists(path));
}

static void backup_names_are_known(void **state)
{
	struct scratch *scratch = *state;
	struct backup_name parts;
	struct list names = {0};

	assert_true(mo_backup_name_read(&parts, "a.db.moult-0012-20261121T014521Z.backup", "a.db"));
	assert_int_equal(parts.number, 12);
	assert_string_equal(parts.suffix, ".backup");
	assert_int_equal(parts.stem, strlen("a.db.moult-0012-20261121T014521Z"));
	assert_true(mo_backup_name_read(&parts, "a.db.moult-123456-20261121T014521Z.json", "a.db"));
	assert_false(
		mo_backup_name_read(&parts, "b.db.moult-0012-20261121T014521Z.backup", "a.db"));
	assert_false(mo_backup_name_read(&parts, "a.db.moult-012-20261121T014521Z.backup", "a.db"));
	assert_false(
		mo_backup_name_read(&parts, "a.db.moult-0012-20261121X014521Z.backup", "a.db"));
	assert_false(mo_backup_name_read(&parts, "a.db.moult-0012-2026", "a.db"));
	assert_false(mo_backup_name_read(&parts, "a.db", "a.db"));
	assert_false(mo_backup_name_read(&parts, "a.db.moult-99999999999999999999-20261121T014521Z",
					 "a.db"));
	assert_int_equal(mo_backup_name_next(&names, "a.db"), 1);
	mo_list_add(scratch->arena, &names, mo_backup_name_stem(scratch->arena, "a.db", 41, 0));
	assert_string_equal(names.items[0], "a.db.moult-0041-19700101T000000Z");
	assert_int_equal(mo_backup_name_next(&names, "a.db"), 42);
	assert_string_equal(mo_backup_time(scratch->arena, 0), "1970-01-01T00:00:00Z");
}

static const struct table_state *find(const struct state *state, const char *name)
{
	EACH (const struct table_state, table, &state->tables)
		if (strcmp(table->name, name) == 0)
			return table;
	return NULL;
}

static void states_are_compared(void **state)
{
	struct scratch *scratch = *state;
	sqlite3 *db = scratch_open(scratch, "a.db");
	struct history row = {.plan = "abc"};
	struct state before, after;
	struct list changes = {0};

	run_sql(db, "CREATE TABLE \"o\"\"dd\"(\"a\"\"b\", g AS (abs(1)));");
	run_sql(db,
		"CREATE TABLE t(a, b); CREATE TABLE u(a); CREATE TABLE w(k PRIMARY KEY, v) WITHOUT ROWID;"
		"CREATE TABLE _moult_mine(x); INSERT INTO _moult_mine VALUES (1);"
		"INSERT INTO t VALUES (1, 2), (3, 4); INSERT INTO u VALUES (1); ANALYZE; CREATE VIEW v AS SELECT 1");
	assert_int_equal(mo_history_add(db, &row, &scratch->m.diags), 0);
	assert_int_equal(mo_digest_register(db), 0);
	assert_int_equal(mo_state_read(&before, scratch->arena, &scratch->m, db, DIAG_RUN007, NULL),
			 0);
	assert_int_equal(before.tables.count, 5);
	assert_int_equal(find(&before, "t")->rows, 2);
	assert_non_null(find(&before, "o\"dd"));
	assert_null(find(&before, "_moult_history"));
	assert_int_equal(find(&before, "_moult_mine")->rows, 1);
	run_sql(db, "DELETE FROM _moult_history; ANALYZE; VACUUM; DELETE FROM t WHERE a = 1;"
		    "INSERT INTO t VALUES (1, 2)");
	assert_int_equal(mo_state_read(&after, scratch->arena, &scratch->m, db, DIAG_RUN007, NULL),
			 0);
	mo_state_compare(&changes, scratch->arena, &before, &after);
	assert_int_equal(changes.count, 0);
	assert_string_equal(before.schema, after.schema);
	run_sql(db,
		"UPDATE t SET a = 1.0 WHERE a = 1; DROP TABLE u; CREATE TABLE zz(a); INSERT INTO w VALUES (1, 2)");
	assert_int_equal(mo_state_read(&after, scratch->arena, &scratch->m, db, DIAG_RUN007, NULL),
			 0);
	mo_state_compare(&changes, scratch->arena, &before, &after);
	assert_int_equal(changes.count, 4);
	assert_string_not_equal(before.schema, after.schema);
	sqlite3_close(db);
}

static void history_is_kept(void **state)
{
	struct scratch *scratch = *state;
	sqlite3 *db = scratch_open(scratch, "a.db");
	struct history row = {.plan = "abc",
			      .document = "app.xml",
			      .user_version_after = 3,
			      .statements = 4,
			      .rows_copied = 5,
			      .elapsed_ms = 6,
			      .backup = "a.db.moult-0001"};
	struct history *last = &row;

	assert_int_equal(mo_history_last(&last, scratch->arena, db, &scratch->m.diags), 0);
	assert_null(last);
	assert_int_equal(mo_history_add(db, &row, &scratch->m.diags), 0);
	row.plan = NULL;
	row.backup = NULL;
	assert_int_equal(mo_history_add(db, &row, &scratch->m.diags), 0);
	assert_int_equal(mo_history_last(&last, scratch->arena, db, &scratch->m.diags), 0);
	assert_int_equal(last->number, 2);
	assert_int_equal(last->format, MO_HISTORY_FORMAT);
	assert_string_equal(last->version, MOULT_VERSION);
	assert_int_equal(strlen(last->at), 20);
	assert_null(last->plan);
	assert_string_equal(last->document, "app.xml");
	assert_int_equal(last->elapsed_ms, 6);
	sqlite3_close(db);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(names_are_taken_apart, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(paths_become_absolute, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(files_are_written_and_read, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(backup_names_are_known, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(states_are_compared, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(history_is_kept, scratch_set_up, scratch_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
