/* SPDX-License-Identifier: MIT */
/*
 * full_text_fill.c: when a full-text table must be filled.
 *
 * One that looks its words up elsewhere (content='t') does not notice what
 * becomes of them there.
 *
 *	it is made, t has rows then	its index is empty, and t is not
 *	it stays, t is copied		its index has the words that were, or rows that are
 *					found under other rowids
 *	it stays, t gets rows		of a document that declares them: the index lacks these
 *	it stays, t is a view		the same of what the view reads, or it is another view
 *
 * One that has them itself, and is made again with other arguments, takes them along.
 */
#include "base/text.h"
#include "model/form.h"
#include "plan/full_text_fill.h"
#include "plan/row_plan.h"
#include "sql/full_text.h"
#include "sql/mention.h"

bool mo_plan_makes(const struct plan *plan, const struct virtual_table *table)
{
	const struct object *have =
		mo_schema_find(plan->diff->renamed, KIND_VIRTUAL, table->object.name);

	return !have || !mo_same(mo_form_object(plan->arena, have),
				 mo_form_object(plan->arena, &table->object));
}

/* Whoever says how to fill it, or has it look elsewhere, says what becomes of its content. */
bool mo_plan_carried(struct list *stay, struct list *go, const struct plan *plan,
		     const struct virtual_table *table)
{
	const struct object *have =
		mo_schema_find(plan->diff->renamed, KIND_VIRTUAL, table->object.name);
	struct list before = {0};
	struct list after = {0};

	if (!have || table->populate.text ||
	    !mo_full_text_columns(&before, plan->arena, (const struct virtual_table *)have) ||
	    !mo_full_text_columns(&after, plan->arena, table))
		return false;
	for (int i = 0; i < before.count; i++) {
		struct list *names = mo_names_have(&after, before.items[i]) ? stay : go;

		if (names)
			mo_list_add(plan->arena, names, before.items[i]);
	}
	return true;
}

bool mo_plan_is_filled(const struct plan *plan, const struct virtual_table *table)
{
	EACH (const struct fill, fill, &plan->fills)
		if (fill->table == table)
			return true;
	return mo_plan_fills(plan, table);
}

/* FTS reads its content by rowid, which a WITHOUT ROWID table has only under another name. */
static bool can_be_read(const struct plan *plan, const struct virtual_table *table,
			const char *content)
{
	const struct table *source = mo_schema_table(plan->diff->goal, content);

	return !source || !source->without_rowid || mo_table_column(source, "rowid") ||
	       mo_mentions(table->args.text, "content_rowid");
}

/* Going back, an index comes again as it was, also one of columns that its content never had: nothing fills that. */
static bool could_be_read(const struct plan *plan, const struct virtual_table *table,
			  const char *content)
{
	const struct table *source = mo_schema_table(plan->diff->goal, content);
	struct list columns = {0};

	if (!plan->diff->want->way_back || !source || !mo_same_name(table->module, "fts5") ||
	    !mo_full_text_indexed(&columns, plan->arena, table))
		return true;
	EACH (const char, name, &columns)
		if (!mo_table_column(source, name))
			return false;
	return true;
}

/* Whether the document fills a table. */
static bool has_rows(const struct plan *plan, const char *name)
{
	const struct table *table = mo_schema_table(plan->diff->goal, name);

	return (table && table->from.text) || mo_plan_row_plan(plan, name);
}

bool mo_plan_fills(const struct plan *plan, const struct virtual_table *table)
{
	const struct schema *have = plan->diff->renamed;
	const char *content =
		table->populate.text ? NULL : mo_full_text_content(plan->arena, table);

	if (!content || !*content || !mo_schema_find_relation(plan->diff->goal, content) ||
	    !can_be_read(plan, table, content) || !could_be_read(plan, table, content))
		return false;
	/* A new view may read rows that are there already; a new table has those of the document. */
	return mo_schema_find_relation(have, content) || has_rows(plan, content) ||
	       (mo_schema_find(plan->diff->goal, KIND_VIEW, content) &&
		have->objects[KIND_TABLE].count > 0);
}

/* An index speaks of its columns by name, and the name may have been another column's. */
static bool is_changed(const struct plan *plan, const struct move *move,
		       const struct source *source)
{
	const char *name = source->want->object.name;

	return mo_source_is_new(source) || (mo_move_copies(move) && source->is_generated) ||
	       !mo_same_name(name,
			     mo_diff_former_column(plan->diff, move->want->object.name, name));
}

/*
 * The names of its columns and of content_rowid stand in the arguments; FTS4 needs none, and takes
 * those of its content.
 */
static bool speaks_of(const struct virtual_table *table, const struct column *column)
{
	return mo_same_name(table->module, "fts4") ||
	       mo_mentions(table->args.text, column->object.name);
}

/* Whether rows of a table that is copied are found under other rowids. */
static bool loses_rowids(const struct move *move)
{
	const struct column *want = mo_table_rowid_column(move->want);

	if (move->rowid_want)
		return false;
	EACH (const struct source, source, &move->sources)
		if (source->want == want && want)
			return source->have
				       ? mo_source_is_new(source) ||
						 source->have != mo_table_rowid_column(move->have)
				       : source->copy != move->rowid_name;
	return true;
}

/* table: whose arguments name the columns; NULL where nothing tells which of them are read. */
static bool is_table_changed(const struct plan *plan, const char *name,
			     const struct virtual_table *table)
{
	const struct move *move = mo_plan_move(plan, name);

	if (mo_plan_row_plan(plan, name))
		return true;
	if (!move || !move->have)
		return move && !table;
	EACH (const struct source, source, &move->sources)
		if (is_changed(plan, move, source) && (!table || speaks_of(table, source->want)))
			return true;
	return mo_move_copies(move) && !mo_full_text_has_key(table) && loses_rowids(move);
}

/* Whether a view is another, or a table that it reads; the views that it reads are added. */
static bool is_view_changed(struct list *views, const struct plan *plan, const struct view *view)
{
	const struct schema *goal = plan->diff->goal;
	const char *text = view->select.text;

	if (mo_plan_change(plan, KIND_VIEW, view->object.name))
		return true;
	EACH (const struct object, table, &goal->objects[KIND_TABLE])
		if (mo_mentions(text, table->name) && is_table_changed(plan, table->name, NULL))
			return true;
	EACH (const struct view, other, &goal->objects[KIND_VIEW])
		if (!mo_list_has(views, other) && mo_mentions(text, other->object.name))
			mo_list_add(plan->arena, views, other);
	return false;
}

/*
 * Whether a view yields other rows: itself, or what it reads, is another.  Each is looked at once: a
 * column that has the name of a view makes circles of them.
 */
static bool yields_others(const struct plan *plan, const struct object *view)
{
	struct list views = {0};

	mo_list_add(plan->arena, &views, view);
	for (int i = 0; i < views.count; i++)
		if (is_view_changed(&views, plan, views.items[i]))
			return true;
	return false;
}

bool mo_plan_outdates(const struct plan *plan, const struct virtual_table *table)
{
	const struct schema *goal = plan->diff->goal;
	const char *content = mo_full_text_content(plan->arena, table);
	const struct object *view;

	if (!content || !*content || !can_be_read(plan, table, content) ||
	    !could_be_read(plan, table, content))
		return false;
	view = mo_schema_find(goal, KIND_VIEW, content);
	if (view)
		return yields_others(plan, view);
	return is_table_changed(plan, content, table);
}
