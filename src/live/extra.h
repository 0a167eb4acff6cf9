/* SPDX-License-Identifier: MIT */
/* extra.h: what a script has that is no part of a schema. */
#ifndef MOULT_LIVE_EXTRA_H
#define MOULT_LIVE_EXTRA_H

#include "base/handle.h"
#include "model/schema.h"

/*
 * Warns of each kind once (SQL003), at its first statement; name is what the script is called,
 * schema what came of it.
 */
int mo_extra_warn(struct moult *m, const char *name, const char *script,
		  const struct schema *schema);

/*
 * Keeps a script from opening other files while it is played in memory; *denied becomes true where
 * it tried, and its statement fails.
 */
void mo_extra_deny(sqlite3 *db, bool *denied);

#endif
