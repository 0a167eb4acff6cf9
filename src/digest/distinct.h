/* SPDX-License-Identifier: MIT */
/*
 * distinct.h: that all keys differ, sooner said than by sorting them.
 *
 * Keys that SQLite finds equal have one hash, so where no hash comes twice no key does:
 *
 *	_moult_distinct('--', v1, v2)	aggregate: 1 where all rows have different keys, else
 *					NULL: they may have, and have to be counted
 *
 * The first argument has a '-' for each value, as that of _moult_digest() has.
 *
 * That holds of values that are compared byte by byte, as by the collation BINARY.  A number is
 * hashed by what it is worth, since 1 and 1.0 are equal.  More keys than MO_DISTINCT_MOST are
 * not remembered, which bounds the memory.
 */
#ifndef MOULT_DIGEST_DISTINCT_H
#define MOULT_DIGEST_DISTINCT_H

#include <stdbool.h>
#include <stdint.h>

#include "pages/value.h"

#define MO_DISTINCT_MOST 2097152 /* 32 MiB */

/*
 * All zero at first.  Where it is only to be seen whether each key is an integer greater than the
 * one before, none is remembered; once one is not, nothing is known.
 */
struct distinct {
	bool is_ascent; /* that is to be seen */
	bool has_fallen;
	bool has_last;
	sqlite3_int64 last;
	uint64_t *slots;
	size_t room; /* a power of two; at most half of it is used */
	size_t count;
	bool is_given_up; /* a hash came twice, or there are too many */
};

/* SQLITE_OK, or SQLITE_NOMEM; or MO_ODD where an ascent falls. */
int mo_distinct_add(struct distinct *distinct, const struct value *values, size_t count);
void mo_distinct_done(struct distinct *distinct);

/* The function in SQL.  Returns SQLite's code. */
int mo_distinct_register(sqlite3 *db);
void mo_distinct_unregister(sqlite3 *db);

#endif
