/* SPDX-License-Identifier: MIT */
/* generations.c: see generations.h. */
#include "plan/generations.h"

#include <string.h>

#include "base/text.h"
#include "plan/park.h"
#include "sql/park_group.h"
#include "sql/parked_table.h"

#define LABEL "table " MO_PARKED_TABLE

/* ---- which stay ---------------------------------------------------------------------------- */

static bool has(const int *generations, int count, int generation)
{
	for (int i = 0; i < count; i++)
		if (generations[i] == generation)
			return true;
	return false;
}

/* A script knows nothing of the files that it will run on, and clears them. */
int mo_plan_generation(const struct plan *plan)
{
	const struct facts *facts = &plan->facts;
	int generation = !facts->script;

	while (!facts->script && has(facts->ways, facts->way_count, generation))
		generation++;
	return generation;
}

/* The ways back that are left behind the plan, but for its own. */
static int find_kept(const int **kept, const struct plan *plan)
{
	const struct facts *facts = &plan->facts;
	const int room = MO_WAYS_BACK_KEPT - 1;

	*kept = facts->ways;
	if (plan->diff->want->way_back && facts->way_count) {
		*kept = facts->ways + 1;
		return facts->way_count - 1;
	}
	if (!facts->leaves_way)
		return 0;
	return facts->way_count < room ? facts->way_count : room;
}

static bool is_kept(const struct plan *plan, int generation)
{
	const int *kept;
	const int count = find_kept(&kept, plan);

	return generation && has(kept, count, generation);
}

/* ---- one group ----------------------------------------------------------------------------- */

static const char *column_after(const struct plan *plan, const char *table, const char *column)
{
	EACH (const struct rename, rename, &plan->diff->renames)
		if (mo_same_name(rename->table, table) && mo_same_name(rename->have, column))
			return rename->want;
	return column;
}

/* Its triggers wait for the table. */
static void freeze(struct plan *plan, const struct park_group *group)
{
	for (int event = 0; event < EVENT_COUNT; event++) {
		const char *name = mo_sql_park_trigger_name(plan->arena, event, group->first);

		EACH (struct park_trigger, trigger, &plan->diff->have->park_triggers)
			if (mo_same(trigger->name, name))
				mo_list_add(plan->arena, &plan->frozen, trigger);
	}
}

static void carry(struct plan *plan, struct park_group *group)
{
	const char *table = mo_diff_present_table(plan->diff, group->table);
	const struct move *move = mo_plan_move(plan, table);
	struct list key = {0};
	bool is_steady = true;

	if (!mo_schema_table(plan->diff->goal, table) || (move && move->way == WAY_CREATE)) {
		freeze(plan, group);
		return;
	}
	EACH (const char, column, &group->key) {
		const char *name = column_after(plan, table, column);

		is_steady &= !move || mo_key_is_steady(move, name);
		mo_list_add(plan->arena, &key, name);
	}
	group->table = table;
	group->key = key;
	mo_list_add(plan->arena, is_steady ? &plan->carried : &plan->lost, group);
}

void mo_plan_carry(struct plan *plan)
{
	EACH (const struct park_trigger, trigger, &plan->diff->have->park_triggers) {
		struct park_group *group = mo_arena_make(plan->arena, struct park_group);

		if (!group)
			return;
		if (mo_park_group_read(group, plan->arena, trigger->sql) &&
		    is_kept(plan, mo_generation(group)))
			carry(plan, group);
	}
}

/* ---- steps --------------------------------------------------------------------------------- */

void mo_step_add_parked(struct steps *s, const char *object, const char *why, const char *sql)
{
	mo_step_may_write(s, mo_step_add(s, STEP_MARK, object, why, sql), MO_PARKED_TABLE);
}

/* What has no way back any more. */
static void clear(struct steps *s, const char *why)
{
	const int *kept;
	const int count = find_kept(&kept, s->plan);
	int stay[MO_WAYS_BACK_KEPT + 2] = {0}, stays = 0;

	for (int i = 0; i < count; i++)
		if (kept[i])
			stay[stays++] = kept[i];
	if (s->plan->parkings.count && s->plan->diff->want->way_back)
		stay[stays++] = mo_plan_generation(s->plan);
	mo_step_add_parked(s, LABEL, why, mo_sql_parked_keep(s->arena, stay, stays));
}

/* Triggers first: no step is to fire them. */
void mo_steps_of_clearing(struct steps *s)
{
	const struct schema *file = s->plan->diff->have;

	EACH (const struct park_trigger, trigger, &file->park_triggers)
		mo_step_add_schema(s, LABEL, "no step is to fire what keeps parked values true",
				   mo_sql_park_trigger_drop(s->arena, trigger->name),
				   trigger->name);
	if (file->has_parked && !s->plan->diff->want->way_back)
		clear(s, "what is kept for ways back that go, goes");
	EACH (const struct park_group, group, &s->plan->lost)
		mo_step_add_parked(s, mo_arena_format(s->arena, "table %s", group->table),
				   "nothing says any more whose the parked values are",
				   mo_sql_parked_drop(s->arena, group));
}

void mo_step_park_triggers(struct steps *s, const struct park_group *group)
{
	for (int event = 0; event < EVENT_COUNT; event++) {
		const char *name = mo_sql_park_trigger_name(s->arena, event, group->first);

		mo_step_add_schema(s, mo_arena_format(s->arena, "table %s", group->table),
				   "keeps what is parked true to its rows",
				   mo_sql_park_trigger(s->arena, event, group->table, &group->key,
						       group->first, group->last),
				   name);
	}
}

/* Whether a table has the columns of a key. */
static bool fits(const struct schema *goal, const struct park_group *group)
{
	const struct table *table = mo_schema_table(goal, group->table);

	for (int i = 0; table && i < group->key.count; i++)
		if (!mo_table_column(table, group->key.items[i]))
			return false;
	return table != NULL;
}

/* On the way back: of tables that had gone. */
static void thaw(struct steps *s, const struct way_back *way)
{
	EACH (const struct park_trigger, trigger, &way->triggers) {
		struct park_group group;

		if (mo_park_group_read(&group, s->arena, trigger->sql) &&
		    is_kept(s->plan, mo_generation(&group)) && fits(s->plan->diff->goal, &group))
			mo_step_park_triggers(s, &group);
	}
}

void mo_steps_of_carrying(struct steps *s)
{
	const struct way_back *way = s->plan->diff->want->way_back;
	const int before = s->plan->steps.count;

	EACH (const struct park_group, group, &s->plan->carried)
		mo_step_park_triggers(s, group);
	s->plan->clears += s->plan->steps.count - before;
	if (way)
		thaw(s, way);
	if (way && s->plan->diff->have->has_parked)
		clear(s, "what was parked is back");
}

/* ---- behind it ----------------------------------------------------------------------------- */

void mo_facts_after(struct facts *facts, const struct plan *plan)
{
	const int *kept;
	int count = find_kept(&kept, plan);
	int ways[MO_WAYS_BACK_KEPT + 1];

	if (!plan->steps.count || !plan->facts.leaves_way)
		return;
	ways[0] = plan->parkings.count ? mo_plan_generation(plan) : 0;
	memcpy(ways + 1, kept, (size_t)count * sizeof(*ways));
	memcpy(facts->ways, ways, sizeof(ways));
	facts->way_count = count + 1;
}
