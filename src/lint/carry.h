/* SPDX-License-Identifier: MIT */
/* carry.h: values that a script takes from a table before that table, or the column, goes. */
#ifndef MOULT_LINT_CARRY_H
#define MOULT_LINT_CARRY_H

#include "lint/work.h"

/* Behind the statement; lives have followed it. */
void mo_carry_follow(struct work *work, const struct statement *statement);
/* Whether a table that stays holds the values of a column of before, or what was made of them. */
bool mo_is_carried(const struct work *work, const char *table, const char *column);

#endif
