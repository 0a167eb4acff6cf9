/* SPDX-License-Identifier: MIT */
/*
 * tryout.h: both shapes as databases in memory, in which statements are tried.
 *
 * Each statement runs in a transaction of its own that is rolled back, with
 * foreign keys on and their rows not asked for: whether parents are there is
 * about the rows, and whether a key can work at all is about the shape.
 */
#ifndef MOULT_COMPAT_TRYOUT_H
#define MOULT_COMPAT_TRYOUT_H

#include "base/handle.h"
#include "diff/verdict.h"
#include "live/bounds.h"

struct shape {
	sqlite3 *db;
	const struct schema *schema;
	struct bounds bounds;
	bool denied; /* something tried to open another file */
};

/* By the side whose code they are made for: old code's own shape is that of OLD. */
struct tryout {
	struct moult *m;
	struct shape of[SIDE_COUNT];
	int rc; /* trouble on the way, that is said: there is no verdict then */
};

int mo_tryout_begin(struct tryout *tryout, struct moult *m, const struct schema *have,
		    const struct schema *want);
void mo_tryout_end(struct tryout *tryout);

/* For want of memory there is no verdict.  Gives an empty message. */
const char *mo_tryout_starve(struct tryout *tryout);

/*
 * Compiles one statement.  Where it takes strings, "a" is a text if no column is called so, as to
 * most of SQLite's builds; else it is a name and nothing else.  NULL and SQLite's message, in the
 * arena, where it does not compile; an empty message after trouble.
 */
sqlite3_stmt *mo_tryout_compile(struct tryout *tryout, struct shape *shape, struct arena *arena,
				const char *sql, bool takes_strings, const char **message);

/*
 * Runs one statement, after another that prepares for it (NULL: none; what becomes of that is no
 * matter), and takes both back.  NULL where it ran, else SQLite's message, in the arena.
 */
const char *mo_tryout_run(struct tryout *tryout, struct shape *shape, struct arena *arena,
			  const char *before, const char *sql);

#endif
