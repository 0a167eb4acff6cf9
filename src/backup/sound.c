/* SPDX-License-Identifier: MIT */
/*
 * sound.c: copying databases, and judging what was copied.
 *
 * The judge is quick_check, which reads every page but asks no index.  Two
 * databases with the same pages have the same verdict; so where it finds
 * something, the question is only whether the original has it too.
 */
#include "backup/backup.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "backup/file.h"
#include "base/text.h"
#include "live/connect.h"
#include "live/lines.h"
#include "live/watch.h"

#define PAGES 1024 /* between two calls of progress */
#define NAP_MS 20
#define MOST_LINES 100 /* of a verdict */

/* ---- connections ---- */

const char *mo_backup_vfs(sqlite3 *db)
{
	sqlite3_vfs *vfs = NULL;

	if (sqlite3_file_control(db, "main", SQLITE_FCNTL_VFS_POINTER, &vfs) || !vfs)
		return NULL;
	return vfs->zName;
}

/* What a VFS that is none of SQLite's own has open cannot be asked; the name can. */
int mo_backup_check_opened(struct moult *m, sqlite3 *db, int fd, const char *path, enum diag_id id)
{
	const char *vfs = mo_backup_vfs(db);

	return vfs && mo_name_has_prefix(vfs, "unix")
		       ? mo_file_check_opened(fd, path, &m->diags, id)
		       : mo_file_check_name(fd, path, &m->diags, id);
}

/* As memcmp; only ever asked for an order that nobody looks at. */
static int stand_in(void *context, int a_size, const void *a, int b_size, const void *b)
{
	const int size = a_size < b_size ? a_size : b_size;
	const int order = size ? memcmp(a, b, (size_t)size) : 0;

	(void)context;
	return order ? order : a_size - b_size;
}

static void make_collation(void *context, sqlite3 *db, int encoding, const char *name)
{
	(void)context;
	sqlite3_create_collation_v2(db, name, encoding, NULL, stand_in, NULL);
}

int mo_backup_prepare(sqlite3 *db)
{
	int rc = sqlite3_collation_needed(db, NULL, make_collation);

	return rc ? rc : mo_exec(db, "PRAGMA ignore_check_constraints=ON");
}

int mo_backup_open(sqlite3 **db, struct moult *m, const char *path, const char *vfs)
{
	struct arena *arena = mo_arena_new();
	const char *uri = arena ? mo_file_uri(arena, path, vfs, "immutable=1") : NULL;
	const int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_PRIVATECACHE |
			  SQLITE_OPEN_NOFOLLOW;
	sqlite3 *opened = NULL;
	int rc = uri ? mo_connect(&opened, m, uri, flags) : mo_diag_memory(&m->diags);

	mo_arena_free(arena);
	if (rc)
		return rc;
	rc = mo_backup_prepare(opened);
	if (!rc) /* who reads each page once needs few of them again */
		rc = mo_exec(opened, "PRAGMA cache_size=-512");
	if (rc) {
		rc = mo_diag_sqlite(&m->diags, opened, rc, DIAG_RUN020, path, "open the backup");
		mo_disconnect(opened);
		return rc;
	}
	*db = opened;
	return MOULT_OK;
}

/* ---- copies ---- */

static bool is_busy(int rc)
{
	return (rc & 0xff) == SQLITE_BUSY || (rc & 0xff) == SQLITE_LOCKED;
}

static bool tell(struct moult *m, sqlite3_backup *copy, const char *phase)
{
	const long long total = sqlite3_backup_pagecount(copy);
	const moult_progress progress = {
		phase, NULL, "pages", total - sqlite3_backup_remaining(copy), total, 0, 0};

	return mo_goes_on(m, &progress);
}

static int run_copy(struct moult *m, sqlite3_backup *copy, int timeout_ms, const char *phase)
{
	const struct timespec nap = {0, NAP_MS * 1000000L};
	int waited = 0;

	for (;;) {
		int rc = sqlite3_backup_step(copy, PAGES);

		if (rc && (!is_busy(rc) || waited >= timeout_ms))
			return rc;
		if (!tell(m, copy, phase))
			return SQLITE_INTERRUPT;
		if (!rc)
			continue;
		nanosleep(&nap, NULL);
		waited += NAP_MS;
	}
}

/* code is errno of a disk that failed, or 0: "File too large" says more than "disk I/O error". */
static int cannot_copy(struct moult *m, sqlite3 *target, int rc, int code, enum diag_id id)
{
	const char *path = sqlite3_db_filename(target, "main");
	const char *into = path && *path ? path : "memory";

	if ((rc & 0xff) == SQLITE_NOMEM)
		return mo_diag_memory(&m->diags);
	if (!code)
		return mo_diag(&m->diags, is_busy(rc) ? DIAG_RUN004 : id, NULL, path,
			       "could not copy pages into %s: %s", into, sqlite3_errstr(rc));
	errno = code;
	rc = mo_diag_errno(&m->diags, id, into, "copy pages into");
	mo_diag_hint(&m->diags, "look at the disk, its space and its limits");
	return rc;
}

int mo_backup_copy(struct moult *m, sqlite3_backup *copy, sqlite3 *target, int timeout_ms,
		   const char *phase, enum diag_id id)
{
	int rc, end, code;

	if (!copy)
		return mo_diag_sqlite(&m->diags, target, sqlite3_errcode(target), id, NULL,
				      "begin to copy");
	rc = run_copy(m, copy, timeout_ms, phase);
	end = sqlite3_backup_finish(copy);
	code = (end & 0xff) == SQLITE_IOERR ? sqlite3_system_errno(target) : 0;
	if (rc == SQLITE_DONE)
		rc = end;
	if (rc == SQLITE_INTERRUPT)
		return mo_diag(&m->diags, DIAG_RUN014, NULL, NULL,
			       "interrupted while copying pages");
	if (!rc)
		return MOULT_OK;
	return cannot_copy(m, target, rc, code, id);
}

/* ---- verdicts ---- */

/* The lines that were read before it came to its end, and what ended it. */
static const char *write_verdict(struct arena *arena, sqlite3 *db, const struct list *lines, int rc)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	for (int i = 0; i < lines->count; i++)
		sqlite3_str_appendf(out, "%s%s", i ? "\n" : "", (const char *)lines->items[i]);
	if (rc)
		sqlite3_str_appendf(out, "%s%s", lines->count ? "\n" : "", sqlite3_errmsg(db));
	else if (!lines->count)
		sqlite3_str_appendall(out, "ok");
	return mo_arena_take(arena, out);
}

const char *mo_backup_verdict(struct arena *arena, sqlite3 *db)
{
	struct list lines = {0};
	const int rc = mo_lines_read(&lines, arena, db, "quick_check", NULL, MOST_LINES);

	switch (rc & 0xff) {
	case SQLITE_NOMEM:
		return NULL;
	case SQLITE_ERROR:
		return mo_arena_text(arena, "unknown");
	default:
		return write_verdict(arena, db, &lines, rc);
	}
}

int mo_backup_judge(const char **verdict, struct arena *arena, struct moult *m, sqlite3 *db)
{
	struct watch watch;
	const char *found;

	mo_watch_begin(&watch, m, db, "check", "backup");
	found = mo_backup_verdict(arena, db);
	mo_watch_end(&watch);
	if (watch.stopped)
		return mo_diag(&m->diags, DIAG_RUN014, NULL, NULL,
			       "interrupted while checking a backup");
	if (!found)
		return mo_diag_memory(&m->diags);
	*verdict = found;
	return MOULT_OK;
}

bool mo_backup_is_sound(const char *verdict)
{
	return mo_same(verdict, "ok") || mo_same(verdict, "unknown");
}
