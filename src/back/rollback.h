/* SPDX-License-Identifier: MIT */
/*
 * rollback.h: the way back: a backup into the live file.
 */
#ifndef MOULT_BACK_ROLLBACK_H
#define MOULT_BACK_ROLLBACK_H

#include "base/handle.h"

/*
 * Puts a backup back into the database at path.  backup is a path, or the name
 * of a file in the directory of backups; NULL is the one that was made before
 * the last migration in the file's history.
 * The present state is saved as a backup of its own first; outcome (may be
 * NULL) names it.
 */
int mo_rollback(struct moult *m, const char *path, const char *backup, const moult_options *options,
		moult_outcome *outcome);

#endif
