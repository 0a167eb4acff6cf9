/* SPDX-License-Identifier: MIT */
/*
 * way_stored.h: the way back that a script or a C unit stores in the file.
 *
 *	have --plan--> goal		the script
 *	have <--plan-- goal		as statements with their guards, in the row that it leaves
 *
 * The row is that of every migration (way_row.h), so a program with moult goes back as after apply.
 * An older unit has nothing but SQLite: for it the plan of the way back is made here, on the schema
 * that the script will leave, and its lines (report/script_lines.h) are stored beside the document.
 * Whoever runs them has decided to go back, and nobody is there to be asked: what may be consented to
 * is; a row that the older shape refuses ends them all the same.
 */
#ifndef MOULT_BACK_WAY_STORED_H
#define MOULT_BACK_WAY_STORED_H

#include "trial/planned.h"

struct way_stored;

/* Whether a script to that schema is to store one. */
bool mo_way_is_stored(const struct schema *want, const moult_options *options);

/*
 * after is what the plan leaves, as a file would be read (trial/trial.h); want is what the plan leads to,
 * with the names of the releases.  *out is freed by the caller before the plan and after; plan->stored is in it.
 * RUN055 (MOULT_OK) where there is no way back, and then *out stays NULL; RUN120 (MOULT_OK) where there
 * are no statements of it.
 */
int mo_way_stored_make(struct way_stored **out, struct moult *m, struct plan *plan,
		       const struct schema *after, const struct wanted *want,
		       const moult_options *options);
void mo_way_stored_free(struct way_stored *stored);

#endif
