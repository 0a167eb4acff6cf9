/* SPDX-License-Identifier: MIT */
/* counts.h: each table that stays has as many rows after as before; but of declared rows see others.h. */
#ifndef MOULT_PROOF_COUNTS_H
#define MOULT_PROOF_COUNTS_H

#include "plan/plan.h"
#include "session/session.h"

/* Before the first write; under a table's former name. */
int mo_counts_read(struct list *counts, struct arena *arena, struct session *session,
		   const struct plan *plan);
/*
 * The digest of the rows that a table of the goal must have holds their number, and is compared after
 * the steps: so the rows need not be counted then.  The name is the goal's own, and not a copy.
 */
void mo_counts_promise(const struct list *counts, const char *table, const char *digest);
/*
 * Before COMMIT (RUN010).  With a plan the tables are left out that its steps write after the change.
 */
int mo_counts_compare(const struct list *counts, struct arena *arena, struct session *session,
		      const struct plan *plan);

#endif
