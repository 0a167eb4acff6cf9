/* SPDX-License-Identifier: MIT */
/* copies.c: see online/course.h. */
#include "online/course.h"

#include "live/connect.h"
#include "live/watch.h"
#include "online/entries.h"
#include "online/nulls.h"
#include "online/touched.h"
#include "sql/under_way_table.h"

#define FEW 200	  /* touched rows: so many are left to the swap */
#define CHUNKS 10 /* of the proof, after which what was touched is copied */

/* ---- batches ------------------------------------------------------------------------------- */

static int begin_again(struct online *o)
{
	o->piece->row->phase = AGAIN;
	return mo_under_way_move_table(o->batches.session, o->piece->row);
}

/* Where its rows were numbered anew, all is to be done again; whatever the log has is right or too much. */
static int refresh(struct online *o)
{
	int rc = mo_course_refresh(o);

	if (rc || mo_course_is_in(o, AGAIN) ||
	    !mo_piece_has_moved(o->piece, o->batches.schema_version))
		return rc;
	return begin_again(o);
}

static int empty(void *context, long long most, long long *done)
{
	struct online *o = context;
	int rc = refresh(o);

	if (rc || !mo_course_is_in(o, AGAIN))
		return rc;
	rc = mo_piece_sweep(o->batches.session, o->piece->work, most, done);
	if (rc || *done)
		return rc;
	o->piece->row->phase = BACKFILL;
	o->piece->row->has_begun = false;
	return mo_under_way_move_table(o->batches.session, o->piece->row);
}

static int fill(void *context, long long most, long long *done)
{
	struct online *o = context;
	int rc = refresh(o);

	if (rc || !mo_course_is_in(o, BACKFILL))
		return rc;
	if (o->piece->index && o->piece->can_move &&
	    o->piece->sorted_at != o->batches.schema_version)
		return begin_again(o);
	if (!o->piece->row->has_begun)
		o->piece->row->begun_at = mo_arena_format(o->batches.session->arena, "%lld",
							  o->batches.schema_version);
	rc = mo_piece_fill(o->batches.session, o->piece, most, done);
	o->sum.rows += rc ? 0 : *done;
	return rc;
}

static int drain(void *context, long long most, long long *done)
{
	struct online *o = context;
	int rc = refresh(o);

	if (!rc && !mo_course_is_in(o, AGAIN) && !mo_course_is_attached(o))
		rc = mo_piece_drain(o->batches.session, o->piece, most, done);
	/* The last few are the swap's: a log that is written all the time is never empty. */
	if (!rc && *done < FEW)
		*done = 0;
	return rc;
}

static int make_ready(void *context, long long most, long long *done)
{
	struct online *o = context;
	int rc = refresh(o);

	(void)most;
	*done = 0;
	if (rc || !mo_course_is_in(o, DRAIN) || o->proven_at != o->batches.schema_version)
		return rc;
	o->piece->row->phase = MO_READY;
	o->piece->row->begun_at = mo_arena_format(o->batches.session->arena, "%lld", o->proven_at);
	return mo_under_way_move_table(o->batches.session, o->piece->row);
}

/* Whether its proof says nothing of who wrote past the triggers since. */
static bool is_loose(const struct online *o)
{
	return mo_touched_can(o->piece) && !o->piece->touched && !o->is_blind;
}

/* Was it proven under another schema, or by another process, it is proven once more. */
static int look_again(void *context, long long most, long long *done)
{
	struct online *o = context;
	int rc = refresh(o);

	(void)most;
	*done = 0;
	if (rc || !mo_course_is_in(o, MO_READY) ||
	    !(mo_piece_has_changed(o->piece, o->batches.schema_version) || is_loose(o)))
		return rc;
	o->piece->row->phase = DRAIN;
	return mo_under_way_move_table(o->batches.session, o->piece->row);
}

/* ---- the proof ----------------------------------------------------------------------------- */

/*
 * A trigger of the application's that came and went meanwhile may have kept moult's from firing, and
 * schema_version alone says that there was one: the proof is to be of one.
 */
static int prove_chunk(struct online *o, struct place *from, struct chunk *chunk)
{
	int rc = mo_chunk_begin(chunk, &o->session, o->piece->name);

	if (rc)
		return rc;
	if (chunk->schema_version != o->proven_at)
		mo_place_done(from);
	o->proven_at = chunk->schema_version;
	/* Where the rows are others it is over: the next batch sees to that. */
	if (!mo_piece_has_moved(o->piece, o->proven_at))
		rc = mo_piece_prove(&o->session, o->piece, from, chunk->rows);
	mo_session_rollback(&o->session);
	mo_chunk_end(chunk);
	return rc;
}

static int prove_apart(struct online *o, struct place *from, struct chunk *chunk)
{
	struct arena *whole;
	int rc = mo_apart_begin(&whole, &o->session);

	if (!rc)
		rc = prove_chunk(o, from, chunk);
	mo_apart_end(&o->session, whole);
	return rc;
}

static int prove(struct online *o)
{
	struct place from = {.values = {0}};
	struct chunk chunk = MO_CHUNK_INIT;
	int rc, i = 0;

	rc = mo_settle_begin(o, o->piece);
	if (rc)
		return rc;
	if (o->piece->index)
		return mo_entries_prove(&o->session, o->piece, &o->pins, &o->proven_at);
	do {
		mo_session_phase(&o->session, PROOF, o->piece->name, -1);
		rc = prove_apart(o, &from, &chunk);
		if (!rc && ++i % CHUNKS == 0)
			rc = mo_course_run(o, DRAIN, o->piece->name, -1, drain);
	} while (!rc && from.values.count);
	mo_place_done(&from);
	return rc;
}

static int copy_once(struct online *o, struct piece *piece)
{
	int rc;

	rc = mo_course_once(o, DRAIN, look_again);
	if (!rc && piece->can_move)
		rc = mo_course_run(o, AGAIN, piece->name, -1, empty);
	if (!rc && piece->index && mo_course_is_in(o, BACKFILL))
		rc = mo_entries_sort(&o->session, piece, &o->pins);
	if (!rc)
		rc = mo_course_run(o, BACKFILL, piece->name, piece->rows, fill);
	if (!rc && piece->index)
		rc = mo_entries_forget(&o->session, piece);
	if (!rc)
		rc = mo_course_run(o, DRAIN, piece->name, -1, drain);
	if (!rc && mo_course_is_in(o, DRAIN))
		rc = prove(o);
	if (!rc)
		rc = mo_course_run(o, DRAIN, piece->name, -1, drain);
	return rc ? rc : mo_course_once(o, DRAIN, make_ready);
}

/* A piece goes on from wherever the file says that it is. */
int mo_copy_to_ready(struct online *o, struct piece *piece)
{
	int rc;

	o->piece = piece;
	piece->row = mo_course_row(o->run, piece->name);
	if (mo_course_is_attached(o))
		return MOULT_OK; /* SQLite keeps it */
	do
		rc = copy_once(o, piece);
	while (!rc && (mo_course_is_in(o, AGAIN) || mo_course_is_in(o, DRAIN)));
	return rc;
}

int mo_copy_drain(struct online *o, struct piece *piece)
{
	o->piece = piece;
	return mo_course_run(o, DRAIN, piece->name, -1, drain);
}

/* ---- entries with NULL --------------------------------------------------------------------- */

/* As in the swap (settle.c): under this lock the tree is proven, and then it is an index. */
static int end_log(struct online *o)
{
	struct session *session = o->batches.session;
	int rc = mo_piece_drain_all(session, o->piece);

	o->swap_began = mo_now_ms();
	o->swap_version = o->batches.schema_version;
	if (!rc)
		rc = mo_settle_locked(o, session, o->piece);
	return rc;
}

static int attach(void *context, long long most, long long *done)
{
	struct online *o = context;
	struct session *session = o->batches.session;
	struct under_way_table *row;
	int rc = refresh(o);

	(void)most;
	*done = 0;
	if (rc || mo_course_is_attached(o))
		return rc;
	row = o->piece->row;
	if (!mo_course_is_in(o, MO_READY) ||
	    mo_piece_has_changed(o->piece, o->batches.schema_version)) {
		o->is_stale = true;
		return MOULT_OK;
	}
	rc = end_log(o);
	if (rc == MOULT_REFUSED && o->is_stale)
		return MOULT_OK;
	if (!rc)
		rc = mo_piece_let_go(session, o->run, o->piece);
	if (!rc)
		rc = mo_nulls_attach(session, o->piece);
	row->phase = NULLS;
	row->has_begun = false; /* whatever becomes of the schema, nothing is to be done again */
	mo_course_follow(o);
	return rc ? rc : mo_under_way_move_table(session, row);
}

static int come(void *context, long long most, long long *done)
{
	struct online *o = context;
	int rc = refresh(o);

	if (!rc && !mo_course_is_attached(o))
		rc = mo_course_gone(o);
	if (rc || !mo_course_is_in(o, NULLS))
		return rc;
	rc = mo_nulls_come(o->batches.session, o->piece, mo_course_made(o, o->piece->work), most,
			   done);
	mo_course_follow(o);
	return rc;
}

static int end_nulls(void *context, long long most, long long *done)
{
	struct online *o = context;
	int rc = refresh(o);

	(void)most;
	*done = 0;
	if (rc || !mo_course_is_in(o, NULLS))
		return rc;
	o->piece->row->phase = MO_READY;
	return mo_under_way_move_table(o->batches.session, o->piece->row);
}

/* What is to be looked at under the lock is little by then. */
static int become_index(struct online *o, struct piece *piece)
{
	int rc = MOULT_OK;

	o->piece = piece;
	piece->row = mo_course_row(o->run, piece->name);
	if (mo_course_is_attached(o))
		return MOULT_OK;
	rc = mo_settle(o);
	o->piece = piece;
	return rc || o->is_stale ? rc : mo_course_once(o, NULLS, attach);
}

int mo_copy_nulls(struct online *o, struct piece *piece)
{
	int rc;

	if (!piece->index || piece->only_leaves || !piece->entries->full)
		return MOULT_OK;
	rc = become_index(o, piece);
	if (!rc && !o->is_stale)
		rc = mo_course_refresh(o);
	if (rc || o->is_stale || !mo_course_is_in(o, NULLS))
		return rc;
	/* What was known of it is of no use: SQLite keeps it. */
	mo_touched_free(piece->touched);
	piece->touched = NULL;
	rc = mo_entries_forget(&o->session, piece);
	if (rc)
		return rc;
	rc = mo_nulls_begin(&o->session, piece);
	mo_batches_begin_small(&o->batches);
	if (!rc)
		rc = mo_course_run(o, NULLS, piece->name, piece->rows, come);
	return rc ? rc : mo_course_once(o, NULLS, end_nulls);
}
