/* SPDX-License-Identifier: MIT */
/*
 * way_sequence.h: the ids that tables have given out which will not count any more.
 *
 * What AUTOINCREMENT remembers goes with its table.  The way back says it, so that a table that comes
 * back, even without rows, gives no id out a second time.
 */
#ifndef MOULT_BACK_WAY_SEQUENCE_H
#define MOULT_BACK_WAY_SEQUENCE_H

#include "plan/plan.h"

/* Before the first step: of tables that go, or stop to count (struct kept_sequence). */
int mo_way_sequences_read(struct list *sequences, struct arena *arena, sqlite3 *db,
			  const struct plan *plan, struct diags *diags);

#endif
