/* SPDX-License-Identifier: MIT */
/*
 * refusal.h: what is said where a step does not work on the empty copy: what SQLite has against it,
 * or what it would write and does not say; where, and what to write instead.
 */
#ifndef MOULT_TRIAL_REFUSAL_H
#define MOULT_TRIAL_REFUSAL_H

#include "plan/plan.h"
#include "session/guard.h"

/* Where the document says what the step does; NULL where it does not. */
const struct moult_place *mo_step_place(const struct step *step);

/* Says why SQLite refused a step, with rc and its message on db.  The result of what was said. */
int mo_trial_failed(struct plan *plan, struct moult *m, sqlite3 *db, const struct step *step,
		    int rc);
/* Says that a step did not end in the time that it had. */
int mo_trial_endless(struct moult *m, const struct step *step, int seconds);
/* Says what the guard denied to a step or to declared rows. */
int mo_trial_denied(struct plan *plan, struct moult *m, const struct step *step,
		    const struct guard *guard);
/* Whether the tables are there that a step says it writes through triggers. */
int mo_trial_judge_writes(struct plan *plan, struct moult *m, const struct step *step);

#endif
