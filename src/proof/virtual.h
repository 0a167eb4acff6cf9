/* SPDX-License-Identifier: MIT */
/*
 * virtual.h: what virtual tables have to say of their own integrity.
 *
 * PRAGMA integrity_check sees their shadow tables as trees of pages and knows
 * nothing of what is in them (until SQLite 3.44, and with some modules still).
 * Full-text tables have a command, R-Trees a function.
 */
#ifndef MOULT_PROOF_VIRTUAL_H
#define MOULT_PROOF_VIRTUAL_H

#include "plan/plan.h"
#include "session/session.h"

struct virtual_fault {
	const char *table; /* by its name in the goal */
	const char *message;
};

/*
 * Asks the virtual tables of a schema that a plan writes, or whose content it
 * writes anew, unless the digest of the rows proves that what they read of it
 * stays: before the steps those of diff->have, after them those of the goal.
 * Adds a struct virtual_fault for each that finds something.  Modules that
 * nobody knows how to ask, and commands that fail for want of a tokenizer, find
 * nothing; before the steps, touchy ones are not asked, nor those that will be
 * filled out of their content.
 */
int mo_virtual_faults(struct list *faults, struct arena *arena, struct session *session,
		      const struct schema *schema, const struct plan *plan, bool is_after);

/* RUN011 for what was not found before. */
int mo_virtual_compare(const struct list *before, struct arena *arena, struct session *session,
		       const struct plan *plan);

#endif
