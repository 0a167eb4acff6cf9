/* SPDX-License-Identifier: MIT */
/*
 * way_hazards.c: what a way back does not give back: MD116 of what was written to rows that stay,
 * MD130 of values that an expression made, MD131 of what had gone; and, on the way there, MD132 of
 * what cannot be kept for it, and MD134 of what an earlier migration kept;
 * MD135 of what is kept and may be untrue; and MD136 of what of the newer shape cannot be kept.
 */
#include "base/text.h"
#include "diff/describe.h"
#include "hazard/hazards.h"
#include "model/way.h"
#include "plan/data_steps.h"
#include "plan/generations.h"
#include "plan/in_the_way.h"
#include "plan/park.h"
#include "sql/done_table.h"
#include "sql/mention.h"
#include "sql/park_group.h"
#include "sql/parked_table.h"

static const struct table *table_of_mark(const struct plan *plan, const struct done_mark *mark,
					 const struct column **column)
{
	EACH (const struct table, table, &plan->diff->have->objects[KIND_TABLE]) {
		const char *name = table->object.name;

		if (mo_same_name(mo_done_object(plan->arena, name, NULL), mark->object))
			return table;
		for (int i = 0; i < table->columns.count; i++) {
			*column = table->columns.items[i];
			if (mo_same_name(mo_done_object(plan->arena, name, (*column)->object.name),
					 mark->object))
				return table;
		}
	}
	return NULL;
}

/* The table of the goal that a table of the file is; NULL where it goes. */
static const struct table *kept(const struct plan *plan, const struct table *table)
{
	const char *name = table ? mo_diff_present_table(plan->diff, table->object.name) : NULL;
	const struct move *move = name ? mo_plan_move(plan, name) : NULL;

	return !name || (move && !move->have) ? NULL : mo_schema_table(plan->diff->goal, name);
}

static bool is_undone(const struct plan *plan, const struct done_mark *mark)
{
	const char *name = mo_arena_format(plan->arena, MO_UNDO "%s", mark->object);

	EACH (const struct data_step, step, &plan->diff->want->data_steps)
		if (mo_same_name(step->name, name))
			return true;
	return false;
}

static void note_step(struct plan *plan, const struct done_mark *mark)
{
	struct hazard *hazard;

	if (is_undone(plan, mark))
		return;
	hazard = mo_hazard_of_other(plan, DIAG_MD116,
				    mo_arena_format(plan->arena, "step %s", mark->object),
				    mark->object, "the step has no back: what it wrote stays");
	if (hazard)
		hazard->hint = "write a <back> into the step, for the next time";
}

static void note_rows(struct plan *plan, const struct done_mark *mark)
{
	const struct column *column;
	const struct table *table = kept(plan, table_of_mark(plan, mark, &column));

	if (table)
		mo_hazard_of(plan, DIAG_MD116, &table->object,
			     "the rows that the document declared for it stay as they are");
}

/* A column of the file that stays, and that nothing converts back. */
static void note_using(struct plan *plan, const struct done_mark *mark)
{
	const struct diff *diff = plan->diff;
	const struct column *column = NULL;
	const struct table *table = kept(plan, table_of_mark(plan, mark, &column));
	struct hazard *hazard;

	for (int i = 0; table && column && i < table->columns.count; i++) {
		const struct column *goal = table->columns.items[i];

		if (goal->using.text ||
		    !mo_same_name(
			    mo_diff_former_column(diff, table->object.name, goal->object.name),
			    column->object.name))
			continue;
		hazard = mo_hazard_of_column(
			plan, DIAG_MD130, table->object.name, goal->object.name,
			"an expression made its values, and no back makes others of them");
		if (hazard)
			hazard->hint = "write back=\"...\" at the column, for the next time";
	}
}

/* What a column without affinity held is not told by what one that has one made of it. */
static void note_column(struct plan *plan, const struct table *table, const struct column *have,
			const struct column *column)
{
	const char *words = NULL;

	if (column->using.text || column->generated.text)
		return;
	if (!have)
		words = column->value.text ? "it had gone, and comes back with its DEFAULT"
					   : "it had gone, and comes back with NULL";
	else if (column->affinity == 'B' && have->affinity != 'B')
		words = "values keep the type that the newer shape gave them";
	if (words)
		mo_hazard_of_column(plan, DIAG_MD131, table->object.name, column->object.name,
				    words);
}

static void note_gone(struct plan *plan)
{
	EACH (const struct table, table, &plan->diff->goal->objects[KIND_TABLE]) {
		const struct move *move = mo_plan_move(plan, table->object.name);

		if (move && !move->have && !move->filling)
			mo_hazard_of(plan, DIAG_MD131, &table->object,
				     "it had gone, and comes back without rows");
		for (int i = 0; move && move->have && i < table->columns.count; i++) {
			const struct column *column = table->columns.items[i];

			note_column(plan, table, mo_table_column(move->have, column->object.name),
				    column);
		}
	}
}

/*
 * With --way-back data.  On the way back it refuses nothing: whoever goes back has consented to leave
 * the newer shape.
 */
static void note_unparked(struct plan *plan)
{
	const enum diag_id id = plan->diff->want->way_back ? DIAG_MD136 : DIAG_MD132;

	EACH (const struct unparked, unparked, &plan->unparked) {
		struct hazard *hazard = mo_hazard_of(
			plan, id, &unparked->table->object,
			mo_arena_format(plan->arena,
					"values that go or are converted cannot be kept: %s",
					unparked->why));

		if (hazard && id == DIAG_MD132)
			hazard->hint = "declare such a key in both shapes, or keep no values: "
				       "--way-back shape";
	}
}

/* What earlier migrations keep for their ways back. */
static void note_lost(struct plan *plan)
{
	EACH (const struct park_group, group, &plan->lost) {
		struct hazard *hazard = mo_hazard_of(
			plan, DIAG_MD134, &mo_schema_table(plan->diff->goal, group->table)->object,
			"values that are kept for an earlier way back go: its key changes, and "
			"nothing says any more whose they are");

		if (hazard)
			hazard->hint =
				"moult finish lets go of all of them, where nobody goes back";
	}
}

/* Whether all that keeps the values of a table true, which it has in the file, is there. */
static bool is_kept_true(struct plan *plan, const char *table, int generation)
{
	const struct schema *file = plan->diff->have;

	EACH (const struct park_trigger, trigger, &file->park_triggers) {
		struct park_group group;

		if (mo_park_group_read(&group, plan->arena, trigger->sql) &&
		    mo_generation(&group) == generation && mo_same_name(group.table, table) &&
		    mo_is_kept_true(plan->arena, file, &group))
			return true;
	}
	return false;
}

static bool takes_parked(const struct table *table)
{
	EACH (const struct column, column, &table->columns)
		if (column->using.text && mo_mentions(column->using.text, MO_PARKED_TABLE))
			return true;
	return false;
}

/* Whoever made a table anew dropped the triggers with it, and a key may be another row's by now. */
static void note_untrue(struct plan *plan, const struct way_back *way)
{
	EACH (const struct table, table, &plan->diff->goal->objects[KIND_TABLE]) {
		const char *former = mo_diff_former_table(plan->diff, table->object.name);
		struct hazard *hazard;

		if (!way->generation || !takes_parked(table) ||
		    is_kept_true(plan, former, way->generation))
			continue;
		hazard = mo_hazard_of(plan, DIAG_MD135, &table->object,
				      "triggers that kept its parked values true are gone: rows "
				      "may get what another had under their key");
		if (hazard)
			hazard->hint = "moult finish lets go of the values";
	}
}

void mo_plan_way_hazards(struct plan *plan)
{
	const struct way_back *way = plan->diff->want->way_back;

	note_unparked(plan);
	note_lost(plan);
	if (!way)
		return;
	note_untrue(plan, way);
	EACH (const struct done_mark, mark, &way->left) {
		if (mo_same(mark->kind, "step"))
			note_step(plan, mark);
		else if (mo_same(mark->kind, "rows"))
			note_rows(plan, mark);
		else if (mo_same(mark->kind, "using"))
			note_using(plan, mark);
	}
	note_gone(plan);
}

void mo_plan_park_hazards(struct plan *plan, bool is_wanted)
{
	EACH (struct hazard, hazard, &plan->hazards) {
		struct keys_in_the_way keys;

		if (mo_diag_kinds[hazard->id].severity != MOULT_ERROR ||
		    (hazard->consented && mo_hazard_can_be_allowed(hazard)) ||
		    !mo_plan_keys_of(&keys, plan, hazard))
			continue;
		if (is_wanted)
			hazard->message = mo_arena_format(plan->arena, "%s; they are parked",
							  hazard->message);
		else
			hazard->hint = mo_arena_format(
				plan->arena, "%s%spark them with --park-rows",
				hazard->hint ? hazard->hint : "", hazard->hint ? "; or " : "");
		hazard->parks = is_wanted;
	}
}
