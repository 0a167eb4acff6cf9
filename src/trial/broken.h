/* SPDX-License-Identifier: MIT */
/*
 * broken.h: what a plan breaks, or would leave with another meaning, as
 * hazards (MF114, MS101).
 *
 * What does not compile SQLite says itself (compile.h).  What it keeps to
 * itself is a name that means something else from then on (quoted.h, meaning.h).
 */
#ifndef MOULT_TRIAL_BROKEN_H
#define MOULT_TRIAL_BROKEN_H

#include "plan/plan.h"

/* What was so before the steps, and is nobody's fault. */
struct before {
	struct list broken;   /* of struct broken */
	struct list readings; /* of struct reading, sorted */
};

/* What to do about an object that no longer works. */
const char *mo_broken_hint(const struct plan *plan, const struct object *object);

/* db is a reference, which the steps run on in between. */
int mo_broken_before(struct before *before, struct plan *plan, struct moult *m, sqlite3 *db);
int mo_broken_judge(struct plan *plan, struct moult *m, const struct before *before, sqlite3 *db);

#endif
