/* SPDX-License-Identifier: MIT */
/* wal.c: see online/wal.h. */
#include "online/wal.h"

#include "live/connect.h"
#include "live/watch.h"
#include "online/pins.h"

#define FRAME_HEADER 24 /* bytes: https://sqlite.org/fileformat2.html#the_write_ahead_log */
#define PAUSE_MS 50

static int on_commit(void *context, sqlite3 *db, const char *schema, int frames)
{
	struct wal *wal = context;

	(void)db;
	(void)schema;
	wal->frames = frames;
	return SQLITE_OK;
}

/* Where it cannot be had, the batches take longer, or others wait longer for them, and that is all. */
static void set(struct session *session, const char *pragma, long long value)
{
	const char *sql = mo_arena_format(session->arena, "PRAGMA main.%s = %lld", pragma, value);

	if (sql)
		mo_exec(session->db, sql);
}

static void set_up(struct wal *wal)
{
	sqlite3 *db = wal->session->db;

	if (mo_has_wal(wal->session->arena, db)) {
		wal->synchronous = mo_query_integer(db, "PRAGMA main.synchronous", 3, NULL);
		set(wal->session, "synchronous", 1);
		return;
	}
	/* 0: whatever the number of pages, none are written before COMMIT. */
	wal->spill = mo_query_integer(db, "PRAGMA main.cache_spill", 0, NULL);
	if (wal->spill)
		set(wal->session, "cache_spill", INT_MAX);
}

/* SQLite's own checkpoints are such a hook, too: this one takes their place. */
void mo_wal_begin(struct wal *wal, struct session *session)
{
	sqlite3 *db = session->db;

	*wal = (struct wal){.session = session,
			    .pins = wal->pins,
			    .watched = session->is_ours,
			    .synchronous = -1,
			    .paused_ms = wal->paused_ms};
	set_up(wal);
	if (!wal->watched)
		return;
	wal->automatic = (int)mo_query_integer(db, "PRAGMA wal_autocheckpoint", MO_WAL_DUE, NULL);
	wal->page_size = (int)mo_query_integer(db, "PRAGMA main.page_size", 4096, NULL);
	sqlite3_wal_hook(db, on_commit, wal);
}

void mo_wal_end(struct wal *wal)
{
	if (wal->watched)
		sqlite3_wal_autocheckpoint(wal->session->db, wal->automatic);
	if (wal->synchronous >= 0)
		set(wal->session, "synchronous", wal->synchronous);
	if (wal->spill)
		set(wal->session, "cache_spill", wal->spill);
	wal->spill = 0;
	wal->watched = false;
	wal->synchronous = -1;
}

/* What a reader keeps from it is few: nothing is wrong where it does not come about. */
void mo_wal_write(struct session *session)
{
	sqlite3_wal_checkpoint_v2(session->db, "main", SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
}

static bool is_full(const struct wal *wal)
{
	const sqlite3_int64 most = wal->session->options->max_wal;

	return most > 0 && (sqlite3_int64)wal->frames * (wal->page_size + FRAME_HEADER) > most;
}

/* What becomes of it, whoever asks the pins next is told. */
static void turn(const struct wal *wal)
{
	if (!wal->pins || !mo_pins_are_open(wal->pins))
		return;
	if (is_full(wal))
		mo_pins_renew(wal->pins);
	else
		mo_pins_go_on(wal->pins);
}

/*
 * Where another process makes a checkpoint, that one does.  PASSIVE first, which waits for nobody
 * and keeps no writer waiting; what it leaves to TRUNCATE, which does, is nothing or a few pages.
 */
static int checkpoint(struct wal *wal)
{
	sqlite3 *db = wal->session->db;
	int frames = -1, copied = -1;
	int rc;

	turn(wal);
	rc = sqlite3_wal_checkpoint_v2(db, "main", SQLITE_CHECKPOINT_PASSIVE, &frames, &copied);

	if (!rc && frames >= 0)
		wal->frames = frames;
	if (!rc && is_full(wal) && frames == copied) {
		mo_session_busy(wal->session, false);
		rc = sqlite3_wal_checkpoint_v2(db, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
		mo_session_busy(wal->session, true);
		wal->frames = rc ? wal->frames : 0;
	}
	return (rc & 0xff) == SQLITE_BUSY || (rc & 0xff) == SQLITE_LOCKED ? SQLITE_OK : rc;
}

int mo_wal_between(struct wal *wal, const char *object)
{
	const sqlite3_int64 began = mo_now_ms();
	struct session *session = wal->session;
	const moult_progress before = session->progress;
	int rc = SQLITE_OK;

	if (wal->frames >= MO_WAL_DUE || is_full(wal))
		rc = checkpoint(wal);
	else
		turn(wal);
	if (rc || !is_full(wal))
		return rc ? mo_session_diag(session, rc, DIAG_RUN008, object, "make a checkpoint")
			  : MOULT_OK;
	mo_session_phase(session, "pause: a reader keeps the WAL", object, -1);
	while (!rc && is_full(wal) && mo_session_goes_on(session)) {
		mo_nap(PAUSE_MS * 1000);
		rc = checkpoint(wal);
	}
	wal->paused_ms += mo_now_ms() - began;
	session->progress = before;
	if (session->stopped)
		rc = SQLITE_INTERRUPT;
	if (!rc)
		return MOULT_OK;
	return mo_session_diag(session, rc, rc == SQLITE_INTERRUPT ? DIAG_RUN014 : DIAG_RUN008,
			       object, "wait for a reader that keeps the WAL");
}
