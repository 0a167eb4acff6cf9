/* SPDX-License-Identifier: MIT */
/* questions.c: see online/course.h. */
#include "online/course.h"

#include "base/text.h"
#include "digest/digest.h"
#include "live/connect.h"
#include "live/watch.h"
#include "run/probe.h"
#include "sql/log_table.h"
#include "sql/old_row.h"

struct between {
	struct place *behind, end;
};

static int bind(void *context, sqlite3_stmt *stmt)
{
	const struct between *between = context;

	return mo_place_bind(stmt, between->behind, &between->end);
}

/* ---- in chunks ----------------------------------------------------------------------------- */

typedef int ask_rows(struct plan *plan, struct arena *arena, struct moult *m, sqlite3 *db,
		     const struct move *move, const struct some_rows *some);

/* Behind *from, which becomes the end. */
static int ask_rows_behind(struct online *o, const struct piece *piece, struct place *from,
			   long long most, ask_rows *ask)
{
	struct arena *arena = o->session.arena;
	const bool is_behind = mo_is_place(from);
	struct between between = {.behind = from};
	struct some_rows some = {.bind = bind, .context = &between};
	int rc = mo_place_read(&between.end, &o->session, piece,
			       mo_sql_key_end(arena, piece->before, &piece->key, is_behind, most),
			       from);

	some.condition = mo_sql_key_between(arena, MO_OLD_ROW, &piece->key, is_behind,
					    mo_is_place(&between.end));
	if (!rc)
		rc = some.condition ? ask(piece->plan, arena, o->m, o->db, piece->move, &some)
				    : mo_diag_memory(&o->m->diags);
	mo_place_done(from);
	*from = between.end;
	return rc;
}

/* Who was asked before VACUUM numbered the rows anew says nothing of those that have these numbers now. */
static int ask_chunk(struct online *o, const struct piece *piece, struct place *from,
		     struct chunk *chunk, ask_rows *ask)
{
	const long long version = chunk->schema_version;
	int rc = mo_chunk_begin(chunk, &o->session, piece->name);

	if (rc)
		return rc;
	if (chunk->schema_version != version)
		mo_place_done(from);
	rc = ask_rows_behind(o, piece, from, chunk->rows, ask);
	mo_session_rollback(&o->session);
	mo_chunk_end(chunk);
	return rc;
}

static int ask_apart(struct online *o, const struct piece *piece, struct place *from,
		     struct chunk *chunk, ask_rows *ask)
{
	struct arena *whole;
	int rc = mo_apart_begin(&whole, &o->session);

	if (!rc)
		rc = ask_chunk(o, piece, from, chunk, ask);
	mo_apart_end(&o->session, whole);
	return rc;
}

static int ask_piece(struct online *o, const struct piece *piece, ask_rows *ask)
{
	struct chunk chunk = MO_CHUNK_INIT;
	struct place from = {.values = {0}};
	int rc = MOULT_OK;

	mo_session_phase(&o->session, PROBE, piece->name, -1);
	do
		rc = mo_session_goes_on(&o->session)
			     ? ask_apart(o, piece, &from, &chunk, ask)
			     : mo_session_diag(&o->session, SQLITE_INTERRUPT, DIAG_RUN014,
					       piece->name, PROBE);
	while (!rc && mo_is_place(&from));
	mo_place_done(&from);
	return rc;
}

static int ask_pieces(struct online *o, ask_rows *ask)
{
	int rc = MOULT_OK;

	EACH (const struct piece, piece, &o->pieces)
		if (!rc && !piece->index && !piece->only_leaves)
			rc = ask_piece(o, piece, ask);
	return rc;
}

/* ---- before anything is made, and once the triggers stand ----------------------------------- */

/*
 * Who is there twice in an index that is made beside its writers is found when its entries are sorted, and
 * on which row an expression fails when it is copied.
 */
static void leave_to_copying(struct online *o)
{
	EACH (const struct piece, piece, &o->pieces) {
		if (piece->index)
			mo_probe_leave_index(piece->plan, piece->name);
		else if (!piece->only_leaves)
			mo_probe_leave_raising(piece->plan, piece->name);
	}
}

/* Beside writers whose COMMIT waits for who reads, what can be asked in chunks is. */
static int ask_in_chunks(struct online *o)
{
	if (mo_has_wal(o->arena, o->db))
		return MOULT_OK;
	leave_to_copying(o);
	return ask_pieces(o, mo_probe_add);
}

int mo_ask_first(struct online *o)
{
	struct plan *plan = mo_route_leg(&o->route, 0)->plan;
	int rc = ask_in_chunks(o);

	if (!rc)
		rc = mo_course_begin_reading(o);
	if (rc)
		return rc;
	mo_session_phase(&o->session, PROBE, NULL, -1);
	rc = mo_probe(plan, o->m, o->db, NULL);
	mo_session_rollback(&o->session);
	if (!rc)
		rc = mo_probe_verdict(plan, &o->m->diags);
	if (!rc && mo_digest_register(o->db))
		rc = mo_diag_memory(&o->m->diags);
	return rc;
}

static int end_probe(void *context, long long most, long long *done)
{
	struct online *o = context;
	int rc = mo_course_read(o);

	(void)most;
	*done = 0;
	if (rc || !o->run || !mo_same(o->run->phase, PROBE))
		return rc;
	o->run->phase = BACKFILL;
	return mo_under_way_move(o->batches.session, o->run);
}

int mo_ask_all(struct online *o)
{
	int rc;

	if (!mo_same(o->run->phase, PROBE))
		return MOULT_OK; /* they were asked, before it was stopped */
	rc = ask_pieces(o, mo_probe_some);
	return rc ? rc : mo_course_once(o, PROBE, end_probe);
}
