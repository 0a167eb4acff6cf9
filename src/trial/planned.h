/* SPDX-License-Identifier: MIT */
/*
 * planned.h: the plan for a file or a schema, tried in memory.
 *
 *	have, want -> diff -> plan -> trial (trial.h) -> a plan that SQLite takes
 *	                        ^        |
 *	                        `--------' a table that ALTER cannot change is rebuilt
 */
#ifndef MOULT_TRIAL_PLANNED_H
#define MOULT_TRIAL_PLANNED_H

#include "plan/plan.h"

/* What is wanted.  SQLite is asked for its judgement only where something is to be done. */
struct wanted {
	const struct schema *schema;
	const char *name; /* of the document, for the history; or NULL */
	/* MOULT_OK where SQLite accepts it; what is in have SQLite has accepted already. */
	int (*judge)(void *context, const struct schema *have);
	void *context;
	const char *release; /* its name where it is one of a folder; or NULL */
	/* the release at which the file stands, where this is the next one; or NULL */
	const struct schema *before;
	const char *from; /* the name of the release that it is reached from; or NULL */
};

/* What comes of planning: both are the caller's, whatever is returned. */
struct planned {
	struct diff *diff;
	struct plan *plan;
	struct schema **after; /* NULL: not wanted; else what the plan leaves (trial.h) */
	sqlite3 **made;	       /* NULL, or a database in memory that has all of want (trial.h) */
};

/*
 * A plan for a live file (db) or for a schema alone (NULL), rehearsed; its hazards are asked where
 * there are rows.  exact is the fingerprint of db as have was read; NULL: it is read now.
 */
int mo_plan_for(struct planned *planned, struct moult *m, sqlite3 *db, const struct schema *have,
		const char *exact, const struct wanted *want, const moult_options *options);

/*
 * A plan from where an earlier one ends.  before is that one's; have is what it leaves, in memory
 * or in the file.  The ID is that of the statements alone, and no row is asked for it, so both
 * come to the same plan.
 */
int mo_plan_on(struct planned *planned, struct moult *m, const struct facts *before,
	       const struct schema *have, const struct wanted *want, const moult_options *options);

/*
 * Adds a note (DOC021) for each expression that fills nothing any more; for those who review a
 * plan.
 */
void mo_plan_notes(const struct plan *plan, struct moult *m);

/* What is to be left for going back, by option or else by the document: a word, or NULL. */
const char *mo_way_back_asked(const struct schema *want, const moult_options *options);

#endif
