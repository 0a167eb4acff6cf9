/* SPDX-License-Identifier: MIT */
/* steps.h: the statements of a plan in their order. */
#ifndef MOULT_PLAN_STEPS_H
#define MOULT_PLAN_STEPS_H

#include "plan/plan.h"

void mo_plan_steps(struct plan *plan);

#endif
