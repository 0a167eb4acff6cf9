/* SPDX-License-Identifier: MIT */
/* row_state.h: how the rows of a file are to those that a document declares. */
#ifndef MOULT_TRIAL_ROW_STATE_H
#define MOULT_TRIAL_ROW_STATE_H

#include "plan/plan.h"

/*
 * Counts what a plan would do to declared rows.  Names of tables where that is nothing are added to
 * settled, in the arena.  What cannot be asked, since a function or collation is missing, stays
 * open.
 */
int mo_rows_ask(struct plan *plan, struct moult *m, sqlite3 *db, struct arena *arena,
		struct list *settled);
/* Whether tables that the plan leaves alone, since their rows are as declared, are so still. */
int mo_rows_stay(bool *stay, const struct plan *plan, struct moult *m, sqlite3 *db);

#endif
