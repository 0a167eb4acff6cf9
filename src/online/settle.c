/* SPDX-License-Identifier: MIT */
/* settle.c: see online/course.h. */
#include "live/connect.h"
#include "live/watch.h"
#include "online/course.h"
#include "online/touched.h"
#include "sql/under_way_table.h"

#define CHUNK_MS 20 /* of a transaction that only reads */
#define LEAST_MS 5  /* that is taken for short, however short a lock is to be */
#define ROUNDS 20   /* without end where writers touch more than is looked at meanwhile */
#define TRIES \
	3 /* of a swap whose lock would last too long, and of proofs that lost what they stand on */

/* Half of a lock is for all else; and what is found under it has to be known as well. */
static long long part_ms(const struct online *o, int part)
{
	const long long ms = mo_batch_most_ms(o->options) / part;

	return ms < LEAST_MS ? LEAST_MS : ms;
}

/* ---- where it cannot be had ------------------------------------------------------------------ */

static void forget(struct online *o)
{
	EACH (struct piece, piece, &o->pieces) {
		mo_touched_free(piece->touched);
		piece->touched = NULL;
	}
}

void mo_settle_end(struct online *o)
{
	forget(o);
	mo_course_add_lock(o, o->pins.locks, o->pins.locked_ms, o->pins.longest_ms);
	o->pins.locks = o->pins.locked_ms = o->pins.longest_ms = 0;
	mo_pins_close(&o->pins);
}

/*
 * What was known of the WAL is not to be gone on from.  The proof is made anew on what is found then; and in
 * the end without, as beside a VFS that is not SQLite's own.
 */
static int lose(struct online *o, int code)
{
	if ((code & 0xff) == SQLITE_NOMEM)
		return mo_diag_memory(&o->m->diags);
	if ((code & 0xff) == SQLITE_INTERRUPT)
		return mo_session_diag(o->batches.session, code, DIAG_RUN014, NULL, PROOF);
	mo_settle_end(o);
	o->is_blind |= ++o->lost >= TRIES;
	o->is_stale = true;
	return MOULT_OK;
}

/* Places in a table that cannot be said now cannot be later. */
static int give_up(struct online *o)
{
	o->is_blind = true;
	return lose(o, MO_ODD);
}

/* ---- before the first chunk of the proof ----------------------------------------------------- */

static int look(struct online *o, struct touched *touched)
{
	bool is_done = false;
	int rc = SQLITE_OK;

	while (!rc && !is_done) {
		if (!mo_session_goes_on(&o->session))
			return SQLITE_INTERRUPT;
		rc = mo_touched_look(touched, &o->pins, &is_done);
		if (!rc)
			rc = mo_pins_go_on(&o->pins);
	}
	return rc;
}

static int begin(struct online *o, struct piece *piece)
{
	int rc;

	mo_touched_free(piece->touched);
	rc = mo_touched_begin(&piece->touched, &o->session, piece);
	if (!rc)
		rc = mo_pins_turn(&o->pins);
	if (!rc)
		rc = mo_touched_read(piece->touched, &o->pins);
	return rc ? rc : look(o, piece->touched);
}

int mo_settle_begin(struct online *o, struct piece *piece)
{
	int rc = MOULT_OK, code = SQLITE_OK;

	/* With a rollback journal a snapshot that is held would keep every COMMIT from it. */
	o->is_blind |= !mo_has_wal(o->arena, o->db) || !mo_pages_are_plain(o->db);
	do {
		if (o->is_blind || !mo_touched_can(piece))
			break;
		if (!mo_pins_are_open(&o->pins))
			rc = mo_pins_open(&o->pins, &o->session);
		code = rc ? SQLITE_OK : begin(o, piece);
		if (code)
			rc = lose(o, code);
		/* What is not to be read now will not be later. */
		o->is_blind |= code == MO_ODD;
	} while (!rc && code);
	o->is_stale = false;
	return rc;
}

/* ---- while nothing is locked ----------------------------------------------------------------- */

static int read_all(struct online *o)
{
	int rc = mo_pins_turn(&o->pins);

	EACH (struct piece, piece, &o->pieces)
		if (!rc && piece->touched)
			rc = mo_touched_read(piece->touched, &o->pins);
	return rc;
}

/* A schema that is another may have its tables elsewhere. */
static int prove_some(struct online *o, struct touched *touched)
{
	int rc = mo_exec(o->db, "BEGIN"), code = SQLITE_OK;
	const long long version =
		rc ? -1 : mo_query_integer(o->db, "PRAGMA main.schema_version", -1, &code);

	if (rc || code)
		return mo_session_diag(&o->session, rc ? rc : code, DIAG_RUN001,
				       touched->piece->name, "read the rows");
	if (version == touched->schema_version)
		rc = mo_touched_prove(touched, &o->session, mo_now_ms() + CHUNK_MS);
	else
		o->is_stale = true;
	mo_session_rollback(&o->session);
	return rc;
}

static int prove(struct online *o, struct piece *piece)
{
	int rc = MOULT_OK, code = SQLITE_OK;

	while (!rc && !code && !o->is_stale && !mo_touched_is_proven(piece->touched)) {
		if (piece->touched->is_odd)
			return give_up(o);
		mo_session_phase(&o->session, PROOF, piece->name, -1);
		if (!mo_session_goes_on(&o->session))
			return lose(o, SQLITE_INTERRUPT);
		rc = prove_some(o, piece->touched);
		code = mo_pins_go_on(&o->pins);
	}
	if (!rc && !code && !o->is_stale)
		code = look(o, piece->touched);
	return rc || !code ? rc : lose(o, code);
}

/* What was touched is copied first: that writes to the copy, and is so looked at in the same round. */
static int drain(struct online *o)
{
	int rc = MOULT_OK;

	EACH (struct piece, piece, &o->pieces) {
		if (rc || !piece->touched)
			continue;
		rc = mo_copy_drain(o, piece);
		o->is_stale |= !rc && !mo_course_is_in(o, MO_READY);
	}
	return rc;
}

static int settle_once(struct online *o)
{
	const int code = read_all(o);
	int rc = code ? lose(o, code) : MOULT_OK;

	EACH (struct piece, piece, &o->pieces)
		if (!rc && piece->touched && !o->is_stale)
			rc = prove(o, piece);
	if (o->is_stale)
		forget(o);
	return rc;
}

int mo_settle(struct online *o)
{
	const long long short_ms = part_ms(o, 4);
	sqlite3_int64 began;
	int rc, rounds = 0;

	if (!mo_pins_are_open(&o->pins))
		return MOULT_OK;
	do {
		rc = drain(o);
		began = mo_now_ms();
		if (!rc && !o->is_stale)
			rc = settle_once(o);
	} while (!rc && !o->is_stale && mo_now_ms() - began > short_ms && ++rounds < ROUNDS);
	return rc;
}

/* ---- under the swap's lock ------------------------------------------------------------------- */

/* The first times that is no longer than it may be; what is left then is looked at before the next. */
static int prove_locked(struct online *o, struct session *session, struct touched *touched)
{
	const sqlite3_int64 until = o->swap_began + part_ms(o, 2);
	int rc = mo_touched_prove(touched, session, o->tries < TRIES ? until : 0);

	if (rc || mo_touched_is_proven(touched))
		return rc;
	o->tries++;
	o->is_stale = true;
	if (touched->is_odd)
		rc = give_up(o);
	return rc ? rc : MOULT_REFUSED;
}

int mo_settle_locked(struct online *o, struct session *session, struct piece *piece)
{
	struct touched *touched = piece->touched;
	int code;

	if (o->is_blind || !mo_touched_can(piece))
		return MOULT_OK;
	if (!touched || touched->schema_version != o->swap_version || !mo_pins_are_open(&o->pins)) {
		forget(o);
		o->is_stale = true;
		return MOULT_REFUSED;
	}
	code = mo_pins_turn(&o->pins);
	if (!code)
		code = mo_touched_read(touched, &o->pins);
	if (!code)
		return prove_locked(o, session, touched);
	code = lose(o, code);
	return code ? code : MOULT_REFUSED;
}
