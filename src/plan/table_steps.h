/* SPDX-License-Identifier: MIT */
/* table_steps.h: tables that are altered, rebuilt, replaced or new; then those whose text is edited. */
#ifndef MOULT_PLAN_TABLE_STEPS_H
#define MOULT_PLAN_TABLE_STEPS_H

#include "plan/add_step.h"

void mo_steps_of_tables(struct steps *s);
void mo_steps_of_edits(struct steps *s);

#endif
