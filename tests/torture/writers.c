/* SPDX-License-Identifier: MIT */
/*
 * writers.c: others write and read the file all the while.
 *
 *	writers    BEGIN IMMEDIATE; one row here, the same row there; COMMIT; count it
 *	readers    BEGIN; look; COMMIT
 *	a migrator from one shape to another by any way, or the way back
 *
 * all of them processes on one file, with a rollback journal and then with a
 * WAL.  What a writer was told to be committed stands in memory that all share.
 * A reader must find, in one snapshot, the one shape or the other and no third;
 * the rows of each writer from 1 on without a gap, the same in both tables; and
 * all that had been committed when it began to look.  Nobody has to get the lock.
 *
 *	tests/torture/writers [--seconds N] [--seed N]
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <sqlite3.h>

#include "moult.h"

#define USUAL_SECONDS 2
#define PATIENCE_MS 200

enum { WRITERS = 2, READERS = 2, SHAPES = 3 };

/* Shared by all processes. */
struct board {
	long long committed[WRITERS];
	long long looks;
	long long migrations;
	long long ways_back;
	long long refusals;
	long long busy;
	bool over;
	char finding[400];
};

static struct board *board;
static const char *path;

#define DOCUMENT(columns)                                                                  \
	"<database xmlns=\"urn:moult:schema:1\"><table name=\"log\">"                      \
	"<column name=\"id\" type=\"INTEGER\" primary-key=\"true\"/>" columns "</table>"   \
	"<table name=\"twin\"><column name=\"who\" type=\"INTEGER\"/>"                     \
	"<column name=\"n\" type=\"INTEGER\"/></table></database>"

/* From each to each there is work to do: ALTER TABLE, an edit of the text, an exchange, a rebuild. */
static const char *const documents[SHAPES] = {
	DOCUMENT("<column name=\"who\" type=\"INTEGER\"/><column name=\"n\" type=\"INTEGER\"/>"
		 "<index name=\"log_who\" columns=\"who, n\"/>"),
	DOCUMENT("<column name=\"who\" type=\"REAL\" not-null=\"true\"/>"
		 "<column name=\"n\" type=\"INTEGER\"/><index name=\"log_who\" columns=\"who, n\"/>"
		 "<column name=\"more\" type=\"TEXT\" default=\"'m'\"/>"),
	DOCUMENT("<column name=\"who\" type=\"INTEGER\"/>"
		 "<column name=\"n\" type=\"INTEGER\" not-null=\"true\" check=\"n &gt; 0\"/>"
		 "<unique columns=\"who, n\"/>"),
};

/* What a reader sees of each. */
static const char *const sights[SHAPES] = {
	"id0 who0 n0 log_who",
	"id0 who1 n0 more0 log_who",
	"id0 who0 n1 sqlite_autoindex_log_1",
};

static void find(const char *what, const char *detail)
{
	if (!board->finding[0])
		snprintf(board->finding, sizeof(board->finding), "%s: %s", what, detail);
	board->over = true;
}

static sqlite3 *open_file(void)
{
	sqlite3 *db;

	if (sqlite3_open(path, &db))
		exit(99);
	sqlite3_busy_timeout(db, PATIENCE_MS);
	return db;
}

static bool is_busy(int rc)
{
	return (rc & 0xff) == SQLITE_BUSY || (rc & 0xff) == SQLITE_LOCKED;
}

/* ---- writers ---- */

static int write_row(sqlite3 *db, int who, long long n)
{
	char sql[200];
	int rc;

	snprintf(sql, sizeof(sql),
		 "BEGIN IMMEDIATE; INSERT INTO log(who, n) VALUES (%d, %lld);"
		 "INSERT INTO twin(who, n) VALUES (%d, %lld); COMMIT",
		 who, n, who, n);
	rc = sqlite3_exec(db, sql, NULL, NULL, NULL);
	if (rc && !is_busy(rc))
		find("a writer", sqlite3_errmsg(db));
	if (rc && !sqlite3_get_autocommit(db))
		sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
	return rc;
}

/* Every hundredth row begins a connection of its own. */
static void writer(int who)
{
	const struct timespec nap = {0, 100000};
	sqlite3 *db = open_file();
	long long n = 0;

	while (!board->over) {
		if (!write_row(db, who, n + 1))
			board->committed[who] = ++n;
		nanosleep(&nap, NULL);
		if (n % 100)
			continue;
		sqlite3_close(db);
		db = open_file();
	}
	sqlite3_close(db);
}

/* ---- readers ---- */

static sqlite3_stmt *ask(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *stmt = NULL;

	if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) || sqlite3_step(stmt) != SQLITE_ROW) {
		sqlite3_finalize(stmt);
		return NULL;
	}
	return stmt;
}

static bool look_at_shape(sqlite3 *db)
{
	sqlite3_stmt *stmt = ask(
		db,
		"SELECT (SELECT group_concat(name || \"notnull\", ' ') FROM pragma_table_info('log'))"
		" || ' ' || (SELECT group_concat(name, ' ') FROM pragma_index_list('log'))");
	const char *sight = stmt ? (const char *)sqlite3_column_text(stmt, 0) : NULL;
	bool known = !stmt;

	for (int i = 0; stmt && i < SHAPES; i++)
		known |= sight && !strcmp(sight, sights[i]);
	if (!known)
		find("a shape that is none", sight ? sight : "nothing");
	sqlite3_finalize(stmt);
	return stmt;
}

/* Whether it could be looked at. */
static bool look_at_rows(sqlite3 *db, int who, long long committed)
{
	char sql[300], said[100];
	sqlite3_stmt *stmt;

	snprintf(sql, sizeof(sql),
		 "SELECT count(*), count(DISTINCT n), coalesce(max(n), 0),"
		 " (SELECT count(*) FROM twin WHERE who = %d),"
		 " (SELECT coalesce(max(n), 0) FROM twin WHERE who = %d) FROM log WHERE who = %d",
		 who, who, who);
	stmt = ask(db, sql);
	if (!stmt)
		return false;
	for (int i = 1; i < 5; i++)
		if (sqlite3_column_int64(stmt, i) != sqlite3_column_int64(stmt, 0))
			committed = -1;
	snprintf(said, sizeof(said), "%lld rows, %lld of them different, to %lld; twins: %lld to %lld",
		 sqlite3_column_int64(stmt, 0), sqlite3_column_int64(stmt, 1),
		 sqlite3_column_int64(stmt, 2), sqlite3_column_int64(stmt, 3),
		 sqlite3_column_int64(stmt, 4));
	if (committed < 0 || sqlite3_column_int64(stmt, 0) < committed)
		find(committed < 0 ? "a half state" : "committed rows are gone", said);
	sqlite3_finalize(stmt);
	return true;
}

static void look(sqlite3 *db)
{
	long long committed[WRITERS];
	bool done;

	memcpy(committed, board->committed, sizeof(committed));
	if (sqlite3_exec(db, "BEGIN", NULL, NULL, NULL))
		return;
	done = look_at_shape(db);
	for (int i = 0; done && i < WRITERS; i++)
		done = look_at_rows(db, i, committed[i]);
	if (!done && !is_busy(sqlite3_errcode(db)))
		find("a reader", sqlite3_errmsg(db));
	sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
	if (done)
		__atomic_add_fetch(&board->looks, 1, __ATOMIC_RELAXED);
}

static void reader(int number)
{
	const struct timespec nap = {0, 10000000 + 1000000 * number};
	sqlite3 *db = open_file();

	while (!board->over) {
		look(db);
		nanosleep(&nap, NULL);
	}
	sqlite3_close(db);
}

/* ---- the migrator ---- */

/* A way back is refused while there are newer rows, and where its backup went with --keep. */
static void count_outcome(moult *m, int rc, bool is_back)
{
	const size_t count = moult_diagnostic_count(m);

	if (rc == MOULT_OK && is_back)
		board->ways_back++;
	else if (rc == MOULT_OK)
		board->migrations++;
	else if (rc == MOULT_BUSY)
		board->busy++;
	else if (rc == MOULT_REFUSED || (rc == MOULT_TROUBLE && is_back))
		board->refusals++;
	else
		find("moult", count ? moult_diagnostic_at(m, count - 1)->message : "failed");
	moult_diagnostics_clear(m);
}

static unsigned roll(unsigned *seed, unsigned sides)
{
	*seed = *seed * 1103515245 + 12345;
	return (*seed >> 16) % sides;
}

static void migrator(unsigned seed)
{
	static const char *const strategies[] = {NULL, "rebuild", "exchange", "alter,edit"};
	moult_schema *shapes[SHAPES] = {NULL};
	moult_options options = MOULT_OPTIONS_INIT;
	moult *m = NULL;
	int rc = moult_new(&m);

	options.timeout_ms = 5000;
	options.prune = 1;
	options.allow = "all";
	for (int i = 0; !rc && i < SHAPES; i++)
		rc = moult_schema_parse(&shapes[i], m, documents[i], strlen(documents[i]), "want.xml");
	if (rc)
		find("moult", "a document");
	while (!board->over) {
		const unsigned what = roll(&seed, SHAPES + 1);

		options.strategy = strategies[roll(&seed, 4)];
		if (what < SHAPES)
			count_outcome(m, moult_migrate_file(m, path, shapes[what], &options, NULL),
				      false);
		else
			count_outcome(m, moult_rollback(m, path, NULL, &options, NULL), true);
	}
	for (int i = 0; i < SHAPES; i++)
		moult_schema_free(shapes[i]);
	moult_free(m);
}

/* ---- all of them ---- */

static void begin_file(const char *mode)
{
	char sql[400];
	sqlite3 *db;

	unlink(path);
	db = open_file();
	snprintf(sql, sizeof(sql),
		 "PRAGMA journal_mode=%s; CREATE TABLE log(id INTEGER PRIMARY KEY, who INTEGER, n INTEGER);"
		 "CREATE INDEX log_who ON log(who, n); CREATE TABLE twin(who INTEGER, n INTEGER)",
		 mode);
	if (sqlite3_exec(db, sql, NULL, NULL, NULL))
		exit(99);
	sqlite3_close(db);
}

static void end_file(void)
{
	sqlite3 *db = open_file();
	sqlite3_stmt *check = ask(db, "PRAGMA integrity_check");

	if (!check || strcmp((const char *)sqlite3_column_text(check, 0), "ok") != 0)
		find("integrity_check", check ? (const char *)sqlite3_column_text(check, 0) : "");
	sqlite3_finalize(check);
	look(db);
	sqlite3_close(db);
}

static pid_t start(void (*work)(int), int number)
{
	const pid_t pid = fork();

	if (pid == 0) {
		work(number);
		_exit(0);
	}
	return pid;
}

static void migrate_with(int seed)
{
	migrator((unsigned)seed);
}

static bool run(const char *mode, int seconds, int seed)
{
	int status, ended_badly = 0;

	memset(board, 0, sizeof(*board));
	begin_file(mode);
	for (int i = 0; i < WRITERS; i++)
		start(writer, i);
	for (int i = 0; i < READERS; i++)
		start(reader, i);
	start(migrate_with, seed);
	for (int i = 0; i < seconds * 10 && !board->over; i++)
		usleep(100000);
	board->over = true;
	while (wait(&status) > 0)
		ended_badly += status != 0;
	if (ended_badly)
		find("a process", "ended badly");
	end_file();
	return !board->finding[0];
}

static void clean(const char *folder)
{
	DIR *entries = opendir(folder);
	struct dirent *entry;
	char name[800];

	while (entries && (entry = readdir(entries))) {
		snprintf(name, sizeof(name), "%s/%s", folder, entry->d_name);
		unlink(name);
	}
	if (entries)
		closedir(entries);
	rmdir(folder);
}

int main(int argc, char **argv)
{
	static const char *const modes[] = {"delete", "wal"};
	const char *temporary = getenv("TMPDIR");
	int seconds = USUAL_SECONDS, seed = 1, failures = 0;
	char folder[400], file[420];

	for (int i = 1; i + 1 < argc; i += 2) {
		if (!strcmp(argv[i], "--seconds"))
			seconds = atoi(argv[i + 1]);
		else if (!strcmp(argv[i], "--seed"))
			seed = atoi(argv[i + 1]);
	}
	board = mmap(NULL, sizeof(*board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	snprintf(folder, sizeof(folder), "%s/moult-writers-XXXXXX", temporary ? temporary : "/tmp");
	if (board == MAP_FAILED || !mkdtemp(folder))
		return 99;
	snprintf(file, sizeof(file), "%s/app.db", folder);
	path = file;
	puts("1..2");
	for (int i = 0; i < 2; i++) {
		const bool good = run(modes[i], seconds, seed);

		failures += !good;
		printf("%sok %d - concurrent writers, %s: %lld commits, %lld looks, %lld migrations, %lld ways back,"
		       " %lld refused, %lld times no lock, %d seconds\n",
		       good ? "" : "not ", i + 1, modes[i],
		       board->committed[0] + board->committed[1], board->looks, board->migrations,
		       board->ways_back, board->refusals, board->busy, seconds);
		if (!good)
			printf("# %s\n", board->finding);
		fflush(stdout);
	}
	clean(folder);
	return failures > 0;
}
