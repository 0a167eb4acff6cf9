/* SPDX-License-Identifier: MIT */
/* planner.c: the passes in their order; see planner.h. */
#include "plan/planner.h"

#include "base/hash.h"
#include "base/text.h"
#include "diff/describe.h"
#include "plan/aside.h"
#include "plan/filling.h"
#include "plan/park.h"
#include "plan/way_forth.h"
#include "plan/requirement.h"
#include "plan/row_plan.h"
#include "plan/source.h"
#include "plan/steps.h"
#include "plan/strategy.h"
#include "plan/ways.h"

/*
 * The digest of the statements and of the file that they were planned for.  schema_version is left
 * out: it counts, and files with the same schema may have counted differently.
 */
static void identify(struct plan *plan)
{
	struct hasher hasher;

	mo_hash_begin(&hasher);
	mo_hash_text(&hasher, plan->facts.exact);
	EACH (const struct step, step, &plan->steps) {
		mo_hash_text(&hasher, step->kind == STEP_RELOAD ? step->writes.pragma : step->sql);
	}
	EACH (const struct requirement, requirement, &plan->diff->want->requirements)
		if (mo_plan_asks(plan, requirement))
			mo_hash_text(&hasher, requirement->select.text);
	mo_hash_write(plan->id, mo_hash_end(&hasher));
}

static const struct column *nameless_column(const struct table *table)
{
	EACH (const struct column, column, &table->columns)
		if (mo_same_name(column->object.name, "true") ||
		    mo_same_name(column->object.name, "false"))
			return column;
	return NULL;
}

static bool only_adds(const struct move *move)
{
	EACH (const struct change, change, &move->changes)
		if (change->part != PART_COLUMN || change->verb != VERB_ADD)
			return false;
	return !mo_move_copies(move);
}

/*
 * A subquery that has a column called true, whatever AS says, calls it column1: so rows with one
 * can neither be asked as they will be, nor proven.
 */
static int check_names(const struct plan *plan, struct moult *m)
{
	EACH (const struct move, move, &plan->moves) {
		const struct column *column = (move->have || move->filling) && move->want
						      ? nameless_column(move->want)
						      : NULL;
		const char *table;

		if (!column || only_adds(move))
			continue;
		table = move->want->object.name;
		mo_diag(&m->diags, DIAG_RUN017, &column->object.place,
			mo_label_column(plan->arena, table, column->object.name),
			"SQLite gives a column of this name another one in whatever query stands "
			"around it, so the rows could not be proven");
		mo_diag_hint(
			&m->diags,
			"rename it first, with was=\"%s\" on a name that is no word of SQL, in a "
			"document that changes nothing else of the table",
			column->object.name);
		return mo_diag_kinds[DIAG_RUN017].result;
	}
	return MOULT_OK;
}

int mo_plan(struct plan **out, struct moult *m, const struct diff *diff, const struct facts *facts,
	    const struct moult_options *options)
{
	struct arena *arena = mo_arena_new();
	struct plan *plan = arena ? mo_arena_make(arena, struct plan) : NULL;
	int rc = MOULT_OK;

	if (!plan) {
		mo_arena_free(arena);
		return mo_diag_memory(&m->diags);
	}
	plan->arena = arena;
	plan->diff = diff;
	plan->facts = *facts;
	mo_plan_forths(plan);
	plan->by_copy = mo_cannot_rename(plan);
	mo_plan_moves(plan, options);
	if (!mo_arena_rc(arena))
		rc = mo_plan_fillings(plan, m);
	if (!rc && !mo_arena_rc(arena))
		rc = check_names(plan, m);
	if (!rc && !mo_arena_rc(arena))
		mo_plan_repair(plan);
	if (!rc && !mo_arena_rc(arena))
		rc = mo_plan_aside(plan, m);
	if (!rc && !mo_arena_rc(arena))
		rc = mo_plan_many(plan, m, options);
	if (!rc && !mo_arena_rc(arena))
		mo_plan_rows_make(plan);
	if (!rc && !mo_arena_rc(arena))
		mo_plan_parking(plan);
	if (!rc && !mo_arena_rc(arena))
		mo_plan_steps(plan);
	if (!rc && !mo_arena_rc(arena))
		identify(plan);
	if (mo_arena_rc(arena))
		rc = mo_diag_memory(&m->diags);
	if (!rc)
		*out = plan;
	else
		mo_plan_free(plan);
	return rc;
}
