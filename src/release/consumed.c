/* SPDX-License-Identifier: MIT */
/* consumed.c: see consumed.h. */
#include "release/consumed.h"

#include "base/text.h"
#include "diff/describe.h"
#include "sql/done_table.h"

struct search {
	struct list *list;
	struct arena *arena;
	const struct plan *plan;
	const struct schema *have; /* the release before, as SQLite has it */
	const struct schema *want; /* the document */
	const struct schema *had;  /* the release before, as it is written */
};

static void found(const struct search *search, const char *part, const char *object,
		  const struct moult_place *place)
{
	struct consumed *consumed = mo_arena_make(search->arena, struct consumed);

	if (!consumed)
		return;
	consumed->part = part;
	consumed->what = part ? mo_arena_format(search->arena, "%s of %s", part, object)
			      : mo_arena_text(search->arena, object);
	consumed->place = *place;
	mo_list_add(search->arena, search->list, consumed);
}

/* ---- tables and columns -------------------------------------------------------------------- */

static bool is_same_text(const struct sql *a, const struct sql *b)
{
	return a->text && mo_same(a->norm, b->norm);
}

static void search_column(const struct search *search, const struct table *table,
			  const struct column *column, const struct table *before)
{
	const struct diff *diff = search->plan->diff;
	const char *former = mo_diff_former_column(diff, table->object.name, column->object.name);
	const struct column *same = mo_table_column(before, column->object.name);
	const struct table *written = mo_schema_table(search->had, before->object.name);
	const struct column *said = written ? mo_table_column(written, former) : NULL;
	const char *label = mo_arena_format(search->arena, "column %s.%s", table->object.name,
					    column->object.name);

	if (column->object.was.count && same)
		found(search, "was", label, &column->object.place);
	if (column->using.text && mo_done_has(search->have, before->object.name, former, column))
		found(search, "using", label, &column->object.place);
	if (said && is_same_text(&column->back, &said->back))
		found(search, "back", label, &column->object.place);
}

static void search_table(const struct search *search, const struct table *table)
{
	const char *former = mo_diff_former_table(search->plan->diff, table->object.name);
	const struct table *before = mo_schema_table(search->have, former);
	const char *label = mo_label_object(search->arena, &table->object);

	if (!before)
		return;
	if (table->object.was.count && mo_same_name(former, table->object.name))
		found(search, "was", label, &table->object.place);
	if (table->from.text && mo_done_has_from(search->have, former, table))
		found(search, NULL, mo_arena_format(search->arena, "from of %s", label),
		      &table->from_place);
	EACH (const struct column, column, &table->columns)
		search_column(search, table, column, before);
}

static void search_virtual(const struct search *search, const struct object *object)
{
	if (object->was.count && mo_schema_find(search->have, KIND_VIRTUAL, object->name))
		found(search, "was", mo_label_object(search->arena, object), &object->place);
}

/* ---- what stands by itself ------------------------------------------------------------------- */

static bool is_there(const struct search *search, const struct tombstone *tombstone)
{
	const struct table *table;

	if (!tombstone->column)
		return mo_schema_find(search->have, tombstone->kind, tombstone->name) != NULL;
	table = mo_schema_table(search->have,
				mo_diff_former_table(search->plan->diff, tombstone->table));
	return table && mo_table_column(table, tombstone->column);
}

static void search_tombstone(const struct search *search, const struct tombstone *tombstone)
{
	const char *label =
		tombstone->column
			? mo_arena_format(search->arena, "dropped column %s.%s", tombstone->table,
					  tombstone->column)
			: mo_arena_format(search->arena, "dropped %s %s",
					  mo_kind_names[tombstone->kind], tombstone->name);

	if (!is_there(search, tombstone))
		found(search, NULL, label, &tombstone->place);
}

/* One that is new in the document may be for something that only the rows can tell. */
static bool is_used(const struct search *search, const struct consent *consent)
{
	bool is_old = false;

	EACH (const struct hazard, hazard, &search->plan->hazards)
		if (hazard->consent == consent)
			return true;
	EACH (const struct consent, other, &search->had->consents)
		is_old |= mo_same(other->id, consent->id) &&
			  mo_same_name(other->object, consent->object);
	return !is_old;
}

void mo_consumed(struct list *list, struct arena *arena, const struct plan *plan,
		 const struct schema *had)
{
	const struct search search = {list, arena, plan, plan->diff->have, plan->diff->want, had};

	EACH (const struct tombstone, tombstone, &search.want->tombstones)
		search_tombstone(&search, tombstone);
	EACH (const struct consent, consent, &search.want->consents)
		if (!is_used(&search, consent))
			found(&search, NULL,
			      mo_arena_format(arena, "allow of %s%s%s", consent->id,
					      consent->object ? ":" : "",
					      consent->object ? consent->object : ""),
			      &consent->place);
	EACH (const struct data_step, step, &search.want->data_steps)
		if (mo_done_has_step(search.have, step))
			found(&search, NULL, mo_arena_format(arena, "step %s", step->name),
			      &step->place);
	EACH (const struct table, table, &search.want->objects[KIND_TABLE])
		search_table(&search, table);
	EACH (const struct object, object, &search.want->objects[KIND_VIRTUAL])
		search_virtual(&search, object);
}
