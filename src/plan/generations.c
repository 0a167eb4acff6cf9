/* SPDX-License-Identifier: MIT */
/* generations.c: see generations.h. */
#include "plan/generations.h"

#include <string.h>

#include "base/text.h"
#include "plan/park.h"
#include "plan/way_forth.h"
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

static bool is_free(const struct plan *plan, int generation)
{
	EACH (const struct way_forth, forth, &plan->forths)
		if (forth->generation == generation)
			return false;
	return !has(plan->facts.ways, plan->facts.way_count, generation);
}

/* A script knows nothing of the files that it will run on, and clears them. */
int mo_plan_generation(const struct plan *plan)
{
	const struct facts *facts = &plan->facts;
	int generation = !facts->script;

	while (!facts->script && !is_free(plan, generation))
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

/* What ways back have parked and this plan leaves, but for its own. */
static struct list find_forths(const struct plan *plan)
{
	const int room = MO_WAYS_BACK_KEPT - (plan->parkings.count && plan->diff->want->way_back);
	struct list kept = {0};

	EACH (struct way_forth, forth, &plan->forths)
		if (kept.count < room && !mo_way_forth_ends(forth))
			mo_list_add(plan->arena, &kept, forth);
	return kept;
}

/* All generations that are left behind the plan, but for its own. */
static int collect_kept(int *generations, const struct plan *plan)
{
	const struct list forths = find_forths(plan);
	const int *ways;
	const int way_count = find_kept(&ways, plan);
	int count = 0;

	for (int i = 0; i < way_count; i++)
		if (ways[i])
			generations[count++] = ways[i];
	EACH (const struct way_forth, forth, &forths)
		generations[count++] = forth->generation;
	return count;
}

static bool is_kept(const struct plan *plan, int generation)
{
	int kept[MO_GENERATIONS];
	const int count = collect_kept(kept, plan);

	return generation && has(kept, count, generation);
}

/* ---- whether they are true ------------------------------------------------------------------ */

static bool has_trigger(const struct schema *file, const char *name)
{
	EACH (const struct park_trigger, trigger, &file->park_triggers)
		if (mo_same(trigger->name, name))
			return true;
	return false;
}

bool mo_is_kept_true(struct arena *arena, const struct schema *file, const struct park_group *group)
{
	for (int event = 0; event < EVENT_COUNT; event++)
		if (!has_trigger(file, mo_sql_park_trigger_name(arena, event, group->first)))
			return false;
	return true;
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

/* Whether the plan reads what is parked, so that no step before may take it away. */
static bool gives_back(const struct plan *plan)
{
	EACH (const struct way_forth, forth, &plan->forths)
		if (mo_way_forth_ends(forth))
			return true;
	return plan->diff->want->way_back != NULL;
}

/* What has no way back any more. */
static void clear(struct steps *s, const char *why)
{
	int stay[MO_GENERATIONS + 1];
	int stays = collect_kept(stay, s->plan);

	if (s->plan->parkings.count && gives_back(s->plan))
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
	if (file->has_parked && !gives_back(s->plan))
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

/* Of tables that had gone. */
static void thaw(struct steps *s, const struct list *triggers)
{
	EACH (const struct park_trigger, trigger, triggers) {
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
	mo_steps_of_kept_sequences(s);
	if (way)
		thaw(s, &way->triggers);
	EACH (const struct way_forth, forth, &s->plan->forths)
		if (mo_way_forth_ends(forth))
			thaw(s, &forth->triggers);
	if (s->plan->diff->have->has_parked && gives_back(s->plan))
		clear(s, "what was parked is back");
}

/* ---- behind it ----------------------------------------------------------------------------- */

static void ways_after(struct facts *facts, const struct plan *plan)
{
	const int *kept;
	const int count = find_kept(&kept, plan), own = !plan->diff->want->way_back;
	int ways[MO_WAYS_BACK_KEPT + 1];

	ways[0] = plan->parkings.count ? mo_plan_generation(plan) : 0;
	memcpy(ways + own, kept, (size_t)count * sizeof(*ways));
	memcpy(facts->ways, ways, sizeof(ways));
	facts->way_count = count + own;
}

void mo_facts_after(struct facts *facts, const struct plan *plan)
{
	const struct list kept = find_forths(plan);

	if (!plan->steps.count)
		return;
	if (plan->facts.leaves_way || plan->diff->want->way_back)
		ways_after(facts, plan);
	facts->forths = (struct list){0};
	if (plan->forth)
		mo_list_add(plan->arena, &facts->forths, plan->forth->text);
	EACH (const struct way_forth, forth, &kept)
		mo_list_add(plan->arena, &facts->forths, forth->text);
}
