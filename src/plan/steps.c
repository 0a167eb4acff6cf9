/* SPDX-License-Identifier: MIT */
/*
 * steps.c: the statements in their order.
 *
 *	  <step at="before">		on the file as it is; old is what they leave (data_steps.h)
 *	0 what expressions read		is set aside while everything is as it was (aside.c)
 *	1 renames			SQLite rewrites whatever speaks of the renamed
 *	2 drop triggers, views, indexes	that change, go, or speak of a table that is written anew
 *	3 drop tables whose name another kind of object takes
 *	4 ALTER, CREATE, rebuild,	every table is there under its final name when this is done
 *	  exchange, edits
 *	5 drop tables
 *	6 indexes, virtual tables	after the rows they are made of
 *	7 views, triggers		after everything they speak of
 *	8 declared rows			the triggers fire for them (row_plan.c)
 *	9 user_version, application_id
 *	  <step at="after">, <require>	on what the file has become
 */
#include "base/text.h"
#include "diff/describe.h"
#include "model/form.h"
#include "plan/add_step.h"
#include "plan/aside.h"
#include "plan/children.h"
#include "plan/data_steps.h"
#include "plan/done.h"
#include "plan/full_text_fill.h"
#include "plan/park.h"
#include "plan/requirement.h"
#include "plan/row_plan.h"
#include "plan/steps.h"
#include "plan/table_steps.h"
#include "plan/way_steps.h"
#include "sql/entry.h"
#include "sql/full_text.h"
#include "sql/mention.h"
#include "sql/rebuild.h"
#include "sql/under_way_table.h"
#include "sql/write.h"

static void may_write_virtual(struct steps *s, struct step *step, const char *table)
{
	if (step)
		mo_list_add(s->arena, &step->writes.virtuals, table);
}

/* As its source has it, or as the writer writes it. */
static const char *create_sql(struct steps *s, const struct object *object)
{
	return object->sql ? object->sql : mo_sql_create(s->arena, object);
}

/* ---- what must stand aside --------------------------------------------------------------- */

static bool speaks_of_moved(const struct steps *s, const struct object *object)
{
	EACH (const struct move, move, &s->plan->moves) {
		if ((move->way == WAY_REBUILD || move->way == WAY_DROP) &&
		    mo_mentions(object->sql, move->have->object.name))
			return true;
	}
	EACH (const struct change, change, &s->plan->diff->changes) {
		if (change->have && change->have->kind == KIND_VIRTUAL &&
		    mo_mentions(object->sql, change->have->name))
			return true;
	}
	return false;
}

static bool speaks_of_dropped(const struct steps *s, const struct object *object)
{
	EACH (const struct object, dropped, &s->dropped)
		if (dropped->kind == KIND_VIEW && mo_mentions(object->sql, dropped->name))
			return true;
	return false;
}

/* Whether an object must be gone before the renames. */
static bool goes_early(const struct steps *s, const struct object *object)
{
	return s->plan->by_copy || mo_diff_is_aside(s->plan->diff, object->kind, object->name);
}

static bool must_go(struct steps *s, const struct object *object)
{
	const struct object *want = mo_schema_find(s->goal, object->kind, object->name);

	return goes_early(s, object) || !mo_step_same_form(s, object, want) ||
	       speaks_of_moved(s, object);
}

static void collect(struct steps *s, enum kind kind,
		    bool (*test)(struct steps *, const struct object *))
{
	EACH (const struct object, object, &s->have->objects[kind])
		if (!mo_list_has(&s->dropped, object) && test(s, object))
			mo_list_add(s->arena, &s->dropped, object);
}

static bool must_follow(struct steps *s, const struct object *object)
{
	return speaks_of_dropped(s, object);
}

/* Views that speak of dropped views go too, and so on, and the triggers that speak of any. */
static void collect_dropped(struct steps *s)
{
	int before;

	if (!s->plan->moves.count && !s->plan->diff->changes.count && !s->plan->by_copy &&
	    !s->plan->diff->aside.count)
		return;
	collect(s, KIND_VIEW, must_go);
	do {
		before = s->dropped.count;
		collect(s, KIND_VIEW, must_follow);
	} while (s->dropped.count > before);
	collect(s, KIND_TRIGGER, must_go);
	collect(s, KIND_TRIGGER, must_follow);
}

static void drop_kind(struct steps *s, enum kind kind, bool early)
{
	EACH (const struct object, object, &s->dropped) {
		const bool returns = mo_schema_find(s->goal, kind, object->name);

		if (object->kind == kind && goes_early(s, object) == early)
			mo_step_add_schema(s, mo_label_object(s->arena, object),
					   returns ? "made again below" : NULL,
					   mo_sql_drop(s->arena, kind, object->name), object->name);
	}
}

static void drop_dependents(struct steps *s, bool early)
{
	drop_kind(s, KIND_TRIGGER, early);
	drop_kind(s, KIND_VIEW, early);
}

/* ---- renames ------------------------------------------------------------------------------- */

/* Indexes that stand in the way of every rename; they have their former names still. */
static void drop_aside(struct steps *s)
{
	EACH (const struct index, index, &s->plan->diff->aside) {
		struct step *step;

		if (index->object.kind != KIND_INDEX)
			continue;
		step = mo_step_add_schema(
			s, mo_label_object(s->arena, &index->object), "RENAME cannot read it",
			mo_sql_drop(s->arena, KIND_INDEX, index->object.name), index->object.name);
		mo_step_may_write(s, step, index->table);
	}
}

static void clear_the_way(struct steps *s)
{
	static const enum kind kinds[] = {KIND_VIEW, KIND_INDEX};
	const struct diff *diff = s->plan->diff;

	for (int k = 0; k < 2; k++)
		EACH (const struct object, object, &diff->have->objects[kinds[k]]) {
			if (mo_diff_is_in_the_way(diff, object))
				mo_step_add_schema(s, mo_label_object(s->arena, object),
						   "a table takes its name",
						   mo_sql_drop(s->arena, kinds[k], object->name),
						   object->name);
		}
}

static void rename_table(struct steps *s, const struct rename *rename, const char *have,
			 const char *want)
{
	const char *why = mo_arena_format(s->arena, "was %s", rename->have);
	struct step *step = mo_step_add_alter(s, mo_label_rename(s->arena, rename), why,
					      mo_sql_rename_table(s->arena, have, want), have);

	if (step) {
		step->writes.sequence = true;
		mo_list_add(s->arena, &step->writes.altered, want);
	}
	if (rename->kind == KIND_VIRTUAL) {
		may_write_virtual(s, step, have);
		may_write_virtual(s, step, want);
	}
	mo_step_move_statistics(s, mo_label_rename(s->arena, rename), have, want);
}

static void rename_column(struct steps *s, const struct rename *rename)
{
	mo_step_add_alter(s, mo_label_rename(s->arena, rename),
			  mo_arena_format(s->arena, "was %s", rename->have),
			  mo_sql_rename_column(s->arena, rename->table, rename->have, rename->want),
			  rename->table);
}

static void rename_all(struct steps *s)
{
	EACH (const struct rename, rename, &s->plan->diff->renames) {
		const char *third;

		if (s->plan->by_copy &&
		    (rename->table || !mo_schema_find(s->goal, KIND_VIRTUAL, rename->want)))
			continue;
		if (rename->table) {
			rename_column(s, rename);
		} else if (mo_rename_is_of_case(rename)) {
			third = mo_plan_work_name(s->plan, "case", rename->want);
			rename_table(s, rename, rename->have, third);
			rename_table(s, rename, third, rename->want);
		} else {
			rename_table(s, rename, rename->have, rename->want);
		}
	}
}

/* ---- tables that go, or make room ------------------------------------------------------------ */

/*
 * Whether the name of a dropped table is taken by another kind of object that is made before step
 * 5.
 */
static bool name_is_wanted(const struct steps *s, const struct object *object)
{
	const enum kind other = object->kind == KIND_TABLE ? KIND_VIRTUAL : KIND_TABLE;

	return mo_schema_find(s->goal, other, object->name);
}

static const struct move *drop_of(const struct steps *s, const struct object *table)
{
	EACH (const struct move, move, &s->plan->moves)
		if (move->way == WAY_DROP && &move->have->object == table)
			return move;
	return NULL;
}

static void drop_relations(struct steps *s, bool early)
{
	EACH (const struct change, change, &s->plan->diff->changes) {
		const struct object *have = change->have;
		struct step *step;

		if (change->part != PART_OBJECT || !have ||
		    (have->kind != KIND_TABLE && have->kind != KIND_VIRTUAL))
			continue;
		if (change->verb == VERB_ADD ||
		    (change->verb == VERB_CHANGE && have->kind == KIND_TABLE))
			continue;
		if (early != (name_is_wanted(s, have) && change->verb == VERB_DROP))
			continue;
		if (s->plan->facts.statements && have->kind == KIND_TABLE)
			continue; /* with the others, children first */
		if (drop_of(s, have)) {
			mo_step_drop_table(s, drop_of(s, have), NULL);
			continue;
		}
		step = mo_step_add_schema(s, mo_label_object(s->arena, have),
					  change->verb == VERB_CHANGE ? "made again below" : NULL,
					  mo_sql_drop(s->arena, have->kind, have->name),
					  have->name);
		if (have->kind == KIND_VIRTUAL)
			may_write_virtual(s, step, have->name);
	}
}

/* ---- indexes ------------------------------------------------------------------------------- */

static const struct move *move_of(const struct steps *s, const char *table)
{
	EACH (const struct move, move, &s->plan->moves)
		if (move->have && mo_same_name(move->have->object.name, table))
			return move;
	return NULL;
}

/* Whether an index goes without being asked, since its table does. */
static bool goes_with_table(const struct steps *s, const struct index *index)
{
	const struct move *move = move_of(s, index->table);

	return move && (move->way == WAY_REBUILD || move->way == WAY_DROP);
}

static void forget_statistics(struct steps *s, const char *label, const struct index *index)
{
	static const char *const tables[] = {"sqlite_stat1", "sqlite_stat4"};
	const bool present[] = {s->plan->facts.has_stat1, s->plan->facts.has_stat4};

	for (int i = 0; i < 2; i++) {
		struct step *step =
			present[i] ? mo_step_add(s, STEP_OTHER, label, "statistics of what goes",
						 mo_sql_statistics_forget(s->arena, tables[i],
									  index->table,
									  index->object.name))
				   : NULL;

		if (step)
			step->writes.statistics = true;
	}
}

/* What has entries with NULL stays an index for the time (sql/entry.h). */
static char *leave_sql(struct arena *arena, const char *name, const char *text)
{
	const char *work = mo_made_name(arena, "old", name);

	return mo_name_has_prefix(text, "CREATE INDEX")
		       ? mo_sql_rename_index(arena, name, work, text)
		       : mo_sql_leave_index(arena, name, work, text);
}

/* What DROP INDEX does, but for the pages: those go in batches, when writers have the lock again. */
static void leave_index(struct steps *s, const struct index *index, const char *text)
{
	const char *name = index->object.name;
	const char *label = mo_label_object(s->arena, &index->object);
	struct step *step;

	forget_statistics(s, label, index);
	mo_steps_set_writable(s, label, NULL, true);
	step = mo_step_add(s, STEP_OTHER, label, "what it had is swept afterwards",
			   leave_sql(s->arena, name, text));
	if (step) {
		step->writes.text = step->writes.names = true;
		step->goes = mo_schema_find(s->goal, KIND_INDEX, name) ? NULL : &index->object;
	}
	mo_steps_set_writable(s, label, NULL, false);
	mo_steps_count_schema(s, label, NULL);
}

static void drop_indexes(struct steps *s)
{
	EACH (const struct change, change, &s->plan->diff->changes) {
		const struct object *have = change->have;
		struct step *step;

		if (change->part != PART_OBJECT || !have || have->kind != KIND_INDEX ||
		    mo_diff_is_aside(s->plan->diff, KIND_INDEX, have->name) ||
		    mo_plan_table_leaves(s->plan, ((const struct index *)have)->table))
			continue;
		if (mo_plan_leaves(s->plan, have->name)) {
			leave_index(s, (const struct index *)have,
				    mo_plan_leaves(s->plan, have->name));
			continue;
		}
		/* No row of its table is written, and the guard sees to that. */
		step = mo_step_add_schema(s, mo_label_object(s->arena, have),
					  change->verb == VERB_CHANGE ? "made again below" : NULL,
					  mo_sql_drop(s->arena, KIND_INDEX, have->name),
					  have->name);
		if (step)
			step->drops = (const struct index *)have;
	}
}

/* What is done at the row of sqlite_master; SQLite reads it then. */
static void take_index(struct steps *s, const struct index *index)
{
	const char *label = mo_label_object(s->arena, &index->object);
	const struct table *table = mo_schema_table(s->goal, index->table);
	struct step *step;

	mo_steps_set_writable(s, label, NULL, true);
	step = mo_step_add(s, STEP_OTHER, label, "its entries were made beside those who write",
			   mo_sql_take_index(s->arena,
					     mo_made_name(s->arena, "entries", index->object.name),
					     index->object.name, table->object.name,
					     create_sql(s, &index->object)));
	if (step) {
		step->takes = index;
		step->writes.text = step->writes.names = true;
	}
	mo_steps_set_writable(s, label, NULL, false);
	mo_steps_count_schema(s, label, NULL);
}

static void make_indexes(struct steps *s)
{
	EACH (const struct index, index, &s->goal->objects[KIND_INDEX]) {
		const struct object *have = mo_schema_find(s->have, KIND_INDEX, index->object.name);

		if (mo_step_same_form(s, have, &index->object) &&
		    !mo_diff_is_aside(s->plan->diff, KIND_INDEX, index->object.name) &&
		    !goes_with_table(s, (const struct index *)have))
			continue;
		if (mo_plan_has_entries(s->plan, index->object.name))
			take_index(s, index);
		else
			mo_step_add_index(s, index, NULL, create_sql(s, &index->object));
	}
}

/* ---- virtual tables, views, triggers ------------------------------------------------------- */

/* By its <populate>, or out of what it was. */
static void fill(struct steps *s, const struct virtual_table *table, const char *label)
{
	EACH (const struct fill, one, &s->plan->fills) {
		if (one->table != table)
			continue;
		may_write_virtual(s, mo_step_add(s, STEP_OTHER, label, one->why, one->sql),
				  table->object.name);
		mo_step_drop_aside(s, label, one->work);
	}
}

static void make_virtuals(struct steps *s)
{
	EACH (const struct virtual_table, table, &s->goal->objects[KIND_VIRTUAL]) {
		const char *label = mo_label_object(s->arena, &table->object);
		struct step *step;

		if (!mo_plan_makes(s->plan, table))
			continue;
		step = mo_step_add_schema(s, label, NULL, create_sql(s, &table->object),
					  table->object.name);
		may_write_virtual(s, step, table->object.name);
		fill(s, table, label);
	}
}

/* Behind the views, which may be what has the content, and the rows that are declared. */
static void fill_virtuals(struct steps *s)
{
	EACH (const struct virtual_table, table, &s->goal->objects[KIND_VIRTUAL]) {
		const char *label = mo_label_object(s->arena, &table->object);
		const bool made = mo_plan_makes(s->plan, table);

		if (made ? !mo_plan_fills(s->plan, table) : !mo_plan_outdates(s->plan, table))
			continue;
		may_write_virtual(s,
				  mo_step_add(s, STEP_OTHER, label,
					      made ? "filled from its content"
						   : "filled again, since what it indexes changes",
					      mo_sql_full_text_fill(s->arena, table)),
				  table->object.name);
	}
}

static void make_dependents(struct steps *s, enum kind kind)
{
	EACH (const struct object, object, &s->goal->objects[kind]) {
		const struct object *have = mo_schema_find(s->have, kind, object->name);

		if (!have || mo_list_has(&s->dropped, have))
			mo_step_add_schema(s, mo_label_object(s->arena, object), NULL,
					   create_sql(s, object), object->name);
	}
}

static void set_pragmas(struct steps *s)
{
	EACH (const struct change, change, &s->plan->diff->changes) {
		const struct pragmas *want = &s->goal->pragmas;
		struct step *step = NULL;

		if (change->part == PART_USER_VERSION)
			step = mo_step_add(
				s, STEP_OTHER, "user_version", NULL,
				mo_sql_pragma(s->arena, "user_version", want->user_version));
		else if (change->part == PART_APPLICATION_ID)
			step = mo_step_add(
				s, STEP_OTHER, "application_id", NULL,
				mo_sql_pragma(s->arena, "application_id", want->application_id));
		if (step)
			step->writes.pragma = step->object;
	}
}

void mo_plan_steps(struct plan *plan)
{
	struct steps s = {plan,	 plan->arena, plan->diff->renamed, plan->diff->goal, {0},
			  false, {0}};

	mo_steps_of_data(&s, MOMENT_BEFORE);
	plan->begins = plan->steps.count;
	mo_steps_of_way_back(&s);
	mo_steps_of_parking(&s);
	mo_steps_of_done(&s);
	mo_steps_of_row_marks(&s);
	mo_steps_of_marks(&s);
	mo_steps_of_asides(&s);
	collect_dropped(&s);
	drop_dependents(&s, true);
	drop_aside(&s);
	clear_the_way(&s);
	rename_all(&s);
	drop_dependents(&s, false);
	drop_indexes(&s);
	drop_relations(&s, true);
	mo_steps_of_tables(&s);
	mo_steps_of_edits(&s);
	drop_relations(&s, false);
	make_indexes(&s);
	mo_steps_of_keys_end(&s);
	make_virtuals(&s);
	make_dependents(&s, KIND_VIEW);
	make_dependents(&s, KIND_TRIGGER);
	mo_steps_of_rows(&s);
	fill_virtuals(&s);
	set_pragmas(&s);
	mo_steps_of_parked(&s);
	mo_steps_of_arrival(&s);
	plan->ends = plan->steps.count;
	mo_steps_of_data(&s, MOMENT_AFTER);
	mo_steps_of_requirements(&s);
	mo_steps_keep_parked(&s);
}
