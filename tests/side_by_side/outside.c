/* SPDX-License-Identifier: MIT */
/*
 * outside.c: old and new code in processes of their own, while moult begins, is killed, and ends.
 *
 *	writers		each has its own IDs and a database in memory with them, in the shape before;
 *			whatever SQLite took of it is done there, too, and now and then both are
 *			compared.  Old code writes from the beginning, new code from exit 0 on
 *	moult		a process that applies side by side, and is killed again and again; then finish
 *			while new code writes, or downgrade while old code does, killed as well
 *	others		a second moult, VACUUM
 *
 *	tests/side_by_side/outside [ROUNDS [SEED]]	each with the next shape that writers can share;
 *							2 and 1
 *
 * Speaks TAP.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "code.h"

enum { OLDS = 2, NEWS = 2, WRITERS = OLDS + NEWS, IDS = 40, ROWS = 6000, TRIES = 30 };

/* Shared by all processes. */
struct board {
	volatile bool new_may_start, old_must_stop, new_must_stop, is_over;
	volatile bool has_old_columns;
	volatile long long commits, looks;
	char finding[600];
	char said[200]; /* by the moult that failed last */
};

struct round {
	const struct shape *shape;
	struct chance chance;
	char path[512], *document;
	struct board *board;
	pid_t writers[WRITERS];
	int kills;
};

struct writer {
	struct round *round;
	struct chance chance;
	int number;
	bool by_new;
	sqlite3 *file, *alone;
};

/* # and @ are IDs of the writer's; see code.h. */
static const char *const statements[] = {
	"INSERT INTO t(id, $L, v) VALUES(#, $V, %)",
	"REPLACE INTO t(id, $L, v) VALUES(#, $V, %)",
	"INSERT OR IGNORE INTO t(id, $L, v) VALUES(#, $V, %)",
	"INSERT INTO t(id, $L) VALUES(#, $V) ON CONFLICT(id) DO UPDATE SET $E",
	"INSERT INTO t(id, $L) VALUES(#, $V) ON CONFLICT DO NOTHING",
	"UPDATE t SET $S WHERE id = #",
	"UPDATE t SET $S, v = % WHERE id IN (#, @)",
	"UPDATE OR IGNORE t SET $S WHERE id = #",
	"UPDATE OR REPLACE t SET id = @ WHERE id = #",
	"UPDATE OR FAIL t SET id = @ WHERE id = #",
	"UPDATE t SET v = % WHERE id = #",
	"DELETE FROM t WHERE id = #",
	"INSERT INTO t(id, $L, v) SELECT @, $L, v + 1 FROM t WHERE id = #",
};
#define STATEMENTS ((int)(sizeof(statements) / sizeof(*statements)))

static void find(struct round *round, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	if (!round->board->finding[0])
		sqlite3_vsnprintf(sizeof(round->board->finding), round->board->finding, format,
				  args);
	va_end(args);
}

/* ---- a writer ------------------------------------------------------------------------------ */

/* Both say the same of it. */
static void write_one(struct writer *w)
{
	struct round *round = w->round;
	const char *template = statements[roll(&w->chance, STATEMENTS)];
	struct choice choice = {0};
	char *sql, *alone;
	int rc, other;

	/* Without recursive_triggers the rows that REPLACE deletes stay in a full-text index. */
	if (round->shape->check && strstr(template, "REPLACE"))
		return;
	code_choose(&choice, &w->chance, round->shape, IDS, w->by_new);
	for (int i = 0; i < 2; i++)
		choice.ids[i] = choice.ids[i] * WRITERS + w->number;
	sql = code_spell(round->shape, template, &choice, false);
	alone = code_spell(round->shape, template, &choice, true);
	rc = sqlite3_exec(w->file, sql, NULL, NULL, NULL);
	other = sqlite3_exec(w->alone, alone, NULL, NULL, NULL);
	if (rc && rc != SQLITE_CONSTRAINT)
		find(round, "%s: %s", sql, sqlite3_errmsg(w->file));
	else if (!rc != !other && (rc ? sqlite3_changes(w->alone) : sqlite3_changes(w->file)))
		find(round, "%s: %d, and alone %d", sql, rc, other);
	sqlite3_free(sql);
	sqlite3_free(alone);
}

static void on_both(struct writer *w, const char *sql)
{
	if (sqlite3_exec(w->file, sql, NULL, NULL, NULL) ||
	    sqlite3_exec(w->alone, sql, NULL, NULL, NULL))
		find(w->round, "%s: %s", sql, sqlite3_errmsg(w->file));
}

/* In the transaction that has just written, or in one that reads. */
static void look(struct writer *w)
{
	const struct shape *shape = w->round->shape;
	const char *column = shape->old_code.columns[0];
	char *sql, *here, *there;

	if (w->round->board->has_old_columns)
		sql = sqlite3_mprintf(
			"SELECT id, quote(%s), v FROM t WHERE id > 0 AND id %% %d = %d"
			" ORDER BY id",
			column, WRITERS, w->number);
	else
		sql = sqlite3_mprintf(
			"SELECT id, v FROM t WHERE id > 0 AND id %% %d = %d ORDER BY id", WRITERS,
			w->number);
	here = code_ask(w->file, sql);
	there = code_ask(w->alone, sql);
	if (strcmp(here, there) != 0 && !strstr(here, "no such column"))
		find(w->round, "writer %d: %.200s -- and alone %.200s", w->number, here, there);
	w->round->board->looks++;
	sqlite3_free(sql);
	sqlite3_free(here);
	sqlite3_free(there);
}

static void write_some(struct writer *w)
{
	int rc = sqlite3_exec(w->file, "BEGIN IMMEDIATE", NULL, NULL, NULL);
	const bool has_savepoint = !roll(&w->chance, 3);

	if (rc) {
		if ((rc & 0xff) != SQLITE_BUSY)
			find(w->round, "BEGIN: %s", sqlite3_errmsg(w->file));
		return;
	}
	sqlite3_exec(w->alone, "BEGIN", NULL, NULL, NULL);
	for (int i = roll(&w->chance, 4); i >= 0; i--)
		write_one(w);
	if (has_savepoint) {
		on_both(w, "SAVEPOINT s");
		write_one(w);
		on_both(w, roll(&w->chance, 2) ? "ROLLBACK TO s; RELEASE s" : "RELEASE s");
	}
	if (!roll(&w->chance, 4))
		look(w);
	on_both(w, roll(&w->chance, 5) ? "COMMIT" : "ROLLBACK");
	w->round->board->commits++;
}

static bool must_stop(const struct writer *w)
{
	const struct board *board = w->round->board;

	return board->is_over || board->finding[0] ||
	       (w->by_new ? board->new_must_stop : board->old_must_stop);
}

static void be_writer(struct round *round, int number)
{
	struct writer w = {.round = round,
			   .number = number,
			   .by_new = number >= OLDS,
			   .chance = {round->chance.dice * 31 + (unsigned)number, NULL}};
	char *sql = sqlite3_mprintf("%s; DELETE FROM t", round->shape->have);

	if (sqlite3_open(round->path, &w.file) || sqlite3_open(":memory:", &w.alone) ||
	    sqlite3_exec(w.alone, sql, NULL, NULL, NULL))
		find(round, "open: %s", sqlite3_errmsg(w.file));
	sqlite3_busy_timeout(w.file, 20000);
	sqlite3_exec(w.file, "PRAGMA synchronous = OFF", NULL, NULL, NULL);
	while (w.by_new && !round->board->new_may_start && !must_stop(&w))
		usleep(1000);
	while (!must_stop(&w)) {
		write_some(&w);
		usleep(500 + (unsigned)roll(&w.chance, 3000));
	}
	look(&w);
	sqlite3_close(w.file);
	sqlite3_close(w.alone);
	sqlite3_free(sql);
}

/* ---- moult --------------------------------------------------------------------------------- */

enum deed { APPLY, FINISH, DOWNGRADE };

static int be_moult(const struct round *round, enum deed deed)
{
	moult_options options = MOULT_OPTIONS_INIT;
	moult_schema *want = NULL;
	moult *m = NULL;
	int rc = moult_new(&m);

	options.side_by_side = deed == APPLY;
	options.no_backup = 1;
	options.allow = "all";
	options.timeout_ms = 20000;
	if (deed == APPLY) {
		options.max_lock_ms = 4;
		options.duty = 20;
	}
	if (!rc)
		rc = moult_schema_parse(&want, m, round->document, strlen(round->document),
					"want.xml");
	if (!rc)
		rc = deed == APPLY    ? moult_migrate_file(m, round->path, want, &options, NULL)
		     : deed == FINISH ? moult_finish_file(m, round->path, &options, NULL)
				      : moult_downgrade_file(m, round->path, NULL, &options, NULL);
	if (rc && moult_diagnostic_count(m)) {
		const moult_diagnostic *last =
			moult_diagnostic_at(m, moult_diagnostic_count(m) - 1);

		sqlite3_snprintf(sizeof(round->board->said), round->board->said, "%d %s %s", rc,
				 last->id, last->message);
	}
	return rc ? 1 : 0;
}

static pid_t start(const struct round *round, enum deed deed)
{
	const pid_t pid = fork();

	if (pid == 0)
		_exit(be_moult(round, deed));
	return pid;
}

/* It was committed, though whoever did it was killed before it could say so. */
static bool is_over(const struct round *round)
{
	sqlite3 *db = NULL;
	char *answer = NULL;
	bool is = false;

	if (!sqlite3_open(round->path, &db) && !sqlite3_busy_timeout(db, 20000))
		answer = code_ask(db, "SELECT count(*) FROM sqlite_master"
				      " WHERE name = '_moult_under_way'");
	is = answer && !strcmp(answer, "0|\n");
	sqlite3_free(answer);
	sqlite3_close(db);
	return is;
}

/* Killed some times, each time a little later, and then left alone until it is done. */
static void do_deed(struct round *round, enum deed deed)
{
	int status = 1, tries = 0;

	while (status && tries++ < TRIES && !round->board->finding[0]) {
		const pid_t pid = start(round, deed);
		const pid_t second = roll(&round->chance, 3) ? 0 : start(round, deed);

		if (tries < 8) {
			usleep((unsigned)(1000 + roll(&round->chance, 20000 * tries)));
			round->kills += waitpid(pid, &status, WNOHANG) == 0;
			kill(pid, SIGKILL);
		}
		if (status || tries >= 8)
			waitpid(pid, &status, 0);
		if (second)
			waitpid(second, NULL, 0);
		if (status && deed == DOWNGRADE && is_over(round))
			status = 0;
	}
	if (status)
		find(round, "deed %d is never done: %s", deed, round->board->said);
}

/* ---- a round ------------------------------------------------------------------------------- */

static void vacuum(struct round *round)
{
	sqlite3 *db = NULL;

	if (!sqlite3_open(round->path, &db))
		sqlite3_exec(db, "VACUUM", NULL, NULL, NULL); /* or it is locked */
	sqlite3_close(db);
}

static void make_file(struct round *round, bool is_wal)
{
	const struct shape *shape = round->shape;
	sqlite3 *db = NULL;
	char *sql = sqlite3_mprintf(
		"PRAGMA journal_mode = %s; %s; DELETE FROM t;"
		"WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < %d)"
		"INSERT INTO t(id, %s, v) SELECT -i, %s, i FROM s",
		is_wal ? "WAL" : "DELETE", shape->have, ROWS, shape->old_code.columns[0],
		shape->old_code.values[0][0]);

	unlink(round->path);
	if (sqlite3_open(round->path, &db) || sqlite3_exec(db, sql, NULL, NULL, NULL))
		find(round, "make: %s", sqlite3_errmsg(db));
	sqlite3_close(db);
	sqlite3_free(sql);
}

static void judge(struct round *round)
{
	const struct shape *shape = round->shape;
	sqlite3 *db = NULL;
	char *answer;

	sqlite3_open(round->path, &db);
	answer = code_ask(db, "PRAGMA integrity_check");
	if (strcmp(answer, "ok|\n") != 0)
		find(round, "%.200s", answer);
	sqlite3_free(answer);
	answer = code_ask(db, "SELECT count(*) FROM t WHERE id < 0");
	if (atoi(answer) != ROWS)
		find(round, "%s rows of %d", answer, ROWS);
	sqlite3_free(answer);
	answer = code_ask(db, "SELECT name FROM sqlite_master WHERE name GLOB '_moult_*' AND"
			      " name NOT GLOB '_moult_[hwd]*'");
	if (answer[0])
		find(round, "is left: %s", answer);
	sqlite3_free(answer);
	if (round->board->has_old_columns && shape->check &&
	    sqlite3_exec(db, shape->check, NULL, NULL, NULL))
		find(round, "%s: %s", shape->check, sqlite3_errmsg(db));
	sqlite3_close(db);
}

static void wait_for(struct round *round, int from, int to)
{
	for (int i = from; i < to; i++) {
		int status = 0;

		waitpid(round->writers[i], &status, 0);
		if (status)
			find(round, "writer %d ended with %d", i, status);
	}
}

static void run_round(struct round *round, bool finishes)
{
	struct board *board = round->board;

	board->has_old_columns = true;
	for (int i = 0; i < WRITERS; i++)
		if ((round->writers[i] = fork()) == 0) {
			be_writer(round, i);
			_exit(0);
		}
	usleep(20000);
	do_deed(round, APPLY);
	board->new_may_start = true;
	usleep(150000);
	vacuum(round);
	if (finishes) {
		board->old_must_stop = true;
		wait_for(round, 0, OLDS);
		board->has_old_columns = false;
	} else {
		board->new_must_stop = true;
		wait_for(round, OLDS, WRITERS);
	}
	do_deed(round, finishes ? FINISH : DOWNGRADE);
	usleep(50000);
	board->is_over = true;
	wait_for(round, finishes ? OLDS : 0, finishes ? WRITERS : OLDS);
	if (!board->finding[0])
		judge(round);
}

/* Whose rows do not meet those of others. */
static bool is_shared(const struct shape *shape)
{
	return !strstr(shape->have, "UNIQUE") && shape->back[0] && !shape->old_code.columns[1];
}

static void one(struct round *round, int number, bool is_wal, bool finishes)
{
	round->board = mmap(NULL, sizeof(struct board), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (round->board == MAP_FAILED)
		exit(99);
	round->document = sqlite3_mprintf("<database xmlns='urn:moult:schema:1'>%s</database>",
					  round->shape->want);
	make_file(round, is_wal);
	run_round(round, finishes);
	printf("%sok %d - %s, %s, %s\n", round->board->finding[0] ? "not " : "", number,
	       round->shape->name, is_wal ? "WAL" : "a rollback journal",
	       finishes ? "finish" : "downgrade");
	printf("# %lld transactions, %lld looks, %d kills\n", round->board->commits,
	       round->board->looks, round->kills);
	if (round->board->finding[0])
		printf("# %s\n", round->board->finding);
	fflush(stdout);
	unlink(round->path);
	sqlite3_free(round->document);
}

int main(int argc, char **argv)
{
	const int rounds = argc > 1 ? atoi(argv[1]) : 2;
	const unsigned long long seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
	const char *directory = getenv("TMPDIR");
	int failed = 0;

	printf("1..%d\n", rounds);
	for (int i = 1, shape = (int)seed; i <= rounds; shape++) {
		struct round round = {.shape = &shapes[shape % shape_count],
				      .chance = {.dice = seed * 7919 + (unsigned)i}};

		if (!is_shared(round.shape))
			continue;
		sqlite3_snprintf(sizeof(round.path), round.path, "%s/moult-outside-%d.db",
				 directory ? directory : "/tmp", (int)getpid());
		one(&round, i, roll(&round.chance, 2), i % 2);
		failed += round.board->finding[0] != 0;
		munmap(round.board, sizeof(struct board));
		i++;
	}
	return failed != 0;
}
