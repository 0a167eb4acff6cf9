/* SPDX-License-Identifier: MIT */
/*
 * park.h: the values that a plan keeps in the file for its way back (sql/parked_table.h).
 *
 *	before the change	the old value of each column that goes or is converted, and of each
 *				table that goes
 *	after it		what a converted one became, and the triggers that keep all that true
 *
 * A row is found again by a key that both shapes have, declared and without NULL: a rowid that is no
 * column may be another after VACUUM.  Where there is none, or it changes itself, the values of the
 * table cannot be parked (MD132).
 */
#ifndef MOULT_PLAN_PARK_H
#define MOULT_PLAN_PARK_H

#include "plan/add_step.h"

/* A column whose values are parked; its names are those of the file before and after. */
struct parking {
	int place;
	const char *table;
	const char *column;
	const struct list *key;
	const char *goal;   /* the table afterwards; NULL: it goes */
	const char *became; /* the column then; NULL: it goes */
	const struct list *goal_key;
	bool is_first; /* of its table */
	bool is_last;
};

/* A table of which nothing can be parked. */
struct unparked {
	const struct table *table; /* of have after the renames */
	const char *why;
};

/* Finds what is to be parked, where the plan is to. */
void mo_plan_parking(struct plan *plan);
/* Whether a column of a key, by its name afterwards, says of a row on both sides which it is. */
bool mo_key_is_steady(const struct move *move, const char *name);
/* What is parked of a column, by its names before; NULL where nothing. */
const struct parking *mo_parking_of(const struct plan *plan, const char *table, const char *column);

/* What is parked in the file goes; then the values are parked. */
void mo_steps_of_parking(struct steps *s);
/* Where nothing else is to be done, what is parked stays. */
void mo_steps_keep_parked(struct steps *s);
/* After the change. */
void mo_steps_of_parked(struct steps *s);
/* A statement of the document may write a table that such triggers are on. */
void mo_step_may_unpark(struct steps *s, struct step *step);

#endif
