/* SPDX-License-Identifier: MIT */
/* tryout.c: see tryout.h. */
#include "compat/tryout.h"

#include "live/connect.h"
#include "live/extra.h"
#include "live/reference.h"

static int begin_one(struct shape *shape, struct moult *m, const struct schema *schema)
{
	int rc = mo_reference_build(&shape->db, m, schema);

	shape->schema = schema;
	if (rc)
		return rc;
	mo_extra_deny(shape->db, &shape->denied);
	mo_bounds_put(&shape->bounds, m, shape->db, "compat");
	if (mo_exec(shape->db, "PRAGMA foreign_keys = ON") != SQLITE_OK)
		return mo_diag_memory(&m->diags);
	return MOULT_OK;
}

int mo_tryout_begin(struct tryout *tryout, struct moult *m, const struct schema *have,
		    const struct schema *want)
{
	tryout->m = m;
	tryout->rc = begin_one(&tryout->of[SIDE_OLD], m, have);
	if (!tryout->rc)
		tryout->rc = begin_one(&tryout->of[SIDE_NEW], m, want);
	return tryout->rc;
}

void mo_tryout_end(struct tryout *tryout)
{
	for (int side = 0; side < SIDE_COUNT; side++)
		mo_disconnect(tryout->of[side].db);
}

const char *mo_tryout_starve(struct tryout *tryout)
{
	if (!tryout->rc)
		tryout->rc = mo_diag_memory(&tryout->m->diags);
	return "";
}

/* What SQLite says; trouble is kept, and said once. */
static const char *message_of(struct tryout *tryout, struct shape *shape, struct arena *arena,
			      int rc)
{
	const char *passed;

	if (rc == SQLITE_OK || rc == SQLITE_DONE || rc == SQLITE_ROW)
		return NULL;
	passed = mo_bounds_passed(&shape->bounds, rc);
	if (passed)
		return passed;
	if (mo_is_trouble(rc)) {
		if (!tryout->rc)
			tryout->rc = mo_diag_sqlite(&tryout->m->diags, shape->db, rc, DIAG_RUN003,
						    NULL, "try a statement in memory");
		return "";
	}
	return mo_arena_text(arena, sqlite3_errmsg(shape->db));
}

sqlite3_stmt *mo_tryout_compile(struct tryout *tryout, struct shape *shape, struct arena *arena,
				const char *sql, bool takes_strings, const char **message)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sql ? SQLITE_OK : SQLITE_NOMEM;

	mo_bounds_begin(&shape->bounds, shape->db, sql ? sql : "");
	if (!rc && takes_strings)
		rc = mo_reference_prepare(shape->db, sql, &stmt, NULL);
	else if (!rc)
		rc = mo_reference_compile(shape->db, sql, &stmt);
	*message = message_of(tryout, shape, arena, rc);
	return stmt;
}

static int step(struct shape *shape, const char *sql)
{
	sqlite3_stmt *stmt = NULL;
	int rc;

	mo_bounds_begin(&shape->bounds, shape->db, sql ? sql : "");
	rc = sql ? mo_reference_prepare(shape->db, sql, &stmt, NULL) : SQLITE_NOMEM;
	while (!rc && stmt && sqlite3_step(stmt) == SQLITE_ROW)
		;
	return rc ? rc : sqlite3_finalize(stmt);
}

const char *mo_tryout_run(struct tryout *tryout, struct shape *shape, struct arena *arena,
			  const char *before, const char *sql)
{
	const char *message;
	int rc;

	if (tryout->rc)
		return "";
	if (mo_exec(shape->db, "BEGIN") || mo_exec(shape->db, "PRAGMA defer_foreign_keys = ON"))
		return mo_tryout_starve(tryout);
	rc = before ? step(shape, before) : SQLITE_OK;
	if (!mo_is_trouble(rc) || shape->bounds.over)
		rc = step(shape, sql);
	message = message_of(tryout, shape, arena, rc);
	if (!sqlite3_get_autocommit(shape->db) && mo_exec(shape->db, "ROLLBACK"))
		return mo_tryout_starve(tryout);
	return message;
}
