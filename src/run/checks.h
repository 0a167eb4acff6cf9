/* SPDX-License-Identifier: MIT */
/* checks.h: what quick_check and integrity_check say, and whether they said it before. */
#ifndef MOULT_RUN_CHECKS_H
#define MOULT_RUN_CHECKS_H

#include "model/schema.h"
#include "run/session.h"

/* The lines of a check pragma (of one table, or of the whole file where it is NULL) that are not "ok". */
int mo_check_lines(struct list *lines, struct arena *arena, sqlite3 *db, const char *pragma,
		   const char *table);

/*
 * Before the first write.  A damaged file is refused (RUN003); faults of rows,
 * which are somebody else's, are reported (RUN024) and kept as lines (char *).
 */
int mo_checks_read(struct list *lines, struct arena *arena, struct session *session,
		   const struct schema *have);
/* Before COMMIT, of one table or (NULL) the whole file: lines that were there before say nothing (RUN011). */
int mo_checks_compare(const struct list *lines, struct arena *arena, struct session *session,
		      const char *table, bool is_quick);

#endif
