/* SPDX-License-Identifier: MIT */
/*
 * undone.h: which migrations a rollback undid, marked in the manifests of their
 * backups, so that none of them is taken for one in force.
 */
#ifndef MOULT_BACK_UNDONE_H
#define MOULT_BACK_UNDONE_H

#include "backup/backup.h"

struct undoing {
	const char *path;		   /* of the database */
	const struct backup_entry *chosen; /* was put back */
	const struct backup *saved;	   /* has what was there */
};

/* What cannot be marked is RUN026: the file is back all the same. */
void mo_undone_mark(struct moult *m, struct arena *arena, const struct undoing *undoing);

#endif
