/* SPDX-License-Identifier: MIT */
/*
 * batch.h: much work in many short transactions, with rests between them.
 *
 *	BEGIN IMMEDIATE		asked every half millisecond: SQLite's own way of waiting, with
 *				steps of up to 100 ms, never gets a lock that others fight for
 *	schema_version		another than before: are moult's objects still there?
 *	work			step by step, until half of the time is gone that a lock may last
 *	COMMIT
 *	checkpoint		if it is due (online/wal.h)
 *	rest			in proportion to the time under the lock (duty), and for as long as one
 *				who waits needs to find out
 *
 * The rows of a step follow the time that the last batch took.  COMMIT of one among many waits for no
 * disk (online/wal.h): what a power cut takes is the last of them, and the file says how far it came.
 */
#ifndef MOULT_ONLINE_BATCH_H
#define MOULT_ONLINE_BATCH_H

#include "online/wal.h"

/* Milliseconds that a lock may last. */
int mo_batch_most_ms(const moult_options *options);

/*
 * What is allocated of the session's arena in between goes with the end: there may be any number of
 * batches, and of chunks that are read.  The end also after a failure.
 */
int mo_apart_begin(struct arena **whole, struct session *session);
void mo_apart_end(struct session *session, struct arena *whole);

struct batches {
	struct session *session;
	struct wal wal;
	/* What must hold in each transaction, asked when schema_version is another; or NULL. */
	int (*check)(void *context);
	/* What the work may write: it is called when the guard stands. */
	void (*allow)(struct guard_allowed *allowed, struct arena *arena, void *context);
	void *context;
	const char *phase; /* for the progress callback */
	const char *object;
	long long schema_version; /* when check() was asked last; -1: never */
	long long most;		  /* rows of a step */
	sqlite3_int64 began;	  /* the transaction, under its lock */
	/* What came of it, in milliseconds. */
	long long count, locked_ms, longest_ms;
};

/*
 * Rows of a chunk, in a transaction that only reads: of the first, and of the next after one that took
 * so long.  A reader that stays keeps the WAL from beginning anew.
 */
#define MO_CHUNK_ROWS 200
long long mo_chunk_next(long long rows, long long ms);

/*
 * Does what is due of so many rows at most, inside a transaction, and says of how many that was; fewer:
 * the transaction ends.
 */
typedef int batch_work(void *context, long long most, long long *done);

/* The session's options say how long a lock may last, and how much of the time: max_lock_ms, duty. */
void mo_batches_init(struct batches *batches, struct session *session);

/* One transaction, without a rest after it. */
int mo_batch(struct batches *batches, batch_work *work, long long *done);
/* Batch after batch until one has done nothing. */
int mo_batches_run(struct batches *batches, batch_work *work);

#endif
