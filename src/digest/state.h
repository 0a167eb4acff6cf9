/* SPDX-License-Identifier: MIT */
/*
 * state.h: what a database holds, table by table, to be compared later.
 *
 *	state --> schema: digest of sqlite_master
 *	  `-----> tables: { name, rows, digest }, sorted by name
 *
 * Left out is what may change without anyone writing rows: statistics, moult's
 * own tables, and rowids that are no column (VACUUM renumbers them).  Shadow
 * tables are in: they are what a virtual table holds.
 */
#ifndef MOULT_DIGEST_STATE_H
#define MOULT_DIGEST_STATE_H

#include "base/handle.h"

struct table_state {
	const char *name;
	long long rows;
	const char *digest; /* 32 hexadecimal digits */
};

struct state {
	const char *schema; /* the same; NULL: nothing is known */
	struct list tables; /* of struct table_state */
};

/*
 * Reads the state of main, in the arena, in one pass over all rows.  The
 * connection must have the functions of digest/digest.h.  What goes wrong is a
 * diagnostic with the given ID, or the one that SQLite's code calls for.
 */
int mo_state_read(struct state *state, struct arena *arena, struct moult *m, sqlite3 *db,
		  enum diag_id id);

/* One table of which the two states differ; either may be NULL: the table is not there. */
struct state_change {
	const struct table_state *before;
	const struct table_state *after;
};

/* Adds a struct state_change for each table that differs.  Failure is sticky in the arena. */
void mo_state_compare(struct list *changes, struct arena *arena, const struct state *before,
		      const struct state *after);

#endif
