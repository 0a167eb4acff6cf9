/* SPDX-License-Identifier: MIT */
/* done.h: which expressions run, for the file to remember. */
#ifndef MOULT_PLAN_DONE_H
#define MOULT_PLAN_DONE_H

#include "plan/add_step.h"

/* Notes what has been done, in the table that mo_step_make_done() makes. */
void mo_steps_of_done(struct steps *s);
/*
 * An expression or a step that has run by the plan, and that a schema does not remember, in words;
 * NULL where there is none.
 */
const char *mo_plan_forgotten(const struct plan *plan, const struct schema *schema);
/*
 * A condition over a file that has the table of marks: all is there that the plan leaves in it.
 * NULL where it leaves nothing.
 */
char *mo_plan_is_marked(struct arena *arena, const struct plan *plan);

#endif
