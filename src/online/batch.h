/* SPDX-License-Identifier: MIT */
/*
 * batch.h: much work in many short transactions, with rests between them.
 *
 *	BEGIN IMMEDIATE		asked every half millisecond (mo_session_insist())
 *	schema_version		another than before: are moult's objects still there?
 *	work			step by step, until half of the time is gone that a lock may last
 *	COMMIT
 *	checkpoint		if it is due (online/wal.h)
 *	rest			in proportion to the time under the lock (duty), and for as long as one
 *				who waits needs to find out
 *
 * The rows of a step follow the time that the last batch took.  COMMIT of one among many waits for no
 * disk (online/wal.h): what a power cut takes is the last of them, and the file says how far it came.
 *
 * With a rollback journal COMMIT waits for the disk, and until nobody reads; meanwhile nobody can begin to
 * read.  So it gives up when that lasts for as long as the lock may, the batch is rolled back and whoever
 * reads has the file; then the batch is done again, for as long as the session's options wait for a lock.
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
	/*
	 * At the begin of each try, and where it was rolled back: what the work counts in memory is as it
	 * was then.  NULL: nothing is counted.
	 */
	void (*mark)(void *context, bool goes_back);
	void *context;
	const char *phase; /* for the progress callback */
	const char *object;
	long long schema_version; /* when check() was asked last; -1: never */
	long long most;		  /* rows of a step */
	sqlite3_int64 began;	  /* the transaction, under its lock */
	sqlite3_int64 said_at;	  /* what is waited for */
	long long last_ms;	  /* of the last lock */
	bool in_the_way;	  /* of the COMMIT was somebody who reads */
	/* What came of it, in milliseconds. */
	long long count, locked_ms, longest_ms;
};

/*
 * Some rows, in a transaction that only reads and is short: a reader that stays keeps the WAL from
 * beginning anew, and with a rollback journal every COMMIT waits for it.
 */
struct chunk {
	long long rows;		  /* of the next one */
	long long schema_version; /* of the last one; -1: there is none */
	sqlite3_int64 began;	  /* once nobody was in the way */
};
#define MO_CHUNK_INIT      \
	{                  \
		200, -1, 0 \
	}

int mo_chunk_begin(struct chunk *chunk, struct session *session, const char *object);
/* Once its transaction is over: as many rows as take its time. */
void mo_chunk_end(struct chunk *chunk);

/*
 * Does what is due of so many rows at most, inside a transaction, and says of how many that was; fewer:
 * the transaction ends.
 */
typedef int batch_work(void *context, long long most, long long *done);

/* The session's options say how long a lock may last, and how much of the time: max_lock_ms, duty. */
void mo_batches_init(struct batches *batches, struct session *session);

/* What comes next may take more time for a row: it begins with few. */
void mo_batches_begin_small(struct batches *batches);
/* One transaction, without a rest after it. */
int mo_batch(struct batches *batches, batch_work *work, long long *done);
/*
 * Where readers were in the way of a COMMIT: they have the file for a while, and may be gone.  RUN004 where
 * no time is left until then.
 */
int mo_batch_make_way(struct batches *batches, sqlite3_int64 until);
/* Batch after batch until one has done nothing. */
int mo_batches_run(struct batches *batches, batch_work *work);

#endif
