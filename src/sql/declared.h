/* SPDX-License-Identifier: MIT */
/*
 * declared.h: the statements about reference rows that a document declares (model/rows.h).
 *
 *	_moult_rows_t(key, columns, _moult_set, _moult_update)
 *
 * is a table in the file, with the affinities and collations of t, while a plan runs; and where rows
 * are only asked, a WITH of the same name.  _moult_set numbers the rows that declare the same
 * columns, since a column that a row does not declare is left alone; in set 0 are those that go.
 *
 * What was declared is remembered, by whoever writes it, in plain SQL:
 *
 *	_moult_done('rows', 't', digest)			all of it
 *	_moult_done('row', 't|''CH''', '|code=''CH''|name=''Switzerland''|')	each row, as quote() says
 *
 * with %25 and %7C for the signs % and | in names and values, so that "|name=" begins a column and
 * nothing else.  A value in the file that is not the remembered one is somebody's.
 */
#ifndef MOULT_SQL_DECLARED_H
#define MOULT_SQL_DECLARED_H

#include "model/rows.h"

/* What a column was in the file, where marks were made of it. */
struct origin {
	const struct column *column;
	const char *name;
	const char *value; /* its DEFAULT; or NULL */
	char affinity;
};

struct declared {
	struct arena *arena;
	const struct rows *rows;
	const char *digest;	   /* mo_declared_digest() of them, where it is known */
	const struct table *table; /* as it will be */
	const char *name;	   /* of it, as SQL; and of the work table */
	const char *work;
	const char *set; /* its columns _moult_set and _moult_update; longer where t has such */
	const char *update;
	struct list
		columns; /* of struct column: those of the key, then all others that are declared */
	int keys;	 /* how many are of the key */
	struct list sets; /* of char *: which columns, '1' or '0' for each; set 1 is the first */
	int *numbers;	  /* the set of each row */
	bool has_dropped; /* set 0 is not empty */
	struct list unjudged; /* of struct column: nobody can have changed them yet */
	struct list origins;  /* of struct origin, where it is another */
	const char *former;   /* the table's name in the file */
	bool is_before;	      /* what is asked are marks that still have the former names */
	/* what was declared before, for rows that the file has no marks of; or NULL */
	struct declared *before;
};

/*
 * The declared rows as a query: what a row does not say is the DEFAULT of its column.  *names (of
 * char *) are its columns, those of the key first; an INTEGER PRIMARY KEY that some row leaves to
 * SQLite is none of them.
 */
char *mo_sql_declared_query(struct arena *arena, const struct rows *rows, const struct table *table,
			    struct list *names);

struct declared *mo_declared_make(struct arena *arena, const struct rows *rows,
				  const struct table *table, const char *work);

/* What marks call a table. */
char *mo_declared_name(struct arena *arena, const char *table);
/* A digest of all of it, whatever the order of the rows. */
char *mo_declared_digest(struct arena *arena, const struct rows *rows);
/* Those rows that others do not declare word for word. */
struct rows *mo_declared_but(struct arena *arena, const struct rows *rows,
			     const struct rows *others);

/* The work table; and as many of the rows as one statement takes, from *at on. */
char *mo_sql_declared_create(struct arena *arena, const struct declared *declared);
char *mo_sql_declared_fill(struct arena *arena, const struct declared *declared, int *at);

/*
 * For the trial of one row: an INSERT of its key into the work table, or of all of it into the
 * table, with a parameter for each cell that is no expression; and a query with a row where two
 * have one key.
 */
char *mo_sql_declared_try(struct arena *arena, const struct declared *declared, int at,
			  bool is_key);
char *mo_sql_declared_same(struct arena *arena, const struct declared *declared, int a, int b);

/* The statements; set counts from 1. */
char *mo_sql_declared_drop(struct arena *arena, const struct declared *declared);
/*
 * Rows of a set that get another value of a unique key, and have one that is declared, give it up
 * first: so values are exchanged, and handed on in whatever order.  The terms are those of the key.
 * NULL where no row of the set has anything to give up.
 */
char *mo_sql_declared_give_up(struct arena *arena, const struct declared *declared, int set,
			      const struct list *terms);
char *mo_sql_declared_update(struct arena *arena, const struct declared *declared, int set);
char *mo_sql_declared_insert(struct arena *arena, const struct declared *declared, int set);
/* The marks of these rows; before they are written, since a key may be spelled otherwise. */
char *mo_sql_declared_forget(struct arena *arena, const struct declared *declared);
char *mo_sql_declared_remember(struct arena *arena, const struct declared *declared, int set);
char *mo_sql_declared_forget_all(struct arena *arena, const struct declared *declared);
char *mo_sql_declared_remember_all(struct arena *arena, const struct declared *declared);
/* The marks of a set, where the file has none of the table, as though these rows had been written. */
char *mo_sql_declared_assume(struct arena *arena, const struct declared *declared, int set);

/* A condition: the marks say that these rows were declared last. */
char *mo_sql_declared_is_remembered(struct arena *arena, const struct declared *declared);
/* A condition: each row of the work table has its mark, and one that goes none. */
char *mo_sql_declared_are_marked(struct arena *arena, const struct declared *declared);

/*
 * Queries.  With with they bring the rows along, for moult's own functions to read; else they read
 * the work table.  from is what stands behind FROM for the table.
 */

/* Rows to insert, to update, to drop, and as they are declared. */
char *mo_sql_declared_state(struct arena *arena, const struct declared *declared, bool with,
			    const char *from);
/* A condition: all are as they are declared; of the work table. */
char *mo_sql_declared_holds(struct arena *arena, const struct declared *declared);
/*
 * How many rows are neither as declared nor as they were declared before; and the first of them, a
 * text each.  has_done: there is a table of marks.
 */
char *mo_sql_declared_edited(struct arena *arena, const struct declared *declared, bool with,
			     const char *from, bool has_done);
/* How many rows, where all are as declared, the marks know with another value. */
char *mo_sql_declared_stale(struct arena *arena, const struct declared *declared, const char *from);
char *mo_sql_declared_samples(struct arena *arena, const struct declared *declared,
			      const char *from, bool has_done);
/* SELECT what of the rows of the table that are not declared. */
char *mo_sql_declared_beyond(struct arena *arena, const struct declared *declared, bool with,
			     const char *what, const char *from);

/*
 * A condition: a row of another table refers to a declared row by these columns of the table.  The
 * keys are columns of the other, as SQL.  NULL where no row declares all of the columns.
 */
char *mo_sql_declared_is_parent(struct arena *arena, const struct rows *rows,
				const struct table *table, const struct list *columns,
				const struct list *keys);

/* Marks follow their table and its columns, in two steps: under a name that none has, and there. */
char *mo_sql_declared_rename_table(struct arena *arena, const char *have, const char *want);
char *mo_sql_declared_rename_column(struct arena *arena, const char *table, const char *have,
				    const char *want);
char *mo_sql_declared_forget_table(struct arena *arena, const char *table);
extern const char mo_sql_declared_arrive[];

#endif
