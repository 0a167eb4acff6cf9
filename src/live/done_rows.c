/* SPDX-License-Identifier: MIT */
/* done_rows.c: see done_rows.h. */
#include "live/done_rows.h"

#include "base/text.h"
#include "live/connect.h"
#include "sql/done_table.h"

int mo_done_read(struct schema *schema, sqlite3 *db, struct diags *diags)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(db, mo_sql_done_read, -1, &stmt, NULL);

	while (!rc && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		const char *kind = (const char *)sqlite3_column_text(stmt, 0);
		const char *object = (const char *)sqlite3_column_text(stmt, 1);

		if (mo_same(kind, "step"))
			mo_done_add_step(schema, object);
		else
			mo_done_take(schema,
				     mo_same(kind, "rows") ? &schema->row_marks : &schema->done,
				     object, (const char *)sqlite3_column_text(stmt, 2));
		rc = SQLITE_OK;
	}
	sqlite3_finalize(stmt);
	return rc == SQLITE_DONE
		       ? MOULT_OK
		       : mo_diag_sqlite(diags, db, rc, DIAG_RUN003, "table " MO_DONE_TABLE,
					"read what has been done");
}
