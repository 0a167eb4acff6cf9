/* SPDX-License-Identifier: MIT */
/*
 * newer.h: what was written to a file since its migration.
 *
 * The manifest of a backup has a digest of each table as the migration left it
 * (of those that it left alone only a word that they held what the backup
 * holds).  What differs from that now was written later, and would go.
 */
#ifndef MOULT_BACK_NEWER_H
#define MOULT_BACK_NEWER_H

#include "backup/backup.h"

/*
 * Refuses (RUN021) where have is not what the migration left; backup is what the backup holds, and
 * source a connection to it that has the functions of digest/digest.h.
 */
int mo_newer_judge(struct moult *m, struct arena *arena, const struct backup_entry *chosen,
		   sqlite3 *source, const struct state *backup, const struct state *have);

#endif
