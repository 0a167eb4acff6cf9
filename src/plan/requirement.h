/* SPDX-License-Identifier: MIT */
/* requirement.h: which requirements of a document a plan asks, and when. */
#ifndef MOULT_PLAN_REQUIREMENT_H
#define MOULT_PLAN_REQUIREMENT_H

#include "plan/add_step.h"

/*
 * Whether the file is asked before the first step.  A new file has nothing to be asked, a file that
 * is as the document says is not changed, and what speaks of something that the document drops or
 * renames was for files that still have it.
 */
bool mo_plan_asks(const struct plan *plan, const struct requirement *requirement);
/* The questions after the last step. */
void mo_steps_of_requirements(struct steps *s);
/* "require NAME", and what it says where rows come. */
char *mo_requirement_label(struct arena *arena, const struct requirement *requirement);
const char *mo_requirement_words(const struct requirement *requirement);

#endif
