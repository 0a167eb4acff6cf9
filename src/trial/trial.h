/* SPDX-License-Identifier: MIT */
/*
 * trial.h: the plan on an empty copy of the schema, in memory, before the
 * file is touched.
 *
 * It shows whether SQLite takes every statement and whether what comes out is
 * what is wanted; and which views and triggers compile no more, which become
 * hazards (MF114).
 */
#ifndef MOULT_TRIAL_TRIAL_H
#define MOULT_TRIAL_TRIAL_H

#include "plan/plan.h"

/*
 * MOULT_OK; or, where one of SQLite's own ALTERs does not do, MOULT_OK with
 * *table set to the table that must be rebuilt instead and *reason to what was
 * said (both live as long as the plan); or RUN017.  Where after is not NULL, *after is what the
 * steps leave, as a file of that schema would be read, for whoever plans on from there; NULL
 * where they could not run.  The caller frees it.  Where made is not NULL, *made is NULL or a reference
 * (live/reference.h) of the goal that was compared with the goal; who makes all that there will be
 * takes it instead of building another, and leaves NULL.
 */
int mo_trial(const char **table, const char **reason, struct schema **after, sqlite3 **made,
	     struct plan *plan, struct moult *m);

/* Whether a database has the schema that is the goal; else adds a diagnostic with the given ID. */
int mo_check_goal(const struct plan *plan, struct moult *m, sqlite3 *db, enum diag_id id);

#endif
