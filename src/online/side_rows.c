/* SPDX-License-Identifier: MIT */
/* side_rows.c: see side_rows.h. */
#include "online/side_rows.h"

#include "base/text.h"
#include "live/connect.h"
#include "online/batch.h"
#include "online/can.h"
#include "online/pairs.h"
#include "online/note.h"
#include "sql/under_way_table.h"

#define FIRST_ROWID (-9223372036854775807LL - 1)
#define LAST_ROWID 9223372036854775807LL

/* How far the tables have been gone through. */
struct walk {
	const struct side_rows *rows;
	struct session *session;
	struct arena *arena; /* of the statements of a step */
	struct stop {
		int table; /* among them */
		sqlite3_int64 next;
		long long schema_version; /* when the table was begun */
		long long wrong;
	} at, marked; /* now, and before the batch that is under way */
};

static const struct side_table *table_now(const struct walk *walk)
{
	return walk->at.table < walk->rows->tables->count
		       ? walk->rows->tables->items[walk->at.table]
		       : NULL;
}

static int failed(struct walk *walk, int rc, const char *doing)
{
	return mo_session_diag(walk->session, rc, DIAG_RUN008, table_now(walk)->have->object.name,
			       doing);
}

static void begin_table(struct walk *walk)
{
	walk->at.next = FIRST_ROWID;
	walk->at.wrong = 0;
}

/* Within a transaction: what was gone through says nothing of rows that have other numbers by now. */
static int look_at_numbers(struct walk *walk)
{
	int rc = SQLITE_OK;
	const long long version =
		mo_query_integer(walk->session->db, "PRAGMA main.schema_version", -1, &rc);

	if (version != walk->at.schema_version)
		begin_table(walk);
	walk->at.schema_version = version;
	return rc ? failed(walk, rc, "read its rows") : MOULT_OK;
}

/* The last of so many rows; false where there are none. */
static int find_bound(bool *has, sqlite3_int64 *bound, struct walk *walk, long long most)
{
	const struct in_step *group = table_now(walk)->groups.items[0];
	const char *sql = mo_in_step_bound(walk->arena, group);
	sqlite3_stmt *stmt = NULL;
	int rc = sql ? sqlite3_prepare_v2(walk->session->db, sql, -1, &stmt, NULL) : SQLITE_NOMEM;

	if (!rc)
		rc = sqlite3_bind_int64(stmt, 1, walk->at.next);
	if (!rc)
		rc = sqlite3_bind_int64(stmt, 2, most);
	if (!rc && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		*has = sqlite3_column_type(stmt, 0) == SQLITE_INTEGER;
		*bound = sqlite3_column_int64(stmt, 0);
		rc = SQLITE_OK;
	}
	sqlite3_finalize(stmt);
	return rc ? failed(walk, rc, "read its rows") : MOULT_OK;
}

/* A statement about the rows up to a bound; *count gets what it answers, where it does. */
static int run_on(struct walk *walk, const char *sql, sqlite3_int64 bound, long long *count)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sql ? sqlite3_prepare_v2(walk->session->db, sql, -1, &stmt, NULL) : SQLITE_NOMEM;

	if (!rc)
		rc = sqlite3_bind_int64(stmt, 1, walk->at.next);
	if (!rc)
		rc = sqlite3_bind_int64(stmt, 2, bound);
	if (!rc && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		*count += sqlite3_column_int64(stmt, 0);
		rc = sqlite3_step(stmt);
	}
	sqlite3_finalize(stmt);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/*
 * Whether more rows were written since than the last statement wrote itself.  A statement whose triggers would
 * write a full-text table opens a savepoint there, fired or not, and what a savepoint alone counts
 * (mo_virtual_is_touchy()) is no row: it is seen at one more, behind one that brings all that is held back.
 */
static bool others_were_written(struct session *session, int before)
{
	const int others =
		sqlite3_total_changes(session->db) - before - sqlite3_changes(session->db);
	int rc, first;

	if (!others)
		return false;
	rc = mo_session_flush(session);
	first = sqlite3_total_changes(session->db);
	if (!rc)
		rc = mo_session_flush(session);
	return rc || others > sqlite3_total_changes(session->db) - first;
}

/*
 * A statement that could fire triggers, and through them the application's, must fire none: what they
 * write is counted.
 */
static int fill_group(struct walk *walk, const struct in_step *group, sqlite3_int64 bound)
{
	sqlite3 *db = walk->session->db;
	const int before = sqlite3_total_changes(db);
	bool is_fired;
	int rc;

	walk->session->guard.relaxed = true;
	rc = run_on(walk, mo_in_step_fill(walk->arena, group), bound, NULL);
	is_fired = !rc && others_were_written(walk->session, before);
	walk->session->guard.relaxed = false;
	if (is_fired)
		return mo_session_refute(
			walk->session, DIAG_RUN010, group->table,
			"filling the new columns of %s fired a trigger; rolled back", group->table);
	return rc ? failed(walk, rc, "fill its new columns") : MOULT_OK;
}

static int fill_rows(struct walk *walk, sqlite3_int64 bound)
{
	int rc = MOULT_OK;

	EACH (const struct in_step, group, &table_now(walk)->groups)
		if (!rc && group->news.count)
			rc = fill_group(walk, group, bound);
	return rc;
}

static int count_rows(struct walk *walk, sqlite3_int64 bound)
{
	int rc = SQLITE_OK;

	EACH (const struct in_step, group, &table_now(walk)->groups)
		if (!rc)
			rc = run_on(walk, mo_in_step_count(walk->arena, group), bound,
				    &walk->at.wrong);
	return rc ? failed(walk, rc, "read its rows") : MOULT_OK;
}

/* What is due of so many rows: the table is gone through, or the next one is begun. */
static int step(struct walk *walk, long long most,
		int (*act)(struct walk *walk, sqlite3_int64 bound))
{
	sqlite3_int64 bound = 0;
	bool has = false;
	int rc;

	walk->arena = mo_arena_new();
	if (!walk->arena)
		return mo_diag_memory(&walk->rows->m->diags);
	rc = look_at_numbers(walk);
	if (!rc)
		rc = find_bound(&has, &bound, walk, most);
	if (!rc && has)
		rc = act(walk, bound);
	mo_arena_free(walk->arena);
	if (has && bound < LAST_ROWID) {
		walk->at.next = bound + 1;
	} else {
		walk->at.table++;
		walk->at.next = FIRST_ROWID;
	}
	return rc;
}

/* ---- filling ------------------------------------------------------------------------------- */

static int fill_batch(void *context, long long most, long long *done)
{
	struct walk *walk = context;

	if (table_now(walk)) {
		*done = most;
		return step(walk, most, fill_rows);
	}
	*done = 0;
	if (!walk->rows->is_last)
		return MOULT_OK;
	walk->rows->under_way->phase = MO_PHASE_IN_STEP;
	return mo_under_way_move(walk->session, walk->rows->under_way);
}

static void allow(struct guard_allowed *allowed, struct arena *arena, void *context)
{
	const struct walk *walk = context;

	mo_list_add(arena, &allowed->tables, MO_UNDER_WAY_TABLE);
	if (table_now(walk))
		mo_list_add(arena, &allowed->tables, table_now(walk)->have->object.name);
}

static void mark(void *context, bool goes_back)
{
	struct walk *walk = context;

	if (goes_back)
		walk->at = walk->marked;
	walk->marked = walk->at;
}

static int check(void *context)
{
	const struct side_rows *rows = ((struct walk *)context)->rows;

	return rows->check(rows->context);
}

int mo_side_rows_fill(const struct side_rows *rows)
{
	struct session session;
	struct walk walk = {.rows = rows, .session = &session, .at = {.next = FIRST_ROWID}};
	struct batches batches;
	int rc = mo_session_begin(&session, rows->m, rows->db, rows->options, rows->is_ours);

	if (!rc && table_now(&walk))
		mo_online_warn(&session);
	if (!rc) {
		mo_batches_init(&batches, &session);
		batches.check = check;
		batches.allow = allow;
		batches.mark = mark;
		batches.context = &walk;
		batches.phase = "fill";
		rc = mo_batches_run(&batches, fill_batch);
	}
	mo_session_end(&session);
	return rc;
}

/* ---- the proof ----------------------------------------------------------------------------- */

static int refuse_wrong(const struct walk *walk, const struct side_table *table)
{
	struct diags *diags = &walk->rows->m->diags;

	mo_diag(diags, DIAG_RUN103, NULL, table->have->object.name,
		"%lld row%s of %s: old and new columns do not agree; nothing is done",
		walk->at.wrong, walk->at.wrong == 1 ? "" : "s", table->have->object.name);
	mo_diag_hint(
		diags,
		"somebody wrote without the triggers; write the right value once more, and finish");
	return mo_diag_kinds[DIAG_RUN103].result;
}

static int prove_chunk(struct walk *walk, struct chunk *chunk)
{
	int rc = mo_chunk_begin(chunk, walk->session, table_now(walk)->have->object.name);

	if (rc)
		return rc;
	rc = step(walk, chunk->rows, count_rows);
	mo_session_rollback(walk->session);
	mo_chunk_end(chunk);
	return rc;
}

static int prove_all(struct walk *walk)
{
	const struct side_table *table;
	struct chunk chunk = MO_CHUNK_INIT;
	int rc = MOULT_OK;

	while (!rc && (table = table_now(walk)) != NULL) {
		if (!mo_session_phase(walk->session, "verify", table->have->object.name, -1))
			return mo_session_diag(walk->session, SQLITE_INTERRUPT, DIAG_RUN014, NULL,
					       "read the rows");
		rc = prove_chunk(walk, &chunk);
		if (!rc && walk->at.wrong && table != table_now(walk))
			rc = refuse_wrong(walk, table);
	}
	return rc;
}

int mo_side_rows_prove(const struct side_rows *rows)
{
	struct session session;
	struct walk walk = {.rows = rows, .session = &session, .at = {.next = FIRST_ROWID}};
	int rc = mo_session_begin(&session, rows->m, rows->db, rows->options, rows->is_ours);

	if (!rc)
		rc = prove_all(&walk);
	mo_session_end(&session);
	return rc;
}
