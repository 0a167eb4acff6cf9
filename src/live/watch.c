/* SPDX-License-Identifier: MIT */
/* watch.c: see watch.h. */
#include "live/watch.h"

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
	const sqlite3_int64 now = mo_now_ms();

	if (watch->stopped || now - watch->last < MO_WATCH_APART_MS)
		return watch->stopped;
	watch->last = now;
	mo_watch_count(&watch->progress, watch->db, watch->others);
	watch->stopped = watch->m->on_progress(watch->m->progress_context, &watch->progress) != 0;
	return watch->stopped;
}

void mo_watch_begin(struct watch *watch, struct moult *m, sqlite3 *db, const char *phase,
		    const char *object)
{
	*watch = (struct watch){.m = m,
				.db = db,
				.progress = {phase, object, "rows", 0, -1},
				.others = sqlite3_next_stmt(db, NULL),
				.last = mo_now_ms()};
	if (m->on_progress)
		sqlite3_progress_handler(db, MO_WATCH_INSTRUCTIONS, on_instructions, watch);
}

void mo_watch_end(struct watch *watch)
{
	if (watch->m->on_progress)
		sqlite3_progress_handler(watch->db, 0, NULL, NULL);
}
