/* SPDX-License-Identifier: MIT */
/* copy.h: what the copy of a rebuild leaves behind. */
#ifndef MOULT_LINT_COPY_H
#define MOULT_LINT_COPY_H

#include "lint/work.h"

void mo_copy_judge(struct work *work);

#endif
