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

/*
 * The time that a run may take, from now on; 0: as long as it needs.  Between
 * the two everything that asks mo_goes_on() heeds it.
 */
void mo_deadline_begin(struct moult *m, int deadline_ms);
void mo_deadline_end(struct moult *m);
/* Time that somebody else took is no part of it. */
void mo_deadline_put_off(struct moult *m, sqlite3_int64 ms);

/*
 * Shows the callback how far the work has come; false: stop, since it says so or the deadline
 * passed.
 */
bool mo_goes_on(struct moult *m, const moult_progress *progress);
/* Whether it should be asked again, last having been the last time. */
bool mo_is_time_to_ask(const struct moult *m, sqlite3_int64 last);

/*
 * What a connection of the library's own has from its opening on: whatever runs on it can be
 * stopped.
 */
void mo_watch_connection(struct moult *m, sqlite3 *db);

/* On a connection of the library's own that has no session, for what takes long. */
struct watch {
	struct moult *m;
	sqlite3 *db;
	moult_progress progress;
	sqlite3_stmt *others; /* the newest statement of before */
	sqlite3_int64 last;   /* call of the callback */
	bool stopped;	      /* statements then fail with SQLITE_INTERRUPT */
};

void mo_watch_begin(struct watch *watch, struct moult *m, sqlite3 *db, const char *phase,
		    const char *object);
void mo_watch_end(struct watch *watch);

#define MO_WATCH_APART_MS 100	    /* of the progress callback */
#define MO_WATCH_INSTRUCTIONS 20000 /* of SQLite's machine, between looks at the clock */

/*
 * Sets done to the rows that the statement under way has gone through; those from others on are
 * somebody else's.
 */
void mo_watch_count(moult_progress *progress, sqlite3 *db, const sqlite3_stmt *others);

sqlite3_int64 mo_now_ms(void); /* of the VFS's clock */
/* For so long, where a SQLite without HAVE_USLEEP, as releases before 3.42 can be, sleeps for whole seconds. */
void mo_nap(int us);

#endif
