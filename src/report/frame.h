/* SPDX-License-Identifier: MIT */
/*
 * frame.h: what the header of a C unit has.  It is embedded as text (plan_c.c), from the line
 * after this comment on; unit_ and UNIT_ become the name of the unit.
 */

#include <sqlite3.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What came of it.  All but the first two leave the file as it was. */
enum unit_result {
	UNIT_PRESENT,  /* the file is at the present version already; nothing was written */
	UNIT_UPGRADED, /* it has been brought there */
	UNIT_UNKNOWN,  /* it is at none of the versions that this upgrades from */
	UNIT_REFUSED,  /* rows are in the way */
	UNIT_BUSY,     /* somebody else has the file: try later */
	UNIT_MISUSE,   /* the connection has an open transaction, a running statement or no journal */
	UNIT_TOO_OLD,  /* this SQLite is older than the upgrade was made for */
	UNIT_FAILED    /* SQLite reported an error */
};

/*
 * Brings the main database of a connection to the present version, in one
 * transaction.  The connection is only borrowed: its settings are put back.
 * What was wrong is said through sqlite3_log(), in words.
 */
enum unit_result unit_upgrade(sqlite3 *db);

#ifdef __cplusplus
}
#endif
