/* SPDX-License-Identifier: MIT */
/* checks.h: what quick_check and integrity_check say, and whether they said it before. */
#ifndef MOULT_PROOF_CHECKS_H
#define MOULT_PROOF_CHECKS_H

#include "diff/diff.h"
#include "session/session.h"

/*
 * The lines of a check pragma (of one table, or of the whole file where it is NULL) that are not
 * "ok". Where the connection does not know a function or collation that an index needs, its pages
 * and entries are counted all the same, and CHECKs are left out; *missing, NULL before, then has
 * what SQLite said if integrity_check had compared them too.
 */
int mo_check_lines(struct list *lines, const char **missing, struct arena *arena, sqlite3 *db,
		   const char *pragma, const char *table);
/* Says so (RUN035), unless it is NULL. */
void mo_checks_warn(const char *missing, const char *table, struct diags *diags);

/*
 * Before the first write.  A damaged file is refused (RUN003); faults of rows,
 * which are somebody else's, are reported (RUN024) and kept as lines (char *), in the names before
 * and after the renames.
 */
int mo_checks_read(struct list *lines, struct arena *arena, struct session *session,
		   const struct diff *diff);
/*
 * Before COMMIT, of one table or (NULL) the whole file: lines that were there before say nothing
 * (RUN011).
 */
int mo_checks_compare(const struct list *lines, struct arena *arena, struct session *session,
		      const char *table, bool quickly);

#endif
