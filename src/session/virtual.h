/* SPDX-License-Identifier: MIT */
/*
 * virtual.h: what virtual tables have to say of their own integrity.
 *
 * PRAGMA integrity_check sees their shadow tables as trees of pages and knows
 * nothing of what is in them (until SQLite 3.44, and with some modules still).
 * Full-text tables have a command, R-Trees a function.
 */
#ifndef MOULT_SESSION_VIRTUAL_H
#define MOULT_SESSION_VIRTUAL_H

#include "plan/plan.h"
#include "session/session.h"

/*
 * Whether tables of a schema must not be asked before the steps.  Once it was
 * asked anything in a transaction, FTS5 of SQLite 3.44 answers every savepoint
 * with an INSERT of its own, under a name that a step may have dropped.
 */
bool mo_virtual_is_touchy(const struct schema *schema);

struct virtual_fault {
	const char *table; /* by its name in the goal */
	const char *message;
};

/*
 * Asks the virtual tables of a schema that a plan touches, or whose content it
 * writes anew: before the steps those of diff->have, after them those of the
 * goal.  Adds a struct virtual_fault for each that finds something.  Modules
 * that nobody knows how to ask, and commands that fail for want of a
 * tokenizer, find nothing; before the steps, touchy ones are not asked.
 */
int mo_virtual_faults(struct list *faults, struct arena *arena, struct session *session,
		      const struct schema *schema, const struct plan *plan, bool is_after);

/* RUN011 for what was not found before. */
int mo_virtual_compare(const struct list *before, struct arena *arena, struct session *session,
		       const struct plan *plan);

#endif
