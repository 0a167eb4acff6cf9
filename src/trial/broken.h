/* SPDX-License-Identifier: MIT */
/*
 * broken.h: what a plan breaks, or would leave with another meaning, as
 * hazards (MF114, MS101).
 *
 * What does not compile SQLite says itself (compile.h).  What it keeps to
 * itself is a name in double quotes that was a column's: once the column has
 * gone, it is a text, in views and triggers, CHECKs, indexes and generated
 * columns, and no statement fails.
 * https://sqlite.org/quirks.html#double_quoted_string_literals_are_accepted
 */
#ifndef MOULT_TRIAL_BROKEN_H
#define MOULT_TRIAL_BROKEN_H

#include "plan/plan.h"

/* What was so before the steps, and is nobody's fault. */
struct before {
	struct list broken;   /* of struct broken */
	struct list readings; /* of struct reading, sorted */
};

/* db is a reference, which the steps run on in between. */
int mo_broken_before(struct before *before, struct plan *plan, struct moult *m, sqlite3 *db);
int mo_broken_judge(struct plan *plan, struct moult *m, const struct before *before, sqlite3 *db);

#endif
