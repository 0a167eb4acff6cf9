/* SPDX-License-Identifier: MIT */
/* copies.c: see online/course.h. */
#include "online/course.h"

#include "live/connect.h"
#include "live/watch.h"
#include "online/entries.h"
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

	if (!rc && !mo_course_is_in(o, AGAIN))
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

/* Was it proven under another schema, it is proven once more. */
static int look_again(void *context, long long most, long long *done)
{
	struct online *o = context;
	int rc = refresh(o);

	(void)most;
	*done = 0;
	if (rc || !mo_course_is_in(o, MO_READY) ||
	    !mo_piece_has_changed(o->piece, o->batches.schema_version))
		return rc;
	o->piece->row->phase = DRAIN;
	return mo_under_way_move_table(o->batches.session, o->piece->row);
}

/* ---- the proof ----------------------------------------------------------------------------- */

/*
 * A trigger of the application's that came and went meanwhile may have kept moult's from firing, and
 * schema_version alone says that there was one: the proof is to be of one.
 */
static int prove_chunk(struct online *o, struct place *from, long long rows)
{
	int rc = mo_exec(o->db, "BEGIN"), code = SQLITE_OK;
	const long long version =
		rc ? -1 : mo_query_integer(o->db, "PRAGMA main.schema_version", -1, &code);

	if (rc || code)
		return mo_session_diag(&o->session, rc ? rc : code, DIAG_RUN001, o->piece->name,
				       "read the rows");
	if (version != o->proven_at)
		mo_place_done(from);
	o->proven_at = version;
	/* Where the rows are others it is over: the next batch sees to that. */
	if (!mo_piece_has_moved(o->piece, version))
		rc = mo_piece_prove(&o->session, o->piece, from, rows);
	mo_session_rollback(&o->session);
	return rc;
}

static int prove_apart(struct online *o, struct place *from, long long rows)
{
	struct arena *whole;
	int rc = mo_apart_begin(&whole, &o->session);

	if (!rc)
		rc = prove_chunk(o, from, rows);
	mo_apart_end(&o->session, whole);
	return rc;
}

static int prove(struct online *o)
{
	struct place from = {.values = {0}};
	long long rows = MO_CHUNK_ROWS;
	int rc = MOULT_OK, i = 0;

	if (o->piece->index)
		return mo_entries_prove(&o->session, o->piece, &o->proven_at);
	do {
		const sqlite3_int64 began = mo_now_ms();

		mo_session_phase(&o->session, PROOF, o->piece->name, -1);
		rc = prove_apart(o, &from, rows);
		rows = mo_chunk_next(rows, mo_now_ms() - began);
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
		rc = mo_entries_sort(&o->session, piece);
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
	do
		rc = copy_once(o, piece);
	while (!rc && (mo_course_is_in(o, AGAIN) || mo_course_is_in(o, DRAIN)));
	return rc;
}
