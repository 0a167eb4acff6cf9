/* SPDX-License-Identifier: MIT */
/*
 * way_forth.h: what was parked on the way back, for a plan that goes there again.
 *
 *	older <--downgrade-- newer	parks what the older shape has no place for, and notes what it is
 *	older --apply--> newer		gives it back
 *
 * A plan that has a place for a parked value, by the names and the type that it had, gives it back:
 *
 *	a column		CASE WHEN (one is parked for the row) THEN (that) ELSE (what else it gets) END
 *	a table that is made	its rows are those that are parked
 *
 * What is given back goes where the plan leads to the very shape that it was of; to any other shape all
 * of it stays, as what an earlier migration parked does (plan/generations.h).
 */
#ifndef MOULT_PLAN_WAY_FORTH_H
#define MOULT_PLAN_WAY_FORTH_H

#include "plan/add_step.h"
#include "sql/park_group.h"

/* Reads the notes of the file, before the moves are planned. */
void mo_plan_forths(struct plan *plan);

/* What is parked for a column of a table that stays, as the plan gives it back; else NULL. */
const struct kept_column *mo_kept_of(struct plan *plan, const struct move *move,
				     const struct column *want);
/* The expression over the row old that gives it; otherwise is what the column gets without. */
char *mo_kept_value(struct plan *plan, const struct kept_column *kept, const char *otherwise);
/* Whether any column of a table that is in both has something parked. */
bool mo_keeps_any(struct plan *plan, const struct table *have, const struct table *want);
/* The query of the rows of a table that is made; NULL where none are parked. */
char *mo_kept_rows(struct plan *plan, const struct move *move);

/* Whether a plan brings back rows or values of another shape, which may be no better than they were. */
bool mo_brings_back(const struct plan *plan);
/* Whether all of it is given back, and goes. */
bool mo_way_forth_ends(const struct way_forth *forth);

/* No table that comes again gives an id out twice: before what is parked goes. */
void mo_steps_of_kept_sequences(struct steps *s);
/* The expression of what such a table has given out, as it is parked; or NULL. */
char *mo_kept_sequence(const struct plan *plan, const char *table);

/* The note of what this plan parks on its way back. */
void mo_step_note_forth(struct steps *s);

#endif
