/* SPDX-License-Identifier: MIT */
/* runner.h: transactions and foreign_keys, as whatever runs the script has them. */
#ifndef MOULT_LINT_RUNNER_H
#define MOULT_LINT_RUNNER_H

#include "lint/work.h"

void mo_runner_begin(struct work *work);
int mo_runner_look(struct work *work, const struct statement *statement);
void mo_runner_end(struct work *work);

#endif
