/* SPDX-License-Identifier: MIT */
/*
 * statistics.h: what ANALYZE found out stays what it was, goes with its index, and is never made
 * up.
 */
#ifndef MOULT_PROOF_STATISTICS_H
#define MOULT_PROOF_STATISTICS_H

#include "plan/plan.h"
#include "session/session.h"

/* Notes what sqlite_stat1 and sqlite_stat4 say of each index, as a digest. */
int mo_statistics_read(struct list *statistics, struct arena *arena, struct session *session);

/*
 * Refuses (RUN010) where something else is said of an index or table than
 * before, and where a table that no step writes has lost what was said of it.
 */
int mo_statistics_check(const struct list *statistics, struct arena *arena, struct session *session,
			const struct plan *plan);

#endif
