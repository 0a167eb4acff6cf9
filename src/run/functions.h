/* SPDX-License-Identifier: MIT */
/* functions.h: whether the connection knows the functions and collations that a plan will need. */
#ifndef MOULT_RUN_FUNCTIONS_H
#define MOULT_RUN_FUNCTIONS_H

#include "plan/plan.h"

/*
 * Refuses (RUN032) where rows are to be written, an index is to be made, or a
 * table is to be checked at the end, with an expression or a collation that the
 * live connection does not know: the rehearsal in memory has stand-ins for
 * those, and the run would fail half way.  Where the file is new and the
 * library's own, the connection gets stand-ins too: nothing is computed or put in
 * order there before somebody who knows the names writes a row.
 */
int mo_names_check(const struct plan *plan, const moult_options *options, struct moult *m,
		   sqlite3 *db, bool is_new);

#endif
