/* SPDX-License-Identifier: MIT */
/* inspect.c: see inspect.h. */
#include "proof/inspect.h"

#include "live/connect.h"
#include "live/watch.h"
#include "proof/checks.h"
#include "proof/foreign.h"

static int lacks(struct moult *m, const char *object, const char *what, const char *message)
{
	const int rc = mo_diag(&m->diags, DIAG_RUN032, NULL, object, "could not check the %s: %s",
			       what, message);

	mo_diag_hint(&m->diags, MO_LOAD_EXTENSION);
	return rc;
}

static int cannot_check(struct moult *m, sqlite3 *db, int rc)
{
	if ((rc & 0xff) == SQLITE_ERROR && mo_lacks_name(sqlite3_errmsg(db)))
		return lacks(m, NULL, "file", sqlite3_errmsg(db));
	return mo_diag_sqlite(&m->diags, db, rc, DIAG_RUN003, NULL, "check the file");
}

int mo_inspect(struct moult *m, struct arena *arena, sqlite3 *db, const struct schema *schema,
	       bool quick, mo_on_fault *on_fault, void *context)
{
	struct list lines = {0};
	struct list violations = {0};
	const char *missing = NULL;
	struct watch watch;
	int rc;

	mo_watch_begin(&watch, m, db, "verify", NULL);
	rc = mo_check_lines(&lines, &missing, arena, db, quick ? "quick_check" : "integrity_check",
			    NULL);
	mo_watch_end(&watch);
	if (rc)
		return cannot_check(m, db, rc);
	mo_checks_warn(missing, NULL, &m->diags);
	for (int i = 0; i < lines.count; i++)
		on_fault(context, "integrity", NULL, lines.items[i]);
	mo_watch_begin(&watch, m, db, "foreign keys", NULL);
	rc = mo_foreign_violations(&violations, arena, m, db, schema, NULL);
	mo_watch_end(&watch);
	for (int i = 0; !rc && i < violations.count; i++) {
		const struct violation *one = violations.items[i];
		const char *table = mo_arena_format(arena, "table %s", one->child);

		if (one->fault && mo_lacks_name(one->fault)) {
			rc = lacks(m, table, "foreign keys", one->fault);
			continue;
		}
		on_fault(context, "foreign keys", table,
			 one->fault ? one->fault
				    : mo_arena_format(arena,
						      "%lld rows have no parent in %s (columns %s)",
						      one->orphans, one->parent, one->columns));
	}
	return rc;
}
