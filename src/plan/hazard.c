/* SPDX-License-Identifier: MIT */
/*
 * hazard.c: what a plan's other rooms stand on: finding a move, adding a hazard, and what a hazard
 * means.
 */
#include <string.h>

#include "base/text.h"
#include "plan/plan.h"

bool mo_plan_writes(const struct plan *plan, const char *table)
{
	EACH (const struct step, step, &plan->steps)
		if (mo_names_have(&step->writes.tables, table))
			return true;
	return false;
}

bool mo_plan_alters(const struct plan *plan, const char *table)
{
	EACH (const struct step, step, &plan->steps)
		if (mo_names_have(&step->writes.altered, table))
			return true;
	return false;
}

const struct move *mo_plan_move(const struct plan *plan, const char *table)
{
	EACH (const struct move, move, &plan->moves)
		if (move->want && mo_same_name(move->want->object.name, table))
			return move;
	return NULL;
}

const struct change *mo_plan_change(const struct plan *plan, enum kind kind, const char *name)
{
	EACH (const struct change, change, &plan->diff->changes) {
		const struct object *object = change->have ? change->have : change->want;

		if (change->part == PART_OBJECT && object->kind == kind &&
		    mo_same_name(object->name, name))
			return change;
	}
	return NULL;
}

/* An edit changes no affinity, so a type is only a word; a DEFAULT is what short records read. */
static bool keeps_rows(const struct change *change)
{
	const unsigned words = ATTRIBUTE_TYPE | ATTRIBUTE_COLLATE;

	return change->part == PART_CONSTRAINT ||
	       (change->part == PART_COLUMN && change->verb == VERB_CHANGE &&
		!(change->attributes & ~words));
}

bool mo_move_keeps_rows(const struct move *move)
{
	for (int i = 0; move->way == WAY_EDIT && i < move->changes.count; i++)
		if (!keeps_rows(move->changes.items[i]))
			return false;
	return move->way == WAY_NOTHING || move->way == WAY_EDIT;
}

static bool keeps_records(const struct change *change)
{
	return keeps_rows(change) || (change->part == PART_COLUMN && change->verb == VERB_ADD);
}

bool mo_move_keeps_records(const struct move *move)
{
	for (int i = 0; i < move->changes.count; i++)
		if (!keeps_records(move->changes.items[i]))
			return false;
	return move->way == WAY_NOTHING || move->way == WAY_NATIVE || move->way == WAY_EDIT;
}

bool mo_move_copies(const struct move *move)
{
	return move->way == WAY_REBUILD || move->way == WAY_EXCHANGE;
}

bool mo_move_adds(const struct move *move, const struct constraint *constraint)
{
	EACH (const struct change, change, &move->changes)
		if (change->want_constraint == constraint)
			return true;
	return false;
}

bool mo_source_is_new(const struct source *source)
{
	return !source->have || source->is_using || source->is_recomputed ||
	       source->have->affinity != source->want->affinity;
}

bool mo_plan_is_clever(const struct plan *plan)
{
	EACH (const struct move, move, &plan->moves)
		if (move->way == WAY_EDIT || move->way == WAY_EXCHANGE)
			return true;
	return false;
}

struct hazard *mo_plan_add_hazard(struct plan *plan, enum diag_id id, const char *object,
				  const char *target, const char *message)
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

bool mo_plan_says(const struct plan *plan, enum diag_id id)
{
	for (int i = 0; i < plan->hazards.count; i++)
		if (((struct hazard *)plan->hazards.items[i])->id == id)
			return true;
	return false;
}

bool mo_hazard_holds(const struct hazard *hazard)
{
	return !hazard->count_sql || hazard->count > 0;
}

long long mo_hazard_rows(const struct hazard *hazard)
{
	return hazard->is_trial ? -1 : hazard->count;
}

/*
 * Rows that SQLite would refuse, and constructs that another one could not read, are no matter of
 * consent. Nor is a table that the document keeps and that would go: the document says whether it
 * may.
 */
bool mo_hazard_can_be_allowed(const struct hazard *hazard)
{
	if (hazard->id == DIAG_MD122)
		return false;
	return hazard->id == DIAG_ML106 || hazard->id == DIAG_MC106 ||
	       strncmp(mo_diag_kinds[hazard->id].id, "MD", 2) == 0;
}

bool mo_hazard_shows_hint(const struct hazard *hazard)
{
	return hazard->hint && (mo_hazard_refuses(hazard) || hazard->id == DIAG_MD114);
}

bool mo_hazard_refuses(const struct hazard *hazard)
{
	return mo_diag_kinds[hazard->id].severity == MOULT_ERROR && mo_hazard_holds(hazard) &&
	       !(hazard->consented && mo_hazard_can_be_allowed(hazard));
}

int mo_plan_refusals(const struct plan *plan)
{
	int count = 0;

	for (int i = 0; plan && i < plan->hazards.count; i++)
		count += mo_hazard_refuses(plan->hazards.items[i]);
	return count;
}
