/* SPDX-License-Identifier: MIT */
/* read_table.h: the reader of CREATE TABLE, for read.c. */
#ifndef MOULT_SQL_READ_TABLE_H
#define MOULT_SQL_READ_TABLE_H

#include "sql/cursor.h"

/* From the name on.  NULL, or a failed cursor, after a mistake. */
struct object *mo_read_table(struct schema *schema, struct cursor *cursor);

#endif
