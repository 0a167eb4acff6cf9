/* SPDX-License-Identifier: MIT */
/*
 * nulls.h: the entries with a NULL in a term, which come to an index, or go (sql/entry.h).
 *
 *	ready		the tree has all entries without NULL, and the log what was touched
 *	attach		it becomes an index of the table, and the log goes	one short transaction
 *	nulls		the entries with NULL come, rows in their order, and	batches
 *			each row is asked for its entry
 *	ready		the index is whole, and SQLite's to keep
 *
 * From attach on the index needs no log, since its text says what it has; and what the application
 * writes is asked for its UNIQUE.  Each batch gives the schema another version, under which all that
 * was found before still holds: mo_under_way_follow().
 */
#ifndef MOULT_ONLINE_NULLS_H
#define MOULT_ONLINE_NULLS_H

#include "online/piece.h"

/* Sets entries->full, where a term can be NULL and such entries can come last. */
void mo_nulls_read(struct entries *entries, struct arena *arena, const struct table *table,
		   const struct index *index);

/* Of an index with such entries that goes: the text that it has meanwhile; and what it is lent to. */
char *mo_nulls_leave(struct arena *arena, const struct table *table, const struct index *index,
		     struct entries *entries);
char *mo_nulls_left(struct arena *arena, const struct table *table, const struct index *index,
		    struct entries *entries);

/* What the tree of a piece is lent to: its name and text. */
char *mo_nulls_lent(struct arena *arena, const struct piece *piece);
/* In a batch: the tree becomes an index of its table. */
int mo_nulls_attach(struct session *session, const struct piece *piece);
/* For what comes next, in the temp schema. */
int mo_nulls_begin(struct session *session, const struct piece *piece);
/* In a batch: the entries of so many rows come, and are proven; *done is 0 when it is whole. */
int mo_nulls_come(struct session *session, const struct piece *piece, const struct made *made,
		  long long most, long long *done);
/* Whether an index has all of its entries. */
bool mo_nulls_are_there(const struct made *made);

/*
 * In a batch: the entries of so many rows go, and in the end it is a table WITHOUT ROWID, to be swept.
 * *done is 0 where it is not there as it was noted.
 */
int mo_nulls_go(struct session *session, const struct made *made, long long most, long long *done);

#endif
