/* SPDX-License-Identifier: MIT */
/*
 * unpark_rows.h: parked rows (back/park_rows.h), back into a newer shape.
 *
 * A row comes back where a table of its name has all columns in which it has a value, takes all its values as they
 * are, and has no other row under its key (a rowid that is no column is none); and where its parents are
 * there or come with it.  What does not fit stays parked.  Rows are tried together, in one savepoint: one that turns out not to fit is left
 * out, and the others are tried again.
 *
 *	DEFAULTs fill columns that came since; ON CONFLICT of the table does not count: no row goes for
 *	another that comes back
 */
#ifndef MOULT_BACK_UNPARK_ROWS_H
#define MOULT_BACK_UNPARK_ROWS_H

#include "model/schema.h"
#include "session/session.h"

struct unparked_rows {
	long long back;
	long long parked;  /* still */
	const char *why;   /* of the first that stays; NULL where all are back */
	const char *table; /* its name */
};

/*
 * Puts parked rows back into a file that has that schema, inside the session's transaction, under its
 * guard; does nothing where none are parked.  The texts are in the session's arena.
 */
int mo_rows_unpark(struct unparked_rows *rows, struct session *session,
		   const struct schema *schema);

#endif
