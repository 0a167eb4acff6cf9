/* SPDX-License-Identifier: MIT */
/* test_backup.c: backups, their manifests, retention, and what crashes leave. */
#include "migrated.h"

#include <fcntl.h>

#include "live/connect.h"

static struct backup_entry *entry_at(const struct list *entries, int i)
{
	return entries->items[i];
}

static void list(struct list *entries, struct scratch *scratch, const moult_options *options)
{
	*entries = (struct list){0};
	assert_int_equal(mo_backup_list(entries, scratch->arena, &scratch->m,
					scratch_path(scratch, "a b.db"), options),
			 0);
}

static void a_backup_is_the_state_before(struct scratch *scratch, const char *setting)
{
	const moult_options options = options_of();
	sqlite3 *db = scratch_open(scratch, "a b.db"), *copy = NULL;
	struct backup_entry *entry = NULL;
	const char *path;

	run_sql(db, setting);
	run_sql(db, "CREATE TABLE t(a); INSERT INTO t VALUES (1), ('x')");
	assert_int_equal(chmod(scratch_path(scratch, "a b.db"), 0640), 0);
	path = migrate(scratch, db, "ALTER TABLE t ADD COLUMN b; INSERT INTO t VALUES (3, 4)",
		       &options);
	assert_non_null(path);
	assert_int_equal(mo_backup_find(&entry, scratch->arena, &scratch->m, path), 0);
	assert_int_equal(entry->manifest.number, 1);
	assert_string_equal(entry->manifest.kind, "before-apply");
	assert_string_equal(entry->manifest.database, "a b.db");
	assert_string_equal(entry->manifest.plan, "plan");
	assert_string_equal(entry->manifest.before.shape, "moult1:before");
	assert_string_equal(entry->manifest.after.exact, "exact2");
	assert_string_equal(entry->manifest.quick_check, "ok");
	assert_int_equal(entry->manifest.state.tables.count, 1);
	assert_int_equal(entry->manifest.undone, 0);
	assert_int_equal(mo_backup_open(&copy, &scratch->m, path, NULL), 0);
	assert_string_equal(ask(copy, "SELECT count(*) FROM t"), "2");
	assert_string_equal(ask(copy, "SELECT count(*) FROM pragma_table_info('t')"), "1");
	mo_disconnect(copy);
	assert_int_equal(count_files(scratch, ".tmp"), 0);
	assert_int_equal(count_files(scratch, ".backup-"), 0);
	assert_int_equal(count_files(scratch, ".moult-0001-"), 2);
	sqlite3_close(db);
	assert_int_equal(scratch->m.diags.list.count, 0);
}

/* Large enough for a thread to read it through, while rows are read here. */
static void a_large_backup_is_checked_beside(void **state)
{
	struct scratch *scratch = *state;
	const moult_options options = options_of();
	sqlite3 *db = scratch_open(scratch, "a b.db");
	struct backup *backup = NULL;
	char checksum[MO_HASH_TEXT];

	run_sql(db,
		"CREATE TABLE t(a); WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < 18)"
		" INSERT INTO t SELECT zeroblob(1 << 20) FROM n; BEGIN IMMEDIATE");
	assert_int_equal(mo_backup_begin(&backup, &scratch->m, db, &plan_order, &options), 0);
	assert_string_equal(ask(db, "SELECT count(*) FROM t WHERE a = zeroblob(1 << 20)"), "18");
	assert_int_equal(count_files(scratch, ".tmp"), 1);
	mo_backup_discard(backup, &scratch->m);
	assert_int_equal(count_files(scratch, "moult"), 0);
	assert_int_equal(mo_backup_begin(&backup, &scratch->m, db, &plan_order, &options), 0);
	assert_string_equal(ask(db, "SELECT count(*) FROM t WHERE a = zeroblob(1 << 20)"), "18");
	assert_int_equal(mo_backup_settle(backup, &scratch->m), 0);
	assert_int_equal(mo_backup_settle(backup, &scratch->m), 0);
	assert_string_equal(backup->manifest.quick_check, "ok");
	assert_int_equal(
		mo_file_checksum(checksum, backup->path, NULL, &scratch->m.diags, DIAG_RUN007), 0);
	assert_string_equal(backup->manifest.checksum, checksum);
	run_sql(db, "INSERT INTO t VALUES (1); COMMIT");
	mo_backup_finish(backup, &scratch->m, &options);
	assert_int_equal(count_files(scratch, ".tmp"), 0);
	assert_int_equal(count_files(scratch, ".moult-0001-"), 2);
	sqlite3_close(db);
}

static void backup_of_a_rollback_journal(void **state)
{
	a_backup_is_the_state_before(*state, "PRAGMA journal_mode=DELETE; PRAGMA page_size=1024");
}

static void backup_of_a_wal(void **state)
{
	a_backup_is_the_state_before(*state, "PRAGMA journal_mode=WAL");
}

static void backup_of_utf16(void **state)
{
	a_backup_is_the_state_before(*state, "PRAGMA encoding='UTF-16'; PRAGMA auto_vacuum=FULL");
}

static void backup_has_the_permissions(void **state)
{
	struct scratch *scratch = *state;
	const moult_options options = options_of();
	sqlite3 *db = scratch_open(scratch, "a b.db");
	struct stat status;
	const char *path;

	run_sql(db, "CREATE TABLE t(a)");
	assert_int_equal(chmod(scratch_path(scratch, "a b.db"), 0604), 0);
	path = migrate(scratch, db, "CREATE TABLE u(a)", &options);
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0604);
	sqlite3_close(db);
}

/* The lock of the caller must outlive the backup: nothing may open and close the database. */
static void backup_keeps_the_lock(void **state)
{
	struct scratch *scratch = *state;
	const moult_options options = options_of();
	sqlite3 *db = scratch_open(scratch, "a b.db");
	const char *database = scratch_path(scratch, "a b.db");
	struct flock lock = {
		.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0x40000001, .l_len = 1};
	struct backup *backup = NULL;
	int status = 0, fd;
	pid_t child;

	run_sql(db, "CREATE TABLE t(a); BEGIN IMMEDIATE");
	assert_int_equal(mo_backup_make(&backup, &scratch->m, db, &plan_order, &options), 0);
	child = fork();
	if (!child) {
		fd = open(database, O_RDWR);
		_exit(fcntl(fd, F_SETLK, &lock) == 0 ? 1 : 0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	mo_backup_discard(backup, &scratch->m);
	assert_int_equal(count_files(scratch, ".moult-"), 0);
	run_sql(db, "COMMIT");
	sqlite3_close(db);
}

static void none_is_made_where_none_is_wanted(void **state)
{
	struct scratch *scratch = *state;
	moult_options options = options_of();
	struct backup *backup = NULL;
	sqlite3 *db = scratch_open(scratch, "a b.db"), *memory = NULL;

	options.no_backup = 1;
	assert_string_equal(migrate(scratch, db, "CREATE TABLE t(a)", &options), "none");
	sqlite3_close(db);
	options.no_backup = 0;
	assert_int_equal(sqlite3_open(":memory:", &memory), SQLITE_OK);
	assert_string_equal(migrate(scratch, memory, "CREATE TABLE t(a)", &options), "none");
	options.backup_dir = scratch->directory;
	run_sql(memory, "BEGIN IMMEDIATE");
	assert_int_equal(mo_backup_make(&backup, &scratch->m, memory, &plan_order, &options), 0);
	assert_non_null(strstr(backup->path, "/memory.moult-0001-"));
	assert_int_equal(sqlite3_get_autocommit(memory), 0);
	mo_backup_free(backup);
	run_sql(memory, "COMMIT");
	sqlite3_close(memory);
	assert_int_equal(count_files(scratch, "memory.moult-"), 2);
	assert_int_equal(scratch->m.diags.list.count, 0);
}

static void retention_keeps_the_newest(void **state)
{
	struct scratch *scratch = *state;
	moult_options options = options_of();
	sqlite3 *db = scratch_open(scratch, "a b.db");
	struct list entries;

	options.keep = 2;
	run_sql(db, "CREATE TABLE t(a)");
	put_file(scratch_path(scratch, "a b.db.moult-0001-20200101T000000Z.backup"),
		 "without a manifest");
	put_file(scratch_path(scratch, "a b.db.moult-0001-20200101T000000Z.json"),
		 "{\"moult\": 2}");
	for (int i = 0; i < 4; i++)
		migrate(scratch, db, "INSERT INTO t VALUES (1)", &options);
	list(&entries, scratch, &options);
	assert_int_equal(entries.count, 3);
	assert_int_equal(entry_at(&entries, 0)->manifest.number, 5);
	assert_null(entry_at(&entries, 0)->fault);
	assert_int_equal(entry_at(&entries, 1)->manifest.number, 4);
	assert_int_equal(entry_at(&entries, 2)->manifest.number, 1);
	assert_non_null(strstr(entry_at(&entries, 2)->fault, "newer moult"));
	options.keep = 1;
	migrate(scratch, db, "INSERT INTO t VALUES (1)", &options);
	list(&entries, scratch, &options);
	assert_int_equal(entries.count, 2);
	assert_int_equal(entry_at(&entries, 0)->manifest.number, 6);
	options.keep = 0;
	migrate(scratch, db, "INSERT INTO t VALUES (1)", &options);
	list(&entries, scratch, &options);
	assert_int_equal(entries.count, 3);
	sqlite3_close(db);
}

/* Two databases of one name may share a directory of backups; neither touches the other's. */
static void databases_share_a_directory(void **state)
{
	struct scratch *scratch = *state;
	moult_options options = options_of();
	sqlite3 *one = scratch_open(scratch, "a b.db"), *two;
	struct list entries;

	assert_int_equal(mkdir(scratch_path(scratch, "other"), 0700), 0);
	assert_int_equal(mkdir(scratch_path(scratch, "backups"), 0700), 0);
	two = scratch_open(scratch, "other/a b.db");
	options.backup_dir = scratch_path(scratch, "backups");
	options.keep = 1;
	run_sql(one, "CREATE TABLE t(a)");
	run_sql(two, "CREATE TABLE t(a)");
	migrate(scratch, one, "INSERT INTO t VALUES (1)", &options);
	migrate(scratch, two, "INSERT INTO t VALUES (2)", &options);
	migrate(scratch, two, "INSERT INTO t VALUES (3)", &options);
	list(&entries, scratch, &options);
	assert_int_equal(entries.count, 1);
	assert_int_equal(entry_at(&entries, 0)->manifest.number, 1);
	entries = (struct list){0};
	assert_int_equal(mo_backup_list(&entries, scratch->arena, &scratch->m,
					scratch_path(scratch, "other/a b.db"), &options),
			 0);
	assert_int_equal(entries.count, 1);
	assert_int_equal(entry_at(&entries, 0)->manifest.number, 3);
	sqlite3_close(one);
	sqlite3_close(two);
}

static void stale_files_are_removed(void **state)
{
	struct scratch *scratch = *state;
	const moult_options options = options_of();
	sqlite3 *db = scratch_open(scratch, "a b.db");
	const char *identity;

	run_sql(db, "CREATE TABLE t(a)");
	identity = mo_file_identity(scratch->arena, scratch_path(scratch, "a b.db"),
				    &scratch->m.diags, DIAG_RUN001);
	put_file(mo_arena_format(scratch->arena,
				 "%s/a b.db.moult-0009-20200101T000000Z.%s.backup.tmp",
				 scratch->directory, identity),
		 "half");
	put_file(mo_arena_format(scratch->arena,
				 "%s/a b.db.moult-0009-20200101T000000Z.%s.json.tmp",
				 scratch->directory, identity),
		 "half");
	put_file(scratch_path(scratch, "a b.db.moult-0009-20200101T000000Z.1-1.backup.tmp"),
		 "of another file");
	put_file(scratch_path(scratch, "a b.db.tmp"), "not ours");
	migrate(scratch, db, "INSERT INTO t VALUES (1)", &options);
	assert_int_equal(count_files(scratch, ".tmp"), 2);
	assert_int_equal(count_files(scratch, "1-1.backup.tmp"), 1);
	assert_int_equal(count_files(scratch, "a b.db.tmp"), 1);
	sqlite3_close(db);
}

static void a_name_that_is_taken_is_left(void **state)
{
	struct scratch *scratch = *state;
	const char *path = scratch_path(scratch, "x"), *other = scratch_path(scratch, "y");
	bool taken = false;

	put_file(path, "x");
	assert_int_equal(symlink("/nonexistent", other), 0);
	assert_int_equal(mo_file_publish(&taken, path, other, &scratch->m.diags, DIAG_RUN007), 0);
	assert_true(taken);
}

/* Faults of the database are not the backup's: a failing CHECK, a NULL in a NOT NULL column. */
static void faults_of_the_database_stay_its_own(void **state)
{
	struct scratch *scratch = *state;
	const moult_options options = options_of();
	sqlite3 *db = scratch_open(scratch, "a b.db");
	struct backup_entry *entry = NULL;
	const char *path;

	run_sql(db,
		"CREATE TABLE t(a, CHECK (a > 0)); PRAGMA ignore_check_constraints=ON; INSERT INTO t VALUES (-1)");
	run_sql(db, "CREATE TABLE u(b); INSERT INTO u VALUES (NULL); PRAGMA writable_schema=ON;"
		    "UPDATE sqlite_master SET sql='CREATE TABLE u(b NOT NULL)' WHERE name='u';"
		    "PRAGMA writable_schema=RESET; PRAGMA ignore_check_constraints=OFF");
	assert_string_not_equal(ask(db, "PRAGMA quick_check"), "ok");
	path = migrate(scratch, db, "CREATE TABLE v(a)", &options);
	if (!path)
		all_said(scratch);
	assert_non_null(path);
	assert_int_equal(mo_backup_find(&entry, scratch->arena, &scratch->m, path), 0);
	assert_non_null(strstr(entry->manifest.quick_check, "NULL value in u.b"));
	sqlite3_close(db);
}

static int collate(void *context, int a, const void *x, int b, const void *y)
{
	(void)context;
	(void)x;
	(void)y;
	return a - b;
}

static void answer(sqlite3_context *context, int count, sqlite3_value **values)
{
	(void)count;
	(void)values;
	sqlite3_result_int(context, 42);
}

/* What only the application knows is no reason to refuse. */
static void collations_and_functions_of_the_application(void **state)
{
	struct scratch *scratch = *state;
	const moult_options options = options_of();
	sqlite3 *db = scratch_open(scratch, "a b.db");
	struct list entries;

	sqlite3_create_collation(db, "LOCALIZED", SQLITE_UTF8, NULL, collate);
	sqlite3_create_function(db, "answer", 0, SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL, answer,
				NULL, NULL);
	run_sql(db,
		"CREATE TABLE t(a COLLATE LOCALIZED UNIQUE, b CHECK (b < answer()), c AS (answer()) NOT NULL);"
		"CREATE INDEX i ON t(answer()); CREATE INDEX j ON t(a) WHERE b < answer();"
		"INSERT INTO t(a, b) VALUES ('x', 1)");
	assert_non_null(migrate(scratch, db, "CREATE TABLE u(a)", &options));
	list(&entries, scratch, &options);
	assert_int_equal(entries.count, 1);
	if (entry_at(&entries, 0)->fault)
		fail_msg("%s", entry_at(&entries, 0)->fault);
	sqlite3_close(db);
}

static void a_locked_out_backup_fails(void **state)
{
	struct scratch *scratch = *state;
	const moult_options options = options_of();
	sqlite3 *db = scratch_open(scratch, "a b.db");

	run_sql(db, "CREATE TABLE t(a); PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT");
	assert_null(migrate(scratch, db, "CREATE TABLE u(a)", &options));
	assert_true(said(scratch, "RUN004", "second connection"));
	assert_int_equal(count_files(scratch, ".moult-"), 0);
	sqlite3_close(db);
}

static int interrupt(void *context, const moult_progress *progress)
{
	(void)context;
	return strcmp(progress->phase, "backup") == 0;
}

static void an_interrupted_backup_leaves_nothing(void **state)
{
	struct scratch *scratch = *state;
	const moult_options options = options_of();
	sqlite3 *db = scratch_open(scratch, "a b.db");

	run_sql(db, "CREATE TABLE t(a); INSERT INTO t VALUES (zeroblob(10000000))");
	scratch->m.on_progress = interrupt;
	assert_null(migrate(scratch, db, "CREATE TABLE u(a)", &options));
	assert_true(said(scratch, "RUN014", "interrupted"));
	assert_int_equal(count_files(scratch, ".moult-"), 0);
	sqlite3_close(db);
}

/* ---- trust ---- */

static void corrupt(const char *path, long offset)
{
	FILE *file = fopen(path, "r+");

	assert_non_null(file);
	assert_int_equal(fseek(file, offset, SEEK_SET), 0);
	assert_int_equal(fputc('!', file), '!');
	assert_int_equal(fclose(file), 0);
}

static void refused(struct scratch *scratch, const char *path, const char *why)
{
	struct backup_entry *entry = NULL;

	assert_int_equal(mo_backup_find(&entry, scratch->arena, &scratch->m, path), MOULT_TROUBLE);
	assert_null(entry);
	if (!said(scratch, "RUN020", why)) {
		all_said(scratch);
		fail_msg("nothing about \"%s\"", why);
	}
	mo_diags_clear(&scratch->m.diags);
}

static void what_was_tampered_with_is_not_trusted(void **state)
{
	struct scratch *scratch = *state;
	const moult_options options = options_of();
	sqlite3 *db = scratch_open(scratch, "a b.db");
	struct list entries;
	const char *path, *moved = scratch_path(scratch, "kept");

	run_sql(db, "CREATE TABLE t(a); INSERT INTO t VALUES ('some text')");
	path = migrate(scratch, db, "CREATE TABLE u(a)", &options);
	sqlite3_close(db);
	corrupt(path, 8191);
	refused(scratch, path, "checksum");
	list(&entries, scratch, &options);
	assert_non_null(strstr(entry_at(&entries, 0)->fault, "checksum"));
	assert_int_equal(truncate(path, 4096), 0);
	refused(scratch, path, "size");
	assert_int_equal(rename(path, moved), 0);
	refused(scratch, path, "missing");
	assert_int_equal(symlink(moved, path), 0);
	list(&entries, scratch, &options);
	assert_non_null(strstr(entry_at(&entries, 0)->fault, "no regular file"));
	refused(scratch, moved, "ends in .backup");
}

/* A manifest of our own making around a member. */
static void manifest_is_refused(struct scratch *scratch, const char *member, const char *value,
				const char *why)
{
	static const char *const members[][2] = {
		{"moult", "1"},		{"kind", "\"before-apply\""},
		{"database", "\"a\""},	{"number", "1"},
		{"created", "\"now\""}, {"backup", "\"a.backup\""},
		{"size", "1"},		{"checksum", "\"0123456789abcdef0123456789abcdef\""},
		{"schema", "null"},	{"digests", "[]"},
	};
	const char *path = scratch_path(scratch, "a.json");
	sqlite3_str *text = sqlite3_str_new(NULL);
	struct manifest manifest = {0};
	char *whole;

	for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++)
		sqlite3_str_appendf(text, "%s\"%s\": %s", i ? ", " : "{", members[i][0],
				    strcmp(members[i][0], member) ? members[i][1] : value);
	sqlite3_str_appendchar(text, 1, '}');
	whole = mo_arena_take(scratch->arena, text);
	put_file(path, whole);
	if (!why) {
		assert_int_equal(mo_manifest_read(&manifest, scratch->arena, &scratch->m, path), 0);
		return;
	}
	if (!mo_manifest_read(&manifest, scratch->arena, &scratch->m, path) ||
	    !said(scratch, "RUN020", why)) {
		all_said(scratch);
		fail_msg("%s: nothing about \"%s\"", whole, why);
	}
	mo_diags_clear(&scratch->m.diags);
}

static void hostile_manifests_are_refused(void **state)
{
	struct scratch *scratch = *state;
	struct manifest manifest = {0};

	manifest_is_refused(scratch, "", "", NULL);
	manifest_is_refused(scratch, "moult", "2", "newer");
	manifest_is_refused(scratch, "moult", "\"1\"", "no format");
	manifest_is_refused(scratch, "moult", "0", "no format");
	manifest_is_refused(scratch, "kind", "\"after-apply\"", "kind");
	manifest_is_refused(scratch, "kind", "7", "kind");
	manifest_is_refused(scratch, "backup", "\"../a.backup\"", "beside it");
	manifest_is_refused(scratch, "backup", "\"/etc/passwd\"", "beside it");
	manifest_is_refused(scratch, "backup", "\"\"", "beside it");
	manifest_is_refused(scratch, "backup", "\"..\"", "beside it");
	manifest_is_refused(scratch, "backup", "[\"a.backup\"]", "beside it");
	manifest_is_refused(scratch, "number", "-1", "missing");
	manifest_is_refused(scratch, "number", "1e99", "missing");
	manifest_is_refused(scratch, "size", "99999999999999999999999", "missing");
	manifest_is_refused(scratch, "checksum", "\"0123456789ABCDEF0123456789ABCDEF\"",
			    "checksum");
	manifest_is_refused(scratch, "schema", "\"x\"", "digests");
	manifest_is_refused(scratch, "digests", "[{\"name\": \"t\"}]", "digests");
	manifest_is_refused(scratch, "digests", "[{\"name\": \"t\", \"as\": 1}]", "digests");
	manifest_is_refused(scratch, "digests", "[{\"name\": \"t\", \"as\": \"u\"}]", NULL);
	manifest_is_refused(
		scratch, "digests",
		"[{\"name\": \"t\", \"rows\": 1, \"digest\": \"0123456789abcdef0123456789abcdef\"},"
		" {\"name\": \"T\", \"rows\": 1, \"digest\": \"0123456789abcdef0123456789abcdef\"}]",
		"digests");
	put_file(scratch_path(scratch, "b.json"), "{\"moult\": 1");
	assert_int_equal(mo_manifest_read(&manifest, scratch->arena, &scratch->m,
					  scratch_path(scratch, "b.json")),
			 MOULT_TROUBLE);
	put_file(scratch_path(scratch, "b.json"), "");
	assert_int_equal(mo_manifest_read(&manifest, scratch->arena, &scratch->m,
					  scratch_path(scratch, "b.json")),
			 MOULT_TROUBLE);
	assert_int_equal(manifest.number, 0);
}

static void a_manifest_must_be_of_its_backup(void **state)
{
	struct scratch *scratch = *state;
	const moult_options options = options_of();
	sqlite3 *db = scratch_open(scratch, "a b.db");
	const char *path, *stem, *other;

	run_sql(db, "CREATE TABLE t(a)");
	path = migrate(scratch, db, "CREATE TABLE u(a)", &options);
	sqlite3_close(db);
	stem = mo_arena_slice(scratch->arena, path, strlen(path) - strlen(".backup"));
	other = scratch_path(scratch, "a b.db.moult-0002-20200101T000000Z");
	assert_int_equal(rename(path, mo_arena_format(scratch->arena, "%s.backup", other)), 0);
	assert_int_equal(rename(mo_arena_format(scratch->arena, "%s.json", stem),
				mo_arena_format(scratch->arena, "%s.json", other)),
			 0);
	refused(scratch, mo_arena_format(scratch->arena, "%s.backup", other), "of another backup");
}

static void members_of_later_versions_live_on(void **state)
{
	struct scratch *scratch = *state;
	const char *path = scratch_path(scratch, "a.json"),
		   *temporary = scratch_path(scratch, "a.json.tmp");
	struct manifest manifest = {0};
	char *bytes = NULL;
	size_t size = 0;

	put_file(
		path,
		"{\"moult\": 1, \"kind\": \"before-apply\", \"database\": \"a\", \"number\": 7, \"created\": \"x\","
		"\"backup\": \"a.backup\", \"size\": 1, \"checksum\": \"0123456789abcdef0123456789abcdef\","
		"\"later\": {\"a\": [1, 2.5]}}");
	assert_int_equal(mo_manifest_set_undone(path, 8, temporary, path, &scratch->m), 0);
	assert_int_equal(mo_manifest_read(&manifest, scratch->arena, &scratch->m, path), 0);
	assert_int_equal(manifest.undone, 8);
	assert_int_equal(mo_manifest_set_undone(path, 0, temporary, path, &scratch->m), 0);
	manifest = (struct manifest){0};
	assert_int_equal(mo_manifest_read(&manifest, scratch->arena, &scratch->m, path), 0);
	assert_int_equal(manifest.undone, 0);
	assert_int_equal(mo_file_read(&bytes, &size, scratch->arena, path, 10000, &scratch->m.diags,
				      DIAG_RUN020),
			 0);
	assert_non_null(strstr(bytes, "\"later\":{\"a\":[1,2.5]}"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_large_backup_is_checked_beside, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(backup_of_a_rollback_journal, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(backup_of_a_wal, scratch_set_up, scratch_tear_down),
		cmocka_unit_test_setup_teardown(backup_of_utf16, scratch_set_up, scratch_tear_down),
		cmocka_unit_test_setup_teardown(backup_has_the_permissions, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(backup_keeps_the_lock, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(none_is_made_where_none_is_wanted, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(retention_keeps_the_newest, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(databases_share_a_directory, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(stale_files_are_removed, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(a_name_that_is_taken_is_left, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(faults_of_the_database_stay_its_own, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(collations_and_functions_of_the_application,
						scratch_set_up, scratch_tear_down),
		cmocka_unit_test_setup_teardown(a_locked_out_backup_fails, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(an_interrupted_backup_leaves_nothing,
						scratch_set_up, scratch_tear_down),
		cmocka_unit_test_setup_teardown(what_was_tampered_with_is_not_trusted,
						scratch_set_up, scratch_tear_down),
		cmocka_unit_test_setup_teardown(hostile_manifests_are_refused, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(a_manifest_must_be_of_its_backup, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(members_of_later_versions_live_on, scratch_set_up,
						scratch_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
