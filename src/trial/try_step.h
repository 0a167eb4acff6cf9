/* SPDX-License-Identifier: MIT */
/* try_step.h: one step of a plan on the empty copy of the schema. */
#ifndef MOULT_TRIAL_TRY_STEP_H
#define MOULT_TRIAL_TRY_STEP_H

#include "plan/plan.h"

/* Runs a step, for some seconds: SQLite's code; *is_over where it did not come to an end. */
int mo_trial_run(bool *is_over, struct plan *plan, struct moult *m, sqlite3 *db,
		 const struct step *step);
/*
 * Compiles a statement of the document, and adds DOC025 where it would write what it may not, or
 * what mo_trial_failed() says.
 */
int mo_trial_compile(struct plan *plan, struct moult *m, sqlite3 *db, const struct step *step);

/* Adds what SQLite's code rc of a step means: RUN017, DOC015, MD122. */
int mo_trial_failed(const struct plan *plan, struct moult *m, sqlite3 *db, const struct step *step,
		    int rc);
int mo_trial_endless(struct moult *m, const struct step *step);

#endif
