/* SPDX-License-Identifier: MIT */
/* strategy.h: what happens to each table: the moves of a plan. */
#ifndef MOULT_PLAN_STRATEGY_H
#define MOULT_PLAN_STRATEGY_H

#include "plan/plan.h"

/* Another move of a plan. */
struct move *mo_plan_add_move(struct plan *plan, enum way way, const struct object *have,
			      const struct object *want);
void mo_plan_moves(struct plan *plan, const struct moult_options *options);

#endif
