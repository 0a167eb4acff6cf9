/* SPDX-License-Identifier: MIT */
/*
 * course.h: everything that one run of apply --online has, for the files that make it.
 *
 *	online.c	the whole: plan, setup, swap
 *	course.c	its sessions, and what the file says of it under each lock
 *	questions.c	what the rows are asked first
 *	copies.c	backfill, drain and proof of each table
 *	settle.c	what was written past the triggers since a proof began
 *	way_out.c	what is swept behind the swap, and the way out before it
 */
#ifndef MOULT_ONLINE_COURSE_H
#define MOULT_ONLINE_COURSE_H

#include "online/batch.h"
#include "online/piece.h"
#include "online/pins.h"
#include "run/migrate.h"

/* Phases of the whole and of a table; MO_READY is one more of these. */
#define PROBE "probe"
#define BACKFILL "backfill"
#define DRAIN "drain"
#define PROOF "proof"
#define NULLS "nulls"
#define SWEEP "sweep"
#define ABANDON "abandon"
#define AGAIN "again" /* the copy is emptied, and begins anew */

struct online {
	const struct migration *migration;
	struct moult *m;
	sqlite3 *db;
	const moult_options *options;
	struct arena *arena;
	struct session session;
	struct schema *have;
	struct list wants;
	struct route route;
	struct under_way *run; /* as the file says; NULL: nothing is under way */
	struct arena *run_arena;
	struct list pieces; /* of struct piece */
	struct batches batches;
	struct piece *piece; /* whose turn it is */
	long long proven_at; /* schema_version of its proof */
	struct online_sum {
		long long rows, locks, locked_ms, longest_ms, paused_ms;
	} sum; /* of the sessions that are over */
	struct {
		long long rows, appended; /* of the sum, and of the piece */
	} marked;			  /* before the batch that is under way */
	sqlite3_int64 swap_began;	  /* under its lock */
	long long swap_version;		  /* schema_version there */
	bool is_stale;		  /* a copy or its proof, as the swap found out; or in the way: */
	bool in_the_way;	  /* of its COMMIT was somebody who reads */
	long long swap_ms;	  /* its lock */
	sqlite3_int64 swap_until; /* it is tried, from the first time on; 0: not yet */
	struct pins pins;	  /* from the first proof on */
	bool is_blind;		  /* the WAL is not to be read: the triggers are trusted */
	int lost;		  /* times that what was known of the WAL was no more */
	int tries;		  /* of a swap that had too much to look at */
	const char *backup;	  /* that was made before the setup; or NULL */
	const char *work;	  /* the table that is swept */
};

/* A session of the library's, with the functions of digest/digest.h; reads what is under way. */
int mo_course_begin(struct online *o);
void mo_course_end(struct online *o);
void mo_course_add_lock(struct online *o, long long locks, long long ms, long long longest_ms);
/* What the batches may write: moult's own, and no row of the application's. */
void mo_course_allow(struct guard_allowed *allowed, struct arena *arena, void *context);
/* Whether all that was made is still there; context is the struct online. */
int mo_course_check(void *context);
/* schema_version is another by moult's own doing, in this batch. */
void mo_course_follow(struct online *o);

/* Batches of one kind, of so many rows (-1: not known), and what is said of them; and one alone. */
int mo_course_run(struct online *o, const char *phase, const char *object, long long rows,
		  batch_work *work);
int mo_course_once(struct online *o, const char *phase, batch_work *work);

int mo_course_begin_reading(struct online *o);

/* Under the lock: what the file says now, since another process may have gone on with it. */
int mo_course_read(struct online *o);
/* The same, and of the piece whose turn it is; RUN082 where it is there no more. */
int mo_course_refresh(struct online *o);
int mo_course_gone(struct online *o);
bool mo_course_is_in(const struct online *o, const char *phase);
struct under_way_table *mo_course_row(const struct under_way *run, const char *name);

/* What is made of a name; or NULL.  Whether the tree of the piece is an index of its table. */
const struct made *mo_course_made(const struct online *o, const char *name);
bool mo_course_is_attached(const struct online *o);

/*
 * questions.c: before anything is made, all that a plan asks: what refuses it is said.  With a rollback
 * journal that of the copies is asked in chunks.
 */
int mo_ask_first(struct online *o);
/*
 * Of the copies, in chunks, once the triggers stand: whoever comes to be in the way from then on is in the
 * log, and is asked when he is copied.
 */
int mo_ask_all(struct online *o);

/* copies.c: a piece from wherever it is to ready. */
int mo_copy_to_ready(struct online *o, struct piece *piece);
/* Of one that is ready: what was touched is copied once more, but for a few. */
int mo_copy_drain(struct online *o, struct piece *piece);
/* Of an index that has no entry with NULL yet: they come. */
int mo_copy_nulls(struct online *o, struct piece *piece);

/*
 * settle.c: before the first chunk of a proof; before the swap; and under its lock, of each piece, when its
 * log is empty.  A proof that does not stand any more makes it stale: it is made again.
 */
int mo_settle_begin(struct online *o, struct piece *piece);
int mo_settle(struct online *o);
int mo_settle_locked(struct online *o, struct session *session, struct piece *piece);
void mo_settle_end(struct online *o);

/* way_out.c: behind the swap the old rows go; before it all that was made. */
int mo_sweep_all(struct online *o);
int mo_way_out(struct online *o);

#endif
