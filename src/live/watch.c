/* SPDX-License-Identifier: MIT */
/* watch.c: see watch.h. */
#include "live/watch.h"

#include <time.h>

#include "base/text.h"

sqlite3_int64 mo_now_ms(void)
{
	sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
	sqlite3_int64 now = 0;
	double days = 0;

	if (vfs->iVersion >= 2 && vfs->xCurrentTimeInt64)
		vfs->xCurrentTimeInt64(vfs, &now);
	else if (vfs->xCurrentTime(vfs, &days) == SQLITE_OK)
		now = (sqlite3_int64)(days * 86400000.0);
	return now;
}

/* A VFS that somebody else made may have a clock of its own. */
void mo_nap(int us)
{
	const struct timespec nap = {us / 1000000, us % 1000000 * 1000L};
	sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);

	if (mo_name_has_prefix(vfs->zName, "unix"))
		nanosleep(&nap, NULL);
	else
		vfs->xSleep(vfs, us);
}

void mo_deadline_begin(struct moult *m, int deadline_ms)
{
	m->deadline_ms = deadline_ms;
	m->diags.stop = STOP_NOTHING;
	m->until = mo_now_ms() + deadline_ms;
	m->settled = false;
}

void mo_deadline_end(struct moult *m)
{
	m->deadline_ms = 0;
	m->diags.stop = STOP_NOTHING;
	m->settled = false;
}

void mo_deadline_put_off(struct moult *m, sqlite3_int64 ms)
{
	m->until += ms;
}

static bool is_past(const struct moult *m, sqlite3_int64 now)
{
	return m->deadline_ms > 0 && now > m->until;
}

bool mo_is_time_to_ask(const struct moult *m, sqlite3_int64 last)
{
	const sqlite3_int64 now = mo_now_ms();

	return now - last >= MO_WATCH_APART_MS || is_past(m, now);
}

bool mo_goes_on(struct moult *m, const moult_progress *progress)
{
	const bool stops = m->on_progress && m->on_progress(m->progress_context, progress) != 0;

	m->diags.deadline_ms = m->deadline_ms;
	if (is_past(m, mo_now_ms()))
		m->diags.stop = STOP_DEADLINE;
	else if (stops && m->diags.stop == STOP_NOTHING)
		m->diags.stop = STOP_WISH;
	return m->settled || m->diags.stop == STOP_NOTHING;
}

/* SQLite lists the statements of a connection newest first. */
void mo_watch_count(moult_progress *progress, sqlite3 *db, const sqlite3_stmt *others)
{
	long long done = 0;

	for (sqlite3_stmt *stmt = sqlite3_next_stmt(db, NULL); stmt && stmt != others;
	     stmt = sqlite3_next_stmt(db, stmt)) {
		/* The count is of 32 bits, in an int. */
		const long long rows = sqlite3_stmt_busy(stmt)
					       ? (unsigned)sqlite3_stmt_status(
							 stmt, SQLITE_STMTSTATUS_FULLSCAN_STEP, 0)
					       : 0;

		if (rows > done)
			done = rows;
	}
	progress->done = progress->total >= 0 && done > progress->total ? progress->total : done;
}

static int on_instructions(void *context)
{
	struct watch *watch = context;

	if (watch->stopped || !mo_is_time_to_ask(watch->m, watch->last))
		return watch->stopped;
	watch->last = mo_now_ms();
	mo_watch_count(&watch->progress, watch->db, watch->others);
	watch->stopped = !mo_goes_on(watch->m, &watch->progress);
	return watch->stopped;
}

void mo_watch_begin(struct watch *watch, struct moult *m, sqlite3 *db, const char *phase,
		    const char *object)
{
	*watch = (struct watch){.m = m,
				.db = db,
				.progress = {phase, object, "rows", 0, -1, 0, 0},
				.others = sqlite3_next_stmt(db, NULL),
				.last = mo_now_ms()};
	sqlite3_progress_handler(db, MO_WATCH_INSTRUCTIONS, on_instructions, watch);
}

void mo_watch_end(struct watch *watch)
{
	mo_watch_connection(watch->m, watch->db);
}

static int on_other_instructions(void *context)
{
	const moult_progress progress = {"read", NULL, "rows", 0, -1, 0, 0};
	struct moult *m = context;

	if (!mo_is_time_to_ask(m, m->asked))
		return 0;
	m->asked = mo_now_ms();
	return !mo_goes_on(m, &progress);
}

void mo_watch_connection(struct moult *m, sqlite3 *db)
{
	sqlite3_progress_handler(db, MO_WATCH_INSTRUCTIONS, on_other_instructions, m);
}
