/* SPDX-License-Identifier: MIT */
/*
 * rename_hazards.c: renames that nobody said, and names that change hands.
 *
 * A document with another name and without `was` makes something new and empty.  What has the rows
 * goes, or stays beside it where the document does not declare it; either way the application
 * finds nothing.  So whoever looks like the former one asks (MD103).
 *
 *	          has the rows		is made, and looks like it
 *	table     project		same columns, or nearly, or an index or trigger of it goes over
 *	virtual   notes			same module and arguments
 *	column    title, which goes	the only one of its affinity that is added without an expression
 *	          title, which stays	of its affinity, with no default but its own
 *
 * An index, a trigger or a view that is undeclared can lose its name to something that is declared,
 * and is gone then, though what it stood on is kept (MD124).
 */
#include "base/text.h"
#include "diff/describe.h"
#include "hazard/hazards.h"
#include "hazard/hint.h"
#include "model/form.h"
#include "model/rows.h"
#include "plan/full_text_fill.h"
#include "plan/query.h"
#include "sql/mention.h"

/* ---- tables ---------------------------------------------------------------------------------- */

static int common_columns(const struct table *a, const struct table *b)
{
	int common = 0;

	EACH (const struct column, column, &a->columns)
		common += mo_table_column(b, column->object.name) != NULL;
	return common;
}

static bool same_columns(const struct table *a, const struct table *b)
{
	return a->columns.count == b->columns.count && common_columns(a, b) == a->columns.count;
}

/* All but one of the columns, of three at least: whoever renames a table may change it, too. */
static bool like_columns(const struct table *a, const struct table *b)
{
	const int more = a->columns.count > b->columns.count ? a->columns.count : b->columns.count;
	const int common = common_columns(a, b);

	return common >= 3 && common >= more - 1;
}

/* The index or trigger that stood on one table, and is declared on the other. */
static const struct object *goes_over(const struct plan *plan, const char *from, const char *to)
{
	EACH (const struct change, change, &plan->diff->changes) {
		if (change->part == PART_OBJECT && change->verb == VERB_CHANGE &&
		    mo_object_ground(change->have) &&
		    mo_same_name(mo_object_ground(change->have), from) &&
		    mo_same_name(mo_object_ground(change->want), to))
			return change->want;
	}
	return NULL;
}

/* A table whose rows the document says waits for no other's. */
static bool has_rows(const struct plan *plan, const struct move *move)
{
	return move->from || mo_rows_of(plan->diff->want, move->want->object.name);
}

static const struct object *table_successor(const struct plan *plan, const struct table *former)
{
	const struct object *alike = NULL;

	EACH (const struct move, move, &plan->moves) {
		if (move->way != WAY_CREATE || has_rows(plan, move))
			continue;
		if (same_columns(move->want, former) ||
		    goes_over(plan, former->object.name, move->want->object.name))
			return &move->want->object;
		if (!alike && like_columns(move->want, former))
			alike = &move->want->object;
	}
	return alike;
}

/* A virtual table that is made without content, and would have the content of another. */
static const struct object *virtual_successor(const struct plan *plan,
					      const struct virtual_table *former)
{
	EACH (const struct change, change, &plan->diff->changes) {
		const struct virtual_table *want = (const struct virtual_table *)change->want;

		if (change->part == PART_OBJECT && change->verb == VERB_ADD &&
		    change->want->kind == KIND_VIRTUAL &&
		    mo_same_name(want->module, former->module) &&
		    mo_same(want->args.norm, former->args.norm) && !want->populate.text &&
		    !mo_plan_fills(plan, want))
			return change->want;
	}
	return NULL;
}

static const struct object *successor(const struct plan *plan, const struct object *former)
{
	if (former->kind == KIND_TABLE)
		return table_successor(plan, (const struct table *)former);
	return former->kind == KIND_VIRTUAL
		       ? virtual_successor(plan, (const struct virtual_table *)former)
		       : NULL;
}

static const char *alike_table(struct plan *plan, const struct object *former,
			       const struct object *next, const char *fate)
{
	const char *kind = mo_kind_names[former->kind];
	const struct object *moved = goes_over(plan, former->name, next->name);
	const char *sign = "with the same arguments";

	if (moved)
		sign = mo_arena_format(plan->arena, "to which %s %s goes over",
				       mo_kind_names[moved->kind], moved->name);
	else if (former->kind == KIND_TABLE)
		sign = same_columns((const struct table *)former, (const struct table *)next)
			       ? "with the same columns"
			       : "with all but one of its columns";

	return mo_arena_format(plan->arena, "%s %s %s and %s %s comes, %s: is it the same table?",
			       kind, former->name, fate, kind, next->name, sign);
}

static char *hint_for_table(struct arena *arena, const struct object *former,
			    const struct object *next, bool stays)
{
	const char *name = mo_hint_attribute(arena, "name", next->name);
	const char *was = mo_hint_was(arena, former->name);
	const char *dropped = mo_hint_dropped(arena, former->kind, former->name);

	if (!stays)
		return mo_arena_format(arena, "if it is, write %s %s; if not, to drop %s, write %s",
				       name, was, former->name, dropped);
	return mo_arena_format(arena,
			       "if it is, write %s %s; if not, declare %s, or write %s or %s", name,
			       was, former->name, mo_hint_ignore(arena, former->name), dropped);
}

bool mo_plan_renamed_table(struct plan *plan, const struct object *former, bool stays)
{
	const struct object *next = successor(plan, former);
	struct hazard *hazard;

	if (!next)
		return false;
	hazard = mo_hazard_of(
		plan, DIAG_MD103, former,
		alike_table(plan, former, next, stays ? "is undeclared, and stays," : "goes"));
	if (!hazard)
		return true;
	mo_query_ask_rows(hazard, plan, mo_diff_former_table(plan->diff, former->name));
	hazard->hint = hint_for_table(plan->arena, former, next, stays);
	hazard->place = next->place;
	return true;
}

/* ---- columns --------------------------------------------------------------------------------- */

/* Whether rows get no value for an added column but the one that they would have had in another. */
static bool same_default(const struct column *added, const struct column *former)
{
	return mo_is_null_default(added->value.text) ||
	       mo_same_expression(added->value.norm, former->value.norm);
}

/* The added column that could be another one under a new name; of one that goes, the only one. */
static const struct column *column_successor(const struct move *move, const struct column *former,
					     bool stays)
{
	const struct column *found = NULL;

	EACH (const struct source, source, &move->sources) {
		if (source->have || source->is_using || source->is_generated ||
		    source->want->affinity != former->affinity ||
		    (stays && !same_default(source->want, former)))
			continue;
		if (found && !stays)
			return NULL;
		found = found ? found : source->want;
	}
	return found;
}

/* Where another column may be the same one: of the two it can be one. */
static const char *but_not(const struct plan *plan, const struct hazard *hazard)
{
	EACH (const struct hazard, other, &plan->hazards) {
		if (other != hazard && other->id == DIAG_MD103 && other->subject.column &&
		    mo_same_name(other->subject.name, hazard->subject.name) &&
		    other->place.line == hazard->place.line &&
		    other->place.column == hazard->place.column)
			return mo_arena_format(plan->arena, ", and column %s is not",
					       other->subject.column);
	}
	return "";
}

bool mo_plan_renamed_column(struct plan *plan, const struct move *move, const struct column *former,
			    bool stays)
{
	const struct column *next = column_successor(move, former, stays);
	const char *table = move->want->object.name;
	const char *name = former->object.name;
	struct hazard *hazard;

	if (!next)
		return false;
	hazard = mo_hazard_of_column(
		plan, DIAG_MD103, table, name,
		mo_arena_format(
			plan->arena,
			"column %s %s and column %s comes with %s type: is it the same column?",
			name, stays ? "is undeclared, and stays," : "goes", next->object.name,
			mo_same(next->type.norm, former->type.norm) ? "the same" : "a like"));
	if (!hazard)
		return true;
	mo_query_values(hazard, plan, move, former);
	hazard->place = next->object.place;
	hazard->hint = mo_arena_format(
		plan->arena, "if it is%s, write <column %s %s .../>; if not, %s%s in table %s",
		but_not(plan, hazard), mo_hint_attribute(plan->arena, "name", next->object.name),
		mo_hint_was(plan->arena, name), stays ? "declare it, or write " : "write ",
		mo_hint_dropped_column(plan->arena, name), table);
	return true;
}

/* ---- what is kept -------------------------------------------------------------------------- */

static void kept(struct plan *plan, const struct leftover *leftover)
{
	const struct move *move =
		leftover->column ? mo_plan_move(plan, leftover->object->name) : NULL;

	if (!leftover->column)
		mo_plan_renamed_table(plan, leftover->object, true);
	else if (move && !leftover->column->generated.text)
		mo_plan_renamed_column(plan, move, leftover->column, true);
}

/* ---- names that change hands --------------------------------------------------------------- */

/* Whether the goal has the table or view, and the document does not declare it. */
static bool is_undeclared(const struct diff *diff, const char *relation)
{
	return mo_schema_find_relation(diff->goal, relation) &&
	       !mo_schema_find_relation(diff->want, relation);
}

/* What MD103 asks about is said there. */
static bool is_asked(const struct plan *plan, const char *table)
{
	EACH (const struct hazard, hazard, &plan->hazards)
		if (hazard->id == DIAG_MD103 && mo_hazard_is_of_relation(hazard, table))
			return true;
	return false;
}

static void lost(struct plan *plan, const struct object *have, const struct object *want,
		 const char *message, const char *hint)
{
	struct hazard *hazard = mo_hazard_of(plan, DIAG_MD124, have, message);

	if (!hazard)
		return;
	hazard->place = want->place;
	hazard->hint = hint;
}

/* An index or trigger of what is kept, which is made on something else. */
static void leaves(struct plan *plan, const struct change *change)
{
	const char *from = mo_object_ground(change->have);
	const char *to = mo_object_ground(change->want);

	if (from && !mo_same_name(from, to) && is_undeclared(plan->diff, from) &&
	    !is_asked(plan, from))
		lost(plan, change->have, change->want,
		     mo_arena_format(plan->arena,
				     "it leaves %s, which is undeclared and kept, and goes to %s",
				     from, to),
		     "give the new one another name");
}

/* Whether the document says goodbye to it, or declares it under another name. */
static bool is_accounted_for(const struct plan *plan, const struct object *have)
{
	const struct schema *want = plan->diff->want;

	EACH (const struct tombstone, stone, &want->tombstones)
		if (stone->kind == have->kind && mo_same_name(stone->name, have->name))
			return true;
	EACH (const struct object, object, &want->objects[have->kind])
		if (mo_names_have(&object->was, have->name))
			return true;
	return false;
}

/* An undeclared index or view whose name another kind of object gets. */
static void gives_way(struct plan *plan, const struct object *have)
{
	const struct schema *want = plan->diff->want;
	const struct object *heir = NULL;

	if (have->kind == KIND_INDEX || have->kind == KIND_VIEW)
		heir = mo_schema_find_relation(want, have->name);
	if (!heir && have->kind == KIND_VIEW)
		heir = mo_schema_find(want, KIND_INDEX, have->name);
	if (heir && heir->kind != have->kind && !is_accounted_for(plan, have))
		lost(plan, have, heir,
		     mo_arena_format(
			     plan->arena,
			     "it is undeclared, and goes: the document has %s %s of its name",
			     heir->kind == KIND_INDEX ? "an" : "a", mo_kind_names[heir->kind]),
		     mo_arena_format(plan->arena, "give the new one another name, or write %s",
				     mo_hint_dropped(plan->arena, have->kind, have->name)));
}

/* What a table takes its new name from is gone before anything is compared. */
static void gives_way_to_renames(struct plan *plan)
{
	static const enum kind kinds[] = {KIND_VIEW, KIND_INDEX};

	for (int k = 0; k < 2; k++)
		EACH (const struct object, have, &plan->diff->have->objects[kinds[k]])
			if (mo_diff_is_in_the_way(plan->diff, have))
				gives_way(plan, have);
}

void mo_plan_rename_hazards(struct plan *plan)
{
	for (int i = 0; i < plan->diff->leftovers.count; i++)
		if (mo_leftover_stays(plan->diff->goal, plan->diff->leftovers.items[i]))
			kept(plan, plan->diff->leftovers.items[i]);
	gives_way_to_renames(plan);
	EACH (const struct change, change, &plan->diff->changes) {
		if (change->part == PART_OBJECT && change->verb == VERB_CHANGE)
			leaves(plan, change);
		else if (change->part == PART_OBJECT && change->verb == VERB_DROP)
			gives_way(plan, change->have);
	}
}
