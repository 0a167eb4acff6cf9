/* SPDX-License-Identifier: MIT */
/*
 * rehearse.h: a migration on a copy of the data.
 *
 * Not to be mixed up with trial/trial.h, which tries the statements of every
 * plan on an empty copy of the schema in memory and knows nothing of rows.
 * Here the rows are there, and mo_migrate() is what runs: the very code of
 * apply, with the copy in the place of the file, and without a backup, which
 * would be a copy of the copy.
 *
 *	file --backup API, reading--> copy --mo_migrate--> verdict, time, space
 */
#ifndef MOULT_RUN_REHEARSE_H
#define MOULT_RUN_REHEARSE_H

#include "run/migrate.h"
#include "run/space.h"
#include "run/there_and_back.h"

struct rehearsal {
	struct arena *arena;
	const char *path;      /* of the file, without links */
	const char *directory; /* where the copy was */
	bool has_verdict;      /* the run on the copy came to an end, good or bad */
	int result;	       /* what migrating the file would return */
	struct kept kept;      /* what was planned; may be all NULL */
	struct space space;    /* what apply would need where the file is */
	moult_outcome outcome; /* of a run that succeeded */
	long long copy_ms;     /* to copy the file, as a backup does */
	long long run_ms;
	long long size_before; /* bytes, of the database file */
	long long size_after;
	long long most_file;	    /* the largest that was seen */
	long long most_journal;	    /* of the journal or WAL, likewise */
	struct there_and_back back; /* where that was asked for, and the run succeeded */
};

/*
 * Rehearses the migration of the file at path, which need not exist, in
 * directory (NULL: beside the file).  The result is the verdict, or why there
 * could be none; the rehearsal is filled either way.
 */
int mo_rehearse(struct rehearsal *rehearsal, struct moult *m, const char *path,
		const struct destination *destination, const char *directory,
		const moult_options *options);
void mo_rehearsal_done(struct rehearsal *rehearsal);

#endif
