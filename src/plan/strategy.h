/* SPDX-License-Identifier: MIT */
/* strategy.h: what happens to each table: the moves of a plan. */
#ifndef MOULT_PLAN_STRATEGY_H
#define MOULT_PLAN_STRATEGY_H

#include "plan/plan.h"

void mo_plan_moves(struct plan *plan, const struct moult_options *options);

#endif
