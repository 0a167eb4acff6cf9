/* SPDX-License-Identifier: MIT */
/*
 * parked_table.h: _moult_parked, values that the newer shape has no place for.
 *
 *	_moult_parked(_moult_place, _moult_key, _moult_value, _moult_became)
 *
 * A place is a column of the older shape, by a number; a key says of which row the value was, by the
 * declared key that both shapes have; became is what the value was converted to, where it was.
 * Nothing in the table has a type or a constraint but its own key: a value is kept as it was.
 *
 * The table is true to the application's by three triggers on that:
 *
 *	AFTER INSERT		what is parked under the new key goes: it is not this row's
 *	AFTER DELETE		what is parked under the key goes
 *	AFTER UPDATE, if the key is another	it moves to the new key, in the place of what is there
 *
 * UPDATE OF would miss a key that is set by the name rowid; a key is another as soon as its bytes are,
 * whatever its collation says.
 * So a key that is used again never meets what another row had under it.
 */
#ifndef MOULT_SQL_PARKED_TABLE_H
#define MOULT_SQL_PARKED_TABLE_H

#include <stdbool.h>

#include "model/way.h"
#include "sql/own_table.h"

#define MO_PARKED_TRIGGER "_moult_parked_" /* how the names of its triggers begin */

extern const char mo_sql_parked_create[]; /* does nothing where the table exists */
extern const char mo_sql_parked_clear[];
/* Rows; bytes of keys and values. */
extern const char mo_sql_parked_size[];

/* Which values: a column of a table under its names in the file. */
struct parked {
	int place;
	const char *table;
	const char *column;
	const struct list *key; /* of char *: columns, not quoted; or the one name of a rowid */
};

/* Parks the values of all rows. */
char *mo_sql_park(struct arena *arena, const struct parked *parked);
/* Notes what they became: the same place, in the names of the newer shape. */
char *mo_sql_park_became(struct arena *arena, const struct parked *parked);

/*
 * The triggers on a table for places from first to last, one for each of EVENT_INSERT, EVENT_DELETE
 * and EVENT_UPDATE.
 */
char *mo_sql_park_trigger(struct arena *arena, int event, const char *table, const struct list *key,
			  int first, int last);
char *mo_sql_park_trigger_name(struct arena *arena, int event, int first);
/* Takes one out of the file, where it is there. */
char *mo_sql_park_trigger_drop(struct arena *arena, const char *name);

/* Whether a trigger is one of those, by its name and its text. */
bool mo_is_park_trigger(struct arena *arena, const char *name, const char *sql);
/* The same, as a condition on a row of sqlite_master. */
extern const char mo_sql_is_park_trigger[];

/*
 * An expression over the row old of the newer shape, whose key is called as in parked: what is
 * parked for it, else otherwise.  Where the value was converted, only while the column became, of the
 * newer shape, still has what came of that.
 */
char *mo_sql_unpark(struct arena *arena, const struct parked *parked, const char *became,
		    const char *otherwise);
/*
 * The query of all rows of a table, of columns (of struct kept_column) that were parked together; with
 * the key as the column rowid, where that is not NULL.
 */
char *mo_sql_unpark_rows(struct arena *arena, const struct list *columns, const char *rowid);

/*
 * For whoever does not know what a file has: a query of the statements that take its triggers away; and
 * of those that take away all that is kept for going back.
 */
char *mo_sql_park_triggers_away(struct arena *arena);
char *mo_sql_kept_away(struct arena *arena);

#endif
