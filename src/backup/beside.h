/* SPDX-License-Identifier: MIT */
/*
 * beside.h: a new backup is read through while the caller does something else.
 *
 * Reading a copy back takes as long as everything that a run does between the
 * backup and its first write: counting, digests of the rows to come.  So it is
 * given to a thread, which has a connection and memory of its own and touches
 * nothing but the copy, a file that nobody else knows yet.
 *
 *	caller	mo_beside_begin() ... reads the database ... mo_beside_end()
 *	thread		`--- quick_check, checksum, fsync ---------'
 *
 * Where SQLite was built or configured without mutexes, the VFS is not one of
 * its own, or the copy is small, all of it is done in mo_beside_end().
 */
#ifndef MOULT_BACKUP_BESIDE_H
#define MOULT_BACKUP_BESIDE_H

#include "base/handle.h"
#include "base/hash.h"

struct beside;

/* What was read.  The texts live as long as the struct beside. */
struct beside_result {
	const char *verdict; /* as mo_backup_verdict(); NULL without memory */
	const char *fault;   /* why it could not be read or synced; NULL: it was */
	bool stopped;	     /* it was broken off */
	char checksum[MO_HASH_TEXT];
};

/*
 * Takes the connection, on the copy at path, which is closed whatever happens;
 * fd, a descriptor of the copy, stays the caller's.  RUN023 without memory.
 */
int mo_beside_begin(struct beside **beside, struct moult *m, sqlite3 *db, const char *path, int fd,
		    bool may_be_thread);
/* Waits for the end, which the progress callback sees and can break off. */
const struct beside_result *mo_beside_end(struct beside *beside);
/* Stops it where it is still under way, and frees. */
void mo_beside_free(struct beside *beside);

#endif
