/* SPDX-License-Identifier: MIT */
/*
 * planner.h: from a difference to a plan: moves, what is read first, steps, the ID.  Its hazards
 * are added by hazard/assess.h.
 */
#ifndef MOULT_PLAN_PLANNER_H
#define MOULT_PLAN_PLANNER_H

#include "plan/plan.h"

int mo_plan(struct plan **plan, struct moult *m, const struct diff *diff, const struct facts *facts,
	    const struct moult_options *options);

#endif
