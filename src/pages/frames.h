/* SPDX-License-Identifier: MIT */
/*
 * frames.h: which pages were written to a WAL, and where each of them is now.
 *
 *	wal-index	salts, how many frames are committed, how many of them are in the file
 *	frame		| page number | ... | salts | ... |  page  |
 *
 * Each call of mo_frames_read() is a turn: it reads the page numbers of the frames that came since the
 * last one.  It is called with a connection that has a snapshot, and whoever calls it sees to it that
 * one connection or another has had a snapshot ever since the call before.  Then nothing is missed:
 *
 *	a snapshot with frames in the WAL	keeps it from beginning anew
 *	a snapshot of the file alone		is had where all frames are in the file.  The WAL may
 *						begin anew once, and no frame of it gets into the file;
 *						so a second time it cannot
 *
 * With other salts the WAL began anew, and its frames are read from the first one.
 * https://sqlite.org/walformat.html, and src/wal.c of SQLite: walTryBeginRead(), walRestartLog()
 */
#ifndef MOULT_PAGES_FRAMES_H
#define MOULT_PAGES_FRAMES_H

#include "pages/page_map.h"
#include "pages/pages.h"

struct frames {
	sqlite3_file *file, *wal; /* SQLite's own, of the connection that was given last */
	unsigned char salts[8];
	uint32_t size;	  /* bytes of a page */
	uint32_t count;	  /* pages of the database at the last commit */
	uint32_t mark;	  /* frames that were read */
	uint32_t in_file; /* of these, so many are in the file, too */
	uint32_t turn;
	uint32_t newest;     /* turn that found a frame */
	struct page_map map; /* from: the last frame of a page; turn: when it was found */
};

/* SQLite's code, or MO_ODD where there is no WAL that can be read so; frames are of no use then. */
int mo_frames_read(struct frames *frames, sqlite3 *db);
void mo_frames_done(struct frames *frames);

/* Where the page is in the WAL, in bytes; 0: it is in the file. */
sqlite3_int64 mo_frames_find(const struct frames *frames, uint32_t page);
/* Whether the page was written in a later turn. */
bool mo_frames_has_since(const struct frames *frames, uint32_t page, uint32_t turn);

#endif
