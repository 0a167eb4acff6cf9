/* SPDX-License-Identifier: MIT */
/* done.h: what a live file remembers to have had run on it once: sql/done.h. */
#ifndef MOULT_LIVE_DONE_H
#define MOULT_LIVE_DONE_H

#include "base/diag.h"
#include "model/schema.h"

/* Adds the rows of the file's _moult_done to the schema; none where there is no such table. */
int mo_done_read(struct schema *schema, sqlite3 *db, struct diags *diags);

#endif
