/* SPDX-License-Identifier: MIT */
/* dump_rows.h: the rows of a table as a document declares them. */
#ifndef MOULT_LIVE_DUMP_ROWS_H
#define MOULT_LIVE_DUMP_ROWS_H

#include "base/handle.h"
#include "model/schema.h"

/* Adds the rows of tables, "a, b", to the schema that was read from the database. */
int mo_rows_dump(struct schema *schema, struct moult *m, sqlite3 *db, const char *tables);

#endif
