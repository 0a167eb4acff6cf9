/* SPDX-License-Identifier: MIT */
/* expected.h: the rows that a table will hold, as queries over the file as it is. */
#ifndef MOULT_PLAN_EXPECTED_H
#define MOULT_PLAN_EXPECTED_H

#include "plan/plan.h"

/* The queries of all rows: move->expected, and move->stored where an index has all of them. */
void mo_plan_expect(struct plan *plan, struct move *move);
/* The query of those rows alone for which a condition holds in the file as it is. */
char *mo_plan_expected_where(struct arena *arena, const struct plan *plan, const struct move *move,
			     const char *condition);
/* That of all rows, with what finds each again in the file as _moult_key_0, ... (move->key). */
char *mo_plan_expected_keyed(struct plan *plan, const struct move *move);
/*
 * That of all rows, in which each of these hazards that asks the file (hazard->move) has a column
 * beside those of the table, 1 where it finds the row; and the name of the column.
 */
char *mo_plan_expected_asked(struct plan *plan, const struct move *move,
			     const struct list *hazards);
const char *mo_plan_asked(struct arena *arena, int number);
/* Whether there are expressions in that which are computed once a row, for whatever asks them. */
bool mo_plan_computes_once(const struct move *move);
/* The rows of a table of the goal as they are given: move->given, or the table itself. */
const char *mo_plan_given(struct plan *plan, const struct table *table);
/* Whether its column makes of what it is given something else, maybe. */
bool mo_source_is_converted(const struct source *source);

#endif
