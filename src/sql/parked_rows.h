/* SPDX-License-Identifier: MIT */
/*
 * parked_rows.h: _moult_parked_rows, whole rows that an older shape does not take.
 *
 *	_moult_parked_rows(parking, "table", key, place, "column", value)
 *
 * A parking is one way back that parked rows.  A row is told by its table and its key, which is its
 * rowid, or the primary key of a table WITHOUT ROWID.  It has an entry at place 0, and one with the
 * value of each column that is stored, behind that in their order; and behind MO_PLACES what was kept of it for
 * columns of newer shapes.  Where the rowid is no column, the
 * entry at place 0 has a name of it for its column, and its key is the rowid.  All names are those of
 * the newer shape.  value has no type: it holds what the row held.
 */
#ifndef MOULT_SQL_PARKED_ROWS_H
#define MOULT_SQL_PARKED_ROWS_H

#include "model/schema.h"
#include "sql/own_table.h"
#include "sql/park_group.h"

extern const char mo_sql_parked_rows_create[]; /* does nothing where the table exists */
extern const char mo_sql_parked_rows_next[];   /* the number of the next parking */
extern const char mo_sql_parked_rows_count[];  /* how many rows are parked */

/* Rows of a table that one parking takes. */
struct parked_rows {
	long long parking;
	const struct table *table;
	struct list key;   /* of char *: what tells a row, not quoted; none: nothing does */
	const char *rowid; /* the name of the rowid that is the key, and no column; or NULL */
};

struct parked_rows mo_parked_rows(struct arena *arena, long long parking,
				  const struct table *table);

/* Adds the entry at place 0 of each row that a query gives: its columns are the key, called names. */
char *mo_sql_rows_mark(struct arena *arena, const struct parked_rows *rows, const char *query,
		       const struct list *names);
/* The same of each child, by its columns, of a parked row of the parent; with a function of digest.h. */
char *mo_sql_rows_mark_children(struct arena *arena, const struct parked_rows *child,
				const struct list *columns, const struct parked_rows *parent,
				const struct list *parent_columns);
/* How many they are, where nothing tells which. */
char *mo_sql_rows_count_children(struct arena *arena, const struct table *child,
				 const struct list *columns, const struct parked_rows *parent,
				 const struct list *parent_columns);
/* Adds the entries of a column; and counts those that are what the rows hold. */
char *mo_sql_rows_park(struct arena *arena, const struct parked_rows *rows, int place,
		       const char *column);
char *mo_sql_rows_parked(struct arena *arena, const struct parked_rows *rows, int place,
			 const char *column);
/* How many rows a parking has of the table. */
char *mo_sql_rows_count(struct arena *arena, const struct parked_rows *rows);
/* Deletes them from the table. */
char *mo_sql_rows_delete(struct arena *arena, const struct parked_rows *rows);

/*
 * Adds entries of what is kept of them in a place of a group, for a column of that name in a newer shape: their own
 * place is that, which no column has.
 */
char *mo_sql_rows_park_kept(struct arena *arena, const struct parked_rows *rows,
			    const struct park_group *group, int place, const char *column);
/*
 * What is kept of them for other shapes (sql/parked_table.h) is hidden from the triggers that would drop it: while
 * rows of the group's table go, by one parking, and where no other has parked one of the same key; and
 * while they come back.  Then it is shown again.
 */
char *mo_sql_kept_hide(struct arena *arena, const struct parked_rows *rows,
		       const struct park_group *group);
char *mo_sql_kept_hide_parked(struct arena *arena, const struct park_group *group);
extern const char mo_sql_kept_show[];

/* All that are parked, the last first, by their entries at place 0: parking, table, key, column. */
extern const char mo_sql_parked_rows_all[];
/* Of one, ?1 parking, ?2 table, ?3 key: its columns, values and places in their order; and all of it goes. */
extern const char mo_sql_parked_row_entry[];
extern const char mo_sql_parked_row_forget[];

/*
 * INSERT of such a row into a table: ?1 is what is called rowid, where that is not NULL, and the
 * columns (of char *) are ?2 and so on.  And a query of its key, where it is there as it was: ?1 is the
 * rowid that it got.
 */
char *mo_sql_row_insert(struct arena *arena, const struct table *table, const char *rowid,
			const struct list *columns);
char *mo_sql_row_check(struct arena *arena, const struct table *table, const struct list *columns);
/* A query of one row where the row of key ?1 has no parent; with a function of digest.h. */
char *mo_sql_row_is_orphan(struct arena *arena, const struct table *child,
			   const struct list *columns, const struct table *parent,
			   const struct list *parent_columns);

#endif
