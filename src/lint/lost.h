/* SPDX-License-Identifier: MIT */
/* lost.h: what went with a table that was dropped, and what compiles no more. */
#ifndef MOULT_LINT_LOST_H
#define MOULT_LINT_LOST_H

#include "lint/work.h"

int mo_lost_compile(struct work *work, struct list *found, const struct schema *schema);
const struct statement *mo_lost_rename(const struct work *work, const char *name);
int mo_lost_judge(struct work *work);

#endif
