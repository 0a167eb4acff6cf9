/* SPDX-License-Identifier: MIT */
/*
 * compare.c: two schemas side by side.
 *
 * One merge-join over objects sorted by name serves every kind; it has three
 * outcomes: only in have, only in want, in both.  Tables that are in both are
 * compared by columns and constraints, everything else by its form.
 */
#include "base/text.h"
#include "diff/diff.h"
#include "model/form.h"

#include <string.h>

struct comparison {
	struct arena *arena;   /* of the changes */
	struct arena *scratch; /* of the forms */
	struct list *changes;
	bool column_order;
};

static struct change *add(struct comparison *c, enum verb verb, enum part part,
			  const struct object *have, const struct object *want)
{
	struct change *change = mo_arena_make(c->arena, struct change);

	if (!change)
		return NULL;
	change->verb = verb;
	change->part = part;
	change->have = have;
	change->want = want;
	mo_list_add(c->arena, c->changes, change);
	return change;
}

/* ---- columns --------------------------------------------------------------------- */

static unsigned column_attributes(const struct column *have, const struct column *want)
{
	unsigned attributes = 0;

	for (const struct column_attribute *row = mo_column_attributes; row->name; row++)
		if (!mo_attribute_is_same(row, have, want))
			attributes |= row->difference;
	return attributes;
}

static void compare_column(struct comparison *c, const struct table *have, const struct table *want,
			   const struct column *have_column, const struct column *want_column)
{
	unsigned attributes =
		have_column && want_column ? column_attributes(have_column, want_column) : 0;
	enum verb verb = !have_column ? VERB_ADD : !want_column ? VERB_DROP : VERB_CHANGE;
	struct change *change;

	if (verb == VERB_CHANGE && !attributes)
		return;
	change = add(c, verb, PART_COLUMN, &have->object, &want->object);
	if (!change)
		return;
	change->have_column = have_column;
	change->want_column = want_column;
	change->attributes = attributes;
}

static void compare_columns(struct comparison *c, const struct table *have,
			    const struct table *want)
{
	EACH (const struct column, column, &want->columns)
		compare_column(c, have, want, mo_table_column(have, column->object.name), column);
	EACH (const struct column, column, &have->columns)
		if (!mo_table_column(want, column->object.name))
			compare_column(c, have, want, column, NULL);
}

/*
 * Whether the columns that both have come in another order, or one is added
 * before them; what is kept of have has no place of its own to be in.
 */
static bool is_reordered(const struct table *have, const struct table *want)
{
	bool is_added = false;
	int next = 0;

	EACH (const struct column, column, &want->columns) {
		int at = 0;

		is_added |= !mo_table_column(have, column->object.name);
		if (!mo_table_column(have, column->object.name) ||
		    mo_table_column(have, column->object.name) == column)
			continue;
		if (is_added)
			return true;
		while (!mo_same_name(((struct column *)have->columns.items[at])->object.name,
				     column->object.name))
			at++;
		if (at < next)
			return true;
		next = at;
	}
	return false;
}

/* ---- constraints -------------------------------------------------------------------- */

static bool has_form(struct comparison *c, const struct constraint *have,
		     const struct constraint *want, const char *form)
{
	return have->kind == want->kind && mo_same(form, mo_form_constraint(c->scratch, have));
}

/* The constraints of one table that the other has no equal of, each counted once. */
static void compare_constraints(struct comparison *c, const struct table *have,
				const struct table *want)
{
	struct list left = {0};

	for (int i = 0; i < have->constraints.count; i++)
		mo_list_add(c->scratch, &left, have->constraints.items[i]);
	for (int i = 0; i < want->constraints.count && !mo_arena_rc(c->scratch); i++) {
		const struct constraint *constraint = want->constraints.items[i];
		const char *form = mo_form_constraint(c->scratch, constraint);
		int at = 0;

		while (at < left.count && !has_form(c, left.items[at], constraint, form))
			at++;
		if (at < left.count) {
			mo_list_remove(&left, at);
		} else {
			struct change *change =
				add(c, VERB_ADD, PART_CONSTRAINT, &have->object, &want->object);

			if (change)
				change->want_constraint = constraint;
		}
	}
	for (int i = 0; i < left.count; i++) {
		struct change *change =
			add(c, VERB_DROP, PART_CONSTRAINT, &have->object, &want->object);

		if (change)
			change->have_constraint = left.items[i];
	}
}

static void compare_tables(struct comparison *c, const struct table *have, const struct table *want)
{
	unsigned attributes = 0;
	struct change *change;

	if (have->strict != want->strict)
		attributes |= ATTRIBUTE_STRICT;
	if (have->without_rowid != want->without_rowid)
		attributes |= ATTRIBUTE_WITHOUT_ROWID;
	if (c->column_order && is_reordered(have, want))
		attributes |= ATTRIBUTE_COLUMN_ORDER;
	change = attributes ? add(c, VERB_CHANGE, PART_OBJECT, &have->object, &want->object) : NULL;
	if (change)
		change->attributes = attributes;
	compare_columns(c, have, want);
	compare_constraints(c, have, want);
}

/* ---- objects ---------------------------------------------------------------------------- */

static void compare_both(struct comparison *c, const struct object *have, const struct object *want)
{
	if (have->kind == KIND_TABLE)
		compare_tables(c, (const struct table *)have, (const struct table *)want);
	else if (!mo_same(mo_form_object(c->scratch, have), mo_form_object(c->scratch, want)))
		add(c, VERB_CHANGE, PART_OBJECT, have, want);
}

static void compare_kind(struct comparison *c, const struct list *have, const struct list *want)
{
	int i = 0;
	int j = 0;

	while (i < have->count || j < want->count) {
		const struct object *mine = i < have->count ? have->items[i] : NULL;
		const struct object *theirs = j < want->count ? want->items[j] : NULL;
		int order = !mine ? 1 : !theirs ? -1 : mo_compare_names(mine->name, theirs->name);

		if (order < 0)
			add(c, VERB_DROP, PART_OBJECT, mine, NULL);
		else if (order > 0)
			add(c, VERB_ADD, PART_OBJECT, NULL, theirs);
		else
			compare_both(c, mine, theirs);
		i += order <= 0;
		j += order >= 0;
	}
}

static void compare_pragmas(struct comparison *c, const struct pragmas *have,
			    const struct pragmas *want)
{
	if (want->has_user_version && want->user_version != have->user_version)
		add(c, VERB_CHANGE, PART_USER_VERSION, NULL, NULL);
	if (want->has_application_id && want->application_id != have->application_id)
		add(c, VERB_CHANGE, PART_APPLICATION_ID, NULL, NULL);
}

int mo_compare(struct list *changes, struct arena *arena, const struct schema *have,
	       const struct schema *want, bool column_order)
{
	struct comparison c = {arena, mo_arena_new(), changes, column_order};
	int rc;

	if (!c.scratch)
		return MOULT_TROUBLE;
	for (int kind = 0; kind < KIND_COUNT; kind++)
		compare_kind(&c, &have->sorted[kind], &want->sorted[kind]);
	compare_pragmas(&c, &have->pragmas, &want->pragmas);
	rc = mo_arena_rc(c.scratch) ? mo_arena_rc(c.scratch) : mo_arena_rc(arena);
	mo_arena_free(c.scratch);
	return rc;
}

/* ---- what is the same on both sides ---------------------------------------------------------- */

static bool *flag_common(struct arena *arena, const struct schema *have, const struct schema *want,
			 enum kind kind)
{
	bool *flags = mo_arena_alloc(arena, (size_t)want->sorted[kind].count + 1);

	EACH (const struct object, object, &want->sorted[kind])
		if (flags)
			flags[object_at] = mo_schema_find(have, kind, object->name);
	return flags;
}

int mo_compare_known(struct known *known, struct arena *arena, const struct schema *have,
		     const struct schema *want)
{
	struct list changes = {0};
	bool *flags[KIND_COUNT] = {
		[KIND_TABLE] = flag_common(arena, have, want, KIND_TABLE),
		[KIND_INDEX] = flag_common(arena, have, want, KIND_INDEX),
	};
	const int rc = mo_compare(&changes, arena, have, want, false);

	if (rc || mo_arena_rc(arena))
		return rc ? rc : mo_arena_rc(arena);
	EACH (const struct change, change, &changes) {
		const struct object *object = change->want;

		if (object && flags[object->kind])
			flags[object->kind][mo_schema_place(want, object->kind, object->name)] =
				false;
	}
	*known = (struct known){flags[KIND_TABLE], flags[KIND_INDEX]};
	return MOULT_OK;
}
