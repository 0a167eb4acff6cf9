/* SPDX-License-Identifier: MIT */
/*
 * there_and_back.h: whether a file that was migrated gets back to what it was.
 *
 *	begin --mo_migrate()--> go on: the ways back that this left, newest first --> compare
 *
 * It is done to the copy of a rehearsal (run/rehearse.h): whatever the way back loses is consented
 * to, so that the loss is seen in the rows.  Rows are compared by the digests of digest/state.h.
 */
#ifndef MOULT_RUN_THERE_AND_BACK_H
#define MOULT_RUN_THERE_AND_BACK_H

#include "digest/state.h"
#include "run/migrate.h"

/* What a file holds. */
struct inventory {
	const char *shape; /* mo_shape() */
	struct state state;
};

struct there_and_back {
	bool is_over;	/* there was something to go back; else all that follows is nothing */
	int result;	/* of going back: MOULT_OK, or what downgrade would return with consent */
	int left;	/* ways back that the migration left */
	int ways;	/* that were gone */
	long long rows; /* copied by them */
	long long elapsed_ms;
	struct list
		losses; /* of char *: what downgrade would have to be consented to, "MD116:step a" */
	bool is_other_shape; /* what came of it is not the shape that was */
	struct list changes; /* of struct state_change: tables that hold something else */

	struct inventory before;
	long long newest; /* number of the newest way back that was there already */
};

/* Looks at a file before it is migrated; what is found is in the arena. */
int mo_there_begin(struct there_and_back *there, struct arena *arena, struct moult *m, sqlite3 *db);

/*
 * After a migration of steps statements (0: there is nothing to go back) that went by the options:
 * goes back and compares.  RUN058 where the file is not what it was, or cannot go back.
 */
int mo_there_and_back(struct there_and_back *there, struct arena *arena, struct moult *m,
		      sqlite3 *db, int steps, const moult_options *options);

#endif
