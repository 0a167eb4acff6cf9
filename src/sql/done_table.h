/* SPDX-License-Identifier: MIT */
/*
 * done_table.h: what a document has run on a file once, and must not run again.
 *
 *	_moult_done(kind, object, digest, at)		one row for each
 *	  'using', 't.a', digest of the expression	it has filled that column
 *	  'from', 't', digest of the query		it has filled that table
 *	  'rows', 't', digest of the rows		these rows were declared (sql/declared.h)
 *	  'step', name, digest of its text		it has run, or need not
 *
 * The rows are written in the transaction that does the work, by whoever does it:
 * apply, a script, a C unit.  moult-formats(5) describes the table.
 */
#ifndef MOULT_SQL_DONE_TABLE_H
#define MOULT_SQL_DONE_TABLE_H

#include "model/schema.h"
#include "sql/own_table.h"

/* Rows of these kinds: kind, object, digest. */
extern const char mo_sql_done_read[];

/* What a row calls a column, t.a, or a table (NULL), with odd names in double quotes. */
char *mo_done_object(struct arena *arena, const char *table, const char *column);

/*
 * Statements, in the order of the list, that make the table in another database with all that a
 * schema remembers.  What filled a column or a table is one kind there: its name tells it apart.
 */
void mo_sql_done_copy(struct list *statements, struct arena *arena, const struct schema *schema);

/* Remembers in a schema that a step has run. */
void mo_done_add_step(struct schema *schema, const char *name);
bool mo_done_has_step(const struct schema *schema, const struct data_step *step);
/* The row for a step, and conditions that are true where the file has none, or one, by its name. */
char *mo_sql_done_write_step(struct arena *arena, const struct data_step *step);
char *mo_sql_done_counts_step(struct arena *arena, const struct data_step *step, int count);
/* A query of how many of these steps (struct data_step) the file has a row for. */
char *mo_sql_done_count_steps(struct arena *arena, const struct list *steps);
/* The same three of the query that has filled a table when it was made. */
void mo_done_add_from(struct schema *schema, const struct table *table);
bool mo_done_has_from(const struct schema *schema, const char *name, const struct table *table);
char *mo_sql_done_write_from(struct arena *arena, const struct table *table);
/* A condition that is true where the file has that row. */
char *mo_sql_done_has_from(struct arena *arena, const struct table *table);

/* A statement that writes such rows, with '' for the time: every node would have another. */
char *mo_sql_done_without_clock(struct arena *arena, const char *sql);

/* Remembers in a schema that an expression has filled a column of it. */
void mo_done_add(struct schema *schema, const char *table, const struct column *column);
/* The same by the words of a row, among the schema's done or its row_marks. */
void mo_done_take(struct schema *schema, struct list *marks, const char *object,
		  const char *digest);
/* Whether the schema remembers that the expression of want has filled that column of it. */
bool mo_done_has(const struct schema *schema, const char *table, const char *column,
		 const struct column *want);

/*
 * The row for the expression of a column; again: even where there is one, since the column is new.
 */
char *mo_sql_done_write(struct arena *arena, const char *table, const struct column *column,
			bool again);
/* A condition that is true where the file has so many of these rows: 0 before, 1 after. */
char *mo_sql_done_counts(struct arena *arena, const char *table, const struct column *column,
			 int count);
/* One that is true where no row is left under a name. */
char *mo_sql_done_is_renamed(struct arena *arena, const char *have);
/* The rows of a column that gets another name. */
char *mo_sql_done_rename(struct arena *arena, const char *have, const char *want);
/* Those of a column that goes. */
char *mo_sql_done_forget(struct arena *arena, const char *object);
/* A name under which rows wait until the one that they shall have is free, and how they get it. */
char *mo_sql_done_waiting(struct arena *arena, const char *object);
extern const char mo_sql_done_arrive[];
extern const char mo_sql_done_has_arrived[]; /* a condition: no row waits */

#endif
