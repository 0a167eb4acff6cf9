/* SPDX-License-Identifier: MIT */
/*
 * migrate.h: a file from where it is to where the document wants it, or the newest release.
 *
 *	read have -> route (diff -> plan -> trial, each leg) -> (probes -> confirm) -> lock
 *	     -> still the same? -> probes -> backup
 *	     -> each leg: proof begins -> steps -> proof -> history
 *	     -> COMMIT
 *
 * Up to the lock nothing is held; a schema that moved on in the meantime is
 * planned for again.  From the lock on everything happens in one transaction.
 * Probes come before it only where somebody is asked to confirm, and are
 * repeated under it only if others wrote since.
 */
#ifndef MOULT_RUN_MIGRATE_H
#define MOULT_RUN_MIGRATE_H

#include "run/route.h"
#include "run/stand.h"

/* What a run planned, for whoever looks at it afterwards. */
struct kept {
	struct schema *have;
	struct route route;
};
void mo_kept_done(struct kept *kept);

struct migration {
	struct moult *m;
	sqlite3 *db;
	const struct destination *destination;
	const moult_options *options;
	/* the public plan, for the confirmation */
	const moult_plan *(*wrap)(void *context, const struct route *route);
	void *wrap_context;
	bool is_ours;	   /* the library opened db */
	bool goes_on;	   /* with what is under way in the file; else that refuses it */
	struct kept *kept; /* NULL: what was planned goes with the run */
};

int mo_migrate(const struct migration *migration, moult_outcome *outcome);

/* Frees the texts of an outcome. */
void mo_outcome_done(moult_outcome *outcome);

#endif
