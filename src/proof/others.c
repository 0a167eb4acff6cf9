/* SPDX-License-Identifier: MIT */
/* others.c: see others.h. */
#include "proof/others.h"

#include "base/text.h"
#include "digest/digest.h"
#include "live/connect.h"
#include "plan/query.h"
#include "plan/row_plan.h"

struct others {
	const struct row_plan *row_plan;
	const char *columns; /* _moult_digest(...) over what can be foretold of them */
	const char *digest;
};

static bool is_foretold(const struct move *move, const struct column *column)
{
	if (column->generated.text)
		return false;
	for (int i = 0; move && i < move->sources.count; i++) {
		const struct source *source = move->sources.items[i];

		if (mo_same_name(source->want->object.name, column->object.name))
			return !source->is_unpredictable;
	}
	return true;
}

/* The rowid where it is kept, and the columns. */
static const char *columns_of(struct arena *arena, const struct plan *plan,
			      const struct table *table)
{
	const struct move *move = mo_plan_move(plan, table->object.name);
	const char *rowid = move ? move->rowid_want : mo_table_rowid_name(table);
	sqlite3_str *affinities = sqlite3_str_new(NULL);
	sqlite3_str *out = sqlite3_str_new(NULL);
	struct list expressions = {0};
	const char *letters;

	if (rowid && !mo_table_rowid_column(table))
		mo_list_add(arena, &expressions, rowid);
	EACH (const struct column, column, &table->columns)
		if (is_foretold(move, column))
			mo_list_add(arena, &expressions, mo_query_name(arena, column->object.name));
	if (!expressions.count)
		mo_list_add(arena, &expressions, "0");
	sqlite3_str_appendchar(affinities, expressions.count, '-');
	letters = mo_arena_take(arena, affinities);
	if (letters)
		mo_digest_write(out, letters, &expressions);
	return mo_arena_take(arena, out);
}

static int read_digest(const char **digest, struct arena *arena, struct session *session,
		       const struct others *others, const char *from, enum diag_id id)
{
	const struct row_plan *row_plan = others->row_plan;
	const char *sql =
		mo_sql_declared_beyond(arena, row_plan->declared, true, others->columns, from);
	int rc;

	*digest = mo_query_text(arena, session->db, sql, &rc);
	return rc ? mo_session_diag(session, rc, id, row_plan->table->object.name, "read the rows")
		  : MOULT_OK;
}

int mo_others_read(struct list *list, struct arena *arena, struct session *session,
		   const struct plan *plan)
{
	int rc = MOULT_OK;

	for (int i = 0; !rc && i < plan->rows.count; i++) {
		const struct row_plan *row_plan = plan->rows.items[i];
		struct others *others = mo_arena_make(arena, struct others);

		if (row_plan->is_settled)
			continue;
		if (!others)
			return mo_diag_memory(&session->m->diags);
		others->row_plan = row_plan;
		others->columns = columns_of(arena, plan, row_plan->table);
		mo_session_phase(session, "digest", row_plan->table->object.name, -1);
		rc = read_digest(&others->digest, arena, session, others,
				 mo_query_expected(plan, row_plan->table), DIAG_RUN003);
		mo_list_add(arena, list, others);
	}
	return rc;
}

/* Also of those that no step wrote, since others may have while the lock was awaited. */
static int check_declared(struct session *session, const struct plan *plan,
			  const struct row_plan *row_plan)
{
	const char *name = row_plan->table->object.name;
	const char *sql = mo_row_plan_outcome(plan, row_plan);
	sqlite3_stmt *stmt = NULL;
	int rc = sql ? sqlite3_prepare_v2(session->db, sql, -1, &stmt, NULL) : SQLITE_NOMEM;
	long long wrong[3] = {0};

	if (!rc)
		rc = sqlite3_step(stmt);
	for (int i = 0; rc == SQLITE_ROW && i < 3; i++)
		wrong[i] = sqlite3_column_int64(stmt, i);
	sqlite3_finalize(stmt);
	if (rc != SQLITE_ROW)
		return mo_session_diag(session, rc, DIAG_RUN010, name, "read the declared rows");
	if (!wrong[0] && !wrong[1] && !wrong[2])
		return MOULT_OK;
	rc = mo_session_refute(
		session, DIAG_RUN010, name,
		"of the declared rows of table %s %lld would be missing, %lld other than "
		"declared, and %lld there that are dropped; rolled back",
		name, wrong[0], wrong[1], wrong[2]);
	mo_diag_hint(&session->m->diags, "look for a trigger on the table that changes what is "
					 "inserted or updated");
	return rc;
}

static int check_remembered(struct arena *arena, struct session *session,
			    const struct row_plan *row_plan)
{
	const char *name = row_plan->table->object.name;
	const char *sql = mo_arena_format(arena, "SELECT %s",
					  mo_sql_declared_is_remembered(arena, row_plan->declared));
	int rc = SQLITE_NOMEM;
	const long long is_remembered = sql ? mo_query_integer(session->db, sql, 0, &rc) : 0;

	if (rc)
		return mo_session_diag(session, rc, DIAG_RUN013, name, "read the declared rows");
	if (is_remembered)
		return MOULT_OK;
	return mo_session_refute(session, DIAG_RUN013, name,
				 "the file would not remember what rows of table %s were declared; "
				 "rolled back",
				 name);
}

static int check_others(struct arena *arena, struct session *session, const struct others *others)
{
	const char *name = others->row_plan->table->object.name;
	const char *digest = NULL;
	int rc = read_digest(&digest, arena, session, others, others->row_plan->declared->name,
			     DIAG_RUN010);

	if (rc || mo_same(digest, others->digest))
		return rc;
	return mo_session_refute(
		session, DIAG_RUN010, name,
		"rows of table %s that the document does not declare would not be as they must be "
		"(digest %s, expected %s); rolled back",
		name, digest, others->digest);
}

int mo_others_check(const struct list *list, struct arena *arena, struct session *session,
		    const struct plan *plan)
{
	int rc = MOULT_OK;

	for (int i = 0; !rc && i < plan->rows.count; i++)
		rc = check_declared(session, plan, plan->rows.items[i]);
	for (int i = 0; !rc && i < list->count; i++) {
		const struct others *others = list->items[i];

		rc = check_others(arena, session, others);
		if (!rc)
			rc = check_remembered(arena, session, others->row_plan);
	}
	return rc;
}
