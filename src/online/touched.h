/* SPDX-License-Identifier: MIT */
/*
 * touched.h: rows that were written past the triggers, found in the WAL.
 *
 * The proof of a copy is made chunk by chunk, and what is touched since is in the log: if the triggers fired.
 * They do not for a connection with SQLITE_DBCONFIG_ENABLE_TRIGGER off, for sqlite3_blob_write(), or
 * behind a TEMP trigger with RAISE(IGNORE).  But whoever writes a page writes it to the WAL.
 *
 *	leaves of the table and of its copy		before the first chunk of the proof
 *	pages that were written since (pins.h)		-> which parts of either changed (pages/leaves.h)
 *	rows there, but for those in the log		are held against the copy once more
 *
 * That is done again and again while nothing is locked, until little is left of it, and then under the swap's
 * lock (settle.c).  So by induction each row is proven at the swap, whoever wrote it.
 *
 * Of an index that is made the parts of its table are held against what its tree has there.  An entry is
 * not found by its row, so from the proof on there is a list of all that the tree can have, by rows (sql/entry.h):
 * what was proven, and what the drain put there since.
 */
#ifndef MOULT_ONLINE_TOUCHED_H
#define MOULT_ONLINE_TOUCHED_H

#include "online/piece.h"
#include "online/pins.h"
#include "pages/leaves.h"

struct touched {
	const struct piece *piece;
	struct leaves table, copy;
	int encoding;		  /* of texts in records */
	bool is_odd;		  /* a place cannot be said: what changed there is not proven */
	long long schema_version; /* for which the roots are known */
};

/*
 * The key of a table WITHOUT ROWID that has DESC says no places, so of an index there the triggers are trusted.
 */
bool mo_touched_can(const struct piece *piece);

/*
 * Learns where the trees are.  SQLite's code, or MO_ODD where they are not to be read; to be freed in any
 * case.
 */
int mo_touched_begin(struct touched **touched, struct session *session, const struct piece *piece);
void mo_touched_free(struct touched *touched); /* NULL is allowed */

/*
 * After a turn: what changed since the last time is to be proven, at first nothing.  The same codes; it is of no
 * use then.
 */
int mo_touched_read(struct touched *touched, const struct pins *pins);
/* Looks through some of the leaves that are new; *is_done says whether that were all. */
int mo_touched_look(struct touched *touched, const struct pins *pins, bool *is_done);

/*
 * In a transaction: holds against the copy what changed, until that time at the latest, 0: all.  RUN010 where
 * there are rows that nobody noted.
 */
int mo_touched_prove(struct touched *touched, struct session *session, sqlite3_int64 until);
bool mo_touched_is_proven(const struct touched *touched);

#endif
