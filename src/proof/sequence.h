/* SPDX-License-Identifier: MIT */
/* sequence.h: what AUTOINCREMENT remembers is what it was, or the highest row that was written. */
#ifndef MOULT_PROOF_SEQUENCE_H
#define MOULT_PROOF_SEQUENCE_H

#include "plan/plan.h"
#include "session/session.h"

/* Notes the marks of all tables that count. */
int mo_sequence_read(struct list *marks, struct arena *arena, struct session *session,
		     const struct plan *plan);

/* Refuses (RUN010) where one of them is not what it must be. */
int mo_sequence_check(const struct list *marks, struct arena *arena, struct session *session);

#endif
