/* SPDX-License-Identifier: MIT */
/* done_rows.h: what a live file remembers to have had run on it once: sql/done_table.h. */
#ifndef MOULT_LIVE_DONE_ROWS_H
#define MOULT_LIVE_DONE_ROWS_H

#include "base/diag.h"
#include "model/schema.h"

/* Adds the rows of the file's _moult_done, which is there, to the schema. */
int mo_done_read(struct schema *schema, sqlite3 *db, struct diags *diags);

#endif
