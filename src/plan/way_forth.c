/* SPDX-License-Identifier: MIT */
/* way_forth.c: see way_forth.h. */
#include "plan/way_forth.h"

#include <stdlib.h>

#include "base/text.h"
#include "diff/describe.h"
#include "model/form.h"
#include "plan/generations.h"
#include "plan/park.h"
#include "plan/source.h"
#include "plan/way_steps.h"
#include "sql/parked_table.h"
#include "sql/way_forth_note.h"

#define LABEL "table " MO_PARKED_TABLE

/* ---- what the file has --------------------------------------------------------------------- */

static int compare_newest_first(const void *a, const void *b)
{
	const struct way_forth *one = *(void *const *)a;
	const struct way_forth *other = *(void *const *)b;

	return (one->number < other->number) - (one->number > other->number);
}

/* Whoever cannot know the file that a plan runs on takes nothing from it; nor does the way back. */
static bool may_take(const struct plan *plan)
{
	const struct schema *want = plan->diff->want;

	return !want->way_back && !want->under_way.count && !plan->facts.script &&
	       !plan->facts.statements;
}

void mo_plan_forths(struct plan *plan)
{
	const struct diff *diff = plan->diff;
	struct list *forths = &plan->forths;

	EACH (const char, text, &plan->facts.forths) {
		struct way_forth *forth = mo_arena_make(plan->arena, struct way_forth);

		if (!forth)
			return;
		if (mo_read_way_forth(forth, plan->arena, text))
			mo_list_add(plan->arena, forths, forth);
	}
	if (!forths->count)
		return;
	qsort(forths->items, (size_t)forths->count, sizeof(*forths->items), compare_newest_first);
	plan->takes_forth = may_take(plan);
	EACH (struct way_forth, forth, forths) {
		forth->is_here = mo_same(mo_shape(plan->arena, diff->have), forth->shape_from);
		forth->leads_on = mo_same(mo_shape(plan->arena, diff->goal), forth->shape_to);
	}
}

/* The group that has a place, where all its triggers are in the file. */
static bool find_group(struct park_group *group, struct plan *plan, int place)
{
	const struct schema *file = plan->diff->have;

	EACH (const struct park_trigger, trigger, &file->park_triggers)
		if (mo_park_group_read(group, plan->arena, trigger->sql) && group->first <= place &&
		    place <= group->last)
			return mo_is_kept_true(plan->arena, file, group);
	return false;
}

/* ---- columns ------------------------------------------------------------------------------- */

static bool is_that(const struct kept_column *kept, const struct table *table,
		    const struct column *column)
{
	return mo_same_name(kept->table, table->object.name) &&
	       mo_same_name(kept->column, column->object.name) &&
	       mo_same(kept->type, column->type.norm ? column->type.norm : "") &&
	       !column->generated.text;
}

/* A value that was converted can be told from another only in the shape that converted it. */
static bool can_be_told(struct plan *plan, const struct way_forth *forth,
			const struct kept_column *kept, const char *former)
{
	struct park_group group;

	return (!kept->became || forth->is_here) && find_group(&group, plan, kept->place) &&
	       mo_same_name(group.table, former);
}

static struct kept_column *find_kept(struct plan *plan, const char *former,
				     const struct table *table, const struct column *column)
{
	for (int i = 0; plan->takes_forth && i < plan->forths.count; i++) {
		const struct way_forth *forth = plan->forths.items[i];

		EACH (struct kept_column, kept, &forth->columns)
			if (!kept->is_of_gone && is_that(kept, table, column) &&
			    can_be_told(plan, forth, kept, former))
				return kept;
	}
	return NULL;
}

const struct kept_column *mo_kept_of(struct plan *plan, const struct move *move,
				     const struct column *want)
{
	struct kept_column *kept = find_kept(plan, move->former, move->want, want);

	if (kept)
		kept->is_taken = true;
	return kept;
}

char *mo_kept_value(struct plan *plan, const struct kept_column *kept, const char *otherwise)
{
	struct park_group group;
	struct parked parked = {kept->place, NULL, NULL, &group.key};

	if (!find_group(&group, plan, kept->place))
		return mo_arena_text(plan->arena, otherwise);
	return mo_sql_unpark(plan->arena, &parked, kept->became, otherwise);
}

bool mo_keeps_any(struct plan *plan, const struct table *have, const struct table *want)
{
	const char *former = mo_diff_former_table(plan->diff, have->object.name);

	EACH (const struct column, column, &want->columns)
		if (find_kept(plan, former, want, column))
			return true;
	return false;
}

/* ---- tables -------------------------------------------------------------------------------- */

static struct kept_column *find_kept_of_gone(const struct way_forth *forth,
					     const struct table *table, const struct column *column)
{
	EACH (struct kept_column, kept, &forth->columns)
		if (kept->is_of_gone && is_that(kept, table, column))
			return kept;
	return NULL;
}

static char *rows_of(struct plan *plan, const struct way_forth *forth, const struct table *table)
{
	const char *rowid = table->without_rowid || mo_table_rowid_column(table)
				    ? NULL
				    : mo_plan_rowid_name(table);
	struct list columns = {0};

	EACH (const struct column, column, &table->columns) {
		struct kept_column *kept = find_kept_of_gone(forth, table, column);

		if (!kept)
			continue;
		kept->is_taken = true;
		mo_list_add(plan->arena, &columns, kept);
	}
	return columns.count ? mo_sql_unpark_rows(plan->arena, &columns, rowid) : NULL;
}

char *mo_kept_rows(struct plan *plan, const struct move *move)
{
	char *rows = NULL;

	for (int i = 0; plan->takes_forth && !rows && i < plan->forths.count; i++)
		rows = rows_of(plan, plan->forths.items[i], move->want);
	return rows;
}

/* ---- what goes, what comes ----------------------------------------------------------------- */

static bool is_any_taken(const struct way_forth *forth)
{
	EACH (const struct kept_column, kept, &forth->columns)
		if (kept->is_taken)
			return true;
	return false;
}

bool mo_brings_back(const struct plan *plan)
{
	EACH (const struct way_forth, forth, &plan->forths)
		if (is_any_taken(forth))
			return true;
	return plan->diff->want->way_back != NULL;
}

bool mo_way_forth_ends(const struct way_forth *forth)
{
	EACH (const struct kept_column, kept, &forth->columns)
		if (!kept->is_taken)
			return false;
	return forth->leads_on;
}

static long long next_number(const struct plan *plan)
{
	const struct way_forth *newest = plan->forths.count ? plan->forths.items[0] : NULL;

	return newest ? newest->number + 1 : 1;
}

static void add_column(struct plan *plan, struct way_forth *forth, const struct parking *parking)
{
	const struct table *table = mo_schema_table(plan->diff->have, parking->table);
	const struct column *column = table ? mo_table_column(table, parking->column) : NULL;
	struct kept_column *kept = mo_arena_make(plan->arena, struct kept_column);

	if (!kept || !column)
		return;
	kept->place = parking->place;
	kept->is_of_gone = !parking->goal;
	kept->table = parking->table;
	kept->column = parking->column;
	kept->type = column->type.norm ? column->type.norm : "";
	kept->became = parking->became;
	mo_list_add(plan->arena, &forth->columns, kept);
}

/* The table counted, and nothing of it counts on. */
static bool stops_to_count(const struct plan *plan, const struct table *table)
{
	const char *present = mo_diff_present_table(plan->diff, table->object.name);

	return mo_table_autoincrement(table) && !mo_schema_table(plan->diff->goal, present);
}

static void park_sequences(struct steps *s, const struct way_forth *forth)
{
	EACH (const struct table, table, &s->plan->diff->have->objects[KIND_TABLE])
		if (stops_to_count(s->plan, table))
			mo_step_add_parked(s, mo_label_object(s->arena, &table->object),
					   "the ids that it has given out are kept",
					   mo_sql_sequence_park(s->arena, forth->generation,
								table->object.name));
}

void mo_steps_of_kept_sequences(struct steps *s)
{
	EACH (const struct way_forth, forth, &s->plan->forths) {
		const char *done = NULL;

		EACH (const struct kept_column, kept, &forth->columns) {
			if (!kept->is_of_gone || !kept->is_taken || mo_same(kept->table, done))
				continue;
			done = kept->table;
			mo_step_count_on(s, done,
					 mo_sql_sequence_parked(s->arena, forth->generation, done));
		}
	}
}

char *mo_kept_sequence(const struct plan *plan, const char *table)
{
	EACH (const struct way_forth, forth, &plan->forths)
		EACH (const struct kept_column, kept, &forth->columns)
			if (kept->is_of_gone && kept->is_taken && mo_same(kept->table, table))
				return mo_sql_sequence_parked(plan->arena, forth->generation,
							      table);
	return NULL;
}

void mo_step_note_forth(struct steps *s)
{
	struct plan *plan = s->plan;
	struct way_forth *forth = mo_arena_make(plan->arena, struct way_forth);

	if (!forth || !plan->parkings.count || !plan->diff->want->way_back)
		return;
	forth->number = next_number(plan);
	forth->generation = mo_plan_generation(plan);
	forth->shape_from = mo_shape(plan->arena, plan->diff->goal);
	forth->shape_to = mo_shape(plan->arena, plan->diff->have);
	forth->triggers = plan->frozen;
	EACH (const struct parking, parking, &plan->parkings)
		add_column(plan, forth, parking);
	forth->text = mo_way_forth_text(plan->arena, forth);
	plan->forth = forth;
	mo_step_add_parked(s, LABEL, "what they are, for going there again",
			   mo_sql_way_forth_write(plan->arena, forth));
	park_sequences(s, forth);
}
