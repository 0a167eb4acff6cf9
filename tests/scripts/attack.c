/* SPDX-License-Identifier: MIT */
/*
 * attack.c: what may happen to a script, or to a C unit, on a device.
 *
 * Each attack runs it on a new copy of the file and closes that.  What
 * is then in the file must be what was there before, or what the script makes
 * of it where nothing goes wrong: old or new, never between.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runner.h"

#define MOST_FAULTS 100000

/* The script, the file, and what is in it before and after. */
static struct {
	char *path;
	char *copy;
	char *script;
	unit *upgrade; /* instead of a script */
	unsigned long long old, made;
	int number, failures;
	char why[512];
} job;

/* ---- what is in a file ---- */

static unsigned long long hash(unsigned long long value, const char *text)
{
	for (; text && *text; text++)
		value = (value ^ (unsigned char)*text) * 0x100000001b3ULL;
	return (value ^ 0xff) * 0x100000001b3ULL;
}

static unsigned long long hash_query(sqlite3 *db, const char *sql, unsigned long long value)
{
	sqlite3_stmt *stmt = NULL;

	if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
		return hash(value, sqlite3_errmsg(db));
	while (sqlite3_step(stmt) == SQLITE_ROW)
		for (int i = 0; i < sqlite3_column_count(stmt); i++) {
			value = hash(value + (unsigned)sqlite3_column_type(stmt, i),
				     (const char *)sqlite3_column_text(stmt, i));
		}
	sqlite3_finalize(stmt);
	return value;
}

/*
 * Everything that can be read, but for space in texts that are made again and when something was
 * done, as one number; 0 where the file is not sound.
 */
static unsigned long long content(const char *path)
{
	sqlite3 *db = open_file(path);
	unsigned long long value = hash_query(
		db,
		"SELECT type, name, tbl_name, replace(replace(sql, ' ', ''), char(10), '')"
		" FROM sqlite_master ORDER BY 1, 2",
		1);
	sqlite3_stmt *stmt = NULL;

	value = hash_query(db, "PRAGMA user_version", value);
	value = hash_query(db, "PRAGMA application_id", value);
	if (sqlite3_prepare_v2(db, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1",
			       -1, &stmt, NULL))
		die(path, sqlite3_errmsg(db));
	while (sqlite3_step(stmt) == SQLITE_ROW) {
		const char *name = (const char *)sqlite3_column_text(stmt, 0);
		char *sql = sqlite3_mprintf("SELECT %s FROM \"%w\" ORDER BY 1, 2",
					    strcmp(name, "_moult_done") ? "*" : "kind, object, digest",
					    name);

		value = hash_query(db, sql, value);
		sqlite3_free(sql);
	}
	sqlite3_finalize(stmt);
	if (hash_query(db, "PRAGMA integrity_check", 7) != hash(7 + SQLITE_TEXT, "ok"))
		value = 0;
	sqlite3_close(db);
	return value;
}

static void copy_file(void)
{
	char *text[3] = {"", "-journal", "-wal"};
	char buffer[65536];
	FILE *from = fopen(job.path, "rb"), *to;
	size_t size;

	for (int i = 0; i < 3; i++) {
		char *name = sqlite3_mprintf("%s%s", job.copy, text[i]);

		remove(name);
		sqlite3_free(name);
	}
	to = fopen(job.copy, "wb");
	if (!from || !to)
		die(job.copy, "cannot be copied");
	while ((size = fread(buffer, 1, sizeof(buffer), from)) > 0)
		if (fwrite(buffer, 1, size, to) != size)
			die(job.copy, "cannot be written");
	fclose(from);
	if (fclose(to))
		die(job.copy, "cannot be written");
}

/* ---- the verdict ---- */

enum verdict { NEITHER = 0, OLD = 1, NEW = 2, EITHER = 3 };

static void judge(const char *name, enum verdict allowed)
{
	const unsigned long long now = content(job.copy);
	const int is = (now == job.old ? OLD : 0) | (now == job.made ? NEW : 0);

	job.number++;
	if (now && ((is & (int)allowed) || (!is && allowed == NEITHER)))
		return;
	job.failures++;
	printf("not ok - %s: the file is %s (%s)\n", name,
	       !now	  ? "damaged"
	       : is & OLD ? "the old one"
	       : is & NEW ? "the new one"
			  : "neither old nor new",
	       job.why);
}

/* With less of a cache than a large table needs: it is written while a statement runs. */
static void shrink_cache(sqlite3 *db)
{
	sqlite3_exec(db, "PRAGMA cache_size = 5", NULL, NULL, NULL);
}

static sqlite3 *begin(void)
{
	sqlite3 *db;

	copy_file();
	*job.why = '\0';
	db = open_file(job.copy);
	shrink_cache(db);
	return db;
}

/* The settings of a connection, which a unit gives back as they were; -1 where they cannot be read. */
static int settings(sqlite3 *db)
{
	static const char *const queries[] = {"PRAGMA foreign_keys",
					      "PRAGMA ignore_check_constraints",
					      "PRAGMA legacy_alter_table", "PRAGMA synchronous"};
	int all = sqlite3_get_autocommit(db);

	for (int i = 0; i < 4; i++) {
		sqlite3_stmt *stmt = NULL;
		int rc = sqlite3_prepare_v2(db, queries[i], -1, &stmt, NULL);

		rc = rc ? rc : sqlite3_step(stmt);
		if (all >= 0 && (rc == SQLITE_ROW || rc == SQLITE_DONE))
			all = all * 4 + (rc == SQLITE_ROW ? sqlite3_column_int(stmt, 0) : 0);
		else
			all = -1;
		sqlite3_finalize(stmt);
	}
	return all;
}

static int run_upgrade(sqlite3 *db)
{
	const int before = settings(db);
	const int result = job.upgrade(db);
	const int after = settings(db);

	snprintf(job.why, sizeof(job.why), "result %d", result);
	if (before >= 0 && after >= 0 && before != after) {
		job.failures++;
		printf("not ok - attack %d: the connection's settings are %d, not %d (%s)\n",
		       job.number, after, before, job.why);
	}
	return result > 1;
}

static int stop(sqlite3 *db)
{
	if (job.upgrade)
		return run_upgrade(db);
	return run_stop(db, job.script, job.why, sizeof(job.why));
}

static int on(sqlite3 *db)
{
	if (job.upgrade)
		return run_upgrade(db);
	return run_on(db, job.script, NULL, job.why, sizeof(job.why));
}

static void expect(const char *name, const char *words)
{
	job.number++;
	if (strstr(job.why, words))
		return;
	job.failures++;
	printf("not ok - %s: it says \"%s\", not \"%s\"\n", name, job.why, words);
}

/* ---- attacks ---- */

static void twice(void)
{
	sqlite3 *db = begin();

	stop(db);
	stop(db);
	sqlite3_close(db);
	judge("twice", NEW);
	expect("twice", "already at the wanted schema");
	db = begin();
	on(db);
	on(db);
	sqlite3_close(db);
	judge("twice, going on", NEW);
}

static void wrong_version(void)
{
	sqlite3 *db = begin();
	unsigned long long old = job.old;

	sqlite3_exec(db, "CREATE TABLE \"one that nobody knows\"(a)", NULL, NULL, NULL);
	sqlite3_close(db);
	job.old = content(job.copy);
	db = open_file(job.copy);
	stop(db);
	sqlite3_close(db);
	expect("wrong version", "the schema is not the one that this upgrade starts from");
	judge("wrong version", OLD);
	db = open_file(job.copy);
	on(db);
	sqlite3_close(db);
	judge("wrong version, going on", OLD);
	job.old = old;
}

/* After SQL of somebody else; both kinds of runner. */
static void after(const char *name, const char *sql, enum verdict stopping, enum verdict going_on)
{
	sqlite3 *db = begin();

	sqlite3_exec(db, sql, NULL, NULL, NULL);
	stop(db);
	sqlite3_close(db);
	judge(name, stopping);
	db = begin();
	sqlite3_exec(db, sql, NULL, NULL, NULL);
	on(db);
	sqlite3_close(db);
	judge(name, going_on);
}

static void defensive(void)
{
#ifdef SQLITE_DBCONFIG_DEFENSIVE
	sqlite3 *db = begin();

	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	stop(db);
	sqlite3_close(db);
	judge("defensive", NEW);
#endif
}

/* Cut off, at so many places and at each end of a statement. */
static void cut(size_t places)
{
	char *whole = job.script;
	const size_t length = strlen(whole);
	const size_t pace = length / places + 1;

	for (size_t end = 0; end < length; end++) {
		sqlite3 *db;

		if (end % pace && !(whole[end] == '\n' && end && whole[end - 1] == ';'))
			continue;
		job.script = sqlite3_mprintf("%.*s", (int)end, whole);
		db = begin();
		end % 2 ? stop(db) : on(db);
		sqlite3_close(db);
		judge("cut off", EITHER);
		sqlite3_free(job.script);
	}
	job.script = whole;
}

/* ---- a statement that fails, in a runner that goes on ---- */

static struct {
	int at, ends, is_there;
} failing;

/* It has no effect, or that of an error which ends the transaction; a savepoint that does is run_on's. */
static int fail(sqlite3 *db, int number, const char *sql)
{
	if (number != failing.at)
		return 0;
	failing.is_there = 1;
	if (failing.ends && !is_savepoint(sql))
		sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
	return !(failing.ends && is_savepoint(sql));
}

static void run_failing(const char *name)
{
	sqlite3 *db = begin();

	sqlite3_exec(db, "PRAGMA foreign_keys = ON", NULL, NULL, NULL);
	failing.is_there = 0;
	run_on(db, job.script, fail, job.why, sizeof(job.why));
	sqlite3_close(db);
	snprintf(job.why, sizeof(job.why), "statement %d", failing.at);
	judge(name, EITHER);
}

static void one_fails(void)
{
	failing.is_there = 1;
	for (failing.at = 0; failing.is_there; failing.at++) {
		failing.ends = 0;
		run_failing("one statement fails");
		failing.ends = 1;
		run_failing("one statement fails and ends the transaction");
	}
}

/* ---- others who have the file ---- */

static sqlite3 *other;
static int release_at;

static int release(sqlite3 *db, int number, const char *sql)
{
	(void)db;
	(void)sql;
	if (number == release_at)
		sqlite3_exec(other, "ROLLBACK", NULL, NULL, NULL);
	return 0;
}

/* Somebody has a lock, for good or up to some statement. */
static void busy(const char *name, const char *lock, enum verdict allowed)
{
	sqlite3 *db = begin();

	other = open_file(job.copy);
	if (sqlite3_exec(other, lock, NULL, NULL, NULL) != SQLITE_OK)
		die(lock, sqlite3_errmsg(other));
	stop(db);
	sqlite3_close(db);
	sqlite3_close(other);
	judge(name, allowed);
	for (release_at = 0; release_at < 60; release_at += 3) {
		db = begin();
		other = open_file(job.copy);
		sqlite3_exec(other, lock, NULL, NULL, NULL);
		if (job.upgrade)
			run_upgrade(db);
		else
			run_on(db, job.script, release, job.why, sizeof(job.why));
		sqlite3_close(db);
		sqlite3_close(other);
		judge(name, EITHER);
	}
}

/* ---- the machine ---- */

static int interrupt_in;

static int interrupt(void *context)
{
	(void)context;
	return interrupt_in > 0 && --interrupt_in == 0;
}

/* By stop, or by on: where SQLite itself ends the transaction, the rest must do no harm outside of it. */
static void interrupted(int (*run)(sqlite3 *db))
{
	int at = 1;

	for (int i = 0; i < 100; i++, at += at / 8 + 1) {
		sqlite3 *db = begin();

		interrupt_in = at;
		sqlite3_progress_handler(db, 20, interrupt, NULL);
		run(db);
		sqlite3_close(db);
		judge("interrupted", EITHER);
		if (interrupt_in > 0)
			return;
	}
}

static void full(int (*run)(sqlite3 *db))
{
	for (int more = 0; more < 40; more++) {
		sqlite3 *db = begin();
		sqlite3_stmt *stmt = NULL;
		char limit[64];
		int rc;

		sqlite3_prepare_v2(db, "PRAGMA page_count", -1, &stmt, NULL);
		snprintf(limit, sizeof(limit), "PRAGMA max_page_count = %d",
			 (sqlite3_step(stmt) == SQLITE_ROW ? sqlite3_column_int(stmt, 0) : 0) +
				 more);
		sqlite3_finalize(stmt);
		sqlite3_exec(db, limit, NULL, NULL, NULL);
		rc = run(db);
		sqlite3_close(db);
		judge("disk full", EITHER);
		if (rc == SQLITE_OK)
			return;
	}
}

/*
 * In a process of its own: whether the fault was met there.  FTS4 of SQLite before 3.28 crashes
 * where a write fails that a savepoint has it do, in a script or in its statements' own; the file
 * must bear that too.
 */
static int meets_fault(int (*act)(int (*run)(sqlite3 *db), int at), int (*run)(sqlite3 *db), int at)
{
	const int failures = job.failures;
	int status = 0;
	pid_t child;

	fflush(stdout);
	child = fork();
	if (child < 0)
		die("fork", "fails");
	if (child == 0) {
		status = act(run, at);
		fflush(stdout);
		_exit(job.failures > failures ? 2 : status);
	}
	waitpid(child, &status, 0);
	if (WIFSIGNALED(status) && sqlite3_libversion_number() >= 3028000)
		die("a run", "ends by a signal");
	job.failures += WIFEXITED(status) && WEXITSTATUS(status) == 2;
	return WIFSIGNALED(status) || WEXITSTATUS(status) != 0;
}

/* A VFS whose n-th write fails, once or for good.  Databases have other methods than the rest: they are locked. */
static const sqlite3_io_methods *real;
static sqlite3_io_methods faulty[2];
static sqlite3_vfs vfs;
static struct {
	int writes, at, is_for_good;
} fault;

static int faulty_write(sqlite3_file *file, const void *bytes, int size, sqlite3_int64 at)
{
	fault.writes++;
	if (fault.at && (fault.is_for_good ? fault.writes >= fault.at : fault.writes == fault.at))
		return SQLITE_IOERR_WRITE;
	return real->xWrite(file, bytes, size, at);
}

static int faulty_open(sqlite3_vfs *self, const char *name, sqlite3_file *file, int flags, int *out)
{
	sqlite3_vfs *below = sqlite3_vfs_find("unix");
	int rc = below->xOpen(below, name, file, flags, out);
	sqlite3_io_methods *mine;

	(void)self;
	if (rc != SQLITE_OK || !file->pMethods)
		return rc;
	real = file->pMethods;
	mine = &faulty[flags & SQLITE_OPEN_MAIN_DB ? 0 : 1];
	*mine = *real;
	mine->xWrite = faulty_write;
	file->pMethods = mine;
	return rc;
}

/* Whether the run had a write of that number. */
static int write_fails(int (*run)(sqlite3 *db), int at)
{
	sqlite3 *db = NULL;

	if (sqlite3_open_v2(job.copy, &db, SQLITE_OPEN_READWRITE, "faulty"))
		die(job.copy, sqlite3_errmsg(db));
	shrink_cache(db);
	fault.writes = 0;
	fault.at = at;
	run(db);
	sqlite3_close(db);
	fault.at = 0;
	return fault.writes >= at;
}

static void broken_disk(int (*run)(sqlite3 *db))
{
	vfs = *sqlite3_vfs_find("unix");
	vfs.zName = "faulty";
	vfs.xOpen = faulty_open;
	sqlite3_vfs_register(&vfs, 0);
	for (fault.is_for_good = 0; fault.is_for_good < 2; fault.is_for_good++)
		for (int at = 1; at < MOST_FAULTS; at++) {
			copy_file();
			if (!meets_fault(write_fails, run, at))
				break;
			judge(fault.is_for_good ? "dead disk" : "broken disk", EITHER);
		}
	sqlite3_vfs_unregister(&vfs);
}

/* Memory of which the n-th allocation fails, once. */
static sqlite3_mem_methods memory;
static int no_memory_in;

static int is_no_memory(void)
{
	return no_memory_in > 0 && --no_memory_in == 0;
}

static void *faulty_malloc(int size)
{
	return is_no_memory() ? NULL : memory.xMalloc(size);
}

static void *faulty_realloc(void *pointer, int size)
{
	return is_no_memory() ? NULL : memory.xRealloc(pointer, size);
}

static void use_faulty_memory(void)
{
	sqlite3_mem_methods mine;

	sqlite3_config(SQLITE_CONFIG_GETMALLOC, &memory);
	mine = memory;
	mine.xMalloc = faulty_malloc;
	mine.xRealloc = faulty_realloc;
	if (sqlite3_config(SQLITE_CONFIG_MALLOC, &mine) ||
	    sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0))
		die("memory", "cannot be replaced");
}

static int allocation_fails(int (*run)(sqlite3 *db), int at)
{
	sqlite3 *db = open_file(job.copy);
	int is_met;

	shrink_cache(db);
	no_memory_in = at;
	run(db);
	is_met = no_memory_in <= 0;
	no_memory_in = 0;
	sqlite3_close(db);
	return is_met;
}

static void no_memory(int (*run)(sqlite3 *db))
{
	for (int at = 1; at < MOST_FAULTS; at += at / 32 + 1) {
		copy_file();
		if (!meets_fault(allocation_fails, run, at))
			return;
		judge("no memory", EITHER);
	}
}

static void machine(int (*run)(sqlite3 *db))
{
	interrupted(run);
	full(run);
	broken_disk(run);
	no_memory(run);
}

int abuse_unit(const char *path, unit *upgrade)
{
	sqlite3 *db;

	use_faulty_memory();
	job.path = sqlite3_mprintf("%s", path);
	job.copy = sqlite3_mprintf("%s-abused", path);
	job.upgrade = upgrade;
	job.old = content(path);
	db = begin();
	if (stop(db))
		die(path, job.why);
	expect("the first time", "result 1");
	stop(db);
	expect("the second time", "result 0");
	sqlite3_close(db);
	job.made = content(job.copy);
	if (!job.old || !job.made || job.old == job.made)
		die(path, "the unit changes nothing, or harms the file");
	after("of another schema", "CREATE TABLE \"one that nobody knows\"(a)", NEITHER, NEITHER);
	expect("of another schema", "result 2");
	after("foreign keys on", "PRAGMA foreign_keys = ON", NEW, NEW);
	after("in a transaction", "BEGIN", OLD, OLD);
	expect("in a transaction", "result 5");
	after("without a journal", "PRAGMA journal_mode = OFF", OLD, OLD);
	expect("without a journal", "result 5");
	after("with checks ignored", "PRAGMA ignore_check_constraints = ON", NEW, NEW);
	after("with little care", "PRAGMA synchronous = OFF; PRAGMA foreign_keys = ON", NEW, NEW);
	after("with a WAL", "PRAGMA journal_mode = WAL", NEW, NEW);
	defensive();
	busy("busy from the start", "BEGIN IMMEDIATE", OLD);
	busy("shut from the start", "BEGIN EXCLUSIVE", OLD);
	busy("busy at the commit", "BEGIN; SELECT * FROM sqlite_master", OLD);
	machine(stop);
	remove(job.copy);
	if (!job.failures)
		printf("ok - %d attacks\n", job.number);
	return job.failures != 0;
}

/* What is in the file before and after a script. */
static void begin_script(const char *path, const char *script)
{
	sqlite3 *db;

	job.path = sqlite3_mprintf("%s", path);
	job.copy = sqlite3_mprintf("%s-abused", path);
	job.script = read_text(script);
	job.old = content(path);
	db = begin();
	if (stop(db))
		die(script, job.why);
	sqlite3_close(db);
	job.made = content(job.copy);
	if (!job.old || !job.made || job.old == job.made)
		die(script, "changes nothing, or harms the file");
}

static int end_script(void)
{
	remove(job.copy);
	if (!job.failures)
		printf("ok - %d attacks\n", job.number);
	return job.failures != 0;
}

int abuse_by_cuts(const char *path, const char *script)
{
	begin_script(path, script);
	cut(strlen(job.script));
	return end_script();
}

int abuse_by_failures(const char *path, const char *script)
{
	begin_script(path, script);
	one_fails();
	return end_script();
}

int abuse(const char *path, const char *script)
{
	use_faulty_memory();
	begin_script(path, script);
	twice();
	wrong_version();
	after("foreign keys on", "PRAGMA foreign_keys = ON", NEW, NEW);
	after("in a transaction", "BEGIN", OLD, EITHER);
	after("in a transaction with foreign keys", "PRAGMA foreign_keys = ON; BEGIN", OLD, EITHER);
	after("with checks ignored", "PRAGMA ignore_check_constraints = ON", NEW, NEW);
	after("with a WAL", "PRAGMA journal_mode = WAL", NEW, NEW);
	defensive();
	cut(100);
	one_fails();
	busy("busy from the start", "BEGIN IMMEDIATE", OLD);
	busy("shut from the start", "BEGIN EXCLUSIVE", OLD);
	busy("busy at the commit", "BEGIN; SELECT * FROM sqlite_master", OLD);
	machine(stop);
	machine(on);
	return end_script();
}
