/* SPDX-License-Identifier: MIT */
/* shapes.h: changes of columns that old and new code are to live through. */
#ifndef MOULT_TESTS_SIDE_BY_SIDE_SHAPES_H
#define MOULT_TESTS_SIDE_BY_SIDE_SHAPES_H

#include <stdbool.h>

#define MOST_COLUMNS 2
#define MOST_VALUES 7

/* Columns that one side knows, and literals for each; NULL ends the lists. */
struct known {
	const char *columns[MOST_COLUMNS + 1];
	const char *values[MOST_COLUMNS][MOST_VALUES + 1];
};

struct shape {
	const char *name;
	const char *have; /* SQL, rows included; the table t has id and v beside what is changed */
	const char *want; /* the document's table t, and what stands beside it */
	struct known old_code;
	struct known new_code;
	/* each old column of a row of new code, {0} and {1} being its literals; NULL: none */
	const char *back[MOST_COLUMNS];
	const char *agree;   /* a condition on a row, beside that no column is a BLOB */
	const char *columns; /* of the want, in an order */
	const char
		*also; /* a query about what triggers wrote, the same for old code alone; or NULL */
	const char *check; /* a statement that fails where something is broken; or NULL */
	bool is_lossy;	   /* a new value is more than what comes of its old one */
};

extern const struct shape shapes[];
extern const int shape_count;

#endif
