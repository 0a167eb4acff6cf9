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
#include "session/session.h"

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
	bool is_ours; /* the library opened db */
	/*
	 * Under the lock, before the rows are asked: what the change that is under way has to do
	 * there.  NULL: what is under way refuses the migration.
	 */
	int (*go_on)(void *context, struct session *session);
	void *go_on_context;
	/* then: the plan that was reviewed, and the file name of the backup from before it; or NULL */
	const char *reviewed;
	const char *backup;
	struct kept *kept; /* NULL: what was planned goes with the run */
};

int mo_migrate(const struct migration *migration, moult_outcome *outcome);

/* Frees the texts of an outcome. */
void mo_outcome_done(moult_outcome *outcome);

#endif
