/* SPDX-License-Identifier: MIT */
/*
 * log_table.h: a table that is copied while others write it, and how what they touch is noted.
 *
 *	CREATE TABLE _moult_log_t(k1, ...)	what tells the rows that were touched, in the order of
 *						the writes: the rowid, or the key of a table WITHOUT ROWID;
 *						and what an entry of an index was made of, where that is
 *						to be found again
 *	_moult_i_t, _moult_u_t, _moult_d_t	AFTER INSERT, UPDATE, DELETE: of the row, old and new
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

/* A table of the file, and what tells its rows there. */
struct logged {
	const struct table *table;
	const struct list *key; /* see mo_sql_key_names() */
	const char *log;
	const struct list *values; /* of struct column: noted beside the key; NULL: none */
};

/* The rowid, in a log that has values. */
#define MO_LOG_ROWID "_moult_k1"

/*
 * Of char *, as SQL writes them: the name of the rowid that is given, or, where it is NULL, the
 * columns of the PRIMARY KEY with the collations that it has for itself.
 */
struct list mo_sql_key_names(struct arena *arena, const struct table *table, const char *rowid);
/* "of.rowid", "(of.a, of.b)"; of NULL: without. */
char *mo_sql_key(struct arena *arena, const char *of, const struct list *names);

char *mo_sql_log_create(struct arena *arena, const struct logged *logged);
char *mo_sql_log_trigger(struct arena *arena, const char *name, enum event event,
			 const struct logged *logged);
/* Of the key that terms are; where is the condition of a partial index, or NULL. */
char *mo_sql_log_victims(struct arena *arena, const char *name, enum event event,
			 const struct logged *logged, const struct list *terms, const char *where);
/* Of the rowid, where no column has it. */
char *mo_sql_log_rowid_victim(struct arena *arena, const char *name, enum event event,
			      const struct logged *logged);

/* The highest rowid of the first so many rows of a log, and how many they are. */
char *mo_sql_log_first(struct arena *arena, const char *log, long long most);
char *mo_sql_log_count(struct arena *arena, const char *log);
/* What tells the rows that were touched. */
char *mo_sql_log_keys(struct arena *arena, const struct logged *logged);
/* Rows up to that one are forgotten. */
char *mo_sql_log_forget(struct arena *arena, const char *log, sqlite3_int64 top);
/* "KEY IN (touched up to top)", of a key that mo_sql_key() wrote; and none of all that are touched. */
char *mo_sql_log_touched(struct arena *arena, const char *key, const struct logged *logged,
			 sqlite3_int64 top);
char *mo_sql_log_untouched(struct arena *arena, const char *key, const struct logged *logged);

/*
 * Places in the order of rows are bound, since no text of a number is exact on every machine: the
 * values of the key that rows are behind from 1 on, and after them those of the last.
 */
/* The key of the last of so many rows, of all or behind a place; no row where there are not so many. */
char *mo_sql_key_end(struct arena *arena, const char *table, const struct list *names,
		     bool is_behind, long long most);
/* Those of all rows between two places, in their order. */
char *mo_sql_key_all(struct arena *arena, const char *table, const struct list *names,
		     bool is_behind, bool has_end);
/* That of the last row that a copy has. */
char *mo_sql_key_last(struct arena *arena, const char *copy, const struct list *names);
/* A condition on rows of the table called of; and one with an order, for so many of them. */
char *mo_sql_key_between(struct arena *arena, const char *of, const struct list *names,
			 bool is_behind, bool has_end);
char *mo_sql_key_next(struct arena *arena, const char *of, const struct list *names, bool is_behind,
		      long long most);

/* The rows of a table for which a condition holds go; so many of them, as they come. */
char *mo_sql_delete_where(struct arena *arena, const char *table, const char *condition);
char *mo_sql_delete_some(struct arena *arena, const char *table, const struct list *names,
			 long long most);

#endif
