/* SPDX-License-Identifier: MIT */
/*
 * lines.h: what integrity_check and quick_check say of a file, without what is
 * not so.
 *
 *	NULL value in t.n	the rows are asked: is there a NULL in n?
 *
 * SQLite 3.40 looks for such values at the wrong place of a record: in WITHOUT
 * ROWID tables whose key is not their first columns, and in STRICT tables with
 * virtual columns.  It says so once a row, and ends after 100 lines or as many as
 * it was asked for.  Where lines that are not so took the place of others, it is
 * asked again, for more.
 */
#ifndef MOULT_LIVE_LINES_H
#define MOULT_LIVE_LINES_H

#include <sqlite3.h>
#include <stdbool.h>

#include "base/arena.h"

/*
 * Adds the lines (char *) of a check pragma that are not "ok", of one table or (NULL) of all of
 * main, until there are so many.  Of one table there are 100 at most; where some of them are not
 * so, all of main is asked.  Returns SQLite's code.
 */
int mo_lines_read(struct list *lines, struct arena *arena, sqlite3 *db, const char *pragma,
		  const char *table, int most);

/* Whether a line is about the values of a row, and not about a damaged file. */
bool mo_line_is_logical(const char *line);

#endif
