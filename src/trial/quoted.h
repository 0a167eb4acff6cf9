/* SPDX-License-Identifier: MIT */
/*
 * quoted.h: what a text means by a name that goes or comes, where SQLite says nothing.
 *
 *	"a" in double quotes		was the column a, which goes: a text from now on
 *					was a text: the column a that comes from now on
 *	a, beside an unknown module	SQLite comes no further than the module
 *
 * Views, triggers, CHECKs, indexes and generated columns are asked; no statement would fail.
 * https://sqlite.org/quirks.html#double_quoted_string_literals_are_accepted
 */
#ifndef MOULT_TRIAL_QUOTED_H
#define MOULT_TRIAL_QUOTED_H

#include "trial/broken.h"

/* Adds MF114 and MS106; db is a reference with the goal's schema. */
int mo_quoted_judge(struct plan *plan, struct moult *m, const struct before *before,
		    const struct before *after, sqlite3 *db);

#endif
