/* SPDX-License-Identifier: MIT */
/* planner.c: the passes in their order; see planner.h. */
#include "plan/planner.h"

#include "base/hash.h"
#include "base/text.h"
#include "plan/aside.h"
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
	mo_hash_write(plan->id, mo_hash_end(&hasher));
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
	plan->by_copy = mo_cannot_rename(plan);
	mo_plan_moves(plan, options);
	if (!mo_arena_rc(arena))
		mo_plan_repair(plan);
	if (!mo_arena_rc(arena))
		rc = mo_plan_aside(plan, m);
	if (rc == MOULT_OK && !mo_arena_rc(arena))
		rc = mo_plan_many(plan, m, options);
	if (rc == MOULT_OK && !mo_arena_rc(arena))
		mo_plan_steps(plan);
	if (rc == MOULT_OK && !mo_arena_rc(arena))
		identify(plan);
	if (mo_arena_rc(arena))
		rc = mo_diag_memory(&m->diags);
	if (rc == MOULT_OK)
		*out = plan;
	else
		mo_plan_free(plan);
	return rc;
}
