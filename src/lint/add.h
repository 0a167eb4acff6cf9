/* SPDX-License-Identifier: MIT */
/* add.h: ALTER TABLE ADD COLUMN on a table that has rows. */
#ifndef MOULT_LINT_ADD_H
#define MOULT_LINT_ADD_H

#include "lint/work.h"

/* Before the statement runs. */
int mo_add_look(struct work *work, const struct statement *statement);
/* Whether a table may hold rows at this point of the script. */
bool mo_has_rows(const struct work *work, const struct life *life);

#endif
