/* SPDX-License-Identifier: MIT */
/*
 * wal.h: the WAL between two batches.
 *
 * Each batch adds the pages that it wrote to the WAL.  A checkpoint copies them into the file, and
 * no writer waits for that.  The WAL begins anew with the next write once all of it was copied and
 * no reader has a snapshot in it.  A reader that stays keeps it, whatever is copied: then the
 * batches pause when the WAL is as large as it may be, and go on when the reader is gone.
 *
 * COMMIT of a batch does not wait for the disk (synchronous = NORMAL), since whoever writes would
 * wait with it.  After a power cut the last batches may be missing, with all that was written behind
 * them; the next COMMIT that does wait, or checkpoint, has all of them on the disk.
 * https://sqlite.org/pragma.html#pragma_synchronous
 *
 * With a rollback journal COMMIT does wait: the file could be damaged by a power cut.  What a batch
 * writes stays in memory until then (cache_spill), since readers would wait for the first page.
 */
#ifndef MOULT_ONLINE_WAL_H
#define MOULT_ONLINE_WAL_H

#include "session/session.h"

#define MO_WAL_DUE 1000 /* frames: as many as SQLite's own checkpoints wait for */

struct pins;

struct wal {
	struct session *session;
	struct pins *pins; /* whose snapshot is in the way of checkpoints, if they are open */
	int frames;	   /* that the WAL had after the last commit of this connection */
	int automatic;	   /* pages, of the connection's own setting */
	int page_size;	   /* bytes */
	bool watched;
	long long synchronous; /* of the session; -1: there is no WAL */
	long long spill;       /* with a rollback journal, pages, as it was; 0: it is as it was */
	long long paused_ms;   /* since the batches were initialised, because of a reader */
};

/*
 * From now on no commit of the session's waits for the disk, but with a rollback journal, or makes a checkpoint; those of a lent
 * connection are left alone.  Outside a transaction.
 */
void mo_wal_begin(struct wal *wal, struct session *session);
void mo_wal_end(struct wal *wal);

/* Before a lock whose COMMIT waits for the disk: what is there to be written is written. */
void mo_wal_write(struct session *session);

/*
 * To be called where no transaction is open: a checkpoint if one is due, and the wait for a reader
 * where the WAL has more bytes than options->max_wal.  The wait ends with the run, by its deadline
 * or a stop (RUN014).
 */
int mo_wal_between(struct wal *wal, const char *object);

#endif
