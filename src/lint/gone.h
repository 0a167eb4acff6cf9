/* SPDX-License-Identifier: MIT */
/* gone.h: tables and columns that go, with their values, or that old code still reads. */
#ifndef MOULT_LINT_GONE_H
#define MOULT_LINT_GONE_H

#include "lint/work.h"

void mo_gone_judge(struct work *work);

#endif
