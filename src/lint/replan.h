/* SPDX-License-Identifier: MIT */
/* replan.h: the plan from before to after, and its hazards. */
#ifndef MOULT_LINT_REPLAN_H
#define MOULT_LINT_REPLAN_H

#include "lint/work.h"

int mo_replan_judge(struct work *work);

#endif
