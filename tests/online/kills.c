/* SPDX-License-Identifier: MIT */
/*
 * kills.c: apply --online ended by kill -9 in each phase, beside processes that go on.
 *
 *	writers		transactions of a change and a sum of all changes: rows that come, go, change, and
 *			push others out by UNIQUE; what they were told is committed they keep in memory
 *	readers		in one snapshot: the sums are those of the rows, and nothing that was
 *			committed is missing
 *	moult		from shape to shape; it is killed some moments after it has come to a phase, and
 *			begun again, or abandoned
 *
 * all of them processes on one file, with a WAL and with a rollback journal, with rowids and without.
 * Nobody ever opens it before moult does it again.  In the end the rows are those that the writers were told
 * of, integrity_check finds nothing, and nothing of moult's is left.
 *
 *	tests/online/kills [KILLS [SEED]]	16 and 1
 *
 * Speaks TAP, and says how often it was killed in which phase.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "chance.h"

#define WRITERS 2
#define READERS 2
#define SLOTS 1500	 /* rows of a writer, at most */
#define HOT 300		 /* of them are written */
#define KEYS 400	 /* of a writer, under UNIQUE */
#define PATIENCE_MS 1000 /* for a lock */
#define PHASES 24
#define MOST_US 4000 /* from the phase to the kill */

struct row {
	long long value;
	int key; /* 0: it is not there */
};

struct ledger {
	struct row rows[SLOTS];
	long long count, sum; /* of its transactions, and of its rows */
};

/* Shared by all processes. */
static struct board {
	struct ledger ledgers[WRITERS];
	long long commits[WRITERS], looks[READERS];
	bool over;
	bool is_armed; /* moult has come to where it is to be killed */
	char finding[400];
	struct phase {
		char name[32];
		int kills;
	} phases[PHASES];
	char killed_in[32];
} * board;

static const char *path;

static void find(const char *what, const char *detail)
{
	if (!board->finding[0])
		snprintf(board->finding, sizeof(board->finding), "%s: %s", what, detail);
	board->over = true;
}

static void doze(int us)
{
	const struct timespec nap = {us / 1000000, us % 1000000 * 1000L};

	nanosleep(&nap, NULL);
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

/* ---- writers ------------------------------------------------------------------------------- */

static int id_of(int who, int slot)
{
	return 10 + slot * WRITERS + who;
}

/* Who has the key goes, as REPLACE has it. */
static void push_out(struct ledger *ledger, int key, int slot)
{
	for (int i = 0; i < SLOTS; i++)
		if (i != slot && ledger->rows[i].key == key) {
			ledger->sum -= ledger->rows[i].value;
			ledger->rows[i] = (struct row){0, 0};
		}
}

static void put(struct ledger *ledger, int slot, int key, long long value)
{
	struct row *row = &ledger->rows[slot];

	push_out(ledger, key, slot);
	ledger->sum += value - (row->key ? row->value : 0);
	*row = (struct row){value, key};
}

/* One change, of the ledger and as a statement. */
static char *change(struct ledger *ledger, struct chance *chance, int who)
{
	const int slot = roll(chance, HOT), id = id_of(who, slot);
	const int key = 1 + roll(chance, KEYS), value = roll(chance, 1000);
	struct row *row = &ledger->rows[slot];

	switch (roll(chance, 4)) {
	case 0:
		ledger->sum -= row->key ? row->value : 0;
		*row = (struct row){0, 0};
		return sqlite3_mprintf("DELETE FROM t WHERE id = %d", id);
	case 1:
		if (row->key)
			put(ledger, slot, key, row->value);
		return sqlite3_mprintf("UPDATE OR REPLACE t SET b = 'k%d-%d' WHERE id = %d", who,
				       key, id);
	case 2:
		if (row->key)
			put(ledger, slot, row->key, value);
		return sqlite3_mprintf("UPDATE t SET v = %d WHERE id = %d", value, id);
	default:
		put(ledger, slot, key, value);
		return sqlite3_mprintf("REPLACE INTO t(id, who, b, v) VALUES(%d, %d, 'k%d-%d', %d)",
				       id, who, who, key, value);
	}
}

static int write_once(sqlite3 *db, struct ledger *ledger, struct chance *chance, int who)
{
	sqlite3_str *sql = sqlite3_str_new(NULL);
	char *text;
	int rc;

	sqlite3_str_appendall(sql, "BEGIN IMMEDIATE;");
	for (int i = 1 + roll(chance, 3); i > 0; i--) {
		char *one = change(ledger, chance, who);

		sqlite3_str_appendf(sql, "%s;", one);
		sqlite3_free(one);
	}
	ledger->count++;
	sqlite3_str_appendf(sql, "UPDATE tally SET n = %lld, total = %lld WHERE who = %d; COMMIT",
			    ledger->count, ledger->sum, who);
	text = sqlite3_str_finish(sql);
	rc = sqlite3_exec(db, text, NULL, NULL, NULL);
	if (rc && !is_busy(rc))
		find(text, sqlite3_errmsg(db));
	if (!sqlite3_get_autocommit(db))
		sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
	sqlite3_free(text);
	return rc;
}

static void writer(int who, unsigned long long seed)
{
	static struct ledger next;
	struct chance chance = {.dice = seed * WRITERS + (unsigned)who};
	struct ledger *ledger = &board->ledgers[who];
	sqlite3 *db = open_file();

	while (!board->over) {
		next = *ledger;
		if (!write_once(db, &next, &chance, who)) {
			*ledger = next;
			board->commits[who]++;
		}
		doze(500 + roll(&chance, 3000));
	}
	sqlite3_close(db);
}

/* ---- readers ------------------------------------------------------------------------------- */

/* Three numbers: the transactions of a writer, their sum, and that of its rows. */
static bool look_at(sqlite3 *db, int who, long long *numbers)
{
	char *sql = sqlite3_mprintf("SELECT n, total, (SELECT coalesce(sum(v), 0) FROM t"
				    " WHERE who = %d) FROM tally WHERE who = %d",
				    who, who);
	sqlite3_stmt *stmt = NULL;
	bool is_there;

	is_there =
		!sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) && sqlite3_step(stmt) == SQLITE_ROW;
	for (int i = 0; is_there && i < 3; i++)
		numbers[i] = sqlite3_column_int64(stmt, i);
	sqlite3_finalize(stmt);
	sqlite3_free(sql);
	return is_there;
}

static void reader(int number, unsigned long long seed)
{
	struct chance chance = {.dice = seed * 31 + (unsigned)number};
	sqlite3 *db = open_file();

	while (!board->over) {
		const int who = roll(&chance, WRITERS);
		const long long committed = board->ledgers[who].count;
		long long numbers[3];
		char said[120];

		if (look_at(db, who, numbers)) {
			snprintf(said, sizeof(said), "%lld of %lld transactions, %lld for %lld",
				 numbers[0], committed, numbers[2], numbers[1]);
			if (numbers[0] < committed || numbers[1] != numbers[2])
				find("a reader", said);
			board->looks[number]++;
		} else if (!is_busy(sqlite3_errcode(db))) {
			find("a reader", sqlite3_errmsg(db));
		}
		doze(2000 + roll(&chance, 8000));
	}
	sqlite3_close(db);
}

/* ---- moult --------------------------------------------------------------------------------- */

enum { SHAPES = 4 };

/* A column's type, and indexes. */
static const struct shape {
	const char *type, *indexes;
} shapes[SHAPES] = {
	{"INTEGER", ""},
	{"REAL", ""},
	{"INTEGER",
	 "<index name=\"t_v\" columns=\"v, b\" where=\"v IS NOT NULL AND b IS NOT NULL\"/>"},
	{"INTEGER",
	 "<index name=\"t_v\" columns=\"b, v DESC\" where=\"v IS NOT NULL AND b IS NOT NULL\"/>"},
};

/* A table is copied and copied back, then an index comes, and becomes another again and again. */
static int next_shape(int shape, struct chance *chance)
{
	switch (shape) {
	case 0:
		return roll(chance, 4) ? 1 : 2;
	case 1:
		return 0;
	default:
		return shape == 2 ? 3 : 2;
	}
}

static char *document_of(int shape, bool has_rowid)
{
	return sqlite3_mprintf(
		"<database xmlns=\"urn:moult:schema:1\"><table name=\"t\"%s>"
		"<column name=\"id\" type=\"%s\" primary-key=\"true\"%s/>"
		"<column name=\"who\" type=\"INTEGER\"/>"
		"<column name=\"b\" type=\"TEXT\" unique=\"true\"/>"
		"<column name=\"v\" type=\"%s\"/><index name=\"t_who\" columns=\"who, id\"/>%s</table>"
		"<table name=\"tally\"><column name=\"who\" type=\"INTEGER\" primary-key=\"true\"/>"
		"<column name=\"n\" type=\"INTEGER\"/><column name=\"total\" type=\"INTEGER\"/>"
		"</table></database>",
		has_rowid ? "" : " without-rowid=\"true\"", has_rowid ? "INTEGER" : "INT",
		has_rowid ? "" : " not-null=\"true\"", shapes[shape].type, shapes[shape].indexes);
}

/* What one call of moult is to do, and where it will not end. */
struct order {
	char *document; /* NULL: abandon what is under way */
	unsigned long long seed;
	char phase[32]; /* where it is killed; "": nowhere */
	int calls;	/* of the progress callback there, before */
};

static void remember(const char *name)
{
	struct phase *phase = board->phases;

	while (phase < board->phases + PHASES - 1 && phase->name[0] && strcmp(phase->name, name))
		phase++;
	snprintf(phase->name, sizeof(phase->name), "%.31s", name);
}

/* What is said while a lock is waited for has the number of a process in it. */
static int on_progress(void *context, const moult_progress *progress)
{
	struct order *order = context;

	if (strncmp(progress->phase, "wait", 4) != 0)
		remember(progress->phase);
	if (order->phase[0] && !strncmp(progress->phase, order->phase, 31) && order->calls-- == 0)
		board->is_armed = true;
	return 0;
}

/* Never returns: it is a process of its own. */
static void run_moult(struct order *order)
{
	struct chance chance = {.dice = order->seed};
	moult_options options = MOULT_OPTIONS_INIT;
	moult_schema *want = NULL;
	moult *m = NULL;
	int rc = moult_new(&m);

	options.allow = "all";
	options.prune = 1;
	options.online = order->document != NULL;
	options.max_lock_ms = 1;
	options.duty = 40 + roll(&chance, 60);
	options.no_backup = roll(&chance, 3) > 0;
	options.keep = 1;
	options.timeout_ms = 60000;
	moult_set_progress(m, on_progress, order);
	if (!rc && order->document)
		rc = moult_schema_parse(&want, m, order->document, strlen(order->document),
					"want.xml");
	if (!rc)
		rc = want ? moult_migrate_file(m, path, want, &options, NULL)
			  : moult_downgrade_file(m, path, NULL, &options, NULL);
	for (size_t i = 0; rc && i < moult_diagnostic_count(m); i++)
		fprintf(stderr, "%s %s\n", moult_diagnostic_at(m, i)->id,
			moult_diagnostic_at(m, i)->message);
	if (rc)
		find("moult", moult_diagnostic_at(m, moult_diagnostic_count(m) - 1)->message);
	moult_schema_free(want);
	moult_free(m);
	_exit(rc);
}

static bool is_running(pid_t pid, int *status)
{
	return waitpid(pid, status, WNOHANG) == 0;
}

/* Whether it came to its end; else it was killed. */
static bool run_to_end(struct order *order, struct chance *chance)
{
	int status = 0;
	pid_t pid;

	board->is_armed = false;
	fflush(stdout);
	pid = fork();
	if (!pid)
		run_moult(order);
	while (is_running(pid, &status)) {
		if (!board->is_armed) {
			doze(200);
			continue;
		}
		doze(roll(chance, MOST_US));
		kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
		break;
	}
	if (!WIFSIGNALED(status))
		return true;
	if (WTERMSIG(status) != SIGKILL)
		find("moult", "crashed");
	for (struct phase *phase = board->phases; phase < board->phases + PHASES; phase++)
		phase->kills += !strcmp(phase->name, order->phase);
	return false;
}

static bool is_under_way(void)
{
	sqlite3 *db = open_file();
	sqlite3_stmt *stmt = NULL;
	bool is = true;

	sqlite3_busy_timeout(db, 60000);
	if (!sqlite3_prepare_v2(db, "SELECT 1 FROM sqlite_master WHERE name = '_moult_under_way'",
				-1, &stmt, NULL))
		is = sqlite3_step(stmt) == SQLITE_ROW;
	sqlite3_finalize(stmt);
	sqlite3_close(db);
	return is;
}

/* Somewhere on the way that is known by now. */
static void aim(struct order *order, struct chance *chance)
{
	int count = 0;

	while (count < PHASES && board->phases[count].name[0])
		count++;
	if (count)
		snprintf(order->phase, sizeof(order->phase), "%s",
			 board->phases[roll(chance, count)].name);
	order->calls = roll(chance, 2) ? 0 : roll(chance, 12);
}

/* From one shape to the next, with at most so many kills; how many there were. */
static int migrate(int shape, bool has_rowid, int kills, struct chance *chance)
{
	char *document = document_of(shape, has_rowid);
	int killed = 0, tries = 0;
	bool done = false;

	while (!done && !board->over) {
		struct order order = {.document = document,
				      .seed = chance->dice + (unsigned)roll(chance, 1000)};

		if (killed < kills && tries++ < 3 * kills)
			aim(&order, chance);
		if (killed && !roll(chance, 6) && is_under_way())
			order.document = NULL;
		if (run_to_end(&order, chance))
			done = order.document != NULL;
		else
			killed++;
	}
	sqlite3_free(document);
	return killed;
}

/* ---- all of them --------------------------------------------------------------------------- */

static void make_file(const char *mode, bool has_rowid)
{
	char *sql = sqlite3_mprintf(
		"PRAGMA journal_mode = %s; PRAGMA synchronous = OFF;"
		"CREATE TABLE t(id %s, who INTEGER, b TEXT UNIQUE, v INTEGER)%s;"
		"CREATE INDEX t_who ON t(who, id);"
		"CREATE TABLE tally(who INTEGER PRIMARY KEY, n INTEGER, total INTEGER);"
		"WITH RECURSIVE w(w) AS (SELECT 0 UNION ALL SELECT w + 1 FROM w WHERE w < %d),"
		" s(s) AS (SELECT 0 UNION ALL SELECT s + 1 FROM s WHERE s < %d)"
		"INSERT INTO t SELECT 10 + s * %d + w, w, 'k' || w || '-' || (%d + s), s FROM s, w;"
		"INSERT INTO tally SELECT who, 0, sum(v) FROM t GROUP BY who",
		mode, has_rowid ? "INTEGER PRIMARY KEY" : "INT NOT NULL PRIMARY KEY",
		has_rowid ? "" : " WITHOUT ROWID", WRITERS - 1, SLOTS - 1, WRITERS, KEYS + 1);
	sqlite3 *db;

	unlink(path);
	db = open_file();
	if (sqlite3_exec(db, sql, NULL, NULL, NULL))
		find(sql, sqlite3_errmsg(db));
	sqlite3_close(db);
	sqlite3_free(sql);
	for (int who = 0; who < WRITERS; who++)
		for (int slot = 0; slot < SLOTS; slot++)
			put(&board->ledgers[who], slot, KEYS + 1 + slot, slot);
}

static void expect(sqlite3 *db, const char *sql, const char *wanted)
{
	sqlite3_stmt *stmt = NULL;
	const char *found = "no row";

	if (!sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) && sqlite3_step(stmt) == SQLITE_ROW)
		found = (const char *)sqlite3_column_text(stmt, 0);
	if (!found || strcmp(found, wanted) != 0)
		find(sql, found ? found : "NULL");
	sqlite3_finalize(stmt);
}

/* Row by row, what its writer was told. */
static void compare(sqlite3 *db, int who)
{
	const struct ledger *ledger = &board->ledgers[who];
	sqlite3_stmt *stmt = NULL;
	int slot = 0, rc;

	sqlite3_prepare_v2(db, "SELECT id, b, v FROM t WHERE who = ?1 ORDER BY id", -1, &stmt,
			   NULL);
	sqlite3_bind_int(stmt, 1, who);
	while ((rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		char key[40], said[80];

		while (slot < SLOTS && !ledger->rows[slot].key)
			slot++;
		snprintf(key, sizeof(key), "k%d-%d", who,
			 ledger->rows[slot < SLOTS ? slot : 0].key);
		snprintf(said, sizeof(said), "row %d", sqlite3_column_int(stmt, 0));
		if (slot == SLOTS || sqlite3_column_int(stmt, 0) != id_of(who, slot) ||
		    strcmp((const char *)sqlite3_column_text(stmt, 1), key) != 0 ||
		    sqlite3_column_int64(stmt, 2) != ledger->rows[slot].value)
			find("a row is not what was committed", said);
		slot++;
	}
	while (slot < SLOTS && !ledger->rows[slot].key)
		slot++;
	if (slot < SLOTS)
		find("a row is missing", rc == SQLITE_DONE ? "of those committed" : "?");
	sqlite3_finalize(stmt);
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

static void judge(void)
{
	sqlite3 *db = open_file();

	expect(db, "PRAGMA integrity_check", "ok");
	expect(db,
	       "SELECT count(*) FROM sqlite_master WHERE name GLOB '_moult_*'"
	       " AND name NOT IN ('_moult_history', '_moult_way_back')",
	       "0");
	for (int who = 0; who < WRITERS; who++)
		compare(db, who);
	sqlite3_close(db);
}

static void start(void (*work)(int number, unsigned long long seed), int number,
		  unsigned long long seed)
{
	fflush(stdout);
	if (fork())
		return;
	work(number, seed);
	_exit(0);
}

static int run(const char *mode, bool has_rowid, int kills, struct chance *chance)
{
	int killed = 0, status, bad = 0, shape = 0, migrations = 0;

	memset(board->ledgers, 0, sizeof(board->ledgers));
	board->over = false;
	make_file(mode, has_rowid);
	for (int i = 0; i < WRITERS; i++)
		start(writer, i, chance->dice);
	for (int i = 0; i < READERS; i++)
		start(reader, i, chance->dice);
	while (!board->over && (killed < kills || migrations < 2)) {
		const int left = kills - killed, most = migrations ? 1 + roll(chance, 6) : 0;

		shape = next_shape(shape, chance);
		killed += migrate(shape, has_rowid, most < left ? most : left, chance);
		migrations++;
	}
	board->over = true;
	while (wait(&status) > 0)
		bad += status != 0;
	if (bad)
		find("a process", "ended badly");
	if (!board->finding[0])
		judge();
	return killed;
}

static long long sum(const long long *numbers, int count)
{
	return count ? numbers[0] + sum(numbers + 1, count - 1) : 0;
}

int main(int argc, char **argv)
{
	const int kills = argc > 1 ? atoi(argv[1]) : 16;
	struct chance chance = {.dice = argc > 2 ? strtoull(argv[2], NULL, 10) : 1};
	const char *temporary = getenv("TMPDIR");
	char folder[400], file[420];
	int failed = 0;

	board = mmap(NULL, sizeof(*board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		     0);
	snprintf(folder, sizeof(folder), "%s/moult-kills-XXXXXX", temporary ? temporary : "/tmp");
	if (board == MAP_FAILED || !mkdtemp(folder))
		return 99;
	snprintf(file, sizeof(file), "%s/app.db", folder);
	path = file;
	puts("1..4");
	for (int i = 0; i < 4; i++) {
		const char *mode = i % 2 ? "delete" : "wal";
		const bool has_rowid = i < 2;
		int killed;

		board->finding[0] = '\0';
		memset(board->commits, 0, sizeof(board->commits));
		memset(board->looks, 0, sizeof(board->looks));
		killed = run(mode, has_rowid, (kills + 3) / 4, &chance);
		printf("%sok %d - %s%s: %d kills, %lld commits, %lld looks\n",
		       board->finding[0] ? "not " : "", i + 1, mode,
		       has_rowid ? "" : ", without rowid", killed, sum(board->commits, WRITERS),
		       sum(board->looks, READERS));
		if (board->finding[0])
			printf("# %s\n", board->finding);
		failed += board->finding[0] != '\0';
	}
	for (int i = 0; i < PHASES && board->phases[i].name[0]; i++)
		printf("# %s: %d\n", board->phases[i].name, board->phases[i].kills);
	clean(folder);
	return failed != 0;
}
