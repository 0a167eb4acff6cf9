/* SPDX-License-Identifier: MIT */
/* note.c: see online/note.h. */
#include "online/note.h"

#include <string.h>

#include "base/text.h"
#include "live/connect.h"
#include "sql/mention.h"
#include "sql/under_way_table.h"
#include "sql/write.h"

#define LABEL "table " MO_UNDER_WAY_TABLE

/* A row to be added, in the order of what mo_sql_under_way_add binds. */
struct row {
	const char *what;
	const char *name;
	const char *phase;
	const char *text;
	const char *former;
};

static int failed(struct session *session, int rc)
{
	return mo_session_diag(session, rc, DIAG_RUN008, LABEL, "note what is under way");
}

void mo_under_way_allow(struct session *session)
{
	mo_list_add(session->arena, &session->guard.allowed.tables, MO_UNDER_WAY_TABLE);
}

/* Runs a statement that was bound, and frees it. */
static int run_bound(sqlite3_stmt *stmt, int rc)
{
	if (!rc)
		rc = sqlite3_step(stmt);
	sqlite3_finalize(stmt);
	return rc == SQLITE_DONE || rc == SQLITE_ROW ? SQLITE_OK : rc;
}

static int bind_text(sqlite3_stmt *stmt, int at, const char *text)
{
	return sqlite3_bind_text(stmt, at, text, -1, SQLITE_STATIC);
}

static int add_row(long long *number, struct session *session, const struct row *row)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(session->db, mo_sql_under_way_add, -1, &stmt, NULL);

	if (!rc)
		rc = bind_text(stmt, 1, row->what);
	if (!rc)
		rc = bind_text(stmt, 2, row->name);
	if (!rc)
		rc = sqlite3_bind_int64(stmt, 3, MO_UNDER_WAY_FORMAT);
	if (!rc)
		rc = bind_text(stmt, 4, MOULT_VERSION);
	if (!rc)
		rc = bind_text(stmt, 5, row->phase);
	if (!rc)
		rc = bind_text(stmt, 7, row->text);
	if (!rc)
		rc = bind_text(stmt, 8, row->former);
	rc = run_bound(stmt, rc);
	if (rc)
		return failed(session, rc);
	if (number)
		*number = sqlite3_last_insert_rowid(session->db);
	return MOULT_OK;
}

int mo_under_way_begin(struct session *session, struct under_way *run)
{
	const struct row row = {"run", run->kind, run->phase, run->document, run->former};
	int rc;

	session->guard.allowed.schema = true;
	mo_under_way_allow(session);
	rc = mo_exec(session->db, mo_sql_under_way_create);
	session->guard.allowed.schema = false;
	return rc ? failed(session, rc) : add_row(&run->number, session, &row);
}

int mo_under_way_add_table(struct session *session, struct under_way *run,
			   struct under_way_table *table)
{
	const char *what = table->is_index ? "index" : "table";
	const struct row row = {what, table->name, table->phase, NULL, table->leaves};

	mo_list_add(session->arena, &run->tables, table);
	return add_row(&table->number, session, &row);
}

static int move(struct session *session, const char *phase, const sqlite3_int64 *cursor,
		long long number, const char *text)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(session->db, mo_sql_under_way_move, -1, &stmt, NULL);

	if (!rc)
		rc = bind_text(stmt, 1, phase);
	if (!rc && cursor)
		rc = sqlite3_bind_int64(stmt, 2, *cursor);
	if (!rc)
		rc = sqlite3_bind_int64(stmt, 3, number);
	if (!rc)
		rc = bind_text(stmt, 4, text);
	rc = run_bound(stmt, rc);
	if (!rc && sqlite3_changes(session->db) != 1)
		rc = SQLITE_CONSTRAINT;
	return rc ? failed(session, rc) : MOULT_OK;
}

int mo_under_way_move(struct session *session, const struct under_way *run)
{
	return move(session, run->phase, NULL, run->number, NULL);
}

int mo_under_way_move_table(struct session *session, const struct under_way_table *table)
{
	return move(session, table->phase, table->has_begun ? &table->cursor : NULL, table->number,
		    table->begun_at);
}

int mo_under_way_follow(struct session *session, long long before, long long now)
{
	const char *sql = mo_sql_under_way_follow(session->arena, before, now);
	const int rc = mo_exec(session->db, sql);

	return rc ? failed(session, rc) : MOULT_OK;
}

/* Moult's own tables and triggers come and go by name; the guard allows that one alone. */
static int exec_schema(struct session *session, const char *name, const char *sql)
{
	struct guard *guard = &session->guard;
	int rc;

	/* DROP TABLE takes what ANALYZE noted of the table. */
	guard->allowed.schema = guard->allowed.statistics = true;
	mo_list_add(session->arena, &guard->allowed.tables, mo_arena_text(session->arena, name));
	rc = mo_exec(session->db, sql);
	guard->allowed.schema = guard->allowed.statistics = false;
	return rc;
}

int mo_under_way_end(struct session *session)
{
	const int rc = exec_schema(session, MO_UNDER_WAY_TABLE, mo_sql_under_way_drop);

	return rc ? failed(session, rc) : MOULT_OK;
}

/* ---- objects that are made for the time ---------------------------------------------------- */

/* What sqlite_master has of that name; NULL where it has nothing. */
static int stored_text(const char **sql, const char **type, struct session *session,
		       const char *name)
{
	static const char query[] = "SELECT sql, type FROM main.sqlite_master WHERE name = ?1";
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(session->db, query, -1, &stmt, NULL);

	*sql = *type = NULL;
	if (!rc)
		rc = bind_text(stmt, 1, name);
	if (!rc && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		*sql = mo_arena_text(session->arena, (const char *)sqlite3_column_text(stmt, 0));
		*type = mo_arena_text(session->arena, (const char *)sqlite3_column_text(stmt, 1));
		rc = mo_arena_rc(session->arena) ? SQLITE_NOMEM : SQLITE_DONE;
	}
	sqlite3_finalize(stmt);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

int mo_made_create(struct session *session, struct under_way *run, const char *name,
		   const char *sql)
{
	struct made *made = mo_arena_make(session->arena, struct made);
	const char *type;
	int rc = exec_schema(session, name, sql);

	if (!rc)
		rc = made ? stored_text(&made->sql, &type, session, name) : SQLITE_NOMEM;
	if (rc)
		return mo_session_diag(session, rc, DIAG_RUN008, name, "make what it needs");
	made->name = name;
	mo_list_add(session->arena, &run->made, made);
	return add_row(NULL, session, &(struct row){"made", name, "", made->sql, NULL});
}

static int changed(struct session *session, const char *name)
{
	mo_diag(&session->m->diags, DIAG_RUN006, NULL, name,
		"somebody changed the schema meanwhile: %s is not there as moult made it", name);
	mo_diag_hint(&session->m->diags, "moult downgrade abandons what is under way; begin again "
					 "when nobody changes the schema");
	return mo_diag_kinds[DIAG_RUN006].result;
}

int mo_made_check(struct session *session, const struct under_way *run)
{
	EACH (const struct made, made, &run->made) {
		const char *sql, *type;
		const int rc = stored_text(&sql, &type, session, made->name);

		if (rc)
			return failed(session, rc);
		if (!sql || strcmp(sql, made->sql) != 0)
			return changed(session, made->name);
	}
	return MOULT_OK;
}

bool mo_made_is_there(struct session *session, const struct made *made)
{
	const char *sql, *type;

	return !stored_text(&sql, &type, session, made->name) && sql && !strcmp(sql, made->sql);
}

static int forget(struct session *session, const char *name)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(session->db, mo_sql_under_way_forget, -1, &stmt, NULL);

	if (!rc)
		rc = bind_text(stmt, 1, "made");
	if (!rc)
		rc = bind_text(stmt, 2, name);
	return run_bound(stmt, rc);
}

int mo_made_leaves(struct session *session, const char *name)
{
	const int rc = forget(session, name);

	return rc ? failed(session, rc) : MOULT_OK;
}

int mo_made_becomes(struct session *session, const char *name, const char *sql)
{
	const int rc = forget(session, name);

	return rc ? failed(session, rc)
		  : add_row(NULL, session, &(struct row){"made", name, "", sql, NULL});
}

int mo_made_moves(struct session *session, const struct made *made)
{
	const char *place = made->place ? made->place : "";
	const int rc = forget(session, made->name);

	return rc ? failed(session, rc)
		  : add_row(NULL, session,
			    &(struct row){"made", made->name, place, made->sql, made->whole});
}

/*
 * ALTER TABLE ... RENAME by the application writes the texts of triggers anew.  Left behind, they would
 * make each of its statements fail, since what they write goes.
 */
static bool writes_log(const struct under_way *run, const char *trigger)
{
	EACH (const struct made, made, &run->made)
		if (mo_name_has_prefix(made->name, MO_MADE_PREFIX "log_") &&
		    mo_mentions(trigger, made->name))
			return true;
	return false;
}

static enum kind kind_of(const char *type)
{
	return !strcmp(type, "trigger") ? KIND_TRIGGER
	       : !strcmp(type, "index") ? KIND_INDEX
					: KIND_TABLE;
}

/* And an index of that name, which RENAME wrote anew, has no row of anybody's. */
static bool is_ours(const struct under_way *run, const char *name, const char *sql, enum kind kind)
{
	return mo_made_has(&run->made, name, sql) || kind == KIND_INDEX ||
	       (kind == KIND_TRIGGER && writes_log(run, sql));
}

int mo_made_drop(struct session *session, struct under_way *run, const char *name)
{
	const char *sql = NULL, *type = NULL;
	int rc = stored_text(&sql, &type, session, name);

	if (!rc && sql && is_ours(run, name, sql, kind_of(type)))
		rc = exec_schema(session, name, mo_sql_drop(session->arena, kind_of(type), name));
	if (!rc)
		rc = forget(session, name);
	return rc ? mo_session_diag(session, rc, DIAG_RUN008, name, "take it away") : MOULT_OK;
}
