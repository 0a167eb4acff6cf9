/* SPDX-License-Identifier: MIT */
/*
 * park_rows.h: rows that the older shape does not take, out of its way (sql/parked_rows.h).
 *
 *	find		the rows that hazards count, by their keys
 *	close		their children, and the children of these, by every foreign key of the file
 *	park		all their values, and those that wait for them in a newer shape
 *	prove		that what is parked is what the rows hold
 *	delete		them, and no other row: what triggers may write is guarded
 *
 * That comes before a plan's first step: what is left are the rows that the plan and its proof know.
 * A child is parked whatever its ON DELETE says: CASCADE would lose it, SET NULL what it refers to.
 * Triggers of the application fire on the DELETE, so a full-text index is told; one that would write
 * a table of rows refuses the parking.
 */
#ifndef MOULT_BACK_PARK_ROWS_H
#define MOULT_BACK_PARK_ROWS_H

#include "plan/plan.h"
#include "session/session.h"

/* Rows that were parked. */
struct parked_table {
	const char *name; /* in the newer shape */
	long long rows;
};

/*
 * Parks the rows that are found by keys (of struct keys_in_the_way), of the file of a plan, inside
 * the session's transaction; RUN122 where they cannot be.  Adds a struct parked_table, in the session's
 * arena, for each table that has lost rows by that.
 */
int mo_rows_park(struct list *parked, struct session *session, const struct plan *plan,
		 const struct list *keys);
/* Makes the table for them, and nothing where it is there. */
int mo_rows_make_room(struct session *session);

#endif
