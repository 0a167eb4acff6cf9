/* SPDX-License-Identifier: MIT */
/* finish.c: see finish.h. */
#include "back/finish.h"

#include "back/way_row.h"
#include "live/connect.h"
#include "live/under_way.h"
#include "session/session.h"
#include "sql/way_back_table.h"

#define LABEL "table " MO_WAY_BACK_TABLE

static int count_ways(int *count, struct session *session)
{
	struct list rows = {0};
	int rc = mo_way_rows_read(&rows, session->arena, session->db, &session->m->diags);

	*count = rows.count;
	return rc;
}

/* Under the guard: whatever else this would write is refused before it begins. */
static int delete_ways(struct session *session)
{
	int rc = mo_guard_begin(&session->guard, session->db);

	if (rc)
		return mo_diag_memory(&session->m->diags);
	mo_list_add(session->arena, &session->guard.allowed.tables, MO_WAY_BACK_TABLE);
	rc = mo_exec(session->db, mo_sql_way_back_clear);
	mo_guard_clear(&session->guard);
	if (session->guard.denied)
		return mo_guard_diag(&session->guard, &session->m->diags);
	return rc ? mo_session_diag(session, rc, DIAG_RUN008, LABEL, "take the ways back away")
		  : MOULT_OK;
}

static int check_gone(struct session *session)
{
	int left = 0, rc = count_ways(&left, session);

	if (rc || !left)
		return rc;
	return mo_diag(&session->m->diags, DIAG_RUN010, NULL, LABEL,
		       "rows of " MO_WAY_BACK_TABLE " are still there; rolled back");
}

static int finish_locked(struct session *session, int *ways)
{
	int rc = mo_session_in_place(session);

	if (!rc)
		rc = mo_under_way_refuse(session->db, &session->m->diags);
	if (!rc)
		rc = count_ways(ways, session);
	if (rc || !*ways)
		return rc;
	rc = delete_ways(session);
	if (!rc)
		rc = check_gone(session);
	if (!rc)
		rc = mo_session_holds(session);
	if (!rc)
		rc = mo_session_in_place(session);
	return rc ? rc : mo_session_commit(session);
}

static int finish(struct session *session, int *ways)
{
	int rc = mo_under_way_refuse(session->db, &session->m->diags);

	if (!rc)
		rc = count_ways(ways, session);
	if (rc || !*ways)
		return rc;
	rc = mo_session_lock(session);
	return rc ? rc : finish_locked(session, ways);
}

int mo_finish(struct moult *m, sqlite3 *db, const moult_options *options, bool is_ours,
	      moult_outcome *outcome)
{
	struct session session;
	int ways = 0, rc = mo_session_begin(&session, m, db, options, is_ours);

	if (!rc)
		rc = finish(&session, &ways);
	if (!rc) {
		outcome->ways = ways;
		outcome->deed = ways ? MOULT_FINISHED : MOULT_NOTHING;
		outcome->elapsed_ms = mo_session_elapsed(&session);
	}
	mo_session_end(&session);
	return rc;
}
