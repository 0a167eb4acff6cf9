/* SPDX-License-Identifier: MIT */
/*
 * foreign.h: violated foreign keys, before and after.
 *
 * A violation is known by child, parent and the child's columns, under their
 * present names, and how many rows are orphans.  Which they are is told by their
 * rowids where the plan does not copy the child, or by their keys (orphans.h): an
 * orphan that goes makes no room for another.  Where a parent's
 * columns are not unique the check itself raises an error, for the whole file:
 * what was violated before nobody could know then, and nothing is blamed.
 */
#ifndef MOULT_PROOF_FOREIGN_H
#define MOULT_PROOF_FOREIGN_H

#include "plan/plan.h"
#include "session/session.h"

struct violation {
	const char *child;
	const char *parent;  /* NULL: the check failed for the whole child */
	const char *columns; /* "a, b" */
	int id;		     /* of the foreign key, in foreign_key_list */
	const char *fault;   /* what SQLite said, where the check failed */
	long long orphans;
	sqlite3_int64 *rowids; /* of them all, or what stands for them, ascending; or NULL */
};

/*
 * Whether a plan could make the foreign keys of a table worse: it changes the child or a parent, whose
 * names are put through the renames; NULL: they are the present ones.  Without a plan each is.
 */
bool mo_foreign_is_of_interest(const struct plan *plan, struct arena *arena,
			       const struct diff *renames, const struct table *table);

/* Whether the rows of a table, by its present name, are told by the same rowids, or keys, as before. */
bool mo_foreign_tells_rows(const struct plan *plan, const char *table);

/*
 * The violations of a schema's tables.  With a plan, of those that it could
 * make worse: children that change, or whose parent does; the schema is the
 * file's before it, and the names are put through the renames.
 */
int mo_foreign_violations(struct list *violations, struct arena *arena, struct moult *m,
			  sqlite3 *db, const struct schema *schema, const struct plan *plan);

/* After the plan: RUN012 for what is worse than before. */
int mo_foreign_compare(const struct list *before, struct arena *arena, struct session *session,
		       const struct plan *plan);

#endif
