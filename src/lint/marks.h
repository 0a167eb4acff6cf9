/* SPDX-License-Identifier: MIT */
/* marks.h: what comments of a script say: up and down, transactions, what is allowed. */
#ifndef MOULT_LINT_MARKS_H
#define MOULT_LINT_MARKS_H

#include "lint/work.h"

void mo_marks_read(struct script *script, struct arena *arena);
void mo_marks_judge(struct work *work);

#endif
