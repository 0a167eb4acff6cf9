/* SPDX-License-Identifier: MIT */
/* wal_index.c: see wal_index.h. */
#include "pages/wal_index.h"

#include <string.h>

#define REGION 32768 /* bytes that SQLite maps of it at once */
#define TRIES 100    /* to read its header while others write it */

/* Offsets: https://sqlite.org/walformat.html#the_wal_index_header */
enum {
	INDEX_VERSION = 0,
	INDEX_READY = 12,
	INDEX_PAGE_SIZE = 14,
	INDEX_FRAMES = 16,
	INDEX_PAGES = 20,
	INDEX_SALTS = 32,
	INDEX_SUMS = 40,
	INDEX_HEADER = 48,
	INDEX_IN_FILE = 96,
	INDEX_NUMBERS = 136
};

#define VERSION 3007000

/* Frames of a region, and of the first one. */
#define FRAMES 4096
#define FIRST_FRAMES (FRAMES - INDEX_NUMBERS / 4)

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

static volatile void *map(sqlite3_file *file, uint32_t region)
{
	volatile void *mapped = NULL;

	if (file->pMethods->iVersion < 2 || !file->pMethods->xShmMap ||
	    file->pMethods->xShmMap(file, (int)region, REGION, 0, &mapped))
		return NULL;
	return mapped;
}

int mo_wal_index_read(struct wal_index *index, sqlite3_file *file)
{
	const volatile void *mapped = map(file, 0);
	unsigned char header[INDEX_HEADER];
	bool is_read = false;

	for (int i = 0; mapped && i < TRIES && !is_read; i++)
		is_read = take_header(header, &index->in_file, file, mapped);
	if (!is_read || native_32(header + INDEX_VERSION) != VERSION || !header[INDEX_READY])
		return MO_ODD;
	memcpy(index->salts, header + INDEX_SALTS, sizeof(index->salts));
	index->size = size_of_page(header);
	index->count = native_32(header + INDEX_PAGES);
	index->frames = native_32(header + INDEX_FRAMES);
	return SQLITE_OK;
}

uint32_t mo_wal_index_page(sqlite3_file *file, uint32_t frame)
{
	const bool is_first = frame <= FIRST_FRAMES;
	const uint32_t behind = is_first ? 0 : frame - FIRST_FRAMES - 1;
	const volatile unsigned char *mapped = map(file, is_first ? 0 : 1 + behind / FRAMES);
	const uint32_t at = is_first ? INDEX_NUMBERS + 4 * (frame - 1) : behind % FRAMES * 4;

	return mapped ? *(const volatile uint32_t *)(const volatile void *)(mapped + at) : 0;
}
