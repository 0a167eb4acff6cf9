/* SPDX-License-Identifier: MIT */
/* piece.c: see online/piece.h. */
#include "online/piece.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "live/connect.h"
#include "online/entries.h"
#include "online/nulls.h"
#include "plan/expected.h"
#include "plan/query.h"
#include "plan/ways.h"
#include "proof/proof.h"
#include "run/probe.h"
#include "sql/old_row.h"
#include "sql/rebuild.h"
#include "sql/under_way_table.h"
#include "sql/write.h"

static int failed(struct session *session, const struct piece *piece, int rc, const char *doing)
{
	return mo_session_diag(session, rc, DIAG_RUN008, piece->name, doing);
}

int mo_piece_gone(struct moult *m, const char *name)
{
	mo_diag(&m->diags, DIAG_RUN082, NULL, name,
		"another process ended what this one was doing, or abandoned it");
	mo_diag_hint(&m->diags, "moult status says where the file stands");
	return mo_diag_kinds[DIAG_RUN082].result;
}

/* The log goes with the swap; that of an index, when the entries with NULL begin to come. */
static bool has_log(sqlite3 *db, const struct piece *piece)
{
	return mo_same(piece->row->phase, "nulls") ||
	       !sqlite3_table_column_metadata(db, "main", piece->log, NULL, NULL, NULL, NULL, NULL,
					      NULL);
}

/* It may be for a row, and that can be corrected; or another process has gone on with the same. */
int mo_piece_failed(struct session *session, const struct piece *piece, int rc, const char *doing)
{
	const bool is_of_row = (rc & 0xff) == SQLITE_CONSTRAINT || (rc & 0xff) == SQLITE_ERROR;
	const char *why = mo_arena_text(session->arena, sqlite3_errmsg(session->db));

	if (is_of_row && !has_log(session->db, piece))
		return mo_piece_gone(session->m, piece->name);
	return is_of_row && why ? mo_piece_refuse(session, piece, why)
				: failed(session, piece, rc, doing);
}

/* ---- what is known of it ------------------------------------------------------------------- */

static const struct table *table_before(const struct piece *piece)
{
	return mo_schema_table(piece->plan->diff->have, piece->before);
}

static const char *rowid_want(struct arena *arena, const struct piece *piece)
{
	const struct column *column = mo_table_rowid_column(piece->move->want);

	return piece->can_move ? piece->move->rowid_want
	       : column	       ? mo_query_name(arena, column->object.name)
			       : NULL;
}

/* The file as it is, and not as the first steps will leave it. */
static char *copy_of(struct arena *arena, const struct piece *piece)
{
	struct list columns = {0}, expressions = {0};
	const char *from = mo_arena_format(arena, "main.\"%w\" AS " MO_OLD_ROW, piece->before);

	if (mo_arena_rc(arena))
		return NULL;
	if (piece->can_move) {
		mo_list_add(arena, &columns, piece->want_key.items[0]);
		mo_list_add(arena, &expressions, mo_sql_key(arena, MO_OLD_ROW, &piece->key));
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
				.can_move = !move->want->without_rowid &&
					    !mo_table_rowid_column(move->want)};
	piece->work = named.work = mo_made_name(arena, "new", piece->name);
	piece->log = mo_made_name(arena, "log", piece->name);
	piece->make = mo_plan_bare_table(plan, &named);
	piece->key = mo_sql_key_names(arena, table_before(piece),
				      move->want->without_rowid ? NULL : move->rowid_name);
	piece->want_key = mo_sql_key_names(arena, move->want, rowid_want(arena, piece));
	piece->copy = copy_of(arena, piece);
	piece->columns = mo_proof_columns(arena, move);
	*out = piece;
	return mo_arena_rc(arena) ? mo_diag_memory(&session->m->diags) : MOULT_OK;
}

bool mo_piece_goes_down(const struct table *table)
{
	const struct constraint *key = table->without_rowid ? mo_table_primary_key(table) : NULL;

	for (int i = 0; key && i < key->terms.count; i++)
		if (((const struct term *)key->terms.items[i])->descending)
			return true;
	return false;
}

struct logged mo_piece_logged(const struct piece *piece)
{
	return (struct logged){table_before(piece), &piece->key, piece->log,
			       piece->index ? &piece->values : NULL};
}

bool mo_piece_has_changed(const struct piece *piece, long long schema_version)
{
	const struct under_way_table *row = piece->row;

	return row->has_begun && row->begun_at &&
	       strtoll(row->begun_at, NULL, 10) != schema_version;
}

bool mo_piece_has_moved(const struct piece *piece, long long schema_version)
{
	return piece->can_move && mo_piece_has_changed(piece, schema_version);
}

/* ---- setup --------------------------------------------------------------------------------- */

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

/* A row with the same rowid that REPLACE deletes says nothing of what it was. */
static int add_rowid_victims(struct session *session, struct under_way *run,
			     const struct piece *piece, const struct logged *logged)
{
	struct arena *arena = piece->plan->arena;
	const char *inserted = mo_made_name(arena, "v0", piece->name);
	const char *updated = mo_made_name(arena, "w0", piece->name);
	int rc = mo_made_create(session, run, inserted,
				mo_sql_log_rowid_victim(arena, inserted, EVENT_INSERT, logged));

	return rc ? rc
		  : mo_made_create(session, run, updated,
				   mo_sql_log_rowid_victim(arena, updated, EVENT_UPDATE, logged));
}

/* What trees are lent to is made before them: SQLite reads it first. */
static int add_lent(struct session *session, struct under_way *run, const struct piece *piece)
{
	struct arena *arena = piece->plan->arena;
	int rc = MOULT_OK;

	if (piece->entries && piece->entries->full)
		rc = mo_made_create(session, run, mo_made_name(arena, "lent", piece->name),
				    mo_nulls_lent(arena, piece));
	if (!rc && piece->left)
		rc = mo_made_create(session, run, mo_made_name(arena, "left", piece->name),
				    piece->left);
	return rc;
}

static int add_row(struct session *session, struct under_way *run, struct piece *piece)
{
	struct under_way_table *row = mo_arena_make(session->arena, struct under_way_table);

	if (!row)
		return mo_diag_memory(&session->m->diags);
	*row = (struct under_way_table){.is_index = piece->index != NULL,
					.name = piece->name,
					.leaves = piece->leaves,
					.phase = piece->only_leaves ? MO_READY : "backfill"};
	piece->row = row;
	return mo_under_way_add_table(session, run, row);
}

int mo_piece_set_up(struct session *session, struct under_way *run, struct piece *piece)
{
	const struct logged logged = mo_piece_logged(piece);
	int rc = add_row(session, run, piece);

	if (!rc && piece->index)
		rc = add_lent(session, run, piece);
	if (rc || piece->only_leaves)
		return rc;
	rc = mo_made_create(session, run, piece->work, piece->make);
	if (!rc)
		rc = mo_made_create(session, run, piece->log,
				    mo_sql_log_create(session->arena, &logged));
	if (!rc)
		rc = add_all_victims(session, run, piece, &logged);
	if (!rc && piece->index && piece->can_move)
		rc = add_rowid_victims(session, run, piece, &logged);
	if (!rc)
		rc = add_trigger(session, run, piece, "i", EVENT_INSERT, &logged);
	if (!rc)
		rc = add_trigger(session, run, piece, "d", EVENT_DELETE, &logged);
	if (!rc)
		rc = add_trigger(session, run, piece, "u", EVENT_UPDATE, &logged);
	return rc;
}

/* By its name, _moult_WHAT_TABLE: no word for what has an underscore. */
static bool is_of(const struct made *made, const struct piece *piece)
{
	const char *what = made->name + strlen(MO_MADE_PREFIX);
	const char *after = strchr(what, '_');

	return after && mo_same_name(after + 1, piece->name);
}

/* What holds the rows, and what its tree is lent to. */
static bool is_kept(const struct piece *piece, const char *name)
{
	return mo_same(name, piece->work) || mo_name_has_prefix(name, MO_MADE_PREFIX "lent_") ||
	       mo_name_has_prefix(name, MO_MADE_PREFIX "left_");
}

/* ---- rows ---------------------------------------------------------------------------------- */

static int find_touched(sqlite3_int64 *top, long long *rows, struct session *session,
			const struct piece *piece, long long most)
{
	const char *sql = mo_sql_log_first(session->arena, piece->log, most);
	sqlite3_stmt *stmt = NULL;
	int rc = sql ? sqlite3_prepare_v2(session->db, sql, -1, &stmt, NULL) : SQLITE_NOMEM;

	if (!rc && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		*top = sqlite3_column_int64(stmt, 0);
		*rows = sqlite3_column_int64(stmt, 1);
		rc = SQLITE_OK;
	}
	sqlite3_finalize(stmt);
	return rc ? failed(session, piece, rc, "read what was touched") : MOULT_OK;
}

/* ---- places -------------------------------------------------------------------------------- */

void mo_place_done(struct place *place)
{
	for (int i = 0; i < place->values.count; i++)
		sqlite3_value_free(place->values.items[i]);
	mo_arena_free(place->arena);
	*place = (struct place){.values = {0}};
}

bool mo_is_place(const struct place *place)
{
	return place && place->values.count > 0;
}

int mo_place_bind(sqlite3_stmt *stmt, const struct place *behind, const struct place *end)
{
	const struct place *const both[] = {behind, end};
	int rc = SQLITE_OK;

	for (int i = 0; i < 2; i++)
		for (int j = 0; !rc && mo_is_place(both[i]) && j < both[i]->values.count; j++)
			rc = sqlite3_bind_value(stmt, 1 + j + i * both[i]->values.count,
						both[i]->values.items[j]);
	return rc;
}

/* Compiles a statement about the rows between two places. */
static int prepare(sqlite3_stmt **stmt, struct session *session, const char *sql,
		   const struct place *behind, const struct place *end)
{
	const int rc = sql ? sqlite3_prepare_v2(session->db, sql, -1, stmt, NULL) : SQLITE_NOMEM;

	return rc ? rc : mo_place_bind(*stmt, behind, end);
}

static int take_place(struct place *place, sqlite3_stmt *stmt)
{
	place->arena = mo_arena_new();
	for (int i = 0; i < sqlite3_column_count(stmt); i++) {
		sqlite3_value *value = sqlite3_value_dup(sqlite3_column_value(stmt, i));

		if (value && place->arena)
			mo_list_add(place->arena, &place->values, value);
		if (place->values.count > i)
			continue;
		sqlite3_value_free(value);
		return SQLITE_NOMEM;
	}
	return SQLITE_OK;
}

int mo_place_read(struct place *place, struct session *session, const struct piece *piece,
		  const char *sql, const struct place *behind)
{
	sqlite3_stmt *stmt = NULL;
	int rc = prepare(&stmt, session, sql, behind, NULL);

	if (!rc && (rc = sqlite3_step(stmt)) == SQLITE_ROW)
		rc = take_place(place, stmt);
	sqlite3_finalize(stmt);
	return rc && rc != SQLITE_DONE ? failed(session, piece, rc, "read the rows") : MOULT_OK;
}

/* ---- copies -------------------------------------------------------------------------------- */

/* A row that the new shape does not take can come at any time: SQLite says which rule it breaks. */
int mo_piece_refuse(struct session *session, const struct piece *piece, const char *why)
{
	if (piece->index)
		mo_diag(&session->m->diags, DIAG_RUN084, NULL, piece->name,
			"rows of table %s are in the way of index %s: %s", piece->before,
			piece->name, why);
	else
		mo_diag(&session->m->diags, DIAG_RUN084, NULL, piece->name,
			"a row of table %s is in the way of what it shall be: %s", piece->name,
			why);
	mo_diag_hint(&session->m->diags,
		     "correct the row and run the same command again, which goes "
		     "on; or moult downgrade abandons it");
	return mo_diag_kinds[DIAG_RUN084].result;
}

int mo_place_run(struct session *session, const struct piece *piece, const char *sql,
		 const struct place *behind, const struct place *end, const char *doing)
{
	sqlite3_stmt *stmt = NULL;
	int rc = prepare(&stmt, session, sql, behind, end);

	if (!rc && (rc = sqlite3_step(stmt)) == SQLITE_DONE)
		rc = SQLITE_OK;
	sqlite3_finalize(stmt);
	return rc ? mo_piece_failed(session, piece, rc, doing) : MOULT_OK;
}

static int copy_rows(struct session *session, const struct piece *piece, const char *condition,
		     const struct place *behind)
{
	const char *sql = mo_arena_format(session->arena, "%s\n WHERE %s", piece->copy, condition);

	return mo_place_run(session, piece, sql, behind, NULL, "copy the rows");
}

int mo_piece_fill(struct session *session, struct piece *piece, long long most, long long *done)
{
	struct arena *arena = session->arena;
	struct under_way_table *row = piece->row;
	struct place behind = {.values = {0}};
	int rc;

	if (piece->index)
		return mo_entries_fill(session, piece, most, done);
	rc = mo_place_read(&behind, session, piece,
			   mo_sql_key_last(arena, piece->work, &piece->want_key), NULL);

	if (!rc)
		rc = copy_rows(
			session, piece,
			mo_sql_key_next(arena, MO_OLD_ROW, &piece->key, mo_is_place(&behind), most),
			&behind);
	mo_place_done(&behind);
	if (rc)
		return rc;
	*done = sqlite3_changes(session->db);
	row->cursor = *done + (row->has_begun ? row->cursor : 0);
	row->has_begun = true;
	if (!*done)
		row->phase = "drain"; /* whatever comes now is in the log */
	return mo_under_way_move_table(session, row);
}

/* ---- digests ------------------------------------------------------------------------------- */

static int prepare_digest(sqlite3_stmt **stmt, struct session *session, const struct piece *piece,
			  const char *from)
{
	const char *sql =
		mo_arena_format(session->arena, "SELECT %s FROM %s", piece->columns, from);

	return sql && from ? sqlite3_prepare_v2(session->db, sql, -1, stmt, NULL) : SQLITE_NOMEM;
}

/* Of the rows for which the conditions hold. */
static int prepare_sides(struct sides *sides, struct session *session, const struct piece *piece,
			 const char *condition, const char *condition_of_copy)
{
	struct arena *arena = session->arena;
	int rc = prepare_digest(&sides->must, session, piece,
				mo_arena_format(arena, "(%s)",
						mo_plan_expected_where(session->arena, piece->plan,
								       piece->move, condition)));

	return rc ? rc
		  : prepare_digest(&sides->is, session, piece,
				   mo_arena_format(arena, "main.\"%w\" WHERE %s", piece->work,
						   condition_of_copy));
}

void mo_sides_done(struct sides *sides)
{
	sqlite3_finalize(sides->must);
	sqlite3_finalize(sides->is);
	*sides = (struct sides){NULL, NULL};
}

/* They stand until the statements are reset. */
static int read_sides(const char *digests[2], const struct sides *sides)
{
	sqlite3_stmt *const both[] = {sides->must, sides->is};
	int rc = SQLITE_OK;

	for (int i = 0; !rc && i < 2; i++) {
		rc = sqlite3_step(both[i]) == SQLITE_ROW ? SQLITE_OK : sqlite3_reset(both[i]);
		digests[i] = rc ? NULL : (const char *)sqlite3_column_text(both[i], 0);
		if (!rc && !digests[i])
			rc = SQLITE_NOMEM;
	}
	return rc;
}

int mo_sides_agree(bool *agree, const struct sides *sides)
{
	const char *digests[2] = {NULL, NULL};
	const int rc = read_sides(digests, sides);

	*agree = !rc && mo_same(digests[0], digests[1]);
	sqlite3_reset(sides->must);
	sqlite3_reset(sides->is);
	return rc;
}

/* Whether the rows for which the conditions hold are in the copy what they must be. */
static int compare(struct session *session, const struct piece *piece, const char *condition,
		   const char *condition_of_copy, const struct place *behind,
		   const struct place *end)
{
	const char *digests[2] = {NULL, NULL};
	struct sides sides = {NULL, NULL};
	int code = prepare_sides(&sides, session, piece, condition, condition_of_copy), rc;

	if (!code)
		code = mo_place_bind(sides.must, behind, end);
	if (!code)
		code = mo_place_bind(sides.is, behind, end);
	if (!code)
		code = read_sides(digests, &sides);
	if (code)
		rc = failed(session, piece, code, "compare the rows");
	else if (mo_same(digests[0], digests[1]))
		rc = MOULT_OK;
	else
		rc = mo_session_refute(
			session, DIAG_RUN010, piece->name,
			"the rows of the copy of table %s are not what they must be (digest %s, "
			"expected %s); nothing was exchanged",
			piece->name, digests[1], digests[0]);
	mo_sides_done(&sides);
	return rc;
}

/* ---- what was touched ---------------------------------------------------------------------- */

static int copy_touched(struct session *session, const struct piece *piece, sqlite3_int64 top)
{
	struct arena *arena = session->arena;
	const struct logged logged = mo_piece_logged(piece);
	const char *touched =
		mo_sql_log_touched(arena, mo_sql_key(arena, MO_OLD_ROW, &piece->key), &logged, top);
	const char *copied =
		mo_sql_log_touched(arena, mo_sql_key(arena, NULL, &piece->want_key), &logged, top);
	int rc = mo_probe_some(piece->plan, arena, session->m, session->db, piece->move,
			       &(struct some_rows){.condition = touched}),
	    code;

	if (rc)
		return rc;
	code = mo_exec(session->db, mo_sql_delete_where(arena, piece->work, copied));
	if (code)
		return failed(session, piece, code, "copy the rows");
	rc = copy_rows(session, piece, touched, NULL);
	return rc ? rc : compare(session, piece, touched, copied, NULL, NULL);
}

int mo_piece_drain(struct session *session, struct piece *piece, long long most, long long *done)
{
	sqlite3_int64 top = 0;
	int rc = find_touched(&top, done, session, piece, most), code;

	if (rc || !*done)
		return rc;
	rc = piece->index ? mo_entries_drain(session, piece, top)
			  : copy_touched(session, piece, top);
	if (rc)
		return rc;
	code = mo_exec(session->db, mo_sql_log_forget(session->arena, piece->log, top));
	return code ? failed(session, piece, code, "forget what was touched") : MOULT_OK;
}

int mo_piece_drain_all(struct session *session, struct piece *piece)
{
	long long done = 1;
	int rc = MOULT_OK;

	while (!rc && done > 0)
		rc = mo_piece_drain(session, piece, 1000, &done);
	return rc;
}

/* All but the copy that belongs to the piece. */
int mo_piece_let_go(struct session *session, struct under_way *run, const struct piece *piece)
{
	int rc = MOULT_OK;

	/* Triggers first: they write the log. */
	for (int pass = 0; pass < 2; pass++)
		EACH (const struct made, made, &run->made) {
			const bool is_log = mo_same(made->name, piece->log);

			if (rc || is_kept(piece, made->name) || is_log != (pass == 1) ||
			    !is_of(made, piece))
				continue;
			rc = mo_made_drop(session, run, made->name);
		}
	return rc;
}

/* ---- proof, and what is left --------------------------------------------------------------- */

/* Rows between two places that are not in the log. */
static char *chunk(struct arena *arena, const struct piece *piece, const char *of,
		   const struct list *names, bool is_behind, bool has_end)
{
	const struct logged logged = mo_piece_logged(piece);

	return mo_arena_format(arena, "%s AND %s",
			       mo_sql_key_between(arena, of, names, is_behind, has_end),
			       mo_sql_log_untouched(arena, mo_sql_key(arena, of, names), &logged));
}

void mo_piece_hint_past(struct session *session)
{
	mo_diag_hint(&session->m->diags,
		     "a connection writes with its triggers off, through sqlite3_blob_write(), or "
		     "beside a TEMP trigger with RAISE(IGNORE); moult downgrade abandons what is "
		     "under way: begin again when none does, or apply without --online");
}

int mo_sides_prepare(struct sides *sides, struct session *session, const struct piece *piece,
		     bool is_behind, bool has_end)
{
	struct arena *arena = session->arena;

	if (piece->index)
		return mo_entries_sides(
			sides, session, piece,
			chunk(arena, piece, NULL, &piece->key, is_behind, has_end),
			chunk(arena, piece, NULL, &piece->entries->key, is_behind, has_end));
	return prepare_sides(sides, session, piece,
			     chunk(arena, piece, MO_OLD_ROW, &piece->key, is_behind, has_end),
			     chunk(arena, piece, NULL, &piece->want_key, is_behind, has_end));
}

/* The last chunk has no end: the copy may have rows too many. */
int mo_piece_prove(struct session *session, const struct piece *piece, struct place *from,
		   long long most)
{
	struct arena *arena = session->arena;
	const bool is_behind = mo_is_place(from);
	struct place end = {.values = {0}};
	int rc;

	rc = mo_place_read(&end, session, piece,
			   mo_sql_key_end(arena, piece->before, &piece->key, is_behind, most),
			   from);

	if (!rc)
		rc = compare(
			session, piece,
			chunk(arena, piece, MO_OLD_ROW, &piece->key, is_behind, mo_is_place(&end)),
			chunk(arena, piece, NULL, &piece->want_key, is_behind, mo_is_place(&end)),
			from, &end);
	if (rc && session->verdict)
		mo_piece_hint_past(session);
	mo_place_done(from);
	*from = end;
	return rc;
}

/* The index that a PRIMARY KEY is; NULL where there is none, or the key is the rowid. */
static int find_key(const char **index, struct session *session, const char *table)
{
	sqlite3_stmt *stmt = NULL;
	int rc = mo_pragma_prepare(&stmt, session->db, "index_list", table);

	*index = NULL;
	while (!rc && !*index && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		rc = SQLITE_OK;
		if (mo_same((const char *)sqlite3_column_text(stmt, MO_INDEX_LIST_ORIGIN), "pk"))
			*index = mo_arena_text(session->arena, (const char *)sqlite3_column_text(
								       stmt, MO_INDEX_LIST_NAME));
	}
	sqlite3_finalize(stmt);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static bool is_its_own(struct session *session, const char *table, const char *column,
		       const char *collation)
{
	const char *own = NULL;

	return !sqlite3_table_column_metadata(session->db, "main", table, column, NULL, &own, NULL,
					      NULL, NULL) &&
	       own && mo_same_name(own, collation);
}

/* Of several columns SQLite uses the key for those only that stand without COLLATE. */
static const char *key_name(struct session *session, const char *table, const char *column,
			    const char *collation)
{
	return is_its_own(session, table, column, collation)
		       ? mo_arena_format(session->arena, "\"%w\"", column)
		       : mo_arena_format(session->arena, "\"%w\" COLLATE \"%w\"", column,
					 collation);
}

/*
 * What tells a row: the old rows under the copy's name have the key of the table.  By another collation
 * than its own SQLite would look through all of them.
 */
static int read_key(struct list *names, struct session *session, const char *table)
{
	const char *index;
	sqlite3_stmt *stmt = NULL;
	int rc = find_key(&index, session, table);

	if (rc || !index) {
		mo_list_add(session->arena, names, "rowid");
		return rc;
	}
	rc = mo_pragma_prepare(&stmt, session->db, "index_xinfo", index);
	while (!rc && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		rc = SQLITE_OK;
		if (sqlite3_column_int(stmt, MO_INDEX_XINFO_KEY))
			mo_list_add(session->arena, names,
				    (void *)key_name(session, table,
						     (const char *)sqlite3_column_text(
							     stmt, MO_INDEX_XINFO_NAME),
						     (const char *)sqlite3_column_text(
							     stmt, MO_INDEX_XINFO_COLL)));
	}
	sqlite3_finalize(stmt);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

int mo_piece_sweep(struct session *session, const char *work, long long most, long long *done)
{
	struct list names = {0};
	int rc = read_key(&names, session, work);

	if (!rc)
		rc = mo_exec(session->db, mo_sql_delete_some(session->arena, work, &names, most));
	*done = rc ? 0 : sqlite3_changes(session->db);
	return rc ? mo_session_diag(session, rc, DIAG_RUN008, work, "take the old rows away")
		  : MOULT_OK;
}
