/* SPDX-License-Identifier: MIT */
/* finish.c: see finish.h. */
#include "back/finish.h"

#include "back/way_row.h"
#include "live/catalogue.h"
#include "live/connect.h"
#include "live/under_way.h"
#include "session/session.h"
#include "sql/park_group.h"
#include "sql/parked_rows.h"
#include "sql/parked_table.h"
#include "sql/way_back_table.h"
#include "sql/write.h"

#define LABEL "table " MO_WAY_BACK_TABLE

/* What goes; but for parked rows, which are nowhere else. */
struct kept_back {
	int ways;
	bool has_parked;
	bool has_no_rows;     /* the table of parked rows, and it is empty */
	long long rows;	      /* that are parked */
	struct list triggers; /* of char *: that keep parked values true */
};

static int read_parked_rows(struct kept_back *kept, struct session *session)
{
	bool has = false;
	int code = SQLITE_OK;
	int rc = mo_catalogue_has(&has, session->db, MO_PARKED_ROWS_TABLE, &session->m->diags);

	if (!rc && has)
		kept->rows = mo_query_integer(session->db, mo_sql_parked_rows_count, 0, &code);
	kept->has_no_rows = has && !kept->rows;
	return code ? mo_session_diag(session, code, DIAG_RUN003, "table " MO_PARKED_ROWS_TABLE,
				      "read what is kept")
		    : rc;
}

static int read_kept(struct kept_back *kept, struct session *session)
{
	struct list rows = {0};
	struct schema *schema = NULL;
	int rc = mo_way_rows_read(&rows, session->arena, session->db, &session->m->diags);

	*kept = (struct kept_back){.ways = rows.count};
	if (!rc)
		rc = mo_catalogue_read(&schema, session->m, session->db);
	if (rc)
		return rc;
	rc = read_parked_rows(kept, session);
	kept->has_parked = schema->has_parked;
	EACH (const struct park_trigger, trigger, &schema->park_triggers)
		mo_list_add(session->arena, &kept->triggers,
			    mo_arena_text(session->arena, trigger->name));
	mo_schema_free(schema);
	return !rc && mo_arena_rc(session->arena) ? mo_diag_memory(&session->m->diags) : rc;
}

static bool is_any(const struct kept_back *kept)
{
	return kept->ways || kept->has_parked || kept->has_no_rows;
}

static int allow(struct session *session, const char *name)
{
	mo_list_add(session->arena, &session->guard.allowed.tables, name);
	return mo_arena_rc(session->arena) ? SQLITE_NOMEM : SQLITE_OK;
}

static int drop_parked(struct session *session, const struct kept_back *kept)
{
	int rc = allow(session, MO_PARKED_TABLE);

	session->guard.allowed.schema = session->guard.allowed.statistics = true;
	EACH (const char, name, &kept->triggers) {
		const char *sql = mo_sql_park_trigger_drop(session->arena, name);

		if (!rc)
			rc = allow(session, name);
		if (!rc)
			rc = mo_exec(session->db, sql);
	}
	if (!rc && kept->has_parked)
		rc = mo_exec(session->db, mo_sql_drop(session->arena, KIND_TABLE, MO_PARKED_TABLE));
	if (!rc && kept->has_no_rows)
		rc = allow(session, MO_PARKED_ROWS_TABLE);
	if (!rc && kept->has_no_rows)
		rc = mo_exec(session->db,
			     mo_sql_drop(session->arena, KIND_TABLE, MO_PARKED_ROWS_TABLE));
	return rc;
}

static int delete_ways(struct session *session, const struct kept_back *kept)
{
	int rc = kept->ways ? allow(session, MO_WAY_BACK_TABLE) : SQLITE_OK;

	if (!rc && kept->ways)
		rc = mo_exec(session->db, mo_sql_way_back_clear);
	return rc ? rc : drop_parked(session, kept);
}

/* Under the guard: whatever else this would write is refused before it begins. */
static int delete_kept(struct session *session, const struct kept_back *kept)
{
	int rc = mo_guard_begin(&session->guard, session->db);

	if (rc)
		return mo_diag_memory(&session->m->diags);
	rc = delete_ways(session, kept);
	mo_guard_clear(&session->guard);
	if (session->guard.denied)
		return mo_guard_diag(&session->guard, &session->m->diags);
	return rc ? mo_session_diag(session, rc, DIAG_RUN008, LABEL, "take the ways back away")
		  : MOULT_OK;
}

static int check_gone(struct session *session)
{
	struct kept_back left;
	int rc = read_kept(&left, session);

	if (rc || !is_any(&left))
		return rc;
	return mo_diag(&session->m->diags, DIAG_RUN010, NULL, LABEL,
		       "rows of " MO_WAY_BACK_TABLE " or " MO_PARKED_TABLE
		       " are still there; rolled back");
}

static int finish_locked(struct session *session, struct kept_back *kept)
{
	int rc = mo_session_in_place(session);

	if (!rc)
		rc = mo_under_way_refuse(session->db, &session->m->diags);
	if (!rc)
		rc = read_kept(kept, session);
	if (rc || !is_any(kept))
		return rc;
	rc = delete_kept(session, kept);
	if (!rc)
		rc = check_gone(session);
	if (!rc)
		rc = mo_session_holds(session);
	if (!rc)
		rc = mo_session_in_place(session);
	return rc ? rc : mo_session_commit(session);
}

static int finish(struct session *session, struct kept_back *kept)
{
	int rc = mo_under_way_refuse(session->db, &session->m->diags);

	if (!rc)
		rc = read_kept(kept, session);
	if (rc || !is_any(kept))
		return rc;
	rc = mo_session_lock(session);
	return rc ? rc : finish_locked(session, kept);
}

static void say_rows(struct diags *diags, long long rows)
{
	if (!rows)
		return;
	mo_diag(diags, DIAG_RUN124, NULL, "table " MO_PARKED_ROWS_TABLE,
		"%lld row%s that the way back had parked %s there", rows, rows == 1 ? "" : "s",
		rows == 1 ? "stays" : "stay");
	mo_diag_hint(diags, "the next apply puts back what fits; where nobody wants them any more, "
			    "drop that table");
}

int mo_finish(struct moult *m, sqlite3 *db, const moult_options *options, bool is_ours,
	      moult_outcome *outcome)
{
	struct session session;
	struct kept_back kept = {.ways = 0};
	int rc = mo_session_begin(&session, m, db, options, is_ours);

	if (!rc)
		rc = finish(&session, &kept);
	if (!rc) {
		say_rows(&m->diags, kept.rows);
		outcome->ways = kept.ways;
		outcome->still_parked = kept.rows;
		outcome->deed = is_any(&kept) ? MOULT_FINISHED : MOULT_NOTHING;
		outcome->elapsed_ms = mo_session_elapsed(&session);
	}
	mo_session_end(&session);
	return rc;
}
