/* SPDX-License-Identifier: MIT */
/* plan.c: the passes in their order; see plan.h. */
#include "plan/plan.h"

#include <string.h>

#include "base/hash.h"
#include "base/text.h"

/* The digest of the statements and of the file that they were planned for. */
static void identify(struct plan *plan)
{
	struct hasher hasher;

	mo_hash_begin(&hasher);
	mo_hash_text(&hasher, plan->facts.exact);
	for (int i = 0; i < plan->steps.count; i++)
		mo_hash_text(&hasher, ((struct step *)plan->steps.items[i])->sql);
	mo_hash_write(plan->id, mo_hash_end(&hasher));
}

int mo_plan(struct plan **out, struct moult *m, const struct diff *diff, const struct facts *facts,
	    const struct moult_options *options)
{
	struct arena *arena = mo_arena_new();
	struct plan *plan = arena ? mo_arena_make(arena, struct plan) : NULL;
	int rc;

	if (!plan) {
		mo_arena_free(arena);
		return mo_diag_memory(&m->diags);
	}
	plan->arena = arena;
	plan->diff = diff;
	plan->facts = *facts;
	mo_plan_moves(plan, options);
	if (!mo_arena_rc(arena))
		mo_plan_steps(plan);
	if (!mo_arena_rc(arena))
		mo_plan_hazards(plan);
	if (!mo_arena_rc(arena))
		identify(plan);
	rc = mo_arena_rc(arena) ? mo_diag_memory(&m->diags) : mo_plan_consent(plan, options->allow, &m->diags);
	if (rc == MOULT_OK)
		*out = plan;
	else
		mo_plan_free(plan);
	return rc;
}

void mo_plan_free(struct plan *plan)
{
	if (plan)
		mo_arena_free(plan->arena);
}

const struct move *mo_plan_move(const struct plan *plan, const char *table)
{
	for (int i = 0; i < plan->moves.count; i++) {
		const struct move *move = plan->moves.items[i];

		if (move->want && mo_same_name(move->want->object.name, table))
			return move;
	}
	return NULL;
}

struct hazard *mo_plan_add_hazard(struct plan *plan, enum diag_id id, const char *object, const char *target,
				  const char *message)
{
	struct hazard *hazard = mo_arena_make(plan->arena, struct hazard);

	if (!hazard)
		return NULL;
	hazard->id = id;
	hazard->object = object;
	hazard->target = target;
	hazard->message = message;
	hazard->count = -1;
	mo_list_add(plan->arena, &plan->hazards, hazard);
	return hazard;
}

bool mo_hazard_holds(const struct hazard *hazard)
{
	return !hazard->count_sql || hazard->count > 0;
}

/* Rows that SQLite would refuse, and constructs that another one could not read, are no matter of consent. */
bool mo_hazard_can_be_allowed(const struct hazard *hazard)
{
	return hazard->id == DIAG_ML106 || strncmp(mo_diag_kinds[hazard->id].id, "MD", 2) == 0;
}

bool mo_hazard_refuses(const struct hazard *hazard)
{
	return mo_diag_kinds[hazard->id].severity == MOULT_ERROR && mo_hazard_holds(hazard) &&
	       !(hazard->consented && mo_hazard_can_be_allowed(hazard));
}
