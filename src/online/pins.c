/* SPDX-License-Identifier: MIT */
/* pins.c: see online/pins.h. */
#include "online/pins.h"

#include "backup/backup.h"
#include "backup/file.h"
#include "live/connect.h"
#include "live/watch.h"
#include "online/wal.h"

#define PATIENCE_MS 50 /* for the write lock: without it the WAL grows until the next time */
#define POLL_US 500
#define READER_MS 1000		      /* for what keeps even a reader from the file */
#define RENEWAL_DUE (16 * MO_WAL_DUE) /* frames: at each, writers wait for the disk */

bool mo_pins_are_open(const struct pins *pins)
{
	return pins->both[0] != NULL;
}

/* ---- connections ---------------------------------------------------------------------------- */

static int connect(sqlite3 **db, struct session *session)
{
	const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_URI | SQLITE_OPEN_PRIVATECACHE;
	const char *path = sqlite3_db_filename(session->db, "main");
	const char *uri =
		mo_file_uri(session->arena, path ? path : "", mo_backup_vfs(session->db), NULL);
	int rc = uri ? mo_connect(db, session->m, uri, flags) : mo_diag_memory(&session->m->diags);

	if (rc)
		return rc;
	sqlite3_busy_timeout(*db, READER_MS);
	return MOULT_OK;
}

void mo_pins_close(struct pins *pins)
{
	for (int i = 0; i < 2; i++)
		mo_disconnect(pins->both[i]);
	pins->both[0] = pins->both[1] = NULL;
	mo_frames_done(&pins->frames);
	pins->frames = (struct frames){0};
}

int mo_pins_open(struct pins *pins, struct session *session)
{
	int rc = MOULT_OK;

	*pins = (struct pins){.session = session};
	for (int i = 0; !rc && i < 2; i++)
		rc = connect(&pins->both[i], session);
	/* What has that name now may be another file. */
	if (!rc)
		rc = mo_session_in_place(session);
	if (rc)
		mo_pins_close(pins);
	return rc;
}

/* ---- turns ---------------------------------------------------------------------------------- */

static int begin(sqlite3 *db)
{
	int rc = mo_exec(db, "BEGIN");

	if (!rc)
		mo_query_integer(db, "PRAGMA main.schema_version", 0, &rc);
	return rc;
}

/* The other one has a snapshot from here on. */
static int change_over(struct pins *pins)
{
	if (!sqlite3_get_autocommit(pins->both[pins->held]))
		mo_exec(pins->both[pins->held], "ROLLBACK");
	pins->held = 1 - pins->held;
	return mo_frames_read(&pins->frames, pins->both[pins->held]);
}

static int turn(struct pins *pins)
{
	const int rc = begin(pins->both[1 - pins->held]);

	return rc ? rc : change_over(pins);
}

int mo_pins_turn(struct pins *pins)
{
	if (!pins->rc)
		pins->rc = turn(pins);
	return pins->rc;
}

static int lock(sqlite3 *db)
{
	const sqlite3_int64 until = mo_now_ms() + PATIENCE_MS;
	int rc;

	sqlite3_busy_timeout(db, 0);
	rc = mo_exec(db, "BEGIN IMMEDIATE");
	while ((rc & 0xff) == SQLITE_BUSY && mo_now_ms() < until) {
		mo_nap(POLL_US);
		rc = mo_exec(db, "BEGIN IMMEDIATE");
	}
	sqlite3_busy_timeout(db, READER_MS);
	return rc;
}

/* Nobody writes: what is left of the WAL gets into the file, and who reads now reads that. */
static int renew_locked(struct pins *pins)
{
	int rc = change_over(pins);

	if (rc)
		return rc;
	mo_wal_write(pins->session);
	rc = turn(pins);
	pins->renewed = pins->frames.mark;
	return rc;
}

static int renew(struct pins *pins)
{
	sqlite3_int64 began;
	long long ms;
	int rc = turn(pins);

	if (rc)
		return rc;
	/* Most of it while nothing is locked. */
	mo_wal_write(pins->session);
	rc = lock(pins->both[1 - pins->held]);
	if (rc)
		return (rc & 0xff) == SQLITE_BUSY ? SQLITE_OK : rc;
	began = mo_now_ms();
	rc = renew_locked(pins);
	ms = mo_now_ms() - began;
	pins->locks++;
	pins->locked_ms += ms;
	if (ms > pins->longest_ms)
		pins->longest_ms = ms;
	return rc;
}

int mo_pins_renew(struct pins *pins)
{
	if (!pins->rc)
		pins->rc = renew(pins);
	return pins->rc;
}

/* A WAL that began anew has fewer. */
static bool is_due(const struct pins *pins)
{
	const uint32_t frames = pins->frames.mark;

	return frames - (frames < pins->renewed ? 0 : pins->renewed) >= RENEWAL_DUE;
}

int mo_pins_go_on(struct pins *pins)
{
	return is_due(pins) ? mo_pins_renew(pins) : mo_pins_turn(pins);
}
