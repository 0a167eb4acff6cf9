/* SPDX-License-Identifier: MIT */
/*
 * watch.h: seeing how far a long statement has come, and breaking it off.
 *
 * SQLite counts for each statement the rows that it has gone through in full
 * scans, and lets the count be read while the statement runs.  A copy, a digest
 * and the proof of an index are such scans; the making of an index and
 * integrity_check are not, and only say that they are still at work.
 */
#ifndef MOULT_LIVE_WATCH_H
#define MOULT_LIVE_WATCH_H

#include "base/handle.h"

/* On a connection of the library's own that has no session. */
struct watch {
	struct moult *m;
	sqlite3 *db;
	moult_progress progress;
	sqlite3_stmt *others; /* the newest statement of before */
	sqlite3_int64 last;   /* call of the callback */
	bool stopped;	      /* by the callback; statements then fail with SQLITE_INTERRUPT */
};

void mo_watch_begin(struct watch *watch, struct moult *m, sqlite3 *db, const char *phase,
		    const char *object);
void mo_watch_end(struct watch *watch);

#define MO_WATCH_APART_MS 100	    /* of the progress callback */
#define MO_WATCH_INSTRUCTIONS 20000 /* of SQLite's machine, between looks at the clock */

/* Sets done to the rows that the statement under way has gone through; those from others on are somebody else's. */
void mo_watch_count(moult_progress *progress, sqlite3 *db, const sqlite3_stmt *others);

sqlite3_int64 mo_now_ms(void); /* of the VFS's clock */

#endif
