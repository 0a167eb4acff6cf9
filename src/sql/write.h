/* SPDX-License-Identifier: MIT */
/*
 * write.h: the only writer of SQL that changes schema or rows.
 *
 * Each function returns a text without its final semicolon, in the arena; NULL
 * without memory.  Names are quoted only where they must be.
 */
#ifndef MOULT_SQL_WRITE_H
#define MOULT_SQL_WRITE_H

#include "model/schema.h"

void mo_write_name(sqlite3_str *out, const char *name);		 /* quoted where it must be */
void mo_write_names(sqlite3_str *out, const struct list *names); /* a, b, c */
void mo_write_terms(sqlite3_str *out,
		    const struct list *terms); /* a, lower(b) COLLATE NOCASE DESC */
/* " COLLATE NOCASE", or nothing. */
void mo_write_collation(sqlite3_str *out, const struct column *column);
/* " TEXT", ...: a type that has the affinity, whatever the declared one would mean without STRICT. */
const char *mo_sql_type_of(char affinity);

/* The CREATE statement of an object, comments of its documentation included. */
char *mo_sql_create(struct arena *arena, const struct object *object);
/*
 * The same for a table under another name; references to itself keep its own, and columns that a
 * CHECK calls t.a get the other one.
 */
char *mo_sql_create_table_as(struct arena *arena, const struct table *table, const char *name);
/* Whether a CHECK calls a column t.a; SQLite takes no dot in a generated column. */
bool mo_sql_names_itself(struct arena *arena, const struct table *table);

/*
 * The CREATE statement of an index or trigger, as it is stored, but that it stands on a table of
 * another name.
 */
char *mo_sql_create_on(struct arena *arena, const char *sql, const char *table);

char *mo_sql_drop(struct arena *arena, enum kind kind, const char *name);
char *mo_sql_rename_table(struct arena *arena, const char *have, const char *want);
char *mo_sql_rename_column(struct arena *arena, const char *table, const char *have,
			   const char *want);
char *mo_sql_add_column(struct arena *arena, const struct table *table,
			const struct column *column);
char *mo_sql_drop_column(struct arena *arena, const char *table, const char *column);

/* SQLite 3.53 and later; a CHECK becomes one of the table. */
char *mo_sql_set_not_null(struct arena *arena, const char *table,
			  const struct constraint *constraint);
char *mo_sql_drop_not_null(struct arena *arena, const char *table, const char *column);
char *mo_sql_add_check(struct arena *arena, const char *table, const struct constraint *constraint);
char *mo_sql_drop_constraint(struct arena *arena, const char *table, const char *name);

/*
 * INSERT, UPDATE of the given columns, or DELETE on a table or view: to be prepared, which
 * compiles its triggers; never run.
 */
char *mo_sql_touch(struct arena *arena, const char *name, enum event event,
		   const struct list *columns);

#endif
