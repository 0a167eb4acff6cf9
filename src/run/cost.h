/* SPDX-License-Identifier: MIT */
/*
 * cost.h: what a plan will cost: rows, bytes and time.
 *
 * Rows are those that the hazards counted, or else a sample's (live/sizes.h).
 * Time is rows and bytes times what they took on the machine of
 * docs/performance.md: another is faster or slower by its own factor, and a disk
 * that is slower than the processor is not in it.
 */
#ifndef MOULT_RUN_COST_H
#define MOULT_RUN_COST_H

#include "live/sizes.h"
#include "plan/plan.h"

/* Tells sizes of the rows that the hazards counted; before anything is asked of them. */
void mo_cost_rows(const struct plan *plan, struct sizes *sizes);

/*
 * Fills in the cost of each step, and of all of them with the questions before and the proof
 * after.
 */
void mo_cost_steps(struct plan *plan, struct sizes *sizes);

/* In milliseconds. */
long long mo_cost_of_backup(long long bytes);

#endif
