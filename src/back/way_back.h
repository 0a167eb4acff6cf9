/* SPDX-License-Identifier: MIT */
/*
 * way_back.h: the way back of a migration, as a document.
 *
 *	have --plan--> goal --document--> have, with the rows that were written since
 *
 * The document declares have.  What has another name in the goal says so in `was`; a column that
 * was converted, or dropped, has the `back` of the document in `using`; what only the goal has is
 * <dropped>.  So any program that reads documents can go back, and the planner, the probes and
 * the proof of that are those of every plan.
 */
#ifndef MOULT_BACK_WAY_BACK_H
#define MOULT_BACK_WAY_BACK_H

#include "plan/plan.h"

#define MO_WAY_BACK_NAME "the way back" /* what messages call the document */

/*
 * The document, sealed, freed by the caller before the plan.  notes (of struct way_note) gets what
 * the way back does to rows; it and what it holds are in the arena.
 */
int mo_way_back_make(struct schema **document, const struct plan *plan, struct list *notes,
		     struct arena *arena, struct diags *diags);

/*
 * The document as a text, in the arena, once it was read back and leads where it shall: it declares
 * have, and of the goal it takes for the same what the plan takes for the same.  Else *reason says
 * why there is no way back, and the text is NULL.
 */
int mo_way_back_write(const char **text, const char **reason, const struct plan *plan,
		      struct arena *arena, struct diags *diags);

#endif
