/* SPDX-License-Identifier: MIT */
/*
 * strategy.c: the cheapest safe way for each table.
 *
 * SQLite's own ALTER is taken for a table if it can make every change of it.
 * Its limits are those of https://sqlite.org/lang_altertable.html; what cannot
 * be known from the schema alone (whether a view stands in the way) is found
 * out by the rehearsal, which then sends the table here again.
 */
#include "base/text.h"
#include "diff/describe.h"
#include "model/form.h"
#include "plan/plan.h"
#include "sql/mention.h"

#define VERSION_ADD_VIRTUAL 3031000	/* ADD COLUMN of a virtual generated column */
#define VERSION_ADD_CHECKED 3037000	/* ADD COLUMN tests CHECK on the rows */
#define VERSION_DROP_COLUMN 3035005	/* 3.35.0 to 3.35.4 could damage the file */
#define VERSION_ALTER_CONSTRAINT 3053000 /* in 3.52.0 too, which was withdrawn */
#define VERSION_ADD_CHECK 3054000	/* 3.53 refuses rows whose CHECK is NULL, which CREATE TABLE takes */
#define VERSION_DROP_FOREIGN_KEY 3054000
#define MOST_DROPS 3			/* each DROP COLUMN rewrites the rows; more than these cost more than a rebuild */

static bool owns(const struct change *change, const struct column *column)
{
	const struct constraint *constraint = change->want_constraint ? change->want_constraint : change->have_constraint;

	return change->part == PART_CONSTRAINT && column && constraint->owner == column;
}

static bool has_constraint(const struct table *table, const struct column *column, enum constraint_kind kind)
{
	for (int i = 0; i < table->constraints.count; i++) {
		const struct constraint *constraint = table->constraints.items[i];

		if (constraint->owner == column && constraint->kind == kind)
			return true;
	}
	return false;
}

/*
 * Whether all constraints that are written at a column come or go with it.  One
 * that the table has on the other side too would be there twice, or not at all.
 */
static bool are_its_own(const struct move *move, const struct table *table, const struct column *column)
{
	for (int i = 0; i < table->constraints.count; i++) {
		const struct constraint *constraint = table->constraints.items[i];
		bool changes = constraint->owner != column;

		for (int j = 0; !changes && j < move->changes.count; j++) {
			const struct change *change = move->changes.items[j];

			changes = change->want_constraint == constraint || change->have_constraint == constraint;
		}
		if (!changes)
			return false;
	}
	return true;
}

/*
 * Whether something that stays as it is already says the name of a new column: "name" in double quotes was a string
 * until now.  ADD COLUMN would leave the entries of an index, and stored values, as they were made of the string.
 */
static bool is_said_already(const struct table *have, const char *name)
{
	for (int i = 0; i < have->object.indexes.count; i++) {
		const struct index *index = have->object.indexes.items[i];

		if (mo_mentions(index->where.text, name))
			return true;
		for (int j = 0; j < index->terms.count; j++)
			if (mo_mentions(((struct term *)index->terms.items[j])->expr.text, name))
				return true;
	}
	for (int i = 0; i < have->columns.count; i++)
		if (mo_mentions(((struct column *)have->columns.items[i])->generated.text, name))
			return true;
	return false;
}

/* Why ADD COLUMN does not do; NULL where it does. */
static const char *cannot_add(const struct plan *plan, const struct move *move, const struct column *column)
{
	const int version = plan->facts.sqlite;

	if (column->using.text)
		return "it is filled from the old row";
	if (has_constraint(move->want, column, CONSTRAINT_PRIMARY_KEY) ||
	    has_constraint(move->want, column, CONSTRAINT_UNIQUE))
		return "ADD COLUMN takes no PRIMARY KEY and no UNIQUE";
	if (!are_its_own(move, move->want, column))
		return "a constraint at it is one that the table has already";
	if (column->generated.text && column->stored)
		return "ADD COLUMN takes no STORED column";
	if (column->generated.text && version < VERSION_ADD_VIRTUAL)
		return "ADD COLUMN takes no generated column before SQLite 3.31";
	if (column->value.text && !mo_is_constant_default(column->value.text))
		return "ADD COLUMN takes no DEFAULT that is not constant";
	if (column->value.text && !mo_is_default_as_inserted(column->value.text, column->affinity))
		return "rows would read this DEFAULT otherwise than an INSERT stores it";
	if (mo_column_not_null(move->want, column) && (column->generated.text || mo_is_null_default(column->value.text)))
		return "ADD COLUMN takes no NOT NULL without a DEFAULT";
	if (has_constraint(move->want, column, CONSTRAINT_CHECK) && version < VERSION_ADD_CHECKED)
		return "ADD COLUMN does not test CHECK on the rows before SQLite 3.37";
	if (is_said_already(move->have, column->object.name))
		return "an index or generated column means a string by that name";
	return NULL;
}

static bool is_dropped(const struct move *move, const struct constraint *constraint)
{
	for (int i = 0; i < move->changes.count; i++)
		if (((struct change *)move->changes.items[i])->have_constraint == constraint)
			return true;
	return false;
}

static bool mentioned_in_table(const struct move *move, const struct column *column)
{
	const struct table *table = move->have;

	for (int i = 0; i < table->constraints.count; i++) {
		const struct constraint *constraint = table->constraints.items[i];

		if (is_dropped(move, constraint))
			continue;
		if (constraint->owner != column && mo_mentions(constraint->check.text, column->object.name))
			return true;
		if (constraint->owner == column || constraint->kind == CONSTRAINT_NOT_NULL)
			continue;
		if (mo_names_have(&constraint->columns, column->object.name))
			return true;
		for (int j = 0; j < constraint->terms.count; j++)
			if (mo_mentions(((struct term *)constraint->terms.items[j])->expr.text, column->object.name))
				return true;
	}
	for (int i = 0; i < table->columns.count; i++) {
		const struct column *other = table->columns.items[i];

		if (other != column && mo_mentions(other->generated.text, column->object.name))
			return true;
	}
	return false;
}

static bool mentioned_in_index(const struct plan *plan, const struct table *table, const struct column *column)
{
	for (int i = 0; i < table->object.indexes.count; i++) {
		const struct index *index = table->object.indexes.items[i];
		const struct object *kept = mo_schema_find(plan->diff->goal, KIND_INDEX, index->object.name);

		if (kept && mo_mentions(index->object.sql, column->object.name))
			return true;
	}
	return false;
}

static const char *cannot_drop(const struct plan *plan, const struct move *move, const struct column *column)
{
	if (plan->facts.sqlite < VERSION_DROP_COLUMN)
		return "DROP COLUMN is not to be trusted before SQLite 3.35.5";
	if (has_constraint(move->have, column, CONSTRAINT_PRIMARY_KEY) ||
	    has_constraint(move->have, column, CONSTRAINT_UNIQUE))
		return "DROP COLUMN takes no PRIMARY KEY and no UNIQUE column";
	if (!are_its_own(move, move->have, column))
		return "a constraint at it stays";
	if (mentioned_in_table(move, column))
		return "DROP COLUMN takes no column that a constraint or generated column uses";
	if (mentioned_in_index(plan, move->have, column))
		return "DROP COLUMN takes no indexed column";
	return NULL;
}

/* Whether a constraint comes or goes with its column. */
static bool goes_with_column(const struct move *move, const struct change *change)
{
	for (int i = 0; i < move->changes.count; i++) {
		const struct change *other = move->changes.items[i];

		if (other->part == PART_COLUMN && other->verb == change->verb && other->verb != VERB_CHANGE &&
		    owns(change, other->verb == VERB_ADD ? other->want_column : other->have_column))
			return true;
	}
	return false;
}

static const char *cannot_add_constraint(const struct plan *plan, const struct constraint *constraint)
{
	if (constraint->kind != CONSTRAINT_NOT_NULL && constraint->kind != CONSTRAINT_CHECK)
		return "SQLite has no ALTER for this";
	if (plan->facts.sqlite < VERSION_ALTER_CONSTRAINT)
		return "SQLite has no ALTER for this before 3.53";
	if (constraint->kind == CONSTRAINT_CHECK && plan->facts.sqlite < VERSION_ADD_CHECK)
		return "ADD CHECK refuses rows that the CHECK does not, before SQLite 3.54";
	if (constraint->kind == CONSTRAINT_NOT_NULL && constraint->name)
		return "SET NOT NULL takes no name";
	return NULL;
}

static bool has_own_name(const struct table *table, const struct constraint *constraint)
{
	int others = 0;

	for (int i = 0; i < table->constraints.count; i++)
		others += mo_same_name(((struct constraint *)table->constraints.items[i])->name, constraint->name);
	return constraint->name && others == 1;
}

static const char *cannot_drop_constraint(const struct plan *plan, const struct move *move,
					  const struct constraint *constraint)
{
	const bool is_key = constraint->kind == CONSTRAINT_FOREIGN_KEY;

	if (constraint->kind == CONSTRAINT_PRIMARY_KEY || constraint->kind == CONSTRAINT_UNIQUE)
		return "SQLite has no ALTER for this";
	if (plan->facts.sqlite < VERSION_ALTER_CONSTRAINT)
		return "SQLite has no ALTER for this before 3.53";
	if (constraint->kind == CONSTRAINT_NOT_NULL)
		return NULL;
	if (!has_own_name(move->have, constraint))
		return "DROP CONSTRAINT needs a name that is its own";
	if (is_key && plan->facts.sqlite < VERSION_DROP_FOREIGN_KEY)
		return "DROP CONSTRAINT takes no foreign key before SQLite 3.54";
	if (is_key && constraint->reference.defer == DEFER_NO)
		return "DROP CONSTRAINT stumbles over NOT DEFERRABLE";
	return NULL;
}

static const char *cannot_alter(const struct plan *plan, const struct move *move, const struct change *change)
{
	if (change->part == PART_COLUMN && change->verb == VERB_ADD)
		return cannot_add(plan, move, change->want_column);
	if (change->part == PART_COLUMN && change->verb == VERB_DROP)
		return cannot_drop(plan, move, change->have_column);
	if (change->part == PART_CONSTRAINT && goes_with_column(move, change))
		return NULL;
	if (change->part == PART_CONSTRAINT && change->verb == VERB_ADD)
		return cannot_add_constraint(plan, change->want_constraint);
	if (change->part == PART_CONSTRAINT && change->verb == VERB_DROP)
		return cannot_drop_constraint(plan, move, change->have_constraint);
	return "SQLite has no ALTER for this";
}

static void add_reason(struct plan *plan, struct move *move, const struct change *change, const char *why)
{
	mo_list_add(plan->arena, &move->reasons,
		    mo_arena_format(plan->arena, "%s %s: %s", mo_change_label(plan->arena, change),
				    mo_change_text(plan->arena, plan->diff, change), why));
}

static int count_drops(const struct move *move)
{
	int drops = 0;

	for (int i = 0; i < move->changes.count; i++) {
		const struct change *change = move->changes.items[i];

		drops += change->part == PART_COLUMN && change->verb == VERB_DROP;
	}
	return drops;
}

static const char *sent_back(const struct facts *facts, const char *table)
{
	for (int i = 0; i < facts->rebuilds.count; i++)
		if (mo_same_name(facts->rebuilds.items[i], table))
			return facts->reasons.items[i];
	return NULL;
}

/* A renamed column with an expression of its own is written anew, even where nothing else changes. */
static bool is_refilled(const struct plan *plan, const struct column *column, const char *table)
{
	const char *name = column->object.name;

	return column->using.text && mo_diff_former_column(plan->diff, table, name) != name;
}

/* Whether a table, or what it refers to, is renamed where only a copy can do that. */
static bool is_renamed_by_copy(const struct plan *plan, const struct table *have)
{
	const char *name = have->object.name;
	const char *former = mo_diff_former_table(plan->diff, name);
	const struct table *file = mo_schema_table(plan->diff->have, former);

	return plan->by_copy && file &&
	       (former != name ||
		!mo_same(mo_form_object(plan->arena, &file->object), mo_form_object(plan->arena, &have->object)));
}

static void choose_way(struct plan *plan, struct move *move, const struct moult_options *options)
{
	const char *table = move->want->object.name;
	const char *failed = sent_back(&plan->facts, table);

	for (int i = 0; i < move->changes.count; i++) {
		const char *why = cannot_alter(plan, move, move->changes.items[i]);

		if (why)
			add_reason(plan, move, move->changes.items[i], why);
	}
	for (int i = 0; i < move->want->columns.count; i++)
		if (is_refilled(plan, move->want->columns.items[i], table))
			mo_list_add(plan->arena, &move->reasons, "a renamed column is filled by an expression");
	if (is_renamed_by_copy(plan, move->have))
		mo_list_add(plan->arena, &move->reasons, "names in it change, and SQLite has no safe RENAME before 3.26");
	if (failed)
		mo_list_add(plan->arena, &move->reasons, mo_arena_format(plan->arena, "SQLite's ALTER does not do it: %s", failed));
	if (move->changes.count && count_drops(move) > MOST_DROPS)
		mo_list_add(plan->arena, &move->reasons, "one rebuild is cheaper than that many DROP COLUMNs");
	if (move->changes.count && !move->reasons.count && mo_same(options->strategy, "rebuild"))
		mo_list_add(plan->arena, &move->reasons, "asked for");
	move->way = move->reasons.count ? WAY_REBUILD : move->changes.count ? WAY_NATIVE : WAY_NOTHING;
}

/* ---- moves ------------------------------------------------------------------------- */

static struct move *add_move(struct plan *plan, enum way way, const struct object *have, const struct object *want)
{
	struct move *move = mo_arena_make(plan->arena, struct move);

	if (!move)
		return NULL;
	move->way = way;
	move->have = (const struct table *)have;
	move->want = (const struct table *)want;
	move->former = have ? mo_diff_former_table(plan->diff, have->name) : NULL;
	mo_list_add(plan->arena, &plan->moves, move);
	return move;
}

/* Whether any value of the old rows would find its way into the new table. */
static bool keeps_anything(const struct table *have, const struct table *want)
{
	for (int i = 0; i < want->columns.count; i++) {
		const struct column *column = want->columns.items[i];
		const struct column *same = mo_table_column(have, column->object.name);

		if (column->using.text || (same && !same->generated.text && !column->generated.text))
			return true;
	}
	return false;
}

static void add_replacement(struct plan *plan, const struct move *changed)
{
	struct move *drop = add_move(plan, WAY_DROP, &changed->have->object, NULL);

	if (drop) {
		drop->replaced = true;
		drop->changes = changed->changes;
	}
	add_move(plan, WAY_CREATE, NULL, &changed->want->object);
}

/* The changes of one table stand together. */
static int gather(struct plan *plan, int first, struct move *move)
{
	const struct list *changes = &plan->diff->changes;
	int i = first;

	for (; i < changes->count; i++) {
		struct change *change = changes->items[i];

		if (change->want != &move->want->object || change->have != &move->have->object)
			break;
		mo_list_add(plan->arena, &move->changes, change);
	}
	return i;
}

static bool has_move(const struct plan *plan, const struct table *want)
{
	for (int i = 0; i < plan->moves.count; i++)
		if (((struct move *)plan->moves.items[i])->want == want)
			return true;
	return false;
}

/* A renamed table has a move even where nothing else happens: its rows are asked by former names. */
static void add_renamed(struct plan *plan, const struct moult_options *options)
{
	for (int i = 0; i < plan->diff->renames.count; i++) {
		const struct rename *rename = plan->diff->renames.items[i];
		const char *name = rename->table ? rename->table : rename->want;
		const struct table *want = mo_schema_table(plan->diff->goal, name);
		const struct table *have = mo_schema_table(plan->diff->renamed, name);
		struct move *move;

		if (!want || !have || has_move(plan, want))
			continue;
		move = add_move(plan, WAY_NOTHING, &have->object, &want->object);
		if (move)
			choose_way(plan, move, options);
	}
}

/* Tables that speak of renamed ones. */
static void add_followers(struct plan *plan, const struct moult_options *options)
{
	const struct list *tables = &plan->diff->renamed->objects[KIND_TABLE];

	for (int i = 0; i < tables->count; i++) {
		const struct table *have = tables->items[i];
		const struct table *want = mo_schema_table(plan->diff->goal, have->object.name);
		struct move *move;

		if (!want || has_move(plan, want) || !is_renamed_by_copy(plan, have))
			continue;
		move = add_move(plan, WAY_NOTHING, &have->object, &want->object);
		if (move)
			choose_way(plan, move, options);
	}
}

/* The move of a table that is in both, for all its changes from the first on; the index behind the last. */
static int add_changed(struct plan *plan, int first, const struct moult_options *options)
{
	const struct change *change = plan->diff->changes.items[first];
	struct move *move = add_move(plan, WAY_NOTHING, change->have, change->want);
	int next;

	if (!move)
		return plan->diff->changes.count;
	next = gather(plan, first, move);
	if (keeps_anything(move->have, move->want)) {
		choose_way(plan, move, options);
	} else {
		plan->moves.count--;
		add_replacement(plan, move);
	}
	return next;
}

void mo_plan_moves(struct plan *plan, const struct moult_options *options)
{
	const struct list *changes = &plan->diff->changes;

	for (int i = 0; i < changes->count && !mo_arena_rc(plan->arena);) {
		const struct change *change = changes->items[i];
		const struct object *either = change->want ? change->want : change->have;

		if (either && either->kind == KIND_TABLE && change->have && change->want) {
			i = add_changed(plan, i, options);
			continue;
		}
		if (either && either->kind == KIND_TABLE)
			add_move(plan, change->want ? WAY_CREATE : WAY_DROP, change->have, change->want);
		i++;
	}
	add_renamed(plan, options);
	if (plan->by_copy)
		add_followers(plan, options);
	for (int i = 0; i < plan->moves.count && !mo_arena_rc(plan->arena); i++)
		mo_plan_sources(plan, plan->moves.items[i]);
}
