/* SPDX-License-Identifier: MIT */
/* shape_lines.c: see shape_lines.h. */
#include "live/shape_lines.h"

#include "live/connect.h"

int mo_shape_read(char **shape, struct arena *arena, sqlite3 *db, const char *query,
		  struct diags *diags)
{
	sqlite3_str *out = sqlite3_str_new(NULL);
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(db, query, -1, &stmt, NULL);
	int lines = 0;

	while (!rc && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		const char *line = (const char *)sqlite3_column_text(stmt, 0);

		rc = line ? SQLITE_OK : SQLITE_NOMEM;
		sqlite3_str_appendf(out, "%s%s", lines++ ? "\n" : "", line ? line : "");
	}
	sqlite3_finalize(stmt);
	*shape = mo_arena_take(arena, out);
	if (rc != SQLITE_DONE)
		return mo_diag_sqlite(diags, db, rc, DIAG_RUN003, NULL,
				      "read the shape of the schema");
	return *shape ? MOULT_OK : mo_diag_memory(diags);
}
