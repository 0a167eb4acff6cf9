/* SPDX-License-Identifier: MIT */
/*
 * holder.h: which process has the lock that SQLite was not given.
 *
 * SQLite's locks on unix are advisory record locks, so fcntl(F_GETLK) names their owner.  It takes a
 * descriptor of the file, and to close that would drop all locks that this process has on it
 * (https://sqlite.org/howtocorrupt.html, section 2.2).  So a child asks, which has none.
 */
#ifndef MOULT_LIVE_HOLDER_H
#define MOULT_LIVE_HOLDER_H

#include "base/arena.h"

/*
 * "process 4242 (sqlite3) is writing", or reading; the name where /proc tells it.  NULL where nobody is
 * found: the lock is this process's own, has just gone, is another host's, or is no such lock.
 */
const char *mo_lock_holder(struct arena *arena, const char *path);

#endif
