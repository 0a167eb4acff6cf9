/* SPDX-License-Identifier: MIT */
/*
 * tools.h: the tables in which other migration tools keep what they have done.
 *
 * A file that one of them has brought this far is the rule where moult comes in.  Its table is the
 * tool's: no document declares it, and it is never offered for a drop.
 */
#ifndef MOULT_LIVE_TOOLS_H
#define MOULT_LIVE_TOOLS_H

#include "base/handle.h"
#include "model/schema.h"

/* One that has been there. */
struct tool_mark {
	const char *tool;
	const char *table;
	const char *version; /* what it says it came to; NULL: its table is empty */
};

/* Names of tables, NULL at the end. */
extern const char *const mo_tool_tables[];

/* Adds a struct tool_mark for each tool whose table is there, with the columns that it has. */
int mo_tools_find(struct list *marks, struct arena *arena, struct moult *m, sqlite3 *db,
		  const struct schema *schema);

#endif
