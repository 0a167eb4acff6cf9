/* SPDX-License-Identifier: MIT */
/* weaker.h: constraints, collations and defaults that a table made instead has no longer. */
#ifndef MOULT_LINT_WEAKER_H
#define MOULT_LINT_WEAKER_H

#include "diff/diff.h"
#include "lint/work.h"

void mo_weaker_judge(struct work *work, const struct diff *diff);

#endif
