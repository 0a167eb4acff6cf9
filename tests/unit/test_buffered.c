/* SPDX-License-Identifier: MIT */
/*
 * test_buffered.c: a VFS that gathers writes must lose none, and keep the order that SQLite needs.
 *
 * Behind it stands a VFS that looks at each write before it passes it on.  The law: when a page of
 * the database is written over, its old content is in the journal already.  And it can be told to
 * fail a write; then SQLite has to hear of it, and the file is what it was, or the new one.
 */
#include "scratch.h"

#include "live/buffered.h"

#define PAGE 1024

static sqlite3_vfs *unix_vfs;
static sqlite3_vfs watching; /* under the name of one that may be buffered */
static char journal_path[300];
static unsigned char before[1 << 21]; /* the database, before the transaction */
static size_t begin_size;	      /* of it; 0: nobody looks */
static int writes, reads, bad, fail_at;

struct watched {
	sqlite3_file base;
	sqlite3_file *real;
	bool is_database;
};

static sqlite3_io_methods watched_methods;

/* ---- what stands behind --------------------------------------------------------------------- */

static size_t read_whole(unsigned char *bytes, size_t most, const char *path)
{
	FILE *file = fopen(path, "rb");
	size_t count = file ? fread(bytes, 1, most, file) : 0;

	if (file)
		fclose(file);
	return count;
}

static bool journal_has(const unsigned char *page)
{
	static unsigned char journal[sizeof(before)];
	size_t count = read_whole(journal, sizeof(journal), journal_path);

	for (size_t at = 0; at + PAGE <= count; at++)
		if (journal[at] == page[0] && memcmp(journal + at, page, PAGE) == 0)
			return true;
	return false;
}

static void check_pages(size_t size, size_t at)
{
	for (size_t i = at; i < at + size && i < begin_size; i += PAGE)
		bad += !journal_has(before + i);
}

static int watch_write(sqlite3_file *base, const void *bytes, int size, sqlite3_int64 at)
{
	struct watched *file = (struct watched *)base;

	if (++writes == fail_at)
		return SQLITE_IOERR_WRITE;
	if (file->is_database)
		check_pages((size_t)size, (size_t)at);
	return file->real->pMethods->xWrite(file->real, bytes, size, at);
}

static int watch_read(sqlite3_file *base, void *bytes, int size, sqlite3_int64 at)
{
	struct watched *file = (struct watched *)base;

	reads++;
	return file->real->pMethods->xRead(file->real, bytes, size, at);
}

#define PASS(name, parameters, arguments)                            \
	static int watch_##name parameters                           \
	{                                                            \
		sqlite3_file *file = ((struct watched *)base)->real; \
                                                                     \
		return file->pMethods->x##name arguments;            \
	}
PASS(Close, (sqlite3_file * base), (file))
PASS(Truncate, (sqlite3_file * base, sqlite3_int64 size), (file, size))
PASS(Sync, (sqlite3_file * base, int flags), (file, flags))
PASS(FileSize, (sqlite3_file * base, sqlite3_int64 *size), (file, size))
PASS(Lock, (sqlite3_file * base, int level), (file, level))
PASS(Unlock, (sqlite3_file * base, int level), (file, level))
PASS(CheckReservedLock, (sqlite3_file * base, int *is), (file, is))
PASS(FileControl, (sqlite3_file * base, int what, void *with), (file, what, with))
PASS(SectorSize, (sqlite3_file * base), (file))
PASS(ShmMap, (sqlite3_file * base, int at, int size, int extend, void volatile **map),
     (file, at, size, extend, map))
PASS(ShmLock, (sqlite3_file * base, int at, int count, int flags), (file, at, count, flags))
PASS(ShmUnmap, (sqlite3_file * base, int remove), (file, remove))

/* As a file on F2FS, to an SQLite that was made for that. */
static int watch_traits(sqlite3_file *base)
{
	sqlite3_file *file = ((struct watched *)base)->real;

	return file->pMethods->xDeviceCharacteristics(file) | SQLITE_IOCAP_BATCH_ATOMIC;
}

static void watch_barrier(sqlite3_file *base)
{
	sqlite3_file *file = ((struct watched *)base)->real;

	file->pMethods->xShmBarrier(file);
}

static sqlite3_io_methods watched_methods = {2,
					     watch_Close,
					     watch_read,
					     watch_write,
					     watch_Truncate,
					     watch_Sync,
					     watch_FileSize,
					     watch_Lock,
					     watch_Unlock,
					     watch_CheckReservedLock,
					     watch_FileControl,
					     watch_SectorSize,
					     watch_traits,
					     watch_ShmMap,
					     watch_ShmLock,
					     watch_barrier,
					     watch_ShmUnmap,
					     NULL,
					     NULL};

static int watch_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *base, int flags, int *got)
{
	struct watched *file = (struct watched *)base;
	int rc;

	(void)vfs;
	*file = (struct watched){.real = (sqlite3_file *)(file + 1),
				 .is_database = flags & SQLITE_OPEN_MAIN_DB};
	file->real->pMethods = NULL;
	rc = unix_vfs->xOpen(unix_vfs, name, file->real, flags, got);
	if (file->real->pMethods)
		base->pMethods = &watched_methods;
	return rc;
}

static int group_set_up(void **state)
{
	(void)state;
	unix_vfs = sqlite3_vfs_find(NULL);
	watching = *unix_vfs;
	watching.zName = "unix-none";
	watching.szOsFile += (int)sizeof(struct watched);
	watching.xOpen = watch_open;
	return sqlite3_vfs_register(&watching, 1);
}

static int group_tear_down(void **state)
{
	(void)state;
	return sqlite3_vfs_unregister(&watching);
}

/* ---- helpers -------------------------------------------------------------------------------- */

static sqlite3 *open_buffered(struct scratch *scratch)
{
	const char *path = scratch_path(scratch, "rows");
	sqlite3 *db;

	assert_non_null(mo_buffered_name(&scratch->m.buffered));
	assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
					 mo_buffered_name(&scratch->m.buffered)),
			 SQLITE_OK);
	sqlite3_snprintf(sizeof(journal_path), journal_path, "%s-journal", path);
	writes = reads = bad = fail_at = 0;
	return db;
}

static int run(sqlite3 *db, const char *sql)
{
	return sqlite3_exec(db, sql, NULL, NULL, NULL);
}

static void must_run(sqlite3 *db, const char *sql)
{
	if (run(db, sql))
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
}

static sqlite3_int64 number_of(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *stmt = NULL;
	sqlite3_int64 answer = -1;

	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
	if (sqlite3_step(stmt) == SQLITE_ROW)
		answer = sqlite3_column_int64(stmt, 0);
	assert_int_equal(sqlite3_finalize(stmt), SQLITE_OK);
	return answer;
}

/* Asked without the VFS under test. */
static sqlite3_int64 number_in_file(struct scratch *scratch, const char *sql)
{
	sqlite3_int64 answer;
	sqlite3 *db;

	assert_int_equal(
		sqlite3_open_v2(scratch_path(scratch, "rows"), &db, SQLITE_OPEN_READWRITE, "unix"),
		SQLITE_OK);
	answer = number_of(db, sql);
	sqlite3_close(db);
	return answer;
}

static const char sum[] = "SELECT sum(id * length(a)) + count(*) FROM t";
static const char sound[] =
	"SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'";
/* Old pages are written over, new ones come, more than the cache holds. */
static const char change[] =
	"BEGIN; UPDATE t SET a = a || 'changed' WHERE id % 3; CREATE TABLE u AS SELECT * FROM t;"
	"DELETE FROM t WHERE id % 7 = 0; DROP TABLE v;"
	"UPDATE u SET a = NULL; COMMIT";

static void fill(sqlite3 *db)
{
	must_run(db,
		 "PRAGMA page_size = 1024; PRAGMA cache_size = 20; PRAGMA secure_delete = 1;"
		 "CREATE TABLE t(id INTEGER PRIMARY KEY, a); CREATE INDEX ta ON t(a);"
		 "WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 2000)"
		 "INSERT INTO t SELECT i, printf('%08x of %d', i * 2654435761, i) FROM n;"
		 "CREATE TABLE v AS SELECT * FROM t; CREATE TABLE w AS SELECT zeroblob(200000)");
}

/* With every write looked at. */
static int run_watched(sqlite3 *db, const char *sql)
{
	int rc;

	bad = 0;
	begin_size = read_whole(before, sizeof(before), sqlite3_db_filename(db, "main"));
	rc = run(db, sql);
	begin_size = 0;
	return rc;
}

static void end(struct scratch *scratch, sqlite3 *db)
{
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	unlink(scratch_path(scratch, "rows"));
	mo_buffered_free(scratch->m.buffered);
	scratch->m.buffered = NULL;
}

/* ---- laws ----------------------------------------------------------------------------------- */

static const char *const modes[] = {
	"PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA",
	"PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = NORMAL",
	"PRAGMA journal_mode = PERSIST; PRAGMA synchronous = OFF",
	"PRAGMA journal_mode = DELETE; PRAGMA synchronous = OFF",
	"PRAGMA locking_mode = EXCLUSIVE; PRAGMA synchronous = FULL",
	"PRAGMA journal_mode = WAL",
};
#define MODES (sizeof(modes) / sizeof(*modes))
#define EXCLUSIVE 4 /* nobody else may look */

static void what_is_written_is_there(void **state)
{
	struct scratch *scratch = *state;

	for (size_t i = 0; i < MODES; i++) {
		sqlite3 *db = open_buffered(scratch);
		sqlite3_int64 was, is;

		fill(db);
		must_run(db, modes[i]);
		was = number_of(db, sum);
		must_run(db,
			 "BEGIN; UPDATE t SET a = 'gone'; DELETE FROM t WHERE id < 900; ROLLBACK");
		assert_int_equal(number_of(db, sum), was);
		assert_int_equal(run_watched(db, change), SQLITE_OK);
		is = i == EXCLUSIVE ? number_of(db, sum) : number_in_file(scratch, sum);
		assert_int_not_equal(is, was);
		assert_int_equal(number_of(db, sum), is);
		assert_int_equal(number_of(db, sound), 1);
		assert_int_equal(i == MODES - 1 ? 0 : bad, 0); /* a log has no journal */
		end(scratch, db);
	}
}

static void few_calls_do(void **state)
{
	struct scratch *scratch = *state;
	sqlite3 *db = open_buffered(scratch);
	int pages;

	fill(db);
	pages = (int)number_of(db, "PRAGMA page_count");
	reads = 0;
	must_run(db, "SELECT sum(length(a)) FROM v");
	assert_in_range(reads, 1, pages / 8);
	must_run(db, "PRAGMA journal_mode = DELETE; PRAGMA synchronous = OFF");
	writes = 0;
	assert_int_equal(run_watched(db, "DROP TABLE v"), SQLITE_OK);
	assert_in_range(writes, 1, pages / 4);
	assert_int_equal(bad, 0);
	end(scratch, db);
}

/* From the end, which was read ahead last. */
static void must_agree(sqlite3 *db, sqlite3 *other)
{
	for (int row = 1999; row > 0; row -= 20) {
		char *sql = sqlite3_mprintf("SELECT id FROM v WHERE rowid = %d", row);

		assert_int_equal(number_of(db, sql), number_of(other, sql));
		sqlite3_free(sql);
	}
	assert_int_equal(number_of(db, sum), number_of(other, sum));
}

/* Whoever else writes is seen. */
static void others_are_seen(void **state)
{
	struct scratch *scratch = *state;
	sqlite3 *db = open_buffered(scratch);
	sqlite3 *other;

	fill(db);
	assert_int_equal(sqlite3_open_v2(scratch_path(scratch, "rows"), &other,
					 SQLITE_OPEN_READWRITE, "unix"),
			 SQLITE_OK);
	for (int i = 0; i < 4; i++) {
		must_run(other, "UPDATE t SET a = a || 'x'");
		number_of(db, "SELECT sum(id) FROM v");
		must_run(other, "UPDATE v SET id = id + 1");
		must_agree(db, other);
		must_run(db, "UPDATE t SET a = a || 'yy'");
		must_agree(db, other);
		if (i == 1)
			must_run(db, "PRAGMA journal_mode = WAL");
	}
	sqlite3_close(other);
	end(scratch, db);
}

/* Each write once: SQLite hears of it, and what is there is the old or the new. */
static void a_failing_write_is_told(void **state)
{
	struct scratch *scratch = *state;
	int told = 0, last = 1;

	for (int at = 1; at <= last; at += 1 + last / 40) {
		sqlite3 *db = open_buffered(scratch);
		sqlite3_int64 was, is;
		int rc;

		fill(db);
		must_run(db, at % 2 ? modes[0] : modes[3]);
		was = number_of(db, sum);
		writes = 0;
		fail_at = at;
		rc = run(db, change);
		last = rc ? last : writes;
		if (at == 1 && last == 1)
			last = 200;
		told += rc != SQLITE_OK;
		fail_at = 0;
		run(db, "ROLLBACK");
		is = number_of(db, sum);
		assert_true(rc ? is == was : is != was);
		assert_int_equal(number_in_file(scratch, sum), is);
		assert_int_equal(number_of(db, sound), 1);
		end(scratch, db);
	}
	assert_in_range(told, 10, 1000);
}

static void no_batch_is_promised(void **state)
{
	struct scratch *scratch = *state;
	sqlite3 *db = open_buffered(scratch);
	sqlite3_file *file;

	assert_int_equal(sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file),
			 SQLITE_OK);
	assert_int_equal(file->pMethods->xDeviceCharacteristics(file) & SQLITE_IOCAP_BATCH_ATOMIC,
			 0);
	assert_int_not_equal(
		file->pMethods->xDeviceCharacteristics(file) & SQLITE_IOCAP_POWERSAFE_OVERWRITE, 0);
	end(scratch, db);
}

static void others_are_left_alone(void **state)
{
	struct scratch *scratch = *state;
	sqlite3_vfs ciphered = *unix_vfs;

	ciphered.zName = "ciphered";
	assert_int_equal(sqlite3_vfs_register(&ciphered, 1), SQLITE_OK);
	assert_null(mo_buffered_name(&scratch->m.buffered));
	sqlite3_vfs_unregister(&ciphered);
	assert_int_equal(sqlite3_vfs_register(&watching, 1), SQLITE_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_is_written_is_there, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(few_calls_do, scratch_set_up, scratch_tear_down),
		cmocka_unit_test_setup_teardown(others_are_seen, scratch_set_up, scratch_tear_down),
		cmocka_unit_test_setup_teardown(a_failing_write_is_told, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(no_batch_is_promised, scratch_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(others_are_left_alone, scratch_set_up,
						scratch_tear_down),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, group_set_up, group_tear_down);
}
