/* SPDX-License-Identifier: MIT */
/*
 * entries.h: one index that is made beside those who write its table (sql/entry.h).
 *
 *	setup		the table of its entries; the log, which notes of each row that is
 *			touched also what its entry is read from		one short transaction
 *	sort		the entries of all rows, into a table of the temp schema	no lock
 *	backfill	they are written, in the order of the index	batches
 *	drain		the entries that rows had go, and those that they have come	batches
 *	proof		the entries are what the rows have: digests			no lock
 *	ready		the index is that of the table, but for what is in the log
 *
 * In order, since each entry of an index that is made row by row is another page.  A row's old entries are
 * known from the log alone: they cannot be looked for by rows.  Whatever entry a row has had since
 * the setup is there, the last one excepted, and that one the row itself says.  So all may go
 * that the log has, and come that the rows have; in this order it does not matter which came and went
 * meanwhile, nor that a run which goes on sorts them once more, and writes them over what is there.
 *
 * Entries with a NULL come when all others are there (online/nulls.h).
 *
 * UNIQUE: neighbours are held against each other when they are sorted; who is touched, with the entries.
 */
#ifndef MOULT_ONLINE_ENTRIES_H
#define MOULT_ONLINE_ENTRIES_H

#include "online/piece.h"
#include "online/pins.h"

/*
 * Has SQLite say what the entries of an index are made of; *why is a clause where they cannot be
 * written so, else NULL.
 */
int mo_entries_read(struct entries *entries, const char **why, struct arena *arena, struct moult *m,
		    const struct table *table, const struct index *index);

/* What an index becomes, to be swept: a table or, where entries have NULL, another index; its text. */
char *mo_entries_leave(struct arena *arena, const struct table *table, const struct index *index,
		       const struct entries *entries);

/* Of a NULL, a clause. */
#define MO_NO_NULL                                                                                   \
	"an index of a table whose key has DESC or REAL cannot have, made so; leave such rows out: " \
	"where=\"... IS NOT NULL\""

int mo_entries_make(struct piece **piece, struct session *session, struct plan *plan,
		    const struct index *index);
/* Without a lock; RUN084 where two rows have the same key. */
int mo_entries_sort(struct session *session, struct piece *piece, struct pins *pins);
/* What is sorted goes; and what is known of the tree, when nobody asks any more (online/touched.h). */
int mo_entries_forget(struct session *session, struct piece *piece);
/* The same, of whatever was left, when all is over. */
void mo_entries_done(sqlite3 *db, struct arena *arena, const struct piece *piece);
/* As the functions of piece.h; up to top: rows of the log. */
int mo_entries_fill(struct session *session, struct piece *piece, long long most, long long *done);
int mo_entries_drain(struct session *session, struct piece *piece, sqlite3_int64 top);
/*
 * In transactions that only read; *version is schema_version in all of them, or -1: then nothing is
 * proven.  From then on it is known what the tree can have.
 */
int mo_entries_prove(struct session *session, struct piece *piece, struct pins *pins,
		     long long *version);
/* As mo_sides_prepare(), for rows of the table and of what is known for which these conditions hold. */
int mo_entries_sides(struct sides *sides, struct session *session, const struct piece *piece,
		     const char *of_rows, const char *of_known);

#endif
