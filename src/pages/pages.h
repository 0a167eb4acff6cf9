/* SPDX-License-Identifier: MIT */
/*
 * pages.h: the pages of main, read from the file through SQLite's own handle.
 *
 * To read a row, SQLite's machine copies each value out of its page and calls a
 * function with it.  Who only adds up hashes can take the values where they lie:
 *
 *	file --> pages --> cells of a b-tree --> records --> values     --> hashes
 *	         here      tree.h                record.h    program.h
 *
 * The handle is SQLite's, so no lock of the process is lost: to close a descriptor
 * of our own would drop them all (https://sqlite.org/howtocorrupt.html, 2.2).
 *
 * The file holds what the transaction has written only after the cache was flushed,
 * which writes each changed page that nobody uses.  What that leaves out is page 1,
 * which is not read but for what no transaction changes; and all pages where a
 * statement is running or cache_spill is off, which is asked first.
 *
 * With a write-ahead log (WAL) the pages that the transaction and those before it wrote are there.
 * Which frame has a page is said by the wal-index, and how far the transaction itself has come by
 * live/buffered.h.  Frames of a part of it that was rolled back could be taken for its own where they
 * begin a region of the wal-index, once in 4,096 times; a digest tells.  Or the pages are those of a commit (frames.h).
 *
 * This reader is for the common case.  A database in memory, a
 * VFS that may store pages as something else, a page that is not quite as it should
 * be: MO_ODD, and SQLite is asked, which knows what to make of that.
 * https://sqlite.org/fileformat2.html
 */
#ifndef MOULT_PAGES_PAGES_H
#define MOULT_PAGES_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sqlite3.h>

#define MO_ODD SQLITE_NOTFOUND /* not for this reader: no verdict about the file */

/* Trees that are checked one after the other: none may have a page of another. */
struct page_check {
	unsigned char *seen; /* a bit for each page that one of them has; to be freed */
	uint32_t count;	     /* of pages; another one makes nothing sound */
	bool is_sound;	     /* the last one: quick_check would find nothing on its pages */
};

struct frames;

/* Neighbours that were read together. */
struct window {
	unsigned char *bytes;
	uint32_t first;
	uint32_t count;
	uint32_t last; /* that was asked for */
	uint32_t ahead;
};

/* What pages are read for; a page stands until another is read for the same. */
enum page_use { PAGE_INNER, PAGE_LEAF, PAGE_OVERFLOW, PAGE_USES };

struct pages {
	sqlite3_file *file;
	uint32_t size;	 /* bytes of a page */
	uint32_t usable; /* without those reserved for extensions */
	uint32_t count;
	uint32_t in_file;	     /* of these; the others are in the WAL alone */
	sqlite3_file *wal;	     /* or NULL */
	const struct frames *frames; /* of that; or NULL */
	uint32_t *places;	     /* else the last frame that has a page; 0: none has */
	uint32_t asked;		     /* for so many; each page of a b-tree is asked for once */
	bool moves;		     /* auto_vacuum */
	int encoding;		     /* SQLITE_UTF8, SQLITE_UTF16LE or SQLITE_UTF16BE */
	size_t longest;		     /* value that SQLite would give */
	size_t unbeaten;	     /* bytes read since the last beat */
	sqlite3_stmt *beat;
	struct window windows[PAGE_USES];
};

/* Whether the VFS is one of SQLite's own, that store a page as it is. */
bool mo_pages_are_plain(sqlite3 *db);
/* SQLite's code, or MO_ODD; also where main has fewer pages than least.  To be closed in any case. */
int mo_pages_open(struct pages *pages, sqlite3 *db, int least);
/*
 * The same as the last commit left them that frames know of, by a connection with a snapshot of that or an
 * earlier one, as long as it has it.
 */
int mo_pages_open_frames(struct pages *pages, sqlite3 *db, const struct frames *frames);
void mo_pages_close(struct pages *pages);

/* SQLITE_INTERRUPT where the progress handler, or sqlite3_interrupt(), asked to stop. */
int mo_pages_read(const unsigned char **page, struct pages *pages, uint32_t number,
		  enum page_use use);

static inline uint32_t mo_read_16(const unsigned char *at)
{
	return (uint32_t)at[0] << 8 | at[1];
}

static inline uint32_t mo_read_32(const unsigned char *at)
{
	return mo_read_16(at) << 16 | mo_read_16(at + 2);
}

#endif
