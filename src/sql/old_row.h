/* SPDX-License-Identifier: MIT */
/*
 * old_row.h: an expression of a document over the old row of a table (using).
 *
 *	upper(old.name)					plain: it reads the row and nothing else
 *	(SELECT p.size FROM photo p WHERE p.id = old.photo)	it reads tables
 *
 * A plain one can be put into other names token by token, since each name in it
 * is a column of the row.  In a subquery a name may be a column of another table,
 * so the text of one that reads tables is left as it is.
 */
#ifndef MOULT_SQL_OLD_ROW_H
#define MOULT_SQL_OLD_ROW_H

#include <stdbool.h>

#include "base/arena.h"

#define MO_OLD_ROW "old" /* what an expression may call the row */

/* Whether it reads tables: it has a subquery, or IN with a table. */
bool mo_reads_tables(const char *expression);

/* Whether a name stands in front of a column: name.column */
bool mo_qualifies(struct arena *arena, const char *expression, const char *name);

/* A plain expression without "name." in front of its columns. */
char *mo_sql_unqualified(struct arena *arena, const char *expression, const char *name);

/* An expression with another name in front of its columns, where it has that one there. */
char *mo_sql_requalified(struct arena *arena, const char *expression, const char *name,
			 const char *instead);

/* A plain expression with a column called otherwise; one that reads tables as it is. */
char *mo_sql_rename_in(struct arena *arena, const char *expression, const char *name,
		       const char *instead);
/* The same with an expression for the column, where nothing stands in front of it. */
char *mo_sql_replace_in(struct arena *arena, const char *expression, const char *name,
			const char *text);

/*
 * The names of an expression that reads tables which nothing stands in front of, and that a
 * subquery may take for a column of its own.  Calls take() with each: its place, and the
 * expression with "old." in front of that one (in the arena).
 */
void mo_each_bare_name(struct arena *arena, const char *expression,
		       void (*take)(void *context, const char *name, const char *qualified),
		       void *context);

#endif
