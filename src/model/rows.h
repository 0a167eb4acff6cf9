/* SPDX-License-Identifier: MIT */
/*
 * rows.h: reference rows that a document declares for a table (<rows>).
 *
 *	rows of a table --> row --> cells	what it declares; other columns are not its business
 *	     `--> key				the columns that tell which row of the table it is
 *
 * A schema has one struct rows for each table that has any, however many elements there were.
 */
#ifndef MOULT_MODEL_ROWS_H
#define MOULT_MODEL_ROWS_H

#include "model/schema.h"

/* A value, in one of three ways. */
struct cell {
	const char *column; /* as the table spells it, once the document was checked */
	const char *text;   /* a text, to which the affinity of the column applies; or NULL */
	struct sql sql;	    /* or an expression; without both the value is NULL */
	/* of the value, or of the column's name in the header of a CSV; shared by its rows */
	const struct moult_place *place;
};

struct row {
	struct list cells; /* of struct cell */
	bool update;	   /* it is brought up to date whatever somebody made of it */
	bool is_dropped;   /* only the key is declared, and that there is no such row */
	struct moult_place place;
};

struct rows {
	const char *table;
	struct list key;  /* of char *: the primary key where the document says none */
	struct list rows; /* of struct row */
	struct list
		header; /* of struct cell: the columns that a file of rows names which has none */
	bool update;	/* of every row */
	struct moult_place place;
};

/* The rows of a table, or NULL. */
struct rows *mo_rows_of(const struct schema *schema, const char *table);
/* What a row declares for a column, or NULL. */
const struct cell *mo_row_cell(const struct row *row, const char *column);

#endif
