/* SPDX-License-Identifier: MIT */
/*
 * fleet.h: one command on many files.
 *
 *	operands, --files --names--> items --pool--> processes --verdict--> a line
 *	                               |                             |
 *	                               '- what the journal has is left out <-'
 *
 * WANT is read once.  Then the program parts: each of -j processes, made by fork(),
 * does for one file after the other what the program does for one, with --json, and
 * the reports come back through a socket.  A crash takes the file with it that it
 * happened on, and a lock that somebody holds keeps one process waiting.  It is fork()
 * and no exec, and not one process for each file: either would take longer than the
 * work on a small file.  A document that is edited meanwhile is not read again, so that
 * it cannot give the files two shapes.
 *
 * Nothing in this process has a database open while another is made: SQLite's locks
 * do not survive that (https://www.sqlite.org/howtocorrupt.html, 2.6).
 */
#ifndef MOULT_CLI_FLEET_H
#define MOULT_CLI_FLEET_H

#include <sys/stat.h>

#include "cli/cli.h"

#define FLEET_NOT_STARTED (-1) /* instead of an exit status */

struct item {
	char *name;	    /* as it was given */
	char *path;	    /* the real one; NULL: there is no such file */
	struct stat file;   /* of path */
	const char *twin;   /* the name of the same file, that stands earlier; or NULL */
	bool is_settled;    /* by a process, or since there was nothing to do for any */
	bool is_done;	    /* by an earlier run, says the journal */
	bool has_waited;    /* its lock was somebody's, and it is waited for */
	int status;	    /* exit status of the work on it */
	const char *result; /* a word for it */
	char *why;
	char *report; /* JSON in a line, until it is written; NULL: none came */
};

/* The lines of a file, and its lock. */
struct journal {
	const char *name; /* NULL: there is none */
	int fd;
	char *target; /* what the files are to become; lines of other targets do not count */
	char **done;  /* sorted paths */
	int done_count;
};

struct fleet {
	struct call *call;
	struct item *items;
	int count;
	int room;
	struct journal journal;
	sqlite3 *json;	    /* an empty database in memory, which reads JSON */
	sqlite3_stmt *read; /* of a report: result, why, the report in a line */
	int settled;
	int failed;
	const char *stopped_by; /* no other file is begun, and why; or NULL */
	bool is_interrupted;	/* by a signal */
	int output_error;	/* of standard output, errno */
};

/* Whether a status counts towards --max-failures: what was found by looking does not. */
bool mo_fleet_is_failure(int status);

/* ---- fleet_names.c ---- */

/* Fills items from operands and list; says what is wrong and gives MOULT_TROUBLE. */
int mo_fleet_read_names(struct fleet *fleet);
void mo_fleet_free_names(struct fleet *fleet);

/* ---- fleet_journal.c ---- */

/* Opens, locks and reads it; target is taken over. */
int mo_journal_open(struct fleet *fleet, const char *name, char *target);
bool mo_journal_has(const struct journal *journal, const char *path);
/* Adds what an item came to, in one write. */
int mo_journal_add(struct fleet *fleet, const struct item *item);
void mo_journal_close(struct journal *journal);

/* ---- fleet_pool.c ---- */

/* From begin to end signals are heard, and stop the work. */
int mo_pool_begin(struct fleet *fleet);
/*
 * Runs the items from first up to, not with, last that are not settled, so many at once.  Where
 * more than most_failures of the fleet failed, that is why no other is begun.
 */
int mo_pool_run(struct fleet *fleet, int first, int last, int at_once, int most_failures,
		const char *why);
void mo_pool_end(const struct fleet *fleet);

/* ---- fleet_verdict.c ---- */

int mo_verdict_begin(struct fleet *fleet);
/* What the work on a file came to: its exit status, and what it wrote. */
void mo_verdict_report(struct fleet *fleet, struct item *item, int status, const char *report);
/* The same where its process ended with wait_status, of waitpid(), before it was done. */
void mo_verdict_take(struct fleet *fleet, struct item *item, int wait_status, const char *report);
/* Settles an item for which no process is made; the arguments are those of sqlite3_mprintf. */
void mo_verdict_say(struct item *item, int status, const char *result, const char *why, ...);
void mo_verdict_line(struct fleet *fleet, struct item *item); /* with --json, at once */
void mo_verdict_table(struct fleet *fleet);
int mo_verdict_result(const struct fleet *fleet); /* of the program: the worst */
void mo_verdict_end(struct fleet *fleet);

#endif
