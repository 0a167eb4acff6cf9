/* SPDX-License-Identifier: MIT */
/* full_text_fill.h: which virtual tables a plan makes, and what fills them. */
#ifndef MOULT_PLAN_FULL_TEXT_FILL_H
#define MOULT_PLAN_FULL_TEXT_FILL_H

#include "plan/plan.h"

/* Whether the plan makes a virtual table of the goal, anew or again. */
bool mo_plan_makes(const struct plan *plan, const struct virtual_table *table);
/*
 * Whether a full-text table that is made again has its content carried over; the columns (char *)
 * that stay and go (either list may be NULL).
 */
bool mo_plan_carried(struct list *stay, struct list *go, const struct plan *plan,
		     const struct virtual_table *table);
/* Whether anything fills a virtual table that the plan makes. */
bool mo_plan_is_filled(const struct plan *plan, const struct virtual_table *table);
/*
 * Whether a full-text table, where the plan makes it, is filled from the table or view that has
 * its content: otherwise it would find nothing, and take a DELETE for damage.
 */
bool mo_plan_fills(const struct plan *plan, const struct virtual_table *table);
/* Whether a full-text table that stays has an index of values that the plan changes. */
bool mo_plan_outdates(const struct plan *plan, const struct virtual_table *table);

#endif
