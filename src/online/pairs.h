/* SPDX-License-Identifier: MIT */
/*
 * pairs.h: which columns old and new code are kept in step by (sql/in_step.h).
 *
 *	renamed, also with another type		old one and new one; using and back, or their names
 *	dropped, with back, and read by the	all of them are one group: a name that is split
 *	using of columns that are added
 *	added with using alone			new; filled for the rows of old code
 *	dropped with back alone			old; filled for the rows of new code
 *
 * The expressions run inside the old program's SQLite, in triggers: they read the columns of their
 * group alone, and call deterministic functions that SQLite brings itself.
 */
#ifndef MOULT_ONLINE_PAIRS_H
#define MOULT_ONLINE_PAIRS_H

#include "diff/diff.h"
#include "sql/in_step.h"

/* A table with columns in step, as the file has it and as it shall be. */
struct side_table {
	const struct table *have;
	const struct table *goal;
	struct list groups; /* of struct in_step */
};

/*
 * Adds a struct side_table for each table that has groups, all in the arena.  RUN100 for each
 * column that cannot be kept in step, as many as there are.
 */
int mo_pairs_find(struct list *tables, struct arena *arena, const struct diff *diff,
		  struct diags *diags);

/* The table of that name among them, and the column among the groups of one; or NULL. */
const struct side_table *mo_pairs_table(const struct list *tables, const char *name);
const struct stepped *mo_pairs_column(const struct side_table *table, const char *name);

/* Adds RUN100; label is what it is about. */
int mo_side_refuse(struct diags *diags, const struct moult_place *place, const char *label,
		   const char *why, const char *hint);

#endif
