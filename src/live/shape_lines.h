/* SPDX-License-Identifier: MIT */
/* shape_lines.h: the shape of an open database, as scripts ask for it (sql/shape.h). */
#ifndef MOULT_LIVE_SHAPE_LINES_H
#define MOULT_LIVE_SHAPE_LINES_H

#include "base/diag.h"

/* All lines that the query yields, with a line end between; in the arena. */
int mo_shape_read(char **shape, struct arena *arena, sqlite3 *db, const char *query,
		  struct diags *diags);

#endif
