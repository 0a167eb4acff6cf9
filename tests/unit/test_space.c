/* SPDX-License-Identifier: MIT */
/*
 * test_space.c: whether there is room, on file systems that are as full as the
 * test wants them to be: statvfs(2) is this file's own.
 */
#include "scratch.h"

#include <stdarg.h>
#include <sys/statvfs.h>

#include "live/connect.h"
#include "moult.h"
#include "run/space.h"

#define ROWS "100000"
#define TABLE "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT); "
#define FILL                                                                             \
	"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " ROWS \
	") INSERT INTO t SELECT i, 'a value of some length, ' || i FROM n"
/* A column of integers has another affinity, which no edit of the text can give. */
#define REBUILD                                                                         \
	"<database xmlns=\"urn:moult:schema:1\"><table name=\"t\"><column name=\"id\" " \
	"type=\"INTEGER\" primary-key=\"true\"/><column name=\"a\" type=\"INTEGER\" "   \
	"not-null=\"true\"/></table></database>"
/* VARCHAR is TEXT by another name: where SQLite lets moult edit the schema, no row is written. */
#define EDIT                                                                            \
	"<database xmlns=\"urn:moult:schema:1\"><table name=\"t\"><column name=\"id\" " \
	"type=\"INTEGER\" primary-key=\"true\"/><column name=\"a\" type=\"VARCHAR\" "   \
	"not-null=\"true\"/></table></database>"
#define EDITS_FROM 3033000 /* older ones cannot read the schema again: plan/plan.h */
#define INDEX                                                                           \
	"<database xmlns=\"urn:moult:schema:1\"><table name=\"t\"><column name=\"id\" " \
	"type=\"INTEGER\" primary-key=\"true\"/><column name=\"a\" type=\"TEXT\"/>"     \
	"<index name=\"i\" columns=\"a\"/></table></database>"

static unsigned long long room = 1ULL << 40;

int statvfs(const char *restrict path, struct statvfs *restrict status)
{
	(void)path;
	memset(status, 0, sizeof(*status));
	status->f_frsize = status->f_bsize = 1024;
	status->f_blocks = 1U << 30;
	status->f_bavail = room / 1024;
	return 0;
}

static sqlite3 *make_file(struct scratch *scratch)
{
	sqlite3 *db = scratch_open(scratch, "app.db");

	run_sql(db, TABLE FILL);
	return db;
}

static bool speaks(moult *m, const char *id)
{
	for (size_t i = 0; i < moult_diagnostic_count(m); i++)
		if (!strcmp(moult_diagnostic_at(m, i)->id, id))
			return true;
	return false;
}

/* Migrates with so much room; ML106 must be said, or not. */
static int migrate(struct scratch *scratch, const char *document, unsigned long long free,
		   const moult_options *options, bool refused)
{
	moult *m;
	moult_schema *want = NULL;
	int rc;

	assert_int_equal(moult_new(&m), 0);
	assert_int_equal(moult_schema_parse(&want, m, document, strlen(document), "x"), 0);
	room = free;
	rc = moult_migrate_file(m, scratch_path(scratch, "app.db"), want, options, NULL);
	room = 1ULL << 40;
	assert_int_equal(speaks(m, "ML106"), refused);
	moult_schema_free(want);
	moult_free(m);
	return rc;
}

static moult_options without_backup(void)
{
	moult_options options = MOULT_OPTIONS_INIT;

	options.no_backup = 1;
	return options;
}

static long long file_size(sqlite3 *db)
{
	return mo_query_integer(db, "PRAGMA page_count", 0, NULL) * 4096;
}

/* A rebuild takes the file once more, and with secure_delete, which some builds have on, twice. */
static void a_rebuild_needs_its_table(void **state)
{
	struct scratch *scratch = *state;
	moult_options options = without_backup();
	sqlite3 *db = make_file(scratch);
	const unsigned long long size = (unsigned long long)file_size(db);

	sqlite3_close(db);
	assert_int_equal(migrate(scratch, REBUILD, size * 9 / 10, &options, true), MOULT_REFUSED);
	options.no_backup = 0;
	assert_int_equal(migrate(scratch, REBUILD, size * 19 / 10, &options, true), MOULT_REFUSED);
	assert_int_equal(count_files(scratch, "backup"), 0);
	options.allow = "ML106";
	assert_int_equal(migrate(scratch, REBUILD, size * 19 / 10, &options, true), MOULT_OK);
}

static void an_edit_needs_no_table(void **state)
{
	struct scratch *scratch = *state;
	const moult_options options = without_backup();
	sqlite3 *db = make_file(scratch);
	const unsigned long long size = (unsigned long long)file_size(db);
	const bool edits = sqlite3_libversion_number() >= EDITS_FROM;

	sqlite3_close(db);
	assert_int_equal(migrate(scratch, EDIT, size / 2, &options, !edits),
			 edits ? MOULT_OK : MOULT_REFUSED);
}

static void enough_is_enough(void **state)
{
	struct scratch *scratch = *state;
	const moult_options options = without_backup();
	sqlite3 *db = make_file(scratch);
	const unsigned long long size = (unsigned long long)file_size(db);

	sqlite3_close(db);
	assert_int_equal(migrate(scratch, REBUILD, size * 5 / 2, &options, false), MOULT_OK);
}

/* In WAL mode what is written lies in the WAL first, and in the file later. */
static void a_wal_counts_twice(void **state)
{
	struct scratch *scratch = *state;
	const moult_options options = without_backup();
	sqlite3 *db = make_file(scratch);
	const unsigned long long size = (unsigned long long)file_size(db);

	run_sql(db, "PRAGMA journal_mode = WAL");
	sqlite3_close(db);
	assert_int_equal(migrate(scratch, REBUILD, size * 3 / 2, &options, true), MOULT_REFUSED);
	assert_int_equal(migrate(scratch, REBUILD, size * 7 / 2, &options, false), MOULT_OK);
}

/* Once the rows are copied. */
static int little_room_for_the_swap(void *context, const moult_progress *progress)
{
	(void)context;
	if (!strcmp(progress->phase, "drain"))
		room = 1 << 20;
	return 0;
}

/* What was copied beside the writers needs no room in the swap, and free may be what the copy left. */
static void a_copy_needs_its_room_once(void **state)
{
	struct scratch *scratch = *state;
	moult_options options = without_backup();
	sqlite3 *db = make_file(scratch);
	moult_schema *want = NULL;
	moult *m;
	int rc;

	options.online = 1;
	options.allow = "all";
	run_sql(db, "PRAGMA journal_mode = WAL");
	assert_int_equal(moult_new(&m), 0);
	moult_set_progress(m, little_room_for_the_swap, NULL);
	assert_int_equal(moult_schema_parse(&want, m, REBUILD, strlen(REBUILD), "x"), 0);
	rc = moult_migrate_file(m, scratch_path(scratch, "app.db"), want, &options, NULL);
	assert_int_equal(room, 1 << 20);
	room = 1ULL << 40;
	assert_false(speaks(m, "ML106"));
	assert_int_equal(rc, 0);
	moult_schema_free(want);
	moult_free(m);
	sqlite3_close(db);
}

/* The handle keeps what is said, and nothing of what each batch looked at. */
static void batches_leave_no_memory(void **state)
{
	struct scratch *scratch = *state;
	moult_options options = without_backup();
	sqlite3 *db = make_file(scratch);
	moult_schema *want = NULL;
	sqlite3_int64 before;
	moult *m;

	options.online = options.max_lock_ms = 1;
	options.duty = 100;
	options.allow = "all";
	run_sql(db, "PRAGMA journal_mode = WAL");
	assert_int_equal(moult_new(&m), 0);
	assert_int_equal(moult_schema_parse(&want, m, REBUILD, strlen(REBUILD), "x"), 0);
	before = sqlite3_memory_used();
	assert_int_equal(
		moult_migrate_file(m, scratch_path(scratch, "app.db"), want, &options, NULL), 0);
	assert_true(sqlite3_memory_used() - before < 100000);
	moult_schema_free(want);
	moult_free(m);
	sqlite3_close(db);
}

static void free_pages_are_used_first(void **state)
{
	struct scratch *scratch = *state;
	const moult_options options = without_backup();
	sqlite3 *db = make_file(scratch);
	const unsigned long long size = (unsigned long long)file_size(db);

	run_sql(db, "CREATE TABLE u AS SELECT * FROM t; DROP TABLE u");
	sqlite3_close(db);
	assert_int_equal(migrate(scratch, REBUILD, size * 3 / 2, &options, false), MOULT_OK);
}

/* What memory cannot hold is sorted on the disk. */
static void sorting_counts(void **state)
{
	struct scratch *scratch = *state;
	moult_options options = without_backup();
	sqlite3 *db = make_file(scratch);
	const unsigned long long size = (unsigned long long)file_size(db);

	sqlite3_close(db);
	setenv("SQLITE_TMPDIR", scratch->directory, 1);
	options.memory = 64 << 10;
	assert_int_equal(migrate(scratch, INDEX, size * 3 / 2, &options, true), MOULT_REFUSED);
	options.memory = 64 << 20;
	assert_int_equal(migrate(scratch, INDEX, size * 3 / 2, &options, false), MOULT_OK);
	unsetenv("SQLITE_TMPDIR");
}

static void numbers_are_said(void **state)
{
	struct scratch *scratch = *state;

	assert_string_equal(mo_space_text(scratch->arena, 0), "0.0 KiB");
	assert_string_equal(mo_space_text(scratch->arena, 1536), "1.5 KiB");
	assert_string_equal(mo_space_text(scratch->arena, 3LL << 30), "3.0 GiB");
}

static void temporary_files_have_a_place(void **state)
{
	struct scratch *scratch = *state;
	sqlite3 *db = scratch_open(scratch, "app.db");

	setenv("SQLITE_TMPDIR", "/nowhere", 1);
	setenv("TMPDIR", scratch->directory, 1);
	assert_string_equal(mo_space_temporary(scratch->arena, db), scratch->directory);
	setenv("SQLITE_TMPDIR", "/", 1);
	if (access("/", W_OK) == 0)
		assert_string_equal(mo_space_temporary(scratch->arena, db), "/");
	unsetenv("SQLITE_TMPDIR");
	unsetenv("TMPDIR");
	run_sql(db, "PRAGMA temp_store = MEMORY");
	assert_null(mo_space_temporary(scratch->arena, db));
	sqlite3_close(db);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_set_up, scratch_tear_down)

/* ---- memory ---- */

/* 9 MB: seq goes up with id, pick jumps about. */
#define ORDERED                                                                                  \
	"CREATE TABLE t(id INTEGER PRIMARY KEY, seq INTEGER, pick INTEGER, a TEXT);"             \
	"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40009) INSERT" \
	" INTO t SELECT i, i * 7, i * 7919 % 40009, printf('%0200d', i) FROM n"
#define KEYED(seq, pick)                                                                \
	"<database xmlns=\"urn:moult:schema:1\"><table name=\"t\"><column name=\"id\" " \
	"type=\"INTEGER\" not-null=\"true\" unique=\"true\"/><column name=\"seq\" "     \
	"type=\"INTEGER\"" seq "/><column name=\"pick\" type=\"INTEGER\"" pick          \
	"/><column name=\"a\" type=\"TEXT\"/></table></database>"
#define IS_KEY " primary-key=\"true\""

/* MiB that SQLite, and moult with its allocator, had at once. */
static long long memory_for(struct scratch *scratch, const char *name, const char *document)
{
	moult_options options = without_backup();
	sqlite3 *db = scratch_open(scratch, name);
	moult *m;
	moult_schema *want = NULL;

	options.allow = "MD109";
	run_sql(db, ORDERED);
	sqlite3_close(db);
	assert_int_equal(moult_new(&m), 0);
	assert_int_equal(moult_schema_parse(&want, m, document, strlen(document), "x"), 0);
	sqlite3_memory_highwater(1);
	assert_int_equal(moult_migrate_file(m, scratch_path(scratch, name), want, &options, NULL),
			 0);
	moult_schema_free(want);
	moult_free(m);
	return sqlite3_memory_highwater(0) >> 20;
}

/* Rows that come in the order of their new key need no cache, and get none. */
static void memory_is_for_what_is_jumped_about_in(void **state)
{
	const long long ordered = memory_for(*state, "1.db", KEYED(IS_KEY, ""));
	const long long scattered = memory_for(*state, "2.db", KEYED("", IS_KEY));

	if (!scattered)
		skip(); /* a SQLite that does not count */
	assert_in_range(ordered, 1, 6);
	assert_in_range(scattered, 9, 24);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(memory_is_for_what_is_jumped_about_in,
						scratch_set_up, scratch_tear_down),
		TEST(a_rebuild_needs_its_table),
		TEST(an_edit_needs_no_table),
		TEST(enough_is_enough),
		TEST(a_wal_counts_twice),
		TEST(a_copy_needs_its_room_once),
		TEST(batches_leave_no_memory),
		TEST(free_pages_are_used_first),
		TEST(sorting_counts),
		TEST(numbers_are_said),
		TEST(temporary_files_have_a_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
