/* SPDX-License-Identifier: MIT */
/* children.h: tables written anew where foreign keys stay in force. */
#ifndef MOULT_PLAN_CHILDREN_H
#define MOULT_PLAN_CHILDREN_H

#include "plan/add_step.h"

/* Has every table rebuilt that refers to one which is rebuilt, or goes. */
void mo_plan_children(struct plan *plan);

/* The steps of all tables, where plan->facts.statements. */
void mo_steps_children_first(struct steps *s);
/* Behind the indexes: those that only stood in for them go. */
void mo_steps_of_keys_end(struct steps *s);

#endif
