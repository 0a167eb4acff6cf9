/* SPDX-License-Identifier: MIT */
/*
 * full_text_fill.c: when a full-text table must be filled.
 *
 * One that looks its words up elsewhere (content='t') does not notice what
 * becomes of them there.
 *
 *	it is made, t is there		its index is empty, and t is not
 *	it stays, t is copied		its index has the words that were
 *
 * One that has them itself, and is made again with other arguments, takes them along.
 */
#include "base/text.h"
#include "model/form.h"
#include "plan/full_text_fill.h"
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

bool mo_plan_fills(const struct plan *plan, const struct virtual_table *table)
{
	const struct schema *have = plan->diff->renamed;
	const char *content =
		table->populate.text ? NULL : mo_full_text_content(plan->arena, table);

	if (!content || !*content || !mo_schema_find_relation(plan->diff->goal, content) ||
	    !can_be_read(plan, table, content))
		return false;
	/* A new view may read rows that are there already; a new table has none. */
	return mo_schema_find_relation(have, content) ||
	       (mo_schema_find(plan->diff->goal, KIND_VIEW, content) &&
		have->objects[KIND_TABLE].count > 0);
}

static bool is_changed(const struct source *source)
{
	return mo_source_is_new(source) || source->is_generated;
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

bool mo_plan_outdates(const struct plan *plan, const struct virtual_table *table)
{
	const char *content = mo_full_text_content(plan->arena, table);
	const struct move *move = content ? mo_plan_move(plan, content) : NULL;

	if (!move || !*content || !mo_move_copies(move) || !can_be_read(plan, table, content))
		return false;
	EACH (const struct source, source, &move->sources)
		if (is_changed(source) && speaks_of(table, source->want))
			return true;
	return false;
}
