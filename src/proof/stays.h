/* SPDX-License-Identifier: MIT */
/*
 * stays.h: indexes that an exchange leaves alone, proven by the rows.
 *
 *	the digest of the rows	each rowid has the values that were to be expected
 *	what was expected	of these columns: the very values that the file had
 *	the write guard		nobody wrote the index
 *	session/layout.h		it is an index on these columns, in this order, as before
 *
 * So every entry is as right as it was before, and with --verify quick that is
 * enough.  That the columns are the same is read from the expectation itself
 * and from SQLite, and not taken from the plan that chose what stays.
 */
#ifndef MOULT_PROOF_STAYS_H
#define MOULT_PROOF_STAYS_H

#include "plan/plan.h"

/*
 * Whether what the digest expects of a column of a copy is what the file has in it, and nothing
 * made of that.
 */
bool mo_stays_is_taken_over(struct arena *arena, const struct plan *plan, const struct move *move,
			    const char *column);
/* The same of the rowids of its rows. */
bool mo_stays_has_rowids(struct arena *arena, const struct plan *plan, const struct move *move);

/*
 * Adds the names of such indexes of a table after its exchange; *all says whether these are all
 * that stay. Returns SQLite's code.
 */
int mo_stays_read(struct list *names, bool *all, struct arena *arena, sqlite3 *db,
		  const struct plan *plan, const struct move *move);

#endif
