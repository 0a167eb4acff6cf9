/* SPDX-License-Identifier: MIT */
/* pages.c: see pages.h. */
#include "pages/pages.h"

#include <string.h>

#include "base/text.h"
#include "live/buffered.h"
#include "live/connect.h"
#include "pages/frames.h"
#include "pages/wal_index.h"

#define HEADER 100	     /* bytes of page 1 */
#define LOCK_BYTE 1073741824 /* no b-tree uses the page that it is on */
#define WINDOW 65536	     /* bytes that are read at once */
#define SMALLEST 512	     /* bytes of a page */
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

bool mo_pages_are_plain(sqlite3 *db)
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

enum journal { JOURNAL_OTHER, JOURNAL_ROLLBACK, JOURNAL_WAL };

static enum journal journal_of(sqlite3 *db, int *rc)
{
	sqlite3_stmt *stmt = NULL;
	enum journal journal = JOURNAL_OTHER;
	const char *mode;

	*rc = sqlite3_prepare_v2(db, "PRAGMA main.journal_mode", -1, &stmt, NULL);
	if (!*rc && (*rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		mode = (const char *)sqlite3_column_text(stmt, 0);
		if (mo_same(mode, "wal"))
			journal = JOURNAL_WAL;
		else if (mo_same(mode, "delete") || mo_same(mode, "truncate") ||
			 mo_same(mode, "persist"))
			journal = JOURNAL_ROLLBACK;
		*rc = SQLITE_OK;
	}
	sqlite3_finalize(stmt);
	return *rc ? JOURNAL_OTHER : journal;
}

/* Whether the exclusive lock, which a flush may need, was in vain waited for once. */
static bool is_pending(sqlite3 *db)
{
	int lock = 0;

	sqlite3_file_control(db, "main", SQLITE_FCNTL_LOCKSTATE, &lock);
	return lock == SQLITE_LOCK_PENDING;
}

/* Whether the file, or the WAL, has every page of the transaction, but for the first. */
static bool is_flushed(struct pages *pages, sqlite3 *db, int least, enum journal *journal, int *rc)
{
	long long count, spills = 0;

	/*
	 * Outside of a transaction nobody is kept from writing.  Inside of one the first pragma
	 * takes a lock, if there is none, and sees to it that the schema is that of the file.
	 */
	if (sqlite3_get_autocommit(db) || mo_has_running(db) || is_pending(db))
		return false;
	count = mo_query_integer(db, "PRAGMA main.page_count", 0, rc);
	if (!*rc)
		spills = mo_query_integer(db, "PRAGMA main.cache_spill", 0, rc);
	if (*rc || count < least || !spills || !mo_pages_are_plain(db))
		return false;
	*journal = journal_of(db, rc);
	pages->count = (uint32_t)count;
	return *journal != JOURNAL_OTHER && sqlite3_db_cacheflush(db) == SQLITE_OK;
}

/* ---- the WAL ------------------------------------------------------------------------------- */

static void take_frames(struct pages *pages, uint32_t first, uint32_t last)
{
	for (uint32_t frame = first; frame <= last; frame++) {
		const uint32_t page = mo_wal_index_page(pages->file, frame);

		if (!page)
			break;
		if (page <= pages->count)
			pages->places[page] = frame;
	}
}

/*
 * Which frames have the pages of a transaction that has the lock to write, so that those up to the last
 * commit are the ones that it sees.  Behind them are its own.
 */
static int find_places(struct pages *pages, sqlite3 *db)
{
	struct wal_index index;
	sqlite3_int64 end = -1;
	int rc = SQLITE_OK;

	if (sqlite3_file_control(db, "main", MO_FCNTL_LOG_END, &end) || end < 0 ||
	    sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &pages->wal) ||
	    !pages->wal || !pages->wal->pMethods || mo_wal_index_read(&index, pages->file))
		return MO_ODD;
	/* The wal-index has it from the first commit on. */
	pages->size = (uint32_t)mo_query_integer(db, "PRAGMA main.page_size", 0, &rc);
	pages->places = sqlite3_malloc64(((sqlite3_uint64)pages->count + 1) * sizeof(uint32_t));
	if (rc || !pages->places)
		return rc ? rc : SQLITE_NOMEM;
	memset(pages->places, 0, ((size_t)pages->count + 1) * sizeof(uint32_t));
	take_frames(pages, index.in_file + 1, index.frames);
	if (end > MO_WAL_HEADER)
		take_frames(pages, index.frames + 1,
			    (uint32_t)((end - MO_WAL_HEADER) / (MO_FRAME_HEADER + pages->size)));
	return SQLITE_OK;
}

/* Where it is in the WAL; 0: it is in the file. */
static sqlite3_int64 place_in_wal(const struct pages *pages, uint32_t number)
{
	if (pages->frames)
		return mo_frames_find(pages->frames, number);
	return pages->places && pages->places[number]
		       ? mo_frame_place(pages->places[number], pages->size)
		       : 0;
}

/* Pages that are one behind the other: in the WAL each has a header before it. */
static int read_pages(const struct pages *pages, unsigned char *to, uint32_t count, uint32_t number)
{
	const sqlite3_int64 in_wal = place_in_wal(pages, number);
	const size_t size = pages->size, apart = in_wal ? MO_FRAME_HEADER + size : size;
	sqlite3_file *file = in_wal ? pages->wal : pages->file;

	if ((!in_wal && number > pages->in_file) ||
	    file->pMethods->xRead(file, to, (int)((count - 1) * apart + size),
				  in_wal ? in_wal : (sqlite3_int64)(number - 1) * pages->size))
		return MO_ODD;
	for (uint32_t i = 1; in_wal && i < count; i++)
		memmove(to + i * size, to + i * apart, size);
	return SQLITE_OK;
}

/* How many pages from there on can be read at once, so many at most. */
static uint32_t together(const struct pages *pages, uint32_t number, uint32_t most)
{
	const sqlite3_int64 in_wal = place_in_wal(pages, number);
	const uint32_t last =
		in_wal || pages->count < pages->in_file ? pages->count : pages->in_file;
	uint32_t count = 1;

	while (count < most && number + count <= last &&
	       place_in_wal(pages, number + count) ==
		       (in_wal ? in_wal + (sqlite3_int64)count * (MO_FRAME_HEADER + pages->size)
			       : 0))
		count++;
	return count;
}

/* ---- opening ------------------------------------------------------------------------------- */

static int read_first(const struct pages *pages, unsigned char header[HEADER])
{
	const sqlite3_int64 in_wal = place_in_wal(pages, 1);
	sqlite3_file *file = in_wal ? pages->wal : pages->file;

	return file->pMethods->xRead(file, header, HEADER, in_wal) ? MO_ODD : SQLITE_OK;
}

/* What of page 1 no transaction changes: https://sqlite.org/fileformat2.html#the_database_header */
static int read_header(struct pages *pages)
{
	const unsigned char format = pages->wal ? 2 : 1;
	unsigned char header[HEADER];
	uint32_t size;
	sqlite3_int64 bytes = 0;

	if (pages->file->pMethods->xFileSize(pages->file, &bytes) || read_first(pages, header))
		return MO_ODD;
	size = mo_read_16(header + 16) == 1 ? 65536 : mo_read_16(header + 16);
	pages->usable = size - header[20];
	pages->moves = mo_read_32(header + 52) != 0;
	pages->encoding = (int)mo_read_32(header + 56);
	if (memcmp(header, "SQLite format 3", 16) != 0 || header[18] != format ||
	    header[19] != format || memcmp(header + 21, "\100\040\040", 3) != 0 ||
	    size < SMALLEST || (size & (size - 1)) || pages->usable < 480 ||
	    pages->encoding < SQLITE_UTF8 || pages->encoding > SQLITE_UTF16BE ||
	    (pages->wal && pages->size != size))
		return MO_ODD;
	pages->size = size;
	pages->in_file = (uint32_t)(bytes / size);
	if (!pages->wal && pages->count > pages->in_file)
		pages->count = pages->in_file;
	return SQLITE_OK;
}

int mo_pages_open(struct pages *pages, sqlite3 *db, int least)
{
	enum journal journal = JOURNAL_OTHER;
	int rc = SQLITE_OK;

	*pages = (struct pages){.longest = (size_t)sqlite3_limit(db, SQLITE_LIMIT_LENGTH, -1)};
	if (!is_flushed(pages, db, least, &journal, &rc))
		return rc ? rc : MO_ODD;
	if (sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &pages->file) ||
	    !pages->file || !pages->file->pMethods)
		return MO_ODD;
	if (journal == JOURNAL_WAL)
		rc = find_places(pages, db);
	if (!rc)
		rc = read_header(pages);
	return rc ? rc : sqlite3_prepare_v2(db, beat, -1, &pages->beat, NULL);
}

int mo_pages_open_frames(struct pages *pages, sqlite3 *db, const struct frames *frames)
{
	int rc;

	*pages = (struct pages){.longest = (size_t)sqlite3_limit(db, SQLITE_LIMIT_LENGTH, -1),
				.frames = frames,
				.file = frames->file,
				.wal = frames->wal,
				.size = frames->size,
				.count = frames->count};
	rc = mo_pages_are_plain(db) ? read_header(pages) : MO_ODD;
	return rc ? rc : sqlite3_prepare_v2(db, beat, -1, &pages->beat, NULL);
}

void mo_pages_close(struct pages *pages)
{
	sqlite3_finalize(pages->beat);
	for (int i = 0; i < PAGE_USES; i++)
		sqlite3_free(pages->windows[i].bytes);
	sqlite3_free(pages->places);
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

/* Where one page follows another, more and more are read at once. */
static int fill(struct pages *pages, struct window *window, uint32_t number)
{
	const bool follows = number > window->last && number - window->last <= 2;
	const uint32_t most = WINDOW / pages->size;
	uint32_t count;

	if (!window->bytes)
		window->bytes = sqlite3_malloc64(WINDOW + WINDOW / SMALLEST * MO_FRAME_HEADER);
	if (!window->bytes)
		return SQLITE_NOMEM;
	window->ahead = follows && window->ahead ? window->ahead * 2 : 1;
	if (window->ahead > most)
		window->ahead = most;
	window->first = number;
	window->count = 0;
	count = together(pages, number, window->ahead);
	if (read_pages(pages, window->bytes, count, number))
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
