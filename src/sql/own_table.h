/* SPDX-License-Identifier: MIT */
/*
 * own_table.h: moult's own tables in a file, and the statements about them.  Values are bound.
 *
 * An own table is told by its name and its text.  Anything else that is called
 * _moult_... is the application's, like any table; live/own.h judges what a
 * file has.
 */
#ifndef MOULT_SQL_OWN_TABLE_H
#define MOULT_SQL_OWN_TABLE_H

#include <stdbool.h>

#include "base/arena.h"

#define MO_HISTORY_TABLE "_moult_history"
/* When a row of them was written, as SQLite says it in UTC. */
#define MO_SQL_CLOCK "strftime('%Y-%m-%dT%H:%M:%SZ', 'now')"
/* The format of its rows, and of those since which the file has MO_DONE_TABLE. */
#define MO_HISTORY_FORMAT 1
#define MO_HISTORY_FORMAT_DONE 2
#define MO_DONE_TABLE "_moult_done"	    /* sql/done_table.h */
#define MO_WAY_BACK_TABLE "_moult_way_back" /* sql/way_back_table.h */

struct own_table {
	const char *name;
	const char *const
		*texts; /* as sqlite_master has them, one for each format; NULL ends them */
};

extern const struct own_table mo_own_tables[];
extern const int mo_own_table_count;

/* The own table of that name, in any case; NULL where there is none. */
const struct own_table *mo_own_table(const char *name);

/*
 * A condition on a row of sqlite_master: it is neither an own table, to the letter, nor an index
 * that SQLite made for one.
 */
char *mo_sql_is_not_own(struct arena *arena);

/*
 * A condition of a whole file: what has the name of that own table is it, and nothing of others
 * stands on it.
 */
char *mo_sql_own_is_intact(struct arena *arena, const char *name);

/* Do nothing where the table exists. */
extern const char mo_sql_done_create[];
extern const char mo_sql_history_create[];
extern const char mo_sql_way_back_create[];
/* Binds 1 format .. 13 backup, in the order of the columns. */
extern const char mo_sql_history_add[];
extern const char mo_sql_history_format[]; /* the highest of its rows */
/* All columns in the order of the table: of all rows, the newest first; of the newest row. */
extern const char mo_sql_history_all[];
extern const char mo_sql_history_last[];
/* The same of the newest row that found, or else made, the shape ?1. */
extern const char mo_sql_history_left[];
/* A number that grows with the time when a shape ?1 was there first; NULL where it never was. */
extern const char mo_sql_history_first[];

#endif
