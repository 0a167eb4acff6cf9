/* SPDX-License-Identifier: MIT */
/*
 * frame.h: what the header of a C unit has.  It is embedded as text (plan_c.c), from the line
 * after this comment on; unit_ and UNIT_ become the name of the unit, and what stands under
 * UNIT_WAY_BACK is left out where the unit has none.
 */

#include <sqlite3.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What came of it.  Where the file was not brought anywhere, it is as it was. */
enum unit_result {
	UNIT_PRESENT,  /* the file is at the present version already; nothing was written */
	UNIT_UPGRADED, /* it has been brought there */
	UNIT_UNKNOWN,  /* it is at none of the versions that this upgrades from */
	UNIT_REFUSED,  /* rows are in the way */
	UNIT_BUSY,     /* somebody else has the file: try later */
	UNIT_MISUSE,   /* the connection has an open transaction, a running statement or no journal */
	UNIT_TOO_OLD,  /* this SQLite is older than the upgrade was made for */
#ifdef UNIT_WAY_BACK
	UNIT_NEWER = 8,      /* a later version has brought it further, and left a way back in it */
	UNIT_DOWNGRADED = 9, /* it has been brought back to the present version */
	UNIT_FINISHED = 10,  /* what was kept for going back is gone from it */
#endif /* UNIT_WAY_BACK */
	UNIT_FAILED = 7 /* SQLite reported an error */
};

/*
 * Brings the main database of a connection to the present version, in one
 * transaction.  The connection is only borrowed: its settings are put back.
 * What was wrong is said through sqlite3_log(), in words.
 */
enum unit_result unit_upgrade(sqlite3 *db);
#ifdef UNIT_WAY_BACK

/*
 * Brings the main database back from a later version, with the rows that were written since, by
 * statements which that version's upgrade has left in the file.  They are run as what anybody may
 * have written there: on tables of the file alone, with SQLite's own functions, for as long as the
 * size of the file explains.  All of it is one transaction, which ends at a version that this one
 * knows, or nothing has changed.  For files that only one's own programs write all the same.
 * The connection has no authorizer and no progress handler afterwards.
 */
enum unit_result unit_downgrade(sqlite3 *db);

/* Takes out what is kept for going back, where the present version has proven good. */
enum unit_result unit_finish(sqlite3 *db);
#endif /* UNIT_WAY_BACK */

#ifdef __cplusplus
}
#endif
