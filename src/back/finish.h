/* SPDX-License-Identifier: MIT */
/*
 * finish.h: a migration is there to stay, and what the file keeps for the way back goes.
 *
 * The rows of _moult_way_back go, in a transaction of their own under the write guard.  Their table
 * stays, as a downgrade leaves it: the schema is untouched, so no other connection has to read it
 * again, and no fingerprint changes.  Backups stay.
 */
#ifndef MOULT_BACK_FINISH_H
#define MOULT_BACK_FINISH_H

#include "base/handle.h"

/* outcome->ways says how many went; where there are none nothing is locked, and nothing written. */
int mo_finish(struct moult *m, sqlite3 *db, const moult_options *options, bool is_ours,
	      moult_outcome *outcome);

#endif
