/* SPDX-License-Identifier: MIT */
/*
 * buffered.h: a VFS that reads ahead, and gathers what is written.
 *
 * SQLite asks its VFS for one page at a time, and writes each page of the rollback journal in three
 * pieces.  Who goes through a whole file spends half of its time in such calls.  This VFS stands
 * before another one and makes few large calls of many small ones:
 *
 *	SQLite -- page, page, page -->  64 KiB  -- once -->  the VFS behind
 *
 * Locks, names, syncs and all other files are the other VFS's own.  What SQLite relies on when the
 * power fails, or another process looks, holds as before, by these rules:
 *
 *   - Before a sync, a truncation, a file size or an unlock returns, all that was written before is
 *     written.  Nobody but the connection reads a file earlier than that.
 *   - No write to the database goes before those to its journal that came earlier, and none to the
 *     journal before those to the database, unless the journal only grows.
 *   - What was read ahead is forgotten with the lock under which it was read, and with a write to it.
 *   - A write that failed late is told by the next call whose result SQLite heeds, and what was
 *     gathered with it is not written any more: SQLite will roll back from the journal, and what
 *     the journal has not got was not written to the database either.
 *   - With a write-ahead log others write while we read: everything is passed on as it comes.
 *
 * Only before SQLite's own VFSs for unix, which do not care how much is read at once.
 */
#ifndef MOULT_LIVE_BUFFERED_H
#define MOULT_LIVE_BUFFERED_H

#include <sqlite3.h>

struct buffered;

/*
 * A file control of main, with a sqlite3_int64: where what the connection has written of the write-ahead log
 * ends, since it has the lock to write; 0: it has written nothing; -1: it has no such lock.
 */
#define MO_FCNTL_LOG_END 770600

/*
 * The name of one before the default VFS, for sqlite3_open_v2(); NULL where there is none, for want of
 * memory too: then the default VFS does.  *buffered is made once and kept.
 */
const char *mo_buffered_name(struct buffered **buffered);
/* When all that it opened is closed.  NULL is allowed. */
void mo_buffered_free(struct buffered *buffered);

#endif
