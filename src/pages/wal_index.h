/* SPDX-License-Identifier: MIT */
/*
 * wal_index.h: what processes share about a WAL: how many frames it has, and the page that each is of.
 *
 *	header, header again	frames up to the last commit, salts, size of a page
 *	how many frames are in the file, too
 *	page numbers, hashes	of 4,096 frames (of fewer, behind the header), again and again
 *
 * It is mapped already where a connection reads through the WAL.
 * https://sqlite.org/walformat.html#the_wal_index_file_format
 */
#ifndef MOULT_PAGES_WAL_INDEX_H
#define MOULT_PAGES_WAL_INDEX_H

#include "pages/pages.h"

#define MO_WAL_HEADER 32
#define MO_FRAME_HEADER 24

struct wal_index {
	unsigned char salts[8];
	uint32_t size;	  /* bytes of a page */
	uint32_t count;	  /* pages of the database at the last commit */
	uint32_t frames;  /* up to that */
	uint32_t in_file; /* of these, so many are in the file, too */
};

/* MO_ODD where there is none, or one that is not known here. */
int mo_wal_index_read(struct wal_index *index, sqlite3_file *file);
/* The page of a frame, counted from 1; 0 where that has none yet, or cannot be read. */
uint32_t mo_wal_index_page(sqlite3_file *file, uint32_t frame);

/* Where in the WAL the page of a frame is. */
static inline sqlite3_int64 mo_frame_place(uint32_t frame, uint32_t size)
{
	return MO_WAL_HEADER + (sqlite3_int64)(frame - 1) * (MO_FRAME_HEADER + size) +
	       MO_FRAME_HEADER;
}

#endif
