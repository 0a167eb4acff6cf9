/* SPDX-License-Identifier: MIT */
/*
 * both.h: the shape that old and new code share, and the two ways out of it.
 *
 *	have --both--> both shapes in one --full--> and their keys --up----> want
 *	                                                           `--down-> have
 *
 * All four are documents, so that the differ, the planner, the guard and the proof of every
 * migration lead there and away.  In the shape between:
 *
 *	new columns	stand beside the old ones, with the value that nobody stores as DEFAULT, and
 *			with no constraint but NOT NULL: the old columns still have theirs
 *	old columns	that are NOT NULL without a DEFAULT get that DEFAULT, too
 *	CHECKs		that read such a column let that value pass
 *	triggers	of moult keep the columns in step (sql/in_step.h)
 *	keys		of old columns that new ones have under their names come when the rows are filled
 *	whatever else	is new and that old code does not see, is there; the rest of the change waits
 *
 * SQLite fires the newest trigger first, and that matters to what the application's do.  Ours on
 * INSERT come after its own, so they run before: its triggers find a row that is complete, and read
 * from it what new.a would say.  On UPDATE its own are made again after ours, so they run before:
 * they see first what the application wrote, and then what followed.  They name the columns that
 * there were, so that the backfill fires none of them; and they do not see the value that nobody
 * stores.
 */
#ifndef MOULT_ONLINE_BOTH_H
#define MOULT_ONLINE_BOTH_H

#include "online/pairs.h"

struct both {
	struct arena *arena;
	struct diff *diff;  /* from have to want */
	struct list tables; /* of struct side_table */
	struct schema *both, *full, *up, *down;
	bool has_keys; /* full is more than both */
};

/*
 * Makes all of it, from the file's schema and a document.  RUN100 for whatever cannot be changed in
 * this way, as much as there is.  mo_both_done() also after a failure; have and want outlive it.
 */
int mo_both_make(struct both *side, struct moult *m, const struct schema *have,
		 const struct schema *want, const moult_options *options);
void mo_both_done(struct both *side);

/* Adds the triggers of the shape between (both_triggers.c). */
int mo_both_triggers(struct both *side, struct diags *diags);

/* Whether the columns that are kept in step are all that a change is about. */
bool mo_both_is_in_step(const struct both *side, const struct change *change);
/* Says of each part of the change when it is made (RUN104); side_words.c. */
void mo_both_say(const struct both *side, struct diags *diags);

#endif
