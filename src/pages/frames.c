/* SPDX-License-Identifier: MIT */
/* frames.c: see frames.h. */
#include "pages/frames.h"

#include <string.h>

#include "pages/wal_index.h"

static int read_frame(struct frames *frames, uint32_t number)
{
	unsigned char header[16];
	struct page_known *known;

	if (frames->wal->pMethods->xRead(frames->wal, header, sizeof(header),
					 mo_frame_place(number, frames->size) - MO_FRAME_HEADER) ||
	    memcmp(header + 8, frames->salts, sizeof(frames->salts)) != 0 || !mo_read_32(header))
		return MO_ODD;
	known = mo_page_make(&frames->map, mo_read_32(header));
	if (!known)
		return SQLITE_NOMEM;
	known->from = number;
	known->turn = frames->turn;
	return SQLITE_OK;
}

/* What is known of where pages are in a WAL that is no more. */
static void begin_anew(struct frames *frames, const unsigned char *salts)
{
	for (size_t i = 0; i < frames->map.room; i++)
		frames->map.known[i].from = 0;
	frames->mark = 0;
	memcpy(frames->salts, salts, sizeof(frames->salts));
}

static bool has_handles(struct frames *frames, sqlite3 *db)
{
	frames->file = frames->wal = NULL;
	return !sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &frames->file) &&
	       !sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &frames->wal) &&
	       frames->file && frames->file->pMethods && frames->wal && frames->wal->pMethods;
}

int mo_frames_read(struct frames *frames, sqlite3 *db)
{
	struct wal_index index;
	int rc = has_handles(frames, db) ? mo_wal_index_read(&index, frames->file) : MO_ODD;

	if (rc)
		return rc;
	frames->turn++;
	if (memcmp(frames->salts, index.salts, sizeof(frames->salts)) != 0)
		begin_anew(frames, index.salts);
	frames->size = index.size;
	frames->count = index.count;
	frames->in_file = index.in_file;
	if (index.frames < frames->mark)
		return MO_ODD;
	if (index.frames > frames->mark)
		frames->newest = frames->turn;
	while (!rc && frames->mark < index.frames)
		rc = read_frame(frames, ++frames->mark);
	return rc;
}

void mo_frames_done(struct frames *frames)
{
	mo_page_map_done(&frames->map);
}

sqlite3_int64 mo_frames_find(const struct frames *frames, uint32_t page)
{
	const struct page_known *known = mo_page_find(&frames->map, page);

	if (!known || known->from <= frames->in_file)
		return 0;
	return mo_frame_place((uint32_t)known->from, frames->size);
}

bool mo_frames_has_since(const struct frames *frames, uint32_t page, uint32_t turn)
{
	const struct page_known *known = mo_page_find(&frames->map, page);

	return known && known->turn > turn;
}
