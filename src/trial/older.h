/* SPDX-License-Identifier: MIT */
/* older.h: whether a document is older than the file that it is wanted for. */
#ifndef MOULT_TRIAL_OLDER_H
#define MOULT_TRIAL_OLDER_H

#include "diff/diff.h"

/*
 * In *why a clause that says so, in the arena; NULL where it is not known to be older.  db is that
 * of have, or NULL where have is no file.
 */
int mo_older(const char **why, struct arena *arena, sqlite3 *db, const struct diff *diff,
	     struct diags *diags);

#endif
