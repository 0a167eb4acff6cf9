/* SPDX-License-Identifier: MIT */
/* virtual.c: see virtual.h. */
#include "proof/virtual.h"

#include "base/text.h"
#include "live/connect.h"
#include "model/form.h"
#include "plan/full_text_fill.h"
#include "proof/stays.h"
#include "session/execute.h"
#include "sql/full_text.h"
#include "sql/mention.h"

/* ---- which ---- */

static const char *present_name(const struct plan *plan, const char *name, bool is_after)
{
	for (int i = 0; !is_after && i < plan->diff->renames.count; i++) {
		const struct rename *rename = plan->diff->renames.items[i];

		if (!rename->table && mo_same_name(rename->have, name))
			return rename->want;
	}
	return name;
}

static bool is_written(const struct plan *plan, const char *name)
{
	EACH (const struct step, step, &plan->steps) {
		const struct list *virtuals = &step->writes.virtuals;

		for (int j = 0; j < virtuals->count; j++)
			if (mo_same_name(virtuals->items[j], name))
				return true;
	}
	return false;
}

/* The names of its columns and of content_rowid stand in the arguments; FTS4 may read all there are. */
static bool reads(const struct virtual_table *table, const char *column)
{
	return mo_same_name(table->module, "fts4") || mo_same_name(column, "rowid") ||
	       mo_mentions(table->args.text, column);
}

/*
 * Whether the digest of a copy speaks for all that a full-text table reads of its content: the
 * rowids, or the column that stands for them, and under each name the values that it had.
 */
static bool keeps_content(struct arena *arena, const struct plan *plan, const struct move *move,
			  const struct virtual_table *table)
{
	const char *content = move->want->object.name;

	EACH (const struct column, column, &move->want->columns) {
		const char *name = column->object.name;

		if (reads(table, name) &&
		    !(mo_same_name(mo_diff_former_column(plan->diff, content, name), name) &&
		      mo_stays_is_taken_over(arena, plan, move, name)))
			return false;
	}
	return mo_same_name(content, move->former) &&
	       (mo_full_text_has_key(table) || mo_stays_has_rowids(arena, plan, move));
}

/* content='t', where t is written anew: of other values or rowids the index knows nothing. */
static bool has_moved_content(struct arena *arena, const struct plan *plan,
			      const struct virtual_table *table)
{
	const char *content = mo_full_text_content(arena, table);

	for (int i = 0; content && i < plan->moves.count; i++) {
		const struct move *move = plan->moves.items[i];

		if (mo_move_copies(move) &&
		    (mo_same_name(content, move->want->object.name) ||
		     mo_same_name(content, move->former)) &&
		    !keeps_content(arena, plan, move, table))
			return true;
	}
	return false;
}

/* A full-text index that a step fills out of its content is right then, whatever it was before. */
static bool is_filled_anew(const struct plan *plan, const char *name)
{
	const struct virtual_table *table =
		(const struct virtual_table *)mo_schema_find(plan->diff->goal, KIND_VIRTUAL, name);

	return table && (mo_plan_makes(plan, table) ? mo_plan_fills(plan, table)
						    : mo_plan_outdates(plan, table));
}

/*
 * Made by the plan and filled by nobody: an index that keeps its words itself, or forgets them,
 * has none yet.
 */
static bool is_unfilled(const struct plan *plan, const struct virtual_table *table)
{
	return mo_plan_makes(plan, table) && !mo_plan_is_filled(plan, table);
}

/* ---- asking ---- */

/* Only what says that the table itself is wrong; SQLITE_CORRUPT_VTAB of full-text tables. */
static const char *run_command(struct arena *arena, struct session *session, const char *table,
			       const char *sql, int *rc)
{
	struct guard *guard = &session->guard;
	const bool stands = guard->db != NULL; /* the steps have run */

	*rc = stands ? SQLITE_OK : mo_guard_begin(guard, session->db);
	if (*rc)
		return NULL;
	mo_list_add(arena, &guard->allowed.virtuals, table);
	*rc = mo_exec(session->db, sql);
	mo_guard_clear(guard);
	if (!stands)
		mo_guard_end(guard);
	if ((*rc & 0xff) != SQLITE_CORRUPT)
		return NULL;
	return mo_arena_format(arena, "integrity-check: %s", sqlite3_errmsg(session->db));
}

static const char *ask_tree(struct arena *arena, struct session *session, const char *table,
			    int *rc)
{
	const char *sql = mo_arena_format(arena, "SELECT rtreecheck('main', %Q)", table);
	const char *answer = sql ? mo_query_text(arena, session->db, sql, rc) : NULL;

	if (*rc || !answer || mo_same(answer, "ok"))
		return NULL;
	return mo_arena_format(arena, "rtreecheck: %s", answer);
}

static const char *ask(struct arena *arena, struct session *session,
		       const struct virtual_table *table, int *rc)
{
	const char *sql = mo_sql_full_text_check(arena, table);

	*rc = SQLITE_OK;
	if (sql)
		return run_command(arena, session, table->object.name, sql, rc);
	if (mo_name_has_prefix(table->module, "rtree") || mo_same_name(table->module, "geopoly"))
		return ask_tree(arena, session, table->object.name, rc);
	return NULL;
}

/*
 * SQLITE_CORRUPT is the verdict itself; a module that may not be written or is in use could not be
 * asked.
 */
static bool is_verdict(int rc)
{
	switch (rc & 0xff) {
	case SQLITE_CORRUPT:
	case SQLITE_READONLY:
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return true;
	default:
		return !mo_is_trouble(rc);
	}
}

static int note(struct list *faults, struct arena *arena, const char *table, const char *message)
{
	struct virtual_fault *fault = mo_arena_make(arena, struct virtual_fault);

	if (!fault)
		return MOULT_TROUBLE;
	fault->table = table;
	fault->message = message;
	mo_list_add(arena, faults, fault);
	return MOULT_OK;
}

int mo_virtual_faults(struct list *faults, struct arena *arena, struct session *session,
		      const struct schema *schema, const struct plan *plan, bool is_after)
{
	if (!is_after && mo_virtual_is_touchy(schema))
		return MOULT_OK;
	EACH (const struct virtual_table, table, &schema->objects[KIND_VIRTUAL]) {
		const char *name = present_name(plan, table->object.name, is_after);
		const char *message;
		int rc;

		if (!is_written(plan, name) && !is_written(plan, table->object.name) &&
		    !has_moved_content(arena, plan, table))
			continue;
		if (is_after ? is_unfilled(plan, table) : is_filled_anew(plan, name))
			continue;
		mo_session_phase(session, is_after ? "verify" : "check", name, -1);
		message = ask(arena, session, table, &rc);
		if (!is_verdict(rc))
			return mo_session_diag(session, rc, DIAG_RUN011, name, "check the table");
		if (message && note(faults, arena, name, message))
			return mo_diag_memory(&session->m->diags);
	}
	return mo_arena_rc(arena) ? mo_diag_memory(&session->m->diags) : MOULT_OK;
}

/* ---- the difference ---- */

static bool was_found(const struct list *before, const char *table)
{
	EACH (const struct virtual_fault, fault, before)
		if (mo_same_name(fault->table, table))
			return true;
	return false;
}

int mo_virtual_compare(const struct list *before, struct arena *arena, struct session *session,
		       const struct plan *plan)
{
	struct list after = {0};
	int rc = mo_virtual_faults(&after, arena, session, plan->diff->goal, plan, true);

	for (int i = 0; !rc && i < after.count; i++) {
		const struct virtual_fault *fault = after.items[i];

		if (!was_found(before, fault->table))
			rc = mo_session_refute(session, DIAG_RUN011, fault->table,
					       "virtual table %s: %s; rolled back", fault->table,
					       fault->message);
	}
	return rc;
}
