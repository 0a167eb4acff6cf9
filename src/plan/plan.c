/* SPDX-License-Identifier: MIT */
/* plan.c: questions about a plan; see plan.h. */
#include "plan/plan.h"

#include <stdlib.h>

#include "base/text.h"
#include "diff/describe.h"

/* What runs before the change has the names of the file. */
static bool data_writes(const struct plan *plan, const struct step *step, const char *table)
{
	const bool before = step->data->at == MOMENT_BEFORE;

	EACH (const char, name, &step->writes.tables)
		if (mo_same_name(before ? mo_diff_present_table(plan->diff, name) : name, table))
			return true;
	return false;
}

bool mo_plan_data_writes(const struct plan *plan, const char *table, bool after)
{
	for (int i = after ? plan->ends : 0; i < plan->steps.count; i++) {
		const struct step *step = plan->steps.items[i];

		if (step->kind == STEP_DATA && data_writes(plan, step, table))
			return true;
	}
	return false;
}

bool mo_plan_writes(const struct plan *plan, const char *table)
{
	EACH (const struct step, step, &plan->steps)
		if (step->kind != STEP_DATA && mo_names_have(&step->writes.tables, table))
			return true;
	return mo_plan_data_writes(plan, table, false);
}

bool mo_plan_has_data(const struct plan *plan)
{
	EACH (const struct step, step, &plan->steps)
		if (step->kind == STEP_DATA)
			return true;
	return false;
}

bool mo_plan_brings_first_rows(const struct plan *plan)
{
	return !plan->diff->have->objects[KIND_TABLE].count &&
	       (plan->rows.count || plan->fillings.count || mo_plan_has_data(plan));
}

bool mo_plan_alters(const struct plan *plan, const char *table)
{
	EACH (const struct step, step, &plan->steps)
		if (mo_names_have(&step->writes.altered, table))
			return true;
	return false;
}

static int compare_name(const void *name, const void *item)
{
	const struct move *move = *(void *const *)item;

	return mo_compare_names(name, move->want->object.name);
}

const struct move *mo_plan_move(const struct plan *plan, const char *table)
{
	const struct list *moves = &plan->sorted_moves;
	struct move *const *found = !moves->count
					    ? NULL
					    : bsearch(table, moves->items, (size_t)moves->count,
						      sizeof(*moves->items), compare_name);

	return found ? *found : NULL;
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

bool mo_plan_edits_schema(const struct plan *plan)
{
	EACH (const struct move, move, &plan->moves)
		if (move->way == WAY_EDIT || move->way == WAY_EXCHANGE)
			return true;
	return false;
}

bool mo_plan_says(const struct plan *plan, enum diag_id id)
{
	for (int i = 0; i < plan->hazards.count; i++)
		if (((struct hazard *)plan->hazards.items[i])->id == id)
			return true;
	return false;
}

int mo_plan_refusals(const struct plan *plan)
{
	int count = 0;

	for (int i = 0; plan && i < plan->hazards.count; i++)
		count += mo_hazard_refuses(plan->hazards.items[i]);
	return count;
}

static bool name_is_taken(const struct plan *plan, const char *name)
{
	const struct diff *diff = plan->diff;
	const struct schema *schemas[] = {diff->have, diff->renamed, diff->goal};

	for (size_t i = 0; i < sizeof(schemas) / sizeof(*schemas); i++)
		if (mo_schema_find_relation(schemas[i], name) ||
		    mo_schema_find(schemas[i], KIND_INDEX, name) ||
		    mo_schema_is_shadow(schemas[i], name))
			return true;
	return mo_names_have(&plan->work, name);
}

bool mo_plan_is_ready(const struct plan *plan, const char *table)
{
	const struct move *move = mo_plan_move(plan, table);

	return move && move->way == WAY_EXCHANGE && mo_names_have(&plan->facts.ready, table);
}

bool mo_plan_has_entries(const struct plan *plan, const char *index)
{
	return mo_names_have(&plan->facts.ready, index) &&
	       mo_schema_find(plan->diff->goal, KIND_INDEX, index);
}

bool mo_plan_table_leaves(const struct plan *plan, const char *table)
{
	EACH (const struct move, move, &plan->moves)
		if (move->way == WAY_DROP && mo_same_name(move->have->object.name, table))
			return mo_names_have(&plan->facts.ready, table);
	return false;
}

const char *mo_plan_leaves(const struct plan *plan, const char *index)
{
	EACH (const struct leaving, leaving, &plan->facts.leaving)
		if (mo_same_name(leaving->index, index))
			return leaving->text;
	return NULL;
}

const char *mo_plan_work_name(struct plan *plan, const char *what, const char *table)
{
	const char *name = mo_arena_format(plan->arena, "_moult_%s_%s", what, table);

	for (int i = 2; name && name_is_taken(plan, name); i++)
		name = mo_arena_format(plan->arena, "_moult_%s_%s_%d", what, table, i);
	mo_list_add(plan->arena, &plan->work, name);
	return name;
}

/* The shape to which a way back leads was in the file: what does not work in it did not then. */
static enum diag_id on_the_way(const struct plan *plan, enum diag_id id)
{
	return id == DIAG_MF114 && plan->diff->want->way_back ? DIAG_MS101 : id;
}

static struct hazard *add_hazard(struct plan *plan, enum diag_id id, struct subject subject,
				 const char *message)
{
	struct hazard *hazard = mo_arena_make(plan->arena, struct hazard);

	if (!hazard)
		return NULL;
	hazard->id = on_the_way(plan, id);
	hazard->subject = subject;
	hazard->message = message;
	hazard->count = -1;
	mo_list_add(plan->arena, &plan->hazards, hazard);
	return hazard;
}

/* A name with what would end it, or pass for two, stands in double quotes. */
static char *target_name(struct arena *arena, const char *name)
{
	const bool is_odd = !*name || name[strcspn(name, ".,\" \t\r\n")];

	return mo_arena_format(arena, is_odd ? "\"%w\"" : "%s", name);
}

char *mo_hazard_target(struct arena *arena, const char *name, const char *column)
{
	const char *first = target_name(arena, name);

	return column ? mo_arena_format(arena, "%s.%s", first, target_name(arena, column))
		      : mo_arena_text(arena, first);
}

bool mo_hazard_is_of_relation(const struct hazard *hazard, const char *relation)
{
	const struct subject *subject = &hazard->subject;

	return subject->kind != KIND_INDEX && subject->kind != KIND_TRIGGER && !subject->column &&
	       subject->relation && mo_same_name(subject->relation, relation);
}

struct hazard *mo_hazard_of(struct plan *plan, enum diag_id id, const struct object *object,
			    const char *message)
{
	const char *ground = mo_object_ground(object);
	const struct subject subject = {object->kind, object->name, ground ? ground : object->name,
					NULL};
	struct hazard *hazard = add_hazard(plan, id, subject, message);

	if (hazard) {
		hazard->object = mo_label_object(plan->arena, object);
		hazard->target = mo_hazard_target(plan->arena, object->name, NULL);
	}
	return hazard;
}

struct hazard *mo_hazard_of_column(struct plan *plan, enum diag_id id, const char *table,
				   const char *column, const char *message)
{
	const struct subject subject = {KIND_TABLE, table, table, column};
	struct hazard *hazard = add_hazard(plan, id, subject, message);

	if (hazard) {
		hazard->object = mo_label_column(plan->arena, table, column);
		hazard->target = mo_hazard_target(plan->arena, table, column);
	}
	return hazard;
}

struct hazard *mo_hazard_of_other(struct plan *plan, enum diag_id id, const char *object,
				  const char *target, const char *message)
{
	const struct subject subject = {KIND_COUNT, target, NULL, NULL};
	struct hazard *hazard = add_hazard(plan, id, subject, message);

	if (hazard) {
		hazard->object = object;
		hazard->target = mo_hazard_target(plan->arena, target, NULL);
	}
	return hazard;
}

long long mo_plan_rows(const struct plan *plan, const char *table)
{
	EACH (const struct hazard, hazard, &plan->hazards)
		if (hazard->id == DIAG_ML101 && mo_hazard_is_of_relation(hazard, table))
			return hazard->asked ? hazard->count : -1;
	return -1;
}

void mo_plan_free(struct plan *plan)
{
	if (plan)
		mo_arena_free(plan->arena);
}
