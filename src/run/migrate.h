/* SPDX-License-Identifier: MIT */
/*
 * migrate.h: a file from where it is to where the document wants it.
 *
 *	read have -> diff -> plan -> rehearse -> (probes -> confirm) -> lock -> still the same?
 *	     -> probes -> backup -> proof begins -> steps -> proof -> history -> COMMIT
 *
 * Up to the lock nothing is held; a schema that moved on in the meantime is
 * planned for again.  From the lock on everything happens in one transaction.
 * Probes come before it only where somebody is asked to confirm, and are
 * repeated under it only if others wrote since.
 */
#ifndef MOULT_RUN_MIGRATE_H
#define MOULT_RUN_MIGRATE_H

#include "plan/plan.h"

/* What is wanted.  SQLite is asked for its judgement only where something is to be done. */
struct wanted {
	const struct schema *schema;
	const char *name;	     /* of the document, for the history; or NULL */
	int (*judge)(void *context); /* MOULT_OK where SQLite accepts it */
	void *context;
};

/* What a run planned, for whoever looks at it afterwards, and frees it. */
struct kept {
	struct schema *have;
	struct diff *diff;
	struct plan *plan;
};

struct migration {
	struct moult *m;
	sqlite3 *db;
	const struct wanted *want;
	const moult_options *options;
	const moult_plan *(*wrap)(void *context,
				  struct plan *plan); /* the public plan, for the confirmation */
	void *wrap_context;
	bool is_ours;	   /* the library opened db */
	struct kept *kept; /* NULL: what was planned goes with the run */
};

int mo_migrate(const struct migration *migration, moult_outcome *outcome);

/* Frees the texts of an outcome. */
void mo_outcome_done(moult_outcome *outcome);

/*
 * A plan for a live file (db) or for a schema alone (NULL), rehearsed; its hazards are asked where there
 * are rows.  exact is the fingerprint of db as have was read; NULL: it is read now.
 */
int mo_plan_for(struct plan **plan, struct diff **diff, struct moult *m, sqlite3 *db,
		const struct schema *have, const char *exact, const struct wanted *want,
		const moult_options *options);

/* Adds a note (DOC021) for each expression that fills nothing any more; for those who review a plan. */
void mo_plan_notes(const struct plan *plan, struct moult *m);

#endif
