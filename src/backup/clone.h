/* SPDX-License-Identifier: MIT */
/*
 * clone.h: copying the database by the file system.
 *
 * Where the file system shares blocks between files (btrfs, xfs) a copy is made
 * in no time and takes no room; elsewhere the kernel copies without a detour
 * through this process, for a third to a half of the backup API's work.
 *
 * The bytes of the file are its content only while nobody writes and no WAL is
 * beside it: the caller has the write lock and has written nothing, or reads, and the journal
 * mode is not WAL.
 *
 * The database must be neither opened nor closed for it (backup/file.h).  SQLite
 * has it open; so its own descriptor is found among those of the process, by
 * device and inode, and read through.  Another thread could close one that was
 * found, and get its number for another file; so this is for connections that the
 * library opened, and what the descriptor is gets asked once more afterwards.
 */
#ifndef MOULT_BACKUP_CLONE_H
#define MOULT_BACKUP_CLONE_H

#include <stdbool.h>

struct moult;

/*
 * Fills the empty file behind a descriptor with all of database; at once: where blocks are shared alone.
 * False where that cannot be done so, whatever the reason: then it is empty still.
 */
bool mo_clone(struct moult *m, const char *database, int to, bool at_once);

#endif
