/* SPDX-License-Identifier: MIT */
/*
 * generations.h: what earlier migrations parked, through this one.
 *
 * Each way back in the file may have values that wait for it (sql/park_group.h).  They stay as long as
 * it does: their triggers go before the first step, and are made again behind the last, on the table
 * and key as these are called then.
 *
 *	the table stays, and its key	the triggers are made again
 *	the table goes			the values stay, their triggers wait in the row of the new way
 *					back, which makes them again
 *	its key changes			nothing says any more whose they are: they go (MD134)
 *	its way back goes		they go with it
 */
#ifndef MOULT_PLAN_GENERATIONS_H
#define MOULT_PLAN_GENERATIONS_H

#include "plan/add_step.h"
#include "sql/park_group.h"

/* The generation of what a plan parks: one that nothing in the file has. */
int mo_plan_generation(const struct plan *plan);
/* Whether a file has all that keeps the values of a group true. */
bool mo_is_kept_true(struct arena *arena, const struct schema *file,
		     const struct park_group *group);
/* What becomes of what is there, once the moves are known. */
void mo_plan_carry(struct plan *plan);

void mo_steps_of_clearing(struct steps *s); /* the first */
void mo_steps_of_carrying(struct steps *s); /* the last */
/* The triggers of a group are made. */
void mo_step_park_triggers(struct steps *s, const struct park_group *group);
/* A step that writes what is parked. */
void mo_step_add_parked(struct steps *s, const char *object, const char *why, const char *sql);

/* The facts for what comes behind a plan that has run. */
void mo_facts_after(struct facts *facts, const struct plan *plan);

#endif
