/* SPDX-License-Identifier: MIT */
/* sequence.h: what AUTOINCREMENT remembers must not become less by a migration. */
#ifndef MOULT_RUN_SEQUENCE_H
#define MOULT_RUN_SEQUENCE_H

#include "plan/plan.h"
#include "run/session.h"

/* Notes the marks of the tables that keep theirs. */
int mo_sequence_read(struct list *marks, struct arena *arena, struct session *session,
		     const struct plan *plan);

/* Refuses (RUN010) where one of them is lower now. */
int mo_sequence_check(const struct list *marks, struct arena *arena, struct session *session);

#endif
