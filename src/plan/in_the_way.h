/* SPDX-License-Identifier: MIT */
/* in_the_way.h: which rows a new or tighter constraint has something against. */
#ifndef MOULT_PLAN_IN_THE_WAY_H
#define MOULT_PLAN_IN_THE_WAY_H

#include "plan/plan.h"

/* Whether a constraint that is new or tighter concerns a column, NOT NULL aside. */
bool mo_plan_is_tighter(const struct plan *plan, const struct move *move,
			const struct column *column);
/* Whether the keys of an index, or which rows it has, depend on a column. */
bool mo_index_concerns(const struct index *index, const struct column *column);
/*
 * Queries (of char *) for the keys of rows that such constraints have something against, over
 * given: the rows as they are given (source.h).
 */
void mo_plan_in_the_way(struct list *queries, struct plan *plan, const struct move *move,
			const struct column *column);
/* What finds the rows of the file again that a hazard counts. */
struct keys_in_the_way {
	const struct table *table; /* of the file */
	const char *query;	   /* of their keys (sql/parked_rows.h) */
	struct list names;	   /* of char *: its columns, not quoted */
};

/* False where they cannot be told: it counts no rows, or nothing finds them. */
bool mo_plan_keys_of(struct keys_in_the_way *keys, struct plan *plan, const struct hazard *hazard);
/*
 * The condition on such a row that it fails a CHECK.  What is given has no affinity, and the CHECK
 * compares by those of the columns: '1' is IN (0, 1) for a column TEXT, and not without it.
 */
char *mo_plan_fails_check(struct plan *plan, const struct move *move, const char *check);

#endif
