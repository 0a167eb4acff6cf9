/* SPDX-License-Identifier: MIT */
/* piece.c: see online/piece.h. */
#include "online/piece.h"

#include <string.h>

#include "base/text.h"
#include "live/connect.h"
#include "plan/query.h"
#include "plan/source.h"
#include "plan/ways.h"
#include "proof/proof.h"
#include "run/probe.h"
#include "sql/log_table.h"
#include "sql/old_row.h"
#include "sql/rebuild.h"
#include "sql/under_way_table.h"
#include "sql/write.h"

#define LAST_KEY 0x7fffffffffffffffLL

static int failed(struct session *session, const struct piece *piece, int rc, const char *doing)
{
	return mo_session_diag(session, rc, DIAG_RUN008, piece->name, doing);
}

static int exec(struct session *session, const char *sql)
{
	return sql ? mo_exec(session->db, sql) : SQLITE_NOMEM;
}

/* ---- what is known of it ------------------------------------------------------------------- */

/* The file as it is, and not as the first steps will leave it. */
static char *copy_of(struct arena *arena, const struct piece *piece)
{
	struct list columns = {0}, expressions = {0};
	const char *from = mo_arena_format(arena, "main.\"%w\" AS " MO_OLD_ROW, piece->before);

	if (piece->can_move) {
		mo_list_add(arena, &columns, piece->want_key);
		mo_list_add(arena, &expressions, piece->key);
	}
	EACH (const struct source, source, &piece->move->sources) {
		if (source->is_generated)
			continue;
		mo_list_add(arena, &columns, source->want->object.name);
		mo_list_add(arena, &expressions, source->raw);
	}
	return mo_sql_copy(arena, piece->work, &columns, &expressions, from);
}

int mo_piece_make(struct piece **out, struct session *session, struct plan *plan,
		  const struct move *move)
{
	struct arena *arena = plan->arena;
	struct piece *piece = mo_arena_make(arena, struct piece);
	struct move named = *move;

	if (!piece)
		return mo_diag_memory(&session->m->diags);
	*piece = (struct piece){.plan = plan,
				.move = move,
				.name = move->want->object.name,
				.before = move->former,
				.rowid = move->rowid_name};
	piece->work = named.work = mo_made_name(arena, "new", piece->name);
	piece->log = mo_made_name(arena, "log", piece->name);
	piece->make = mo_plan_bare_table(plan, &named);
	piece->key = mo_arena_format(arena, MO_OLD_ROW ".%s", piece->rowid);
	piece->can_move = !mo_table_rowid_column(move->want);
	piece->want_key =
		piece->can_move
			? move->rowid_want
			: mo_query_name(arena, mo_table_rowid_column(move->want)->object.name);
	piece->copy = copy_of(arena, piece);
	piece->columns = mo_proof_columns(arena, move);
	*out = piece;
	return mo_arena_rc(arena) ? mo_diag_memory(&session->m->diags) : MOULT_OK;
}

/* ---- setup --------------------------------------------------------------------------------- */

static const struct table *table_before(const struct piece *piece)
{
	return mo_schema_table(piece->plan->diff->have, piece->before);
}

static int add_trigger(struct session *session, struct under_way *run, const struct piece *piece,
		       const char *what, enum event event, const struct logged *logged)
{
	const char *name = mo_made_name(piece->plan->arena, what, piece->name);

	return mo_made_create(session, run, name,
			      mo_sql_log_trigger(piece->plan->arena, name, event, logged));
}

static int add_victims(struct session *session, struct under_way *run, const struct piece *piece,
		       int number, const struct logged *logged, const struct list *terms,
		       const char *where)
{
	static const char letters[] = {'v', 'w'};
	static const enum event events[] = {EVENT_INSERT, EVENT_UPDATE};
	struct arena *arena = piece->plan->arena;
	int rc = MOULT_OK;

	for (int i = 0; !rc && i < 2; i++) {
		const char *what = mo_arena_format(arena, "%c%d", letters[i], number);
		const char *name = mo_made_name(arena, what, piece->name);

		rc = mo_made_create(
			session, run, name,
			mo_sql_log_victims(arena, name, events[i], logged, terms, where));
	}
	return rc;
}

/* Of each UNIQUE key but the rowid. */
static int add_all_victims(struct session *session, struct under_way *run,
			   const struct piece *piece, const struct logged *logged)
{
	const struct table *table = logged->table;
	int number = 0, rc = MOULT_OK;

	EACH (const struct constraint, key, &table->constraints)
		if (!rc && (key->kind == CONSTRAINT_UNIQUE || key->kind == CONSTRAINT_PRIMARY_KEY))
			rc = add_victims(session, run, piece, ++number, logged, &key->terms, NULL);
	EACH (const struct index, index, &table->object.indexes)
		if (!rc && index->unique)
			rc = add_victims(session, run, piece, ++number, logged, &index->terms,
					 index->where.text);
	return rc;
}

int mo_piece_set_up(struct session *session, struct under_way *run, struct piece *piece)
{
	struct under_way_table *row = mo_arena_make(session->arena, struct under_way_table);
	const struct logged logged = {table_before(piece), piece->rowid, piece->log};
	int rc = row ? MOULT_OK : mo_diag_memory(&session->m->diags);

	if (rc)
		return rc;
	*row = (struct under_way_table){.name = piece->name, .phase = "backfill"};
	rc = mo_under_way_add_table(session, run, row);
	if (!rc)
		rc = mo_made_create(session, run, piece->work, piece->make);
	if (!rc)
		rc = mo_made_create(session, run, piece->log,
				    mo_sql_log_create(session->arena, piece->log));
	if (!rc)
		rc = add_all_victims(session, run, piece, &logged);
	if (!rc)
		rc = add_trigger(session, run, piece, "i", EVENT_INSERT, &logged);
	if (!rc)
		rc = add_trigger(session, run, piece, "d", EVENT_DELETE, &logged);
	if (!rc)
		rc = add_trigger(session, run, piece, "u", EVENT_UPDATE, &logged);
	piece->row = row;
	return rc;
}

/* By its name, _moult_WHAT_TABLE: no word for what has an underscore. */
static bool is_of(const struct made *made, const struct piece *piece)
{
	const char *what = made->name + strlen(MO_MADE_PREFIX);
	const char *after = strchr(what, '_');

	return after && mo_same_name(after + 1, piece->name);
}

/* All but the copy that belongs to the piece. */
int mo_piece_let_go(struct session *session, struct under_way *run, const struct piece *piece)
{
	int rc = MOULT_OK;

	/* Triggers first: they write the log. */
	for (int pass = 0; pass < 2; pass++)
		EACH (const struct made, made, &run->made) {
			const bool is_log = mo_same(made->name, piece->log);

			if (rc || mo_same(made->name, piece->work) || is_log != (pass == 1) ||
			    !is_of(made, piece))
				continue;
			rc = mo_made_drop(session, run, made->name);
		}
	return rc;
}

/* ---- rows ---------------------------------------------------------------------------------- */

/* Where so many rows end, by a query of sql/log_table.h: their last key and their number. */
static int read_end(sqlite3_int64 *end, long long *rows, struct session *session,
		    const struct piece *piece, const char *sql, const char *doing)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sql ? sqlite3_prepare_v2(session->db, sql, -1, &stmt, NULL) : SQLITE_NOMEM;

	if (!rc && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		*end = sqlite3_column_int64(stmt, 0);
		*rows = sqlite3_column_int64(stmt, 1);
		rc = SQLITE_OK;
	}
	sqlite3_finalize(stmt);
	return rc ? failed(session, piece, rc, doing) : MOULT_OK;
}

static int find_end(sqlite3_int64 *end, long long *rows, struct session *session,
		    const struct piece *piece, const sqlite3_int64 *behind, long long most)
{
	return read_end(end, rows, session, piece,
			mo_sql_log_first(session->arena, piece->before, piece->rowid, behind, most),
			"read the rows");
}

static int find_touched(sqlite3_int64 *top, long long *rows, struct session *session,
			const struct piece *piece, long long most)
{
	return read_end(top, rows, session, piece,
			mo_sql_log_first(session->arena, piece->log, "rowid", NULL, most),
			"read what was touched");
}

/* "KEY > behind AND KEY <= end" */
static char *range(struct arena *arena, const char *key, const sqlite3_int64 *behind,
		   sqlite3_int64 end)
{
	return behind ? mo_arena_format(arena, "%s > %lld AND %s <= %lld", key, *behind, key, end)
		      : mo_arena_format(arena, "%s <= %lld", key, end);
}

/* A row that the new shape does not take can come at any time: SQLite says which rule it breaks. */
static int refuse_row(struct session *session, const struct piece *piece)
{
	mo_diag(&session->m->diags, DIAG_RUN084, NULL, piece->name,
		"a row of table %s is in the way of what it shall be: %s", piece->name,
		sqlite3_errmsg(session->db));
	mo_diag_hint(&session->m->diags,
		     "correct the row and run the same command again, which goes "
		     "on; or moult downgrade abandons it");
	return mo_diag_kinds[DIAG_RUN084].result;
}

static int copy_rows(struct session *session, const struct piece *piece, const char *condition)
{
	const int rc = exec(session, mo_sql_copy_where(session->arena, piece->copy, condition));

	if (!rc)
		return MOULT_OK;
	if ((rc & 0xff) == SQLITE_CONSTRAINT || (rc & 0xff) == SQLITE_ERROR)
		return refuse_row(session, piece);
	return failed(session, piece, rc, "copy the rows");
}

int mo_piece_fill(struct session *session, struct piece *piece, long long most, long long *done)
{
	struct under_way_table *row = piece->row;
	const sqlite3_int64 *behind = row->has_begun ? &row->cursor : NULL;
	sqlite3_int64 end = 0;
	int rc = find_end(&end, done, session, piece, behind, most);

	if (rc)
		return rc;
	if (*done) {
		rc = copy_rows(session, piece, range(session->arena, piece->key, behind, end));
		row->has_begun = true;
		row->cursor = end;
	} else {
		row->has_begun = true;
		row->cursor = LAST_KEY; /* whatever comes now is in the log */
		row->phase = "drain";
	}
	return rc ? rc : mo_under_way_move_table(session, row);
}

/* ---- digests ------------------------------------------------------------------------------- */

static char *digest(struct session *session, const struct piece *piece, const char *from, int *rc)
{
	const char *sql =
		mo_arena_format(session->arena, "SELECT %s FROM %s", piece->columns, from);
	char *text = *rc || !sql ? NULL : mo_query_text(session->arena, session->db, sql, rc);

	if (!sql)
		*rc = SQLITE_NOMEM;
	return text;
}

/* Whether the rows for which the conditions hold are in the copy what they must be. */
static int compare(struct session *session, const struct piece *piece, const char *condition,
		   const char *condition_of_copy)
{
	int rc = SQLITE_OK;
	const char *must =
		digest(session, piece,
		       mo_arena_format(session->arena, "(%s)",
				       mo_plan_expected_where(piece->plan, piece->move, condition)),
		       &rc);
	const char *is = digest(session, piece,
				mo_arena_format(session->arena, "main.\"%w\" WHERE %s", piece->work,
						condition_of_copy),
				&rc);

	if (rc)
		return failed(session, piece, rc, "compare the rows");
	if (mo_same(must, is))
		return MOULT_OK;
	return mo_session_refute(
		session, DIAG_RUN010, piece->name,
		"the rows of the copy of table %s are not what they must be (digest %s, expected %s); "
		"nothing was exchanged",
		piece->name, is, must);
}

/* ---- what was touched ---------------------------------------------------------------------- */

int mo_piece_drain(struct session *session, struct piece *piece, long long most, long long *done)
{
	struct arena *arena = session->arena;
	const sqlite3_int64 cursor = piece->row->cursor;
	sqlite3_int64 top = 0;
	const char *touched, *copied;
	int rc = find_touched(&top, done, session, piece, most), code;

	if (rc || !*done)
		return rc;
	touched = mo_sql_log_touched(arena, piece->key, piece->log, top, cursor);
	copied = mo_sql_log_touched(arena, piece->want_key, piece->log, top, cursor);
	rc = mo_probe_some(piece->plan, session->m, session->db, piece->move, touched);
	if (rc)
		return rc;
	code = exec(session, mo_sql_delete_where(arena, piece->work, copied));
	if (code)
		return failed(session, piece, code, "copy the rows");
	rc = copy_rows(session, piece, touched);
	if (!rc)
		rc = compare(session, piece, touched, copied);
	if (rc)
		return rc;
	code = exec(session, mo_sql_log_forget(arena, piece->log, top));
	return code ? failed(session, piece, code, "forget what was touched") : MOULT_OK;
}

int mo_piece_left(long long *left, struct session *session, const struct piece *piece)
{
	const char *sql = mo_sql_log_count(session->arena, piece->log);
	int rc = SQLITE_NOMEM;

	*left = sql ? mo_query_integer(session->db, sql, 0, &rc) : 0;
	return rc ? failed(session, piece, rc, "read what was touched") : MOULT_OK;
}

/* ---- proof, and what is left --------------------------------------------------------------- */

/* The last chunk goes on to the last key that there can be: the copy may have rows too many. */
int mo_piece_prove(struct session *session, const struct piece *piece, sqlite3_int64 *from,
		   bool *has_begun, long long most, long long *done)
{
	struct arena *arena = session->arena;
	const sqlite3_int64 before = *from;
	const sqlite3_int64 *behind = *has_begun ? &before : NULL;
	sqlite3_int64 end = 0;
	int rc = find_end(&end, done, session, piece, behind, most);

	if (rc)
		return rc;
	if (*done < most)
		end = LAST_KEY;
	rc = compare(session, piece,
		     mo_arena_format(arena, "%s AND %s", range(arena, piece->key, behind, end),
				     mo_sql_log_untouched(arena, piece->key, piece->log)),
		     mo_arena_format(arena, "%s AND %s", range(arena, piece->want_key, behind, end),
				     mo_sql_log_untouched(arena, piece->want_key, piece->log)));
	if (end == LAST_KEY)
		*done = 0;
	*from = end;
	*has_begun = true;
	return rc;
}

int mo_piece_sweep(struct session *session, const char *work, long long most, long long *done)
{
	const char *sql = mo_sql_delete_where(
		session->arena, work,
		mo_arena_format(
			session->arena,
			"rowid IN (SELECT rowid FROM main.\"%w\" ORDER BY rowid LIMIT %lld)", work,
			most));
	const int rc = exec(session, sql);

	*done = rc ? 0 : sqlite3_changes(session->db);
	return rc ? mo_session_diag(session, rc, DIAG_RUN008, work, "take the old rows away")
		  : MOULT_OK;
}
