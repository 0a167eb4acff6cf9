/* SPDX-License-Identifier: MIT */
/* pages.c: see pages.h. */
#include "pages/pages.h"

#include <string.h>

#include "base/text.h"
#include "live/connect.h"
#include "pages/frames.h"

#define HEADER 100	     /* bytes of page 1 */
#define LOCK_BYTE 1073741824 /* no b-tree uses the page that it is on */
#define WINDOW 65536	     /* bytes that are read at once */
#define BYTES_A_BEAT 4194304 /* to be read in some milliseconds */

/*
 * Steps of this statement have SQLite look whether it was interrupted, and call the progress
 * handler as often as MO_WATCH_INSTRUCTIONS says.  It reads no table, and between steps it is
 * running: an interrupt that comes then is not forgotten.
 */
static const char beat[] = "WITH RECURSIVE beat(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM beat)"
			   " SELECT i FROM beat WHERE i % 1200 = 0";

/* VFSs of SQLite's own that store a page as it is. */
static const char *const plain[] = {"unix",	 "unix-excl", "unix-dotfile",
				    "unix-none", "win32",     "win32-longpath"};

static bool is_plain(sqlite3 *db)
{
	char *name = NULL;
	bool found = false;

	if (sqlite3_file_control(db, "main", SQLITE_FCNTL_VFSNAME, &name))
		return false;
	for (size_t i = 0; i < sizeof(plain) / sizeof(*plain); i++)
		found |= mo_same(name, plain[i]);
	sqlite3_free(name);
	return found;
}

static bool has_rollback_journal(sqlite3 *db, int *rc)
{
	sqlite3_stmt *stmt = NULL;
	const char *mode;
	bool has = false;

	*rc = sqlite3_prepare_v2(db, "PRAGMA main.journal_mode", -1, &stmt, NULL);
	if (!*rc && (*rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		mode = (const char *)sqlite3_column_text(stmt, 0);
		has = mo_same(mode, "delete") || mo_same(mode, "truncate") ||
		      mo_same(mode, "persist");
		*rc = SQLITE_OK;
	}
	sqlite3_finalize(stmt);
	return has && !*rc;
}

/* Whether the exclusive lock, which a flush may need, was in vain waited for once. */
static bool is_pending(sqlite3 *db)
{
	int lock = 0;

	sqlite3_file_control(db, "main", SQLITE_FCNTL_LOCKSTATE, &lock);
	return lock == SQLITE_LOCK_PENDING;
}

/* Whether the file has every page of the transaction, but for the first. */
static bool is_flushed(sqlite3 *db, int least, uint32_t *count, int *rc)
{
	long long pages, spills = 0;

	/*
	 * Outside of a transaction nobody is kept from writing.  Inside of one the first pragma
	 * takes a lock, if there is none, and sees to it that the schema is that of the file.
	 */
	if (sqlite3_get_autocommit(db) || mo_has_running(db) || is_pending(db))
		return false;
	pages = mo_query_integer(db, "PRAGMA main.page_count", 0, rc);
	if (!*rc)
		spills = mo_query_integer(db, "PRAGMA main.cache_spill", 0, rc);
	if (*rc || pages < least || !spills || !is_plain(db) || !has_rollback_journal(db, rc))
		return false;
	*count = (uint32_t)pages;
	return sqlite3_db_cacheflush(db) == SQLITE_OK;
}

static int read_bytes(const struct pages *pages, void *to, int bytes, uint32_t number)
{
	const sqlite3_int64 in_wal = pages->frames ? mo_frames_find(pages->frames, number) : 0;
	sqlite3_file *file = in_wal ? pages->frames->wal : pages->file;

	if (!in_wal && number > pages->in_file)
		return MO_ODD;
	return file->pMethods->xRead(file, to, bytes,
				     in_wal ? in_wal : (sqlite3_int64)(number - 1) * pages->size)
		       ? MO_ODD
		       : SQLITE_OK;
}

/* What of page 1 no transaction changes: https://sqlite.org/fileformat2.html#the_database_header */
static int read_header(struct pages *pages)
{
	const unsigned char format = pages->frames ? 2 : 1;
	unsigned char header[HEADER];
	sqlite3_int64 bytes = 0;

	pages->in_file = 1;
	if (pages->file->pMethods->xFileSize(pages->file, &bytes) ||
	    read_bytes(pages, header, HEADER, 1))
		return MO_ODD;
	pages->size = mo_read_16(header + 16) == 1 ? 65536 : mo_read_16(header + 16);
	pages->usable = pages->size - header[20];
	pages->moves = mo_read_32(header + 52) != 0;
	pages->encoding = (int)mo_read_32(header + 56);
	if (memcmp(header, "SQLite format 3", 16) != 0 || header[18] != format ||
	    header[19] != format || memcmp(header + 21, "\100\040\040", 3) != 0 ||
	    pages->size < 512 || (pages->size & (pages->size - 1)) || pages->usable < 480 ||
	    pages->encoding < SQLITE_UTF8 || pages->encoding > SQLITE_UTF16BE)
		return MO_ODD;
	pages->in_file = (uint32_t)(bytes / pages->size);
	if (!pages->frames && pages->count > pages->in_file)
		pages->count = pages->in_file;
	return !pages->frames || pages->size == pages->frames->size ? SQLITE_OK : MO_ODD;
}

int mo_pages_open(struct pages *pages, sqlite3 *db, int least)
{
	int rc = SQLITE_OK;

	*pages = (struct pages){.longest = (size_t)sqlite3_limit(db, SQLITE_LIMIT_LENGTH, -1)};
	if (!is_flushed(db, least, &pages->count, &rc))
		return rc ? rc : MO_ODD;
	if (sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &pages->file) ||
	    !pages->file || !pages->file->pMethods)
		return MO_ODD;
	rc = read_header(pages);
	return rc ? rc : sqlite3_prepare_v2(db, beat, -1, &pages->beat, NULL);
}

int mo_pages_open_frames(struct pages *pages, sqlite3 *db, const struct frames *frames)
{
	int rc;

	*pages = (struct pages){.longest = (size_t)sqlite3_limit(db, SQLITE_LIMIT_LENGTH, -1),
				.frames = frames,
				.file = frames->file,
				.count = frames->count};
	rc = is_plain(db) ? read_header(pages) : MO_ODD;
	return rc ? rc : sqlite3_prepare_v2(db, beat, -1, &pages->beat, NULL);
}

void mo_pages_close(struct pages *pages)
{
	sqlite3_finalize(pages->beat);
	for (int i = 0; i < PAGE_USES; i++)
		sqlite3_free(pages->windows[i].bytes);
}

static int take_beat(struct pages *pages, size_t bytes)
{
	int rc;

	pages->unbeaten += bytes;
	if (pages->unbeaten < BYTES_A_BEAT)
		return SQLITE_OK;
	pages->unbeaten = 0;
	rc = sqlite3_step(pages->beat);
	return rc == SQLITE_ROW ? SQLITE_OK : rc;
}

/* How many pages from there on can be read at once, so many at most. */
static uint32_t together(const struct pages *pages, uint32_t number, uint32_t most)
{
	const uint32_t left = pages->in_file < number ? 0 : pages->in_file - number + 1;
	uint32_t count = 1;

	if (most > left)
		most = left;
	if (!pages->frames)
		return most;
	if (mo_frames_find(pages->frames, number))
		return 1;
	while (count < most && !mo_frames_find(pages->frames, number + count))
		count++;
	return count;
}

/* Where one page follows another, more and more are read at once. */
static int fill(struct pages *pages, struct window *window, uint32_t number)
{
	const bool follows = number > window->last && number - window->last <= 2;
	const uint32_t most = WINDOW / pages->size;
	uint32_t count;

	if (!window->bytes)
		window->bytes = sqlite3_malloc64(WINDOW);
	if (!window->bytes)
		return SQLITE_NOMEM;
	window->ahead = follows && window->ahead ? window->ahead * 2 : 1;
	if (window->ahead > most)
		window->ahead = most;
	window->first = number;
	window->count = 0;
	count = together(pages, number, window->ahead);
	if (read_bytes(pages, window->bytes, (int)(count * pages->size), number))
		return MO_ODD;
	window->count = count;
	return take_beat(pages, (size_t)count * pages->size);
}

int mo_pages_read(const unsigned char **page, struct pages *pages, uint32_t number,
		  enum page_use use)
{
	struct window *window = &pages->windows[use];
	int rc = SQLITE_OK;

	if (number < 2 || number > pages->count || number == LOCK_BYTE / pages->size + 1 ||
	    ++pages->asked > pages->count)
		return MO_ODD;
	if (number < window->first || number - window->first >= window->count)
		rc = fill(pages, window, number);
	window->last = number;
	if (!rc)
		*page = window->bytes + (size_t)(number - window->first) * pages->size;
	return rc;
}
