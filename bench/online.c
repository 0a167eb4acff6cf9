/* SPDX-License-Identifier: MIT */
/*
 * online.c: online [ROWS [WAY...]]: what a writer waits for beside a table that is copied.
 *
 *	none	nobody migrates, for three seconds: what the machine itself makes a writer wait for
 *	0	apply, in one transaction
 *	50	apply --online --max-lock 50ms, and so for any other number of milliseconds
 *	i0, i50	the same for a new index over two columns
 *	j0, j50	the same for an index that becomes one over two columns: the old one goes
 *	dnone, d0, d50, di50	the same with a rollback journal: a writer every 20 ms, and a reader
 *
 * Without a letter, one column of a table of ROWS (1000000) rows of some 180 bytes gets another type; two
 * indexes stay.
 * Meanwhile another process, with the busy timeout that applications have, wants the write lock every
 * 5 ms for a transaction of two statements.  A reader, where there is one, wants a row
 * every 100 ms, and what it waits is said in a line of its own.  What it waits is from BEGIN IMMEDIATE to the end of
 * COMMIT.  Milliseconds are said, of all waits the median, 99 and 99.9 of 100, and the longest, with
 * the phase that it fell into; and the bytes of the file and of the WAL at its largest.  The file is
 * made in TMPDIR: where that is no disk, no sync takes time.
 */
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "moult.h"

#define EVERY_MS 5
#define EVERY_JOURNAL_MS 20
#define READ_EVERY_MS 100
#define PATIENCE_MS 60000 /* the writer's busy timeout */
#define MOST 2000000	  /* waits, or phases, of a run */
#define NONE (-1)

static char path[512], wal[520], other[520];

struct wait {
	double began, ms;
};

struct phase {
	double began;
	char name[16];
};

static struct phase phases[256];
static int phase_count;

/* Milliseconds, of the clock that both processes have. */
static double now(void)
{
	struct timespec time = {0, 0};

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static void die(const char *what, const char *why)
{
	fprintf(stderr, "online: %s: %s\n", what, why);
	exit(2);
}

static sqlite3 *open_file(void)
{
	sqlite3 *db = NULL;

	if (sqlite3_open(path, &db))
		die(path, sqlite3_errmsg(db));
	sqlite3_busy_timeout(db, PATIENCE_MS);
	return db;
}

static void execute(sqlite3 *db, const char *sql)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL))
		die(sql, sqlite3_errmsg(db));
}

static double megabytes(const char *file)
{
	struct stat found;

	return stat(file, &found) ? 0 : (double)found.st_size / 1e6;
}

/* ---- the writer ---------------------------------------------------------------------------- */

static volatile sig_atomic_t stopped;

static void on_term(int number)
{
	(void)number;
	stopped = 1;
}

static void write_once(sqlite3 *db, long long rows, unsigned number)
{
	static const char *const statements[] = {
		"UPDATE t SET b = b || '.' WHERE id = %lld",
		"DELETE FROM t WHERE id = %lld + 7",
		"REPLACE INTO t(id, a, b, c) VALUES(%lld, 5, 'again', '77')",
		"UPDATE t SET a = a + 1, c = '8' WHERE id = %lld",
	};
	const long long id = (long long)((number * 2654435761ULL) % (unsigned long long)rows) + 1;
	char *sql = sqlite3_mprintf(statements[number % 4], id);

	execute(db, "BEGIN IMMEDIATE");
	execute(db, sql);
	execute(db, "INSERT INTO t(a, b, c) VALUES(1, 'new', '9')");
	execute(db, "COMMIT");
	sqlite3_free(sql);
}

/* The time that the statement itself takes is no wait. */
static void read_once(sqlite3 *db, long long rows, unsigned number)
{
	(void)rows;
	(void)number;
	execute(db, "SELECT id FROM t LIMIT 1");
}

static void doze_until(double when)
{
	const double left = when - now();
	const struct timespec time = {0, left > 0 ? (long)(left * 1e6) : 0};

	nanosleep(&time, NULL);
}

/* Its waits go into a file that both have: in a pipe nobody reads there would be room for some thousands. */
static void work_all(FILE *out, long long rows, int every_ms,
		     void (*once)(sqlite3 *db, long long rows, unsigned number))
{
	sqlite3 *db = open_file();

	signal(SIGTERM, on_term);
	for (unsigned i = 0; !stopped; i++) {
		struct wait one = {.began = now()};

		once(db, rows, i);
		one.ms = now() - one.began;
		fwrite(&one, sizeof(one), 1, out);
		doze_until(one.began + every_ms);
	}
	if (fclose(out))
		_exit(2);
	sqlite3_close(db);
	_exit(0);
}

/* ---- moult --------------------------------------------------------------------------------- */

static const struct change {
	char letter;
	const char *from, *to; /* what is another in the document */
} changes[] = {
	{'i', "</table>", "<index name=\"t_ca\" columns=\"c, a\"/></table>"},
	{'j', "columns=\"b\"", "columns=\"b, a\""},
	{0, "name=\"c\" type=\"TEXT\"", "name=\"c\" type=\"INTEGER\""},
};

static const struct change *change_of(const char *way)
{
	const struct change *change = changes;

	while (change->letter && change->letter != way[0])
		change++;
	return change;
}

/* The WAL is as large as it ever was until it is cut off at the end. */
static double largest;

static int on_progress(void *context, const moult_progress *progress)
{
	const struct phase *last = phase_count ? &phases[phase_count - 1] : NULL;
	const double size = megabytes(wal);

	(void)context;
	largest = size > largest ? size : largest;
	if (phase_count < 256 &&
	    (!last || strncmp(last->name, progress->phase, sizeof(last->name) - 1) != 0)) {
		struct phase *phase = &phases[phase_count++];

		phase->began = now();
		sqlite3_snprintf(sizeof(phase->name), phase->name, "%s", progress->phase);
	}
	return 0;
}

static int keep(void *context, const char *text, size_t size)
{
	sqlite3_str_append(context, text, (int)size);
	return 0;
}

/* The document of the file, with one place changed. */
static moult_schema *make_want(moult *m, const struct change *change)
{
	moult_schema *have = NULL, *want = NULL;
	sqlite3_str *text = sqlite3_str_new(NULL);
	char *document = NULL, *place = NULL, *wanted = NULL;

	if (!moult_schema_read(&have, m, path) && !moult_schema_dump(m, have, keep, text))
		document = sqlite3_str_finish(text);
	if (document)
		place = strstr(document, change->from);
	if (place)
		wanted = sqlite3_mprintf("%.*s%s%s", (int)(place - document), document, change->to,
					 place + strlen(change->from));
	if (!wanted || moult_schema_parse(&want, m, wanted, strlen(wanted), "want.xml"))
		die("want.xml", "cannot be made");
	moult_schema_free(have);
	sqlite3_free(document);
	sqlite3_free(wanted);
	return want;
}

static void migrate(const struct change *change, int max_lock_ms, moult_outcome *outcome)
{
	moult_options options = MOULT_OPTIONS_INIT;
	moult_schema *want;
	moult *m;

	if (moult_new(&m))
		die("moult", "no memory");
	want = make_want(m, change);
	options.no_backup = 1;
	options.allow = "all";
	options.online = max_lock_ms > 0;
	options.max_lock_ms = max_lock_ms;
	moult_set_progress(m, on_progress, NULL);
	if (moult_migrate_file(m, path, want, &options, outcome))
		die("apply", moult_diagnostic_at(m, moult_diagnostic_count(m) - 1)->message);
	moult_schema_free(want);
	moult_free(m);
}

/* ---- one way ------------------------------------------------------------------------------- */

static void make_file(long long rows)
{
	char *sql = sqlite3_mprintf(
		"PRAGMA synchronous = OFF; PRAGMA cache_size = -200000;"
		"CREATE TABLE t(id INTEGER PRIMARY KEY, a INT, b TEXT, c TEXT, pad TEXT);"
		"WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < %lld) "
		"INSERT INTO t SELECT i, i * 7919 %% 100003, 'key ' || i, CAST(i AS TEXT), "
		"printf('%%100d', i) FROM s;"
		"CREATE INDEX t_a ON t(a); CREATE INDEX t_b ON t(b)",
		rows);
	sqlite3 *db;

	unlink(path);
	db = open_file();
	execute(db, sql);
	sqlite3_close(db);
	sqlite3_free(sql);
}

/* Each way begins with the same file. */
static void copy_file(bool has_journal)
{
	char *sql = sqlite3_mprintf("cp '%s' '%s' && rm -f '%s'", other, path, wal);
	sqlite3 *db;

	if (!sql || system(sql))
		die(path, "cannot be copied");
	sqlite3_free(sql);
	db = open_file();
	if (!has_journal)
		execute(db, "PRAGMA journal_mode = WAL");
	sqlite3_close(db);
}

static int by_ms(const void *one, const void *other_one)
{
	const struct wait *a = one, *b = other_one;

	return (a->ms > b->ms) - (a->ms < b->ms);
}

static const char *phase_at(double when)
{
	const char *name = "before";

	for (int i = 0; i < phase_count && phases[i].began <= when; i++)
		name = phases[i].name;
	return name;
}

static void say(const char *way, double total, struct wait *waits, size_t count,
		const moult_outcome *outcome)
{
	const struct wait *longest = waits + count - 1; /* once they are sorted */

	qsort(waits, count, sizeof(*waits), by_ms);
	printf("%-6s%8.2f%8zu%8.1f%8.1f%8.1f%8.1f  %-10s%8lld%8lld%8.0f%8.0f\n", way, total / 1e3,
	       count, waits[count / 2].ms, waits[count * 99 / 100].ms, waits[count * 999 / 1000].ms,
	       longest->ms, phase_at(longest->began + longest->ms), outcome->longest_lock_ms,
	       outcome->locked_ms, largest, megabytes(path));
}

struct worker {
	pid_t pid;
	FILE *waits;
};

static struct worker begin_worker(long long rows, int every_ms,
				  void (*once)(sqlite3 *db, long long rows, unsigned number))
{
	struct worker worker = {.waits = tmpfile()};

	fflush(stdout);
	if (!worker.waits)
		die("a file", "cannot be made");
	worker.pid = fork();
	if (!worker.pid)
		work_all(worker.waits, rows, every_ms, once);
	return worker;
}

static size_t end_worker(const struct worker *worker, struct wait *waits)
{
	size_t count;
	int status = 0;

	kill(worker->pid, SIGTERM);
	waitpid(worker->pid, &status, 0);
	rewind(worker->waits);
	count = fread(waits, sizeof(*waits), MOST, worker->waits);
	fclose(worker->waits);
	if (status || !count)
		die("writer or reader", "failed");
	return count;
}

static void run_way(const char *way, long long rows, struct wait *waits)
{
	const bool has_journal = way[0] == 'd';
	const char *rest = way + has_journal;
	const struct change *change = change_of(rest);
	const int max_lock_ms = strcmp(rest, "none") ? atoi(rest + !!change->letter) : NONE;
	moult_outcome outcome = MOULT_OUTCOME_INIT;
	struct worker writer, reader;
	double began, total;

	copy_file(has_journal);
	writer = begin_worker(rows, has_journal ? EVERY_JOURNAL_MS : EVERY_MS, write_once);
	if (has_journal)
		reader = begin_worker(rows, READ_EVERY_MS, read_once);
	phase_count = 0;
	largest = 0;
	began = now();
	if (max_lock_ms == NONE)
		sqlite3_sleep(3000);
	else
		migrate(change, max_lock_ms, &outcome);
	total = now() - began;
	say(way, total, waits, end_worker(&writer, waits), &outcome);
	if (has_journal)
		say(" reads", total, waits, end_worker(&reader, waits), &outcome);
	moult_outcome_done(&outcome);
}

int main(int argc, char **argv)
{
	static const char *const usual[] = {"none",  "0",  "50",  "20",	 "i0",	"i50",	"j0", "j50",
					    "dnone", "d0", "d50", "d20", "di0", "di50", NULL};
	const long long rows = argc > 1 ? atoll(argv[1]) : 1000000;
	const char *const *ways = argc > 2 ? (const char *const *)(argv + 2) : usual;
	struct wait *waits = calloc(MOST, sizeof(*waits));
	const char *directory = getenv("TMPDIR");

	sqlite3_snprintf(sizeof(path), path, "%s/moult-bench-%d.db", directory ? directory : "/tmp",
			 (int)getpid());
	sqlite3_snprintf(sizeof(wal), wal, "%s-wal", path);
	sqlite3_snprintf(sizeof(other), other, "%s-0", path);
	make_file(rows);
	if (!waits || rename(path, other))
		die(path, "cannot be made");
	printf("%-6s%8s%8s%8s%8s%8s%8s  %-10s%8s%8s%8s%8s\n", "way", "total s", "waits", "p50",
	       "p99", "p99.9", "longest", "in", "lock", "locked", "WAL MB", "file MB");
	for (; *ways; ways++)
		run_way(*ways, rows, waits);
	unlink(path);
	unlink(other);
	free(waits);
	return 0;
}
