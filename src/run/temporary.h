/* SPDX-License-Identifier: MIT */
/* temporary.h: what a borrowed connection has in its temp schema that a migration would break. */
#ifndef MOULT_RUN_TEMPORARY_H
#define MOULT_RUN_TEMPORARY_H

#include "plan/plan.h"

/*
 * Refuses (RUN016) where something temporary has a name of the file or of the
 * plan: the steps, and what they are proven by, would mean that and not the
 * file.  And where a temporary trigger or view speaks of a table that the plan
 * drops, renames or writes anew: DROP TABLE takes a temporary trigger with
 * it, RENAME fails on a view that does not resolve in between, and neither could
 * be put back as the application made it.
 */
int mo_temporary_check(const struct plan *plan, struct moult *m, sqlite3 *db);

#endif
