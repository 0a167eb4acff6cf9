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
/* The format of its rows (1 had no kind, release and undone), and where the file has MO_DONE_TABLE. */
#define MO_HISTORY_FORMAT 2
#define MO_HISTORY_FORMAT_DONE 3
#define MO_DONE_TABLE "_moult_done"		  /* sql/done_table.h */
#define MO_WAY_BACK_TABLE "_moult_way_back"	  /* sql/way_back_table.h */
#define MO_UNDER_WAY_TABLE "_moult_under_way"	  /* sql/under_way_table.h */
#define MO_PARKED_TABLE "_moult_parked"		  /* sql/parked_table.h */
#define MO_PARKED_ROWS_TABLE "_moult_parked_rows" /* sql/parked_rows.h */

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
 * that SQLite made for one, nor a trigger of sql/parked_table.h.
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
extern const char mo_sql_under_way_create[];
/* Adds the columns that a table of format 1 lacks; a query that only a table with them takes. */
extern const char mo_sql_history_widen[];
extern const char mo_sql_history_is_wide[];
/* Binds 1 number (NULL: the next) .. 17 undone, in the order of the columns. */
extern const char mo_sql_history_add[];
/* Marks as undone by row ?1 what came behind row ?2. */
extern const char mo_sql_history_undo[];

/* All columns in the order of the table: of a table of format 1, and of one that has them all. */
struct history_queries {
	const char *all;  /* the newest first */
	const char *last; /* the newest in force: no rollback, and not undone */
	const char *left; /* the newest in force that found, or else made, the shape ?1 */
};
extern const struct history_queries mo_sql_history[2];
/* The highest format of its rows; and of those in force, in a table that has all columns. */
extern const char mo_sql_history_format[];
extern const char mo_sql_history_format_in_force[];
/* A number that grows with the time when a shape ?1 was there first; NULL where it never was. */
extern const char mo_sql_history_first[];

#endif
