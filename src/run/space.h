/* SPDX-License-Identifier: MIT */
/*
 * space.h: whether there is room for a plan, before the first write.
 *
 *	where the database is	what the file grows by, and its journal or WAL
 *	where backups go	the backup, which is as large as the file
 *	where SQLite sorts	temporary files, for indexes that memory cannot hold
 *
 * What is on one file system is added up and held against what is free there.
 * The numbers are estimates: a table that is written anew is taken to be as
 * large as it was.  A disk that is full all the same rolls the change back, so
 * the hazard (ML106) can be allowed.
 */
#ifndef MOULT_RUN_SPACE_H
#define MOULT_RUN_SPACE_H

#include "run/route.h"

/* On one file system, in bytes. */
struct space_need {
	const char *directory; /* the first that is on it */
	long long growth;      /* of the database */
	long long journal;     /* or WAL */
	long long backup;
	long long sorting;
	long long free;
};

struct space {
	struct space_need all; /* wherever it is */
	struct list needs;     /* of struct space_need */
};

long long mo_space_total(const struct space_need *need);

/*
 * What a plan will need, and what it costs, which goes into the plan.  db is the
 * file that the plan is for, and is not in memory.  Exactly, its pages are read;
 * else a few of its rows (live/sizes.h).  A file system that does not say what is
 * free is left out.
 */
int mo_space_estimate(struct space *space, struct arena *arena, struct moult *m, sqlite3 *db,
		      struct plan *plan, const moult_options *options, bool exact);

/*
 * The estimates of a route of several legs: of each by the rows that the file has now, as far as
 * their tables are there.  What is on disk is what all legs up to that one take.
 */
int mo_space_route(struct route *route, struct moult *m, sqlite3 *db, const moult_options *options);

/*
 * Estimates, and adds ML106 to the plan for each file system that is too full, with the options'
 * consent; and RUN086 where the one transaction would last for longer than options->max_lock_ms.  It
 * is exact where there is not room for several times the file.
 */
int mo_space_judge(struct plan *plan, struct moult *m, sqlite3 *db, const moult_options *options);

/* "12.5 MiB", in the arena. */
char *mo_space_text(struct arena *arena, long long bytes);

/* Where SQLite makes its temporary files; NULL where they are in memory, or nobody knows. */
const char *mo_space_temporary(struct arena *arena, sqlite3 *db);

#endif
