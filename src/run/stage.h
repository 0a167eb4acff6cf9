/* SPDX-License-Identifier: MIT */
/*
 * stage.h: a directory of one's own for a rehearsal.
 *
 *	app.db.moult-rehearsal-4711-1/
 *		owner		locked while the rehearsal lives
 *		app.db		the copy; SQLite puts journal or WAL beside it
 *
 * A process that is killed leaves its stage behind.  The lock goes with the
 * process, so the next rehearsal of the same file sees that nobody owns it,
 * and removes it.
 */
#ifndef MOULT_RUN_STAGE_H
#define MOULT_RUN_STAGE_H

#include "base/diag.h"

struct stage {
	const char *directory; /* NULL: there is none */
	const char *copy;      /* where the copy goes */
	int owner;	       /* the descriptor that has the lock, or -1 */
};

/*
 * Makes a stage in parent for a database called base, after removing what is nobody's; or RUN031.
 */
int mo_stage_open(struct stage *stage, struct arena *arena, const char *parent, const char *base,
		  struct diags *diags);

/*
 * Removes it with all that is in it; no connection to the copy may be open. What stays is RUN026.
 */
void mo_stage_close(struct stage *stage, struct arena *arena, struct diags *diags);

#endif
