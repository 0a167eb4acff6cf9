/* SPDX-License-Identifier: MIT */
/* parse_table.h: the reader of CREATE TABLE, for parse.c. */
#ifndef MOULT_SQL_PARSE_TABLE_H
#define MOULT_SQL_PARSE_TABLE_H

#include "sql/cursor.h"

/* From the name on.  NULL, or a failed cursor, after a mistake. */
struct object *mo_read_table(struct schema *schema, struct cursor *cursor);

#endif
