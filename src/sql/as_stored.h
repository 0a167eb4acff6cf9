/* SPDX-License-Identifier: MIT */
/*
 * as_stored.h: what a column makes of a value that it stores, in SQL that any SQLite runs:
 * https://sqlite.org/datatype3.html#type_affinity
 *
 * Beside a CAST the other side of a comparison gets numeric affinity, which turns a text into
 * a number where all of it is one; so CAST(v AS NUMERIC) = v says whether v would be turned.
 */
#ifndef MOULT_SQL_AS_STORED_H
#define MOULT_SQL_AS_STORED_H

#include "base/arena.h"

/* The expression for a name, which stands in it several times. */
char *mo_sql_as_stored(struct arena *arena, const char *name, char affinity);
/*
 * The expression for a name of such a value that is compared as the column would be, by its
 * affinity; it is the value where typeof() says the same of both.
 */
char *mo_sql_as_compared(struct arena *arena, const char *name, char affinity);

#endif
