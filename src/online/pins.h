/* SPDX-License-Identifier: MIT */
/*
 * pins.h: which pages anybody writes, from a moment on.
 *
 * Two connections take turns: one has a snapshot, and before it lets go of that the other has a newer one.
 * So the WAL loses no frame that was not read (pages/frames.h), and yet no snapshot gets old: checkpoints
 * get as far as the last turn.
 *
 *	snapshots	|--- one ---|       |--- one ---|
 *			          |--- other ---|     ...
 *	frames read	 r         r         r
 *
 * Beside writers that never pause a WAL begins anew only where nobody has a frame of it left to read.  For
 * that a turn is made under the write lock: what is left is copied into the file, and the next
 * snapshot is one of the file alone.
 */
#ifndef MOULT_ONLINE_PINS_H
#define MOULT_ONLINE_PINS_H

#include "pages/frames.h"
#include "session/session.h"

struct pins {
	struct session *session;
	sqlite3 *both[2]; /* NULL: not open */
	int held;	  /* which of them has the snapshot */
	struct frames frames;
	int rc;		  /* of the first turn that failed; there are none behind it */
	uint32_t renewed; /* frames that the WAL had at the last turn under the write lock */
	long long locks, locked_ms, longest_ms; /* of turns under the write lock */
};

/* Connects twice to the file of the session; a first turn makes them of use. */
int mo_pins_open(struct pins *pins, struct session *session);
void mo_pins_close(struct pins *pins);
bool mo_pins_are_open(const struct pins *pins);

/*
 * A turn.  Where the session has the write lock, what is known then is all.  This and what follows: SQLite's
 * code, or MO_ODD where the WAL cannot be read so, and all is to be begun again or done without.
 */
int mo_pins_turn(struct pins *pins);
/* Outside a transaction of the session: a turn, and what is due. */
int mo_pins_go_on(struct pins *pins);
/*
 * The same: a turn after which the WAL can begin anew, if no other reader is in the
 * way.  It is due now and then; and where the WAL may not grow any more.
 */
int mo_pins_renew(struct pins *pins);

#endif
