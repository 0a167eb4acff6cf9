/* SPDX-License-Identifier: MIT */
/*
 * way_steps.h: the steps of a plan for a document that the file carries (model/way.h).
 *
 * The marks that the migration left go first, while their objects have its names; those that it
 * took come back last, and the document goes with them.  What a document says of a change that is
 * under way is written last, too.
 */
#ifndef MOULT_PLAN_WAY_STEPS_H
#define MOULT_PLAN_WAY_STEPS_H

#include "plan/add_step.h"

void mo_steps_of_way_back(struct steps *s);
void mo_steps_of_arrival(struct steps *s);
/* AUTOINCREMENT of a table of the goal remembers no less than last, an expression. */
void mo_step_count_on(struct steps *s, const char *name, const char *last);

#endif
