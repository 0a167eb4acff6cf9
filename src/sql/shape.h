/* SPDX-License-Identifier: MIT */
/*
 * shape.h: where a file stands, asked in plain SQL.
 *
 * Scripts and C units run where moult is not.  What they ask a file for is its
 * shape: one line for each thing that a schema declares, sorted, whatever its
 * spelling and the order of its columns.
 *
 *	table t
 *	column t.a: 0 1 0			NOT NULL, place in the key, hidden
 *	type t.a: integer			its tokens
 *	default t.a: 'none'			its tokens
 *	table t: check ( a > 0 )		what no pragma shows is cut out of the text
 *	key t: 1 0 a 0 nocase			unique, partial; columns, descending, collation
 *	reference t: u cascade no action b x	parent, on update, on delete; columns from, to
 *	index i: create index i on ...		the tokens of what is no table
 *
 * The query is one statement for SQLite 3.16 and later.  It is moult-formats(5) that
 * says what a shape does not show.
 */
#ifndef MOULT_SQL_SHAPE_H
#define MOULT_SQL_SHAPE_H

#include "model/schema.h"

/* What a shape leaves out. */
struct nobodys {
	struct list ignored;  /* of char *: globs of names */
	struct list declared; /* of char *: names that count all the same */
	struct list shadows;  /* of struct shadow, with owners */
	/* of char *: virtual tables, with all tables that are called after them */
	struct list closed;
};

/*
 * SELECT line ..., sorted, none with a line end in it, for a file that a SQLite of that version
 * opens.  in_order: the order of columns is part of the shape.  in_five: SQLite takes five SELECTs
 * in one, as at Cloudflare, and what hides a pragma is asked elsewhere.
 */
char *mo_sql_shape(struct arena *arena, int sqlite, const struct nobodys *nobodys, bool in_order,
		   bool in_five);

#endif
