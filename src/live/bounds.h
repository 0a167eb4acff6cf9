/* SPDX-License-Identifier: MIT */
/*
 * bounds.h: how much a script of others may take when it runs in memory.
 *
 * A statement that makes a schema needs no large value, little memory and no
 * time.  One that computes (CREATE TABLE AS, INSERT of a query) may want all
 * of them, and SQLite gives them.  The bounds are those of one connection: the
 * process has none set for it.
 */
#ifndef MOULT_LIVE_BOUNDS_H
#define MOULT_LIVE_BOUNDS_H

#include "base/handle.h"

struct bounds {
	struct moult *m;
	const char *phase; /* for the progress callback */
	long long calls;   /* since mo_bounds_begin() */
	long long most_calls;
	sqlite3_int64 until_ms; /* on the clock */
	bool over;		/* what ran was broken off by them */
};

/* Puts them on a connection to a database in memory; bounds must live as long as it. */
void mo_bounds_put(struct bounds *bounds, struct moult *m, sqlite3 *db, const char *phase);
/* Before a text of SQL runs.  No value but one that stands in the text itself is large. */
void mo_bounds_begin(struct bounds *bounds, sqlite3 *db, const char *sql);
/* Why a statement that failed with rc passed them; NULL where it failed for another reason. */
const char *mo_bounds_passed(const struct bounds *bounds, int rc);

#endif
