/* SPDX-License-Identifier: MIT */
/*
 * guard_statements.h: the statements with which a script guards itself.
 *
 *	temp._moult_guard(step, holds)	one row for each guard that held; each guard is a named CHECK of this
 *					table, so that one that does not hold is an error that says in words why
 *	temp._moult_before(what, n)	what was counted before the first step
 *	temp._moult_shape(line)		a view: the shape of the file, see sql/shape.h
 *
 * All of them are temporary, made in the transaction of the script, and go with it.  In an array of
 * statements the tables stand in main, since some SQLite have no other schema, until its end; and
 * _moult_before has the shapes, too.
 */
#ifndef MOULT_SQL_GUARD_STATEMENTS_H
#define MOULT_SQL_GUARD_STATEMENTS_H

#include "model/schema.h"

#define MO_GUARD_TABLE "_moult_guard"
#define MO_BEFORE_TABLE "_moult_before"

/* The table of guards; words (of char *) are what each says, the first being guard 1. */
char *mo_sql_guard_table(struct arena *arena, const char *schema, const struct list *words);
/* The same for one guard, where the table could not be made before. */
char *mo_sql_guard_table_again(struct arena *arena, int number, const char *words);
/* Guard number holds, or aborts the statement; the last one ends the transaction instead. */
char *mo_sql_guard(struct arena *arena, const char *schema, int number, const char *condition,
		   bool is_last);

char *mo_sql_guard_view(struct arena *arena, const char *shape);
/*
 * Those of an earlier run on the same connection. In quotes: "DROP TABLE IF EXISTS t", cut off,
 * would name another table.
 */
extern const char *const mo_sql_guard_drops[3];

char *mo_sql_guard_before(struct arena *arena, const char *schema);
/* Counts something: query yields one column. */
char *mo_sql_guard_count(struct arena *arena, const char *schema, const char *what,
			 const char *query);
/* Counts things of several names: query yields (what, n). */
char *mo_sql_guard_counts(struct arena *arena, const char *schema, const char *query);
/* Keeps what the query of a shape says, under that word. */
char *mo_sql_guard_shape(struct arena *arena, const char *what, const char *shape);
/* The guards of an array go. */
extern const char *const mo_sql_guard_leaves[2];
/* Foreign keys are judged at COMMIT: for rows that refer in a circle, or referred to nothing before. */
extern const char mo_sql_guard_defer[];

/*
 * What shows that a statement ran, where the runner goes on after errors.  One that fails leaves
 * no row behind: a single one in a work table means all of the query's.  Of others changes() tells,
 * which is 0 after one that failed, and that is made 0 before one that cannot be compiled;
 * may_stop: it keeps what it did before it failed (OR FAIL).
 */
char *mo_sql_guard_has_rows(struct arena *arena, const char *work, const char *query);
extern const char mo_sql_guard_no_changes[];
char *mo_sql_guard_has_inserted(struct arena *arena, const char *query, bool may_stop);

/*
 * Begins a transaction where SQLite has ended the one at hand, and is nothing else as long as none
 * is released.
 */
extern const char mo_sql_guard_savepoint[];

/* Takes the lock for writing by a statement of that kind, and writes nothing. */
char *mo_sql_guard_lock(struct arena *arena, const struct table *table, enum event event);

/*
 * A statement of a step.  One that changes no row looks like one that failed, so it runs inside a
 * temporary trigger that says afterwards, in the same statement, that it came to its end.
 */
extern const char mo_sql_guard_step_table[];
char *mo_sql_guard_step_trigger(struct arena *arena, const char *statement);
extern const char mo_sql_guard_step_run[];
extern const char mo_sql_guard_step_ran[]; /* a condition */
extern const char *const mo_sql_guard_step_drops[2];

#endif
