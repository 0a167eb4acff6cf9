/* SPDX-License-Identifier: MIT */
/*
 * meaning.h: views and triggers that would compile as before, and mean
 * something else, as hazards (MF114, MS105).
 *
 * Nobody changed their text; the tables around it did:
 *
 *	INSERT INTO t VALUES (...)	the columns of t stand in another order
 *	SELECT * ... UNION ...		so too, where what * gives is told by its place
 *	NATURAL JOIN			both sides have one more column, or one less, of the same name
 *	x, in a subquery		a nearer table has a column x now
 *	rowid				the table has a column of that name now
 */
#ifndef MOULT_TRIAL_MEANING_H
#define MOULT_TRIAL_MEANING_H

#include "trial/broken.h"

/* db is a reference that the steps have run on. */
int mo_meaning_judge(struct plan *plan, struct moult *m, const struct before *before,
		     const struct before *after, sqlite3 *db);

#endif
