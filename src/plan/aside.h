/* SPDX-License-Identifier: MIT */
/* aside.h: what a document's expressions read before anything changes. */
#ifndef MOULT_PLAN_ASIDE_H
#define MOULT_PLAN_ASIDE_H

#include "plan/add_step.h"

/* Which expressions read tables, and the work tables that keep their values. */
int mo_plan_aside(struct plan *plan, struct moult *m);
/* What is set aside before anything else. */
void mo_steps_of_asides(struct steps *s);
/* A table of that which is not needed any more; NULL: none. */
void mo_step_drop_aside(struct steps *s, const char *label, const char *work);

#endif
