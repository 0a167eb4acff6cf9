/* SPDX-License-Identifier: MIT */
/*
 * disk_vfs.h: SQLite's way to the disk in memory, with locks between connections
 * and the shared memory of a WAL.
 */
#ifndef MOULT_TESTS_TORTURE_DISK_VFS_H
#define MOULT_TESTS_TORTURE_DISK_VFS_H

struct disk_locks;

void disk_locks_free(struct disk_locks *locks); /* NULL is allowed */

#endif
