/* SPDX-License-Identifier: MIT */
/*
 * program.h: a query, run on the pages.
 *
 * SQLite compiles the query, and EXPLAIN says what it made of it
 * (https://sqlite.org/opcode.html).  For one pass through one table or index that is a
 * loop of a few instructions, of which one says, for instance, that a column is the
 * third value of the record, another that it is the rowid, a third that it is a real
 * though it may be stored as an integer:
 *
 *	Rewind     --->  Column, Rowid, RealAffinity, Function, AggStep  --->  Next
 *	first cell       of this record                                        next cell
 *
 * So where a column is, and what is made of it, SQLite decides as ever; only who goes
 * from cell to cell is another.  An instruction that is not known here, or says more than
 * is known here, is MO_ODD: most functions, reals that are computed, generated columns, the
 * rest of SQL.  Known are IS NULL, two integers or two texts held against each other, and
 * what comes of two integers.  MO_ODD is a record, too, that is too short for a column with
 * a DEFAULT, since EXPLAIN does not tell the text '5' from the number.
 */
#ifndef MOULT_PAGES_PROGRAM_H
#define MOULT_PAGES_PROGRAM_H

#include <stdbool.h>

#include "pages/value.h"

/* What a value that is made may need, as long as the register stands. */
#define MO_ROOM 96

/*
 * A function of the query.  Arguments are as many as it takes, or most, which is at least that;
 * where they are too few, or SQLite is needed, it says MO_ODD.
 */
struct page_function {
	const char *name; /* as EXPLAIN has it: "name(2)", or "name(-1)" for any number */
	int (*call)(void *context, struct value *result, void *room, const struct value *arguments,
		    int most);
	/* Of an aggregate: at the end, with the room that call() had for all rows, zero at first. */
	void (*end)(struct value *result, void *room);
};

struct page_check;

struct page_query {
	sqlite3 *db;
	const char *sql;
	int least;			       /* pages of main; with fewer SQLite is as fast */
	const struct page_function *functions; /* up to one without a name */
	/* Gets each row; any code but SQLITE_OK ends the query. */
	int (*on_row)(void *context, const struct value *values, int count);
	void *context; /* of both */
	/*
	 * Not 0: a row is an entry of an index as it is stored, with so many values, whatever the query
	 * selects of it.  For a column that is the rowid SQLite gives the rowid that the entry ends with,
	 * and not what stands in its place.
	 */
	int stored;
	/*
	 * Where it is not NULL, the table or index is checked on the way: whether quick_check would find
	 * nothing on its pages and in its records.  Of NOT NULL and CHECK that says nothing.
	 */
	struct page_check *check;
	/* Where it is not NULL: the rows of the table, by the cells of its tree; -1 of an index. */
	sqlite3_int64 *rows;
};

/*
 * SQLITE_OK at the end of the query; MO_ODD where SQLite has to run it, though rows may have been
 * given, and outside of a transaction.
 */
int mo_pages_query(const struct page_query *query);

#endif
