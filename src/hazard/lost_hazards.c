/* SPDX-License-Identifier: MIT */
/*
 * lost_hazards.c: what goes, or changes, beside the tables, without a word of the document.
 *
 * An index cannot stay without a column that it speaks of, and goes with that
 * column.  If it was UNIQUE, its rule on the columns that stay goes too, as a
 * constraint does that the document leaves out (MD114), unless some other rule
 * implies it.  A trigger goes where a view takes the place of its table.
 */
#include "base/text.h"
#include "diff/describe.h"
#include "hazard/hazards.h"
#include "hazard/hint.h"
#include "model/form.h"
#include "sql/mention.h"
#include "sql/write.h"

/* What nobody declared, and nobody said goodbye to, and cannot stay. */
static void gone(struct plan *plan, const struct leftover *leftover, const char *why)
{
	mo_hazard_of(plan, DIAG_MD118, leftover->object,
		     mo_arena_format(plan->arena,
				     "the document does not declare it, and it is dropped: %s",
				     why));
}

/* Whether a term, or a condition where term is NULL, names a column of have that want has not. */
static bool names_dropped(const struct table *want, const struct table *have,
			  const struct term *term, const char *condition)
{
	for (int i = 0; i < have->columns.count; i++) {
		const char *name = ((struct column *)have->columns.items[i])->object.name;

		if (!mo_table_column(want, name) &&
		    (term ? mo_term_names(term, name) : mo_names_column(condition, name)))
			return true;
	}
	return false;
}

/* Whether the terms of an index name a column that stays: what they said of it is lost. */
static bool names_staying(const struct table *want, const struct index *index)
{
	for (int i = 0; i < want->columns.count; i++)
		for (int t = 0; t < index->terms.count; t++)
			if (mo_term_names(index->terms.items[t],
					  ((struct column *)want->columns.items[i])->object.name))
				return true;
	return false;
}

/*
 * The element that declares what is left of an index without the columns that go; NULL where
 * nothing is.
 */
static char *what_is_left(struct arena *arena, const struct index *index, const struct table *want,
			  const struct table *have)
{
	const char *where = index->where.text;
	sqlite3_str *out = sqlite3_str_new(NULL);
	struct list left = {0};
	sqlite3_str *terms;

	for (int i = 0; i < index->terms.count; i++)
		if (!names_dropped(want, have, index->terms.items[i], NULL))
			mo_list_add(arena, &left, index->terms.items[i]);
	terms = sqlite3_str_new(NULL);
	mo_write_terms(terms, &left);
	sqlite3_str_appendall(out, "<index name=\"");
	mo_hint_value(out, index->object.name);
	sqlite3_str_appendall(out, "\" columns=\"");
	mo_hint_value(out, mo_arena_take(arena, terms));
	sqlite3_str_appendall(out, "\" unique=\"true\"");
	if (where && !names_dropped(want, have, NULL, where)) {
		sqlite3_str_appendall(out, " where=\"");
		mo_hint_value(out, where);
		sqlite3_str_appendchar(out, 1, '"');
	}
	sqlite3_str_appendall(out, "/>");
	return left.count ? mo_arena_take(arena, out)
			  : (sqlite3_free(sqlite3_str_finish(out)), NULL);
}

static bool speaks_of_dropped(const struct index *index, const struct table *want,
			      const struct table *have)
{
	bool found = names_dropped(want, have, NULL, index->where.text);

	for (int i = 0; !found && i < index->terms.count; i++)
		found = names_dropped(want, have, index->terms.items[i], NULL);
	return found;
}

static char *rule_text(struct arena *arena, const struct index *index)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendall(out, "UNIQUE (");
	mo_write_terms(out, &index->terms);
	sqlite3_str_appendchar(out, 1, ')');
	if (index->where.text)
		sqlite3_str_appendf(out, " WHERE %s", index->where.text);
	return mo_arena_take(arena, out);
}

/* Where a column goes, the hint is what to declare instead. */
static void dropped_rule(struct plan *plan, const struct index *index, const struct table *want,
			 const struct table *have)
{
	struct arena *arena = plan->arena;
	const char *words = mo_arena_format(arena, "%s is dropped", rule_text(arena, index));
	const char *left = NULL;
	struct hazard *hazard;

	if (speaks_of_dropped(index, want, have)) {
		left = what_is_left(arena, index, want, have);
		words = mo_arena_format(arena, "%s with a column that it speaks of", words);
	}
	hazard = mo_hazard_of(plan, DIAG_MD114, &index->object, words);
	if (hazard && left)
		hazard->hint = mo_arena_format(
			arena,
			"to keep rows apart by the rest, declare %s in table %s; to let the rule go, %s",
			left, want->object.name,
			mo_hint_dropped(arena, KIND_INDEX, index->object.name));
	if (hazard)
		hazard->place = want->object.place;
}

/* An index that goes, or is another one under its name. */
static void dropped_index(struct plan *plan, const struct index *index)
{
	const struct leftover *leftover = mo_plan_leftover(plan, &index->object, NULL);
	const struct table *have = mo_schema_table(plan->diff->renamed, index->table);
	const struct table *want = mo_schema_table(plan->diff->goal, index->table);
	const struct move *move = want ? mo_plan_move(plan, want->object.name) : NULL;

	if (!have || !want || (move && move->way == WAY_CREATE) ||
	    (leftover && leftover->fate == FATE_CONSENTED))
		return;
	if (index->unique && names_staying(want, index) &&
	    !mo_keeps_apart(want, &index->terms, &index->where))
		dropped_rule(plan, index, want, have);
	else if (leftover && leftover->fate == FATE_GONE)
		gone(plan, leftover, "it speaks of a column that goes");
}

void mo_plan_lost_hazards(struct plan *plan)
{
	EACH (const struct change, change, &plan->diff->changes)
		if (change->part == PART_OBJECT && change->have && change->have->kind == KIND_INDEX)
			dropped_index(plan, (const struct index *)change->have);
	EACH (const struct leftover, leftover, &plan->diff->leftovers)
		if (leftover->fate == FATE_GONE && leftover->object->kind == KIND_TRIGGER)
			gone(plan, leftover, "what it stands on becomes another kind of object");
}
