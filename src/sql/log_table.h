/* SPDX-License-Identifier: MIT */
/*
 * log_table.h: a table that is copied while others write it, and how what they touch is noted.
 *
 *	CREATE TABLE _moult_log_t(k)		the rowids that were touched, in the order of the writes
 *	_moult_i_t, _moult_u_t, _moult_d_t	AFTER INSERT, UPDATE, DELETE: the rowid, old and new
 *	_moult_v1_t, _moult_w1_t, ...		BEFORE INSERT, UPDATE: of each UNIQUE key, the row that
 *						has the key already, which REPLACE deletes and no
 *						DELETE trigger hears of
 *
 * The log has no key, and no trigger says OR: the OR clause of the outer statement would overrule
 * it, and an UPDATE OR FAIL of the application fail by our table.  Without a PRIMARY KEY the session
 * extension leaves it out.  No trigger has OF or WHEN: columns that change without being named
 * (generated ones, by REPLACE) would be missed.  What is noted too often is copied once more.
 *
 * One thing the application can feel, as with any DELETE trigger on its table: with
 * recursive_triggers = ON SQLite asks all keys once more after such triggers, and refuses an UPDATE
 * OR REPLACE whose victim takes the updated row with it by ON DELETE CASCADE ("constraint failed"),
 * or that has victims by several UNIQUE keys.
 */
#ifndef MOULT_SQL_LOG_TABLE_H
#define MOULT_SQL_LOG_TABLE_H

#include "model/schema.h"

/* A table of the file, and what its rowid is called there: no column's name. */
struct logged {
	const struct table *table;
	const char *rowid;
	const char *log;
};

char *mo_sql_log_create(struct arena *arena, const char *log);
char *mo_sql_log_trigger(struct arena *arena, const char *name, enum event event,
			 const struct logged *logged);
/* Of the key that terms are; where is the condition of a partial index, or NULL. */
char *mo_sql_log_victims(struct arena *arena, const char *name, enum event event,
			 const struct logged *logged, const struct list *terms, const char *where);

/* The highest key of the first so many rows behind a key, NULL: of all, and how many they are. */
char *mo_sql_log_first(struct arena *arena, const char *table, const char *key,
		       const sqlite3_int64 *behind, long long most);
char *mo_sql_log_count(struct arena *arena, const char *log);
/* Rows up to that one are forgotten. */
char *mo_sql_log_forget(struct arena *arena, const char *log, sqlite3_int64 top);
/* "old.KEY IN (touched up to top, and up to key)"; without: none of all that are touched. */
char *mo_sql_log_touched(struct arena *arena, const char *key, const char *log, sqlite3_int64 top,
			 sqlite3_int64 most);
char *mo_sql_log_untouched(struct arena *arena, const char *key, const char *log);

/* A copy of rows for which a condition holds; the rows of a table for which one holds go. */
char *mo_sql_copy_where(struct arena *arena, const char *copy, const char *condition);
char *mo_sql_delete_where(struct arena *arena, const char *table, const char *condition);

#endif
