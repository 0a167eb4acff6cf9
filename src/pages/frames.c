/* SPDX-License-Identifier: MIT */
/* frames.c: see frames.h. */
#include "pages/frames.h"

#include <string.h>

#define WAL_HEADER 32
#define FRAME_HEADER 24
#define INDEX_REGION 32768 /* bytes that SQLite maps of the wal-index at once */
#define TRIES 100	   /* to read its header while others write it */

/* Offsets in the wal-index: https://sqlite.org/walformat.html#the_wal_index_header */
enum {
	INDEX_VERSION = 0,
	INDEX_READY = 12,
	INDEX_PAGE_SIZE = 14,
	INDEX_FRAMES = 16,
	INDEX_PAGES = 20,
	INDEX_SALTS = 32,
	INDEX_SUMS = 40,
	INDEX_HEADER = 48,
	INDEX_IN_FILE = 96
};
#define VERSION 3007000

/* Of the machine's own order: processes of one machine share it. */
static uint32_t native_32(const unsigned char *at)
{
	uint32_t value;

	memcpy(&value, at, sizeof(value));
	return value;
}

/* 65536 does not fit into its two bytes, and is 1 there. */
static uint32_t size_of_page(const unsigned char *header)
{
	uint16_t size;

	memcpy(&size, header + INDEX_PAGE_SIZE, sizeof(size));
	return (size & 0xfe00U) + ((size & 1U) << 16);
}

static bool is_summed(const unsigned char *header)
{
	uint32_t first = 0, second = 0;

	for (int at = 0; at < INDEX_SUMS; at += 8) {
		first += native_32(header + at) + second;
		second += native_32(header + at + 4) + first;
	}
	return first == native_32(header + INDEX_SUMS) &&
	       second == native_32(header + INDEX_SUMS + 4);
}

/* There are two copies: where they are equal, nobody is between them. */
static bool take_header(unsigned char *header, uint32_t *in_file, sqlite3_file *file,
			const volatile unsigned char *index)
{
	unsigned char copies[3][INDEX_HEADER];

	for (int i = 0; i < 2; i++)
		for (int at = 0; at < INDEX_HEADER; at++)
			copies[i][at] = index[i * INDEX_HEADER + at];
	*in_file = *(const volatile uint32_t *)(const volatile void *)(index + INDEX_IN_FILE);
	file->pMethods->xShmBarrier(file);
	for (int at = 0; at < INDEX_HEADER; at++)
		copies[2][at] = index[at];
	memcpy(header, copies[0], INDEX_HEADER);
	return memcmp(copies[0], copies[1], INDEX_HEADER) == 0 &&
	       memcmp(copies[0], copies[2], INDEX_HEADER) == 0 && is_summed(header);
}

static int read_index(unsigned char *header, uint32_t *in_file, sqlite3_file *file)
{
	volatile void *index = NULL;
	bool is_read = false;

	if (file->pMethods->iVersion < 2 || !file->pMethods->xShmMap ||
	    file->pMethods->xShmMap(file, 0, INDEX_REGION, 0, &index) || !index)
		return MO_ODD;
	for (int i = 0; i < TRIES && !is_read; i++)
		is_read = take_header(header, in_file, file, index);
	return is_read && native_32(header + INDEX_VERSION) == VERSION && header[INDEX_READY]
		       ? SQLITE_OK
		       : MO_ODD;
}

static sqlite3_int64 place_of(const struct frames *frames, uint32_t number)
{
	return WAL_HEADER + (sqlite3_int64)(number - 1) * (FRAME_HEADER + frames->size);
}

static int read_frame(struct frames *frames, uint32_t number)
{
	unsigned char header[16];
	struct page_known *known;

	if (frames->wal->pMethods->xRead(frames->wal, header, sizeof(header),
					 place_of(frames, number)) ||
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
	unsigned char header[INDEX_HEADER];
	uint32_t in_file, last;
	int rc = has_handles(frames, db) ? read_index(header, &in_file, frames->file) : MO_ODD;

	if (rc)
		return rc;
	last = native_32(header + INDEX_FRAMES);
	frames->turn++;
	if (memcmp(frames->salts, header + INDEX_SALTS, sizeof(frames->salts)) != 0)
		begin_anew(frames, header + INDEX_SALTS);
	frames->size = size_of_page(header);
	frames->count = native_32(header + INDEX_PAGES);
	frames->in_file = in_file;
	if (last < frames->mark)
		return MO_ODD;
	if (last > frames->mark)
		frames->newest = frames->turn;
	while (!rc && frames->mark < last)
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
	return place_of(frames, (uint32_t)known->from) + FRAME_HEADER;
}

bool mo_frames_has_since(const struct frames *frames, uint32_t page, uint32_t turn)
{
	const struct page_known *known = mo_page_find(&frames->map, page);

	return known && known->turn > turn;
}
