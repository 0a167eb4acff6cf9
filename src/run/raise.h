/* SPDX-License-Identifier: MIT */
/*
 * raise.h: on which rows an expression raises an error.
 *
 * SQLite gives up a query at the first such row, and does not say which it was.  So the rows are
 * gone through one by one: each by its key, with the expression over that row alone.  That
 * happens only where the question over all rows has failed already, and so the plan is refused.
 *
 * Rows without a key that can be named, and those that a query of <populate> makes up, are told
 * by their number: the query is begun again behind each that failed.
 */
#ifndef MOULT_RUN_RAISE_H
#define MOULT_RUN_RAISE_H

#include "plan/plan.h"

/* Whether a result is an error of the expression, and not of the machine. */
bool mo_is_raised(int rc);

/* Whether another hazard speaks already of the rows on which the question about this one fails. */
bool mo_raise_is_known(const struct plan *plan, const struct hazard *hazard);

/* Makes the hazard MF112, with the rows; SQLite's code. */
int mo_raise_find(struct plan *plan, struct hazard *hazard, sqlite3 *db);

#endif
