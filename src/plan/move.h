/* SPDX-License-Identifier: MIT */
/*
 * move.h: what happens to one table: nothing, native ALTERs, an edit of its text, or one copy of
 * it, whatever the number of changes; and where its columns get their values.
 */
#ifndef MOULT_PLAN_MOVE_H
#define MOULT_PLAN_MOVE_H

#include "diff/diff.h"

/* Where a column of a table that is written anew gets its values. */
struct source {
	const struct column *want;
	const struct column *have; /* after the renames; NULL where it is added */
	const char *copy;	   /* expression of the copy; NULL: left to the DEFAULT */
	/* the same over the file as it is before the renames, by its former names */
	const char *raw;
	const char *expected; /* that, as the column will store it */
	/*
	 * of an expression that calls functions: what its value is called where a query computes it
	 * once a row (mo_plan_expected_asked()), and that as the column will store it; else NULL
	 */
	const char *once;
	const char *expected_once;
	bool is_using; /* by an expression: the document's, or what was kept (plan/way_forth.h) */
	bool runs;     /* by the document's, where that runs on a file once */
	const struct kept_column *kept; /* it gives back what is parked; NULL: nothing is */
	bool is_filled;			/* by the query that fills the table (filling.h) */
	bool fills_nulls;		/* by it where the row has NULL, and only there */
	bool repairs; /* by it where a new constraint has something against the row, and only there */
	bool is_done; /* not by it, since it has run on the file, as far as is known */
	/* it reads tables: its values are set aside before the first step (aside.c) */
	bool is_aside;
	bool is_generated;  /* not copied */
	bool is_recomputed; /* a generated column of which a value may be another than it was */
	/* cannot be digested: random(), the clock, keys that SQLite assigns */
	bool is_unpredictable;
};

enum way {
	WAY_NOTHING,
	WAY_NATIVE,
	WAY_EDIT,
	WAY_EXCHANGE, /* a copy that takes the place of the table under the indexes that stay */
	WAY_REBUILD,
	WAY_CREATE,
	WAY_DROP
};

/*
 * What the rows are of a table that the plan makes: those of its <from>.  They are set aside in
 * the order of all their columns, which numbers them, before anything changes.
 */
struct filling {
	struct move *move;
	const char *query; /* over the file as it is */
	struct list names; /* of char *: its columns */
	const char
		*number;   /* that of them which is the rowid and no column of the table; or NULL */
	const char *work;  /* the table in which they are set aside, untyped */
	const char *rowid; /* what the rowid of that is called: the number of a row */
	/*
	 * the table as it will be, in the temp schema: what expressions of others read by its name,
	 * where the file has no other of that; and what makes it out of work (of char *)
	 */
	const char *lookup;
	struct list make;
	bool is_read; /* an expression of the document reads it */
	/* what was set aside of them when the rows were asked, by mo_fillings_show() */
	long long rows;
	long long bytes;
	/* of <rows>, which the last steps write (row_plan.h): it is only there to be read */
	bool is_declared;
	const char *declared; /* the query of those, in the temp schema */
};

/*
 * What happens to one table. One that keeps no column is two moves: it goes, and another comes
 * under its name.
 */
struct move {
	enum way way;
	bool replaced;		  /* WAY_DROP: at once, since the name is wanted */
	const struct table *have; /* after the renames; NULL for WAY_CREATE */
	const struct table *want; /* of the goal; NULL for WAY_DROP */
	const char *from;	  /* for WAY_CREATE: the query of its rows; NULL: none */
	struct filling *filling;  /* and what comes of that */
	struct list changes;	  /* of struct change */
	struct list reasons;	  /* of char *: why ALTER does not do, or no edit */
	struct list sources;	  /* of struct source, for each column of want; not for WAY_DROP */
	/* WAY_EDIT: as SQLite stores it when columns come; NULL: as we write it */
	const char *text;
	const char *former; /* name in the file before the renames */
	const char *work;   /* name of the table under way, where it is copied */
	const char *aside;  /* name of the table with the values set aside; or NULL */
	/*
	 * of char *: what finds a row of the file again, in its names: its rowid, or its primary
	 * key; empty: nothing
	 */
	struct list key;
	bool key_is_rowid;
	const char *key_stem; /* what the columns that copies of the key are in begin with */
	struct list stays;    /* of char *: for WAY_EXCHANGE, indexes that are not touched */
	struct list remade;   /* of char *: and the same ones that are not sure to be right */
	const char
		*rowid_name; /* rowid, _rowid_ or oid, whichever names no column of have; or NULL */
	/* How to name the rowid on each side; NULL where it has none that is copied. */
	const char *rowid_have;
	const char *rowid_want;
	bool has_old_names;    /* the copy reads a row with the names before the renames */
	const char *copy_from; /* what the copy reads, where it is copied */
	/* a query over the file as it is that yields the rows as they will be */
	const char *expected;
	const char *stored; /* that, where an index has all of it, but from the table; else NULL */
	/*
	 * The same without expressions that repair, in SQL that any SQLite runs, and with the key
	 * as _moult_key_0, ...; or NULL
	 */
	const char *given;
	/* the digest of the expected rows, where their pass was that of the questions; else NULL */
	const char *digest;
	long long rows; /* of the table as it was read for that digest; -1: nobody counted them */
};

/*
 * Whether a move leaves every row as it is, and as it is read: it changes nothing, or only what is
 * asked of the rows (CHECK, NOT NULL, keys to other tables), or what a type of the same affinity
 * is called.
 */
bool mo_move_keeps_rows(const struct move *move);
/*
 * Whether it writes no record: the same, but columns may come, in which all rows read the DEFAULT.
 */
bool mo_move_keeps_records(const struct move *move);
/* Whether all rows of a table are written anew. */
bool mo_move_copies(const struct move *move);
/*
 * Whether an index may have all that a copy reads of the old rows: SQLite would read that instead of
 * the table, and what is wrong in it would be what is kept.
 */
bool mo_move_is_covered(const struct move *move);
/* Where a column of the goal gets its values; NULL where there is no such column. */
const struct source *mo_move_source(const struct move *move, const char *column);
/* Whether a column has the value in every row that it had, and compares it as it did. */
bool mo_move_keeps_values(const struct move *move, const char *column);
/* Whether each row of a table that is copied has the rowid that it had. */
bool mo_move_keeps_rowids(const struct move *move);
/* Whether a change brings a constraint. */
bool mo_move_adds(const struct move *move, const struct constraint *constraint);
/* Whether values of a column may be others than before; where only NULL is filled they are not. */
bool mo_source_is_new(const struct source *source);
/*
 * The same of a column of a move.  An edit leaves every record, and where it takes away an affinity
 * nothing compares by that (edit.c).
 */
bool mo_move_is_new(const struct move *move, const struct source *source);

#endif
