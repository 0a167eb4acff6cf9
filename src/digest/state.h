/* SPDX-License-Identifier: MIT */
/*
 * state.h: what a database holds, table by table, to be compared later.
 *
 *	state --> schema: digest of sqlite_master
 *	  `-----> tables: { name, rows, digest }, sorted by name
 *
 * Left out is what may change without anyone writing rows: statistics, moult's
 * own tables, and rowids that are no column (VACUUM renumbers them).  Shadow
 * tables are in: they are what a virtual table holds.
 */
#ifndef MOULT_DIGEST_STATE_H
#define MOULT_DIGEST_STATE_H

#include "base/handle.h"

struct table_state {
	const char *name;
	long long rows;
	const char *digest; /* 32 hexadecimal digits */
	/* Instead of both: the table of the state before that holds the same, or NULL; and what each row
	 * has behind that in columns that came, an array in JSON, or NULL. */
	const char *as;
	const char *added;
};

struct state {
	const char *schema; /* the same; NULL: nothing is known */
	struct list tables; /* of struct table_state */
};

/*
 * Reads the state of main, in the arena, in one pass over all rows but those of
 * tables in known (of struct table_state; NULL: none).  The connection must
 * have the functions of digest/digest.h.  What goes wrong is a diagnostic with
 * the given ID, or the one that SQLite's code calls for.
 */
int mo_state_read(struct state *state, struct arena *arena, struct moult *m, sqlite3 *db,
		  enum diag_id id, const struct list *known);
/* The same of all rows, and tables that differ in the order of their columns are the same. */
int mo_state_read_in_any_order(struct state *state, struct arena *arena, struct moult *m,
			       sqlite3 *db, enum diag_id id);

/* What of a table is digested: adds its columns, quoted, to a list.  Returns SQLite's code. */
int mo_state_columns(struct list *columns, struct arena *arena, sqlite3 *db, const char *table);
/* Makes "_moult_digest('---', "a", "b", "c")" of them; NULL without memory. */
char *mo_state_expression(struct arena *arena, const struct list *columns);
/* Takes rows and digest out of what that gives; false without memory. */
bool mo_state_take(struct table_state *state, struct arena *arena, const char *digest);

/*
 * What each row has in the last columns of a table, count of them, that ALTER added: an array in
 * JSON; NULL where JSON cannot hold it exactly, it is long, or there is no row.  Returns SQLite's
 * code.
 */
int mo_state_added(const char **values, struct arena *arena, sqlite3 *db, const char *table,
		   int count);
/* The same of expressions that read no row, each a value as its column would store it. */
int mo_state_given(const char **values, struct arena *arena, sqlite3 *db,
		   const struct list *expressions);
/* The rows and digest of a table as they were if each row had these values behind its own. */
int mo_state_with(struct table_state *state, struct arena *arena, sqlite3 *db, const char *table,
		  const char *values);

/* The table of a state, or NULL. */
const struct table_state *mo_state_find(const struct list *tables, const char *name);

/* One table of which the two states differ; either may be NULL: the table is not there. */
struct state_change {
	const struct table_state *before;
	const struct table_state *after;
};

/* Adds a struct state_change for each table that differs.  Failure is sticky in the arena. */
void mo_state_compare(struct list *changes, struct arena *arena, const struct state *before,
		      const struct state *after);

#endif
