/* SPDX-License-Identifier: MIT */
/*
 * others.h: tables whose declared rows are written: each of these is as declared afterwards, and
 * all other rows are the ones that the table was to have.
 */
#ifndef MOULT_PROOF_OTHERS_H
#define MOULT_PROOF_OTHERS_H

#include "plan/plan.h"
#include "session/session.h"

/* Before the first write: the digests of the other rows. */
int mo_others_read(struct list *others, struct arena *arena, struct session *session,
		   const struct plan *plan);
/* After the last step, before COMMIT (RUN010). */
int mo_others_check(const struct list *others, struct arena *arena, struct session *session,
		    const struct plan *plan);

#endif
