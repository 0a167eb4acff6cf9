/* SPDX-License-Identifier: MIT */
/*
 * affinity.h: what a value becomes when it is stored in a column.
 *
 * The one function through which expected values pass: of the digests that
 * prove a copy, and of the probes for values that a new type would change.
 */
#ifndef MOULT_DIGEST_AFFINITY_H
#define MOULT_DIGEST_AFFINITY_H

#include <stddef.h>
#include <sqlite3.h>

/* A value out of SQLite's hands. */
struct value {
	int type; /* SQLITE_INTEGER, SQLITE_FLOAT, SQLITE_TEXT, SQLITE_BLOB or SQLITE_NULL */
	sqlite3_int64 integer;
	double real;
	const void *bytes; /* of a text (UTF-8, NULs too) or a blob; the sqlite3_value owns them */
	size_t size;
};

/*
 * The value that a column of affinity 'T', 'N', 'I', 'R' or 'B' (struct
 * column.affinity) gives back after from was stored in it.  The bytes live as
 * long as from does and nothing else is asked of it.  from must be a protected
 * value: an argument of a function.  MOULT_TROUBLE without memory.
 */
int mo_affinity_apply(struct value *value, sqlite3_value *from, char affinity);

#endif
