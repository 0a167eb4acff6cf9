/* SPDX-License-Identifier: MIT */
/*
 * aside_table.h: the statements about values that are set aside before the first step,
 * in a work table of the file; plan/aside.c says when that is done.
 *
 *	CREATE TABLE _moult_old_t (_moult_key_0 INTEGER PRIMARY KEY, a, b)
 *	INSERT INTO _moult_old_t (_moult_key_0, a, b) SELECT old.rowid, <using>, <using> FROM t AS old
 *	... (SELECT a FROM _moult_old_t WHERE _moult_key_0 = t.rowid) ...
 *
 * Its columns have no type: one with a type would turn the text '5' into 5.
 */
#ifndef MOULT_SQL_ASIDE_TABLE_H
#define MOULT_SQL_ASIDE_TABLE_H

#include <stdbool.h>

#include "model/schema.h"

/* What the names of the key's columns begin with, so that no column of a table has such a name. */
const char *mo_sql_aside_stem(struct arena *arena, const struct list *columns);
/* The name of the key's column at a position. */
char *mo_sql_aside_key(struct arena *arena, const char *stem, int position);

/*
 * CREATE TABLE work, with the columns of a key (of char *; NULL: none) and others.  A key
 * of one rowid is the work table's own rowid; without any key the rows are in the order of their
 * coming.
 */
char *mo_sql_aside_create(struct arena *arena, const char *work, const struct list *keys,
			  bool is_rowid, const struct list *names);

/*
 * The value of a column for the row that has these keys (of char *, expressions); a rowid is
 * compared as it is.
 */
char *mo_sql_aside_value(struct arena *arena, const char *work, const char *name, const char *stem,
			 const struct list *keys, bool is_rowid);

/* Whether a statement is an INSERT, or a REPLACE; and whether it stops where it fails (OR FAIL). */
bool mo_sql_is_insert(const char *sql);
bool mo_sql_insert_stops(struct arena *arena, const char *sql);

/*
 * One as what stands before its query, and the query; false where it has none.  WITH that stands
 * before the INSERT goes to the query, which means the same.
 */
bool mo_sql_split_insert(struct arena *arena, const char *sql, char **head, char **query);

/* INSERT INTO work (names) query */
char *mo_sql_aside_take(struct arena *arena, const char *work, const struct list *names,
			const char *query);

/*
 * The same of a query that has these names, in the order of all its columns: so its rows are
 * numbered, whatever order SQLite finds them in.
 */
char *mo_sql_aside_sorted(struct arena *arena, const char *work, const struct list *names,
			  const char *query);

/* All that was set aside under these names, in the order of its coming: a query. */
char *mo_sql_aside_rows(struct arena *arena, const char *work, const struct list *names);

/* A table without rows that has the columns of another, in a database in memory. */
char *mo_sql_aside_like(struct arena *arena, const char *name, const char *table);

#endif
