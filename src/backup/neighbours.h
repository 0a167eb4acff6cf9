/* SPDX-License-Identifier: MIT */
/*
 * neighbours.h: what is beside a database, by name.
 *
 * A directory can hold thousands of databases.  To read it for each of them takes a time that
 * grows with the square of their number.  So a handle that asks for a second database of a
 * directory keeps all names of it, sorted, and answers from them.
 *
 * What is kept can be older than a backup that another process made.  But who makes one then
 * writes the database, and that shows in the time of its last change.  So the names are good for
 * a database that was last changed before the directory was; for any other the directory is read
 * again.  In WAL mode a commit changes the log and not the database: where there is a log, the
 * directory is read.
 */
#ifndef MOULT_BACKUP_NEIGHBOURS_H
#define MOULT_BACKUP_NEIGHBOURS_H

#include "base/handle.h"

/*
 * Adds the names in directory that begin with base, the name of a database, in no order.  path is
 * where that database is: in this directory or in another; NULL: in memory.  A failure is
 * reported with id.
 */
int mo_neighbours(struct list *names, struct arena *arena, struct moult *m, const char *directory,
		  const char *base, const char *path, enum diag_id id);
void mo_neighbours_free(struct neighbours *neighbours); /* NULL is allowed */

#endif
