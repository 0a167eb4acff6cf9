/* SPDX-License-Identifier: MIT */
/*
 * strategy.c: the cheapest safe way for each table.
 *
 *	nothing		it is only renamed
 *	native		SQLite's own ALTER makes every change of it		native.c
 *	edit		columns come and go by ALTER, and the rest is only	edit.c
 *			another text: no record changes
 *	exchange	a copy, under indexes that stay				exchange.c
 *	rebuild		anything else
 *
 * The table of prices says of each kind of change who can make it.  What
 * cannot be known from the schema alone (whether a view stands in the way) is
 * found out by the rehearsal, which then sends the table here again.
 */
#include "base/text.h"
#include "diff/describe.h"
#include "model/form.h"
#include "plan/children.h"
#include "plan/in_the_way.h"
#include "plan/source.h"
#include "plan/strategy.h"
#include "plan/way_forth.h"
#include "plan/ways.h"

#include <stdlib.h>
#include <string.h>

#define MOST_DROPS \
	3 /* each DROP COLUMN rewrites the rows; more than these cost more than a rebuild */

/* ---- the prices ------------------------------------------------------------------------- */

static const char *no_alter(const struct plan *plan, const struct move *move,
			    const struct change *change)
{
	(void)plan;
	(void)move;
	(void)change;
	return MO_NO_ALTER;
}

static const char *never(const struct plan *plan, const struct move *move,
			 const struct change *change)
{
	(void)plan;
	(void)move;
	(void)change;
	return "the rows are stored otherwise";
}

/* The hazards ask the rows whether it holds; the text is all that is stored of it. */
static const char *nothing_stored(const struct plan *plan, const struct move *move,
				  const struct change *change)
{
	(void)plan;
	(void)move;
	(void)change;
	return NULL;
}

#define KEYS (1U << CONSTRAINT_PRIMARY_KEY | 1U << CONSTRAINT_UNIQUE)
#define RULES (1U << CONSTRAINT_NOT_NULL | 1U << CONSTRAINT_CHECK | 1U << CONSTRAINT_FOREIGN_KEY)

/* Who can make a change; a constraint that comes or goes with its column is made with it. */
static const struct price {
	enum part part;
	enum verb verb;
	unsigned which; /* attributes, or kinds of constraint as bits; 0: whatever */
	const char *(*alter)(const struct plan *plan, const struct move *move,
			     const struct change *change);
	const char *(*edit)(const struct plan *plan, const struct move *move,
			    const struct change *change);
} prices[] = {
	{PART_COLUMN, VERB_ADD, 0, mo_cannot_add_column, mo_cannot_add_column},
	{PART_COLUMN, VERB_DROP, 0, mo_cannot_drop_column, mo_cannot_drop_column},
	{PART_COLUMN, VERB_CHANGE, ATTRIBUTE_TYPE, no_alter, mo_cannot_edit_type},
	{PART_COLUMN, VERB_CHANGE, ATTRIBUTE_COLLATE, no_alter, mo_cannot_edit_collation},
	{PART_COLUMN, VERB_CHANGE, ATTRIBUTE_DEFAULT, no_alter, mo_cannot_edit_default},
	{PART_COLUMN, VERB_CHANGE, ATTRIBUTE_GENERATED, no_alter, mo_cannot_edit_generated},
	{PART_CONSTRAINT, VERB_ADD, RULES, mo_cannot_add_constraint, nothing_stored},
	{PART_CONSTRAINT, VERB_DROP, RULES, mo_cannot_drop_constraint, nothing_stored},
	{PART_CONSTRAINT, VERB_ADD, KEYS, mo_cannot_add_constraint, mo_cannot_edit_key},
	{PART_CONSTRAINT, VERB_DROP, KEYS, mo_cannot_drop_constraint, mo_cannot_edit_key},
	{PART_OBJECT, VERB_CHANGE, ATTRIBUTE_STRICT, no_alter, mo_cannot_edit_strict},
	{PART_OBJECT, VERB_CHANGE, ATTRIBUTE_WITHOUT_ROWID | ATTRIBUTE_COLUMN_ORDER, no_alter,
	 never},
};

static bool is_priced(const struct price *price, const struct change *change)
{
	const struct constraint *constraint =
		change->want_constraint ? change->want_constraint : change->have_constraint;
	const unsigned which =
		change->part == PART_CONSTRAINT ? 1U << constraint->kind : change->attributes;

	return price->part == change->part && price->verb == change->verb &&
	       (!price->which || price->which & which);
}

static const char *cannot_alter(const struct plan *plan, const struct move *move,
				const struct change *change)
{
	const char *why = NULL;

	for (size_t i = 0; !why && i < sizeof(prices) / sizeof(*prices); i++)
		if (is_priced(&prices[i], change))
			why = prices[i].alter(plan, move, change);
	return why;
}

static const char *cannot_edit(const struct plan *plan, const struct move *move,
			       const struct change *change)
{
	const char *why = NULL;

	if (change->part == PART_CONSTRAINT && mo_goes_with_column(move, change))
		return NULL;
	for (size_t i = 0; !why && i < sizeof(prices) / sizeof(*prices); i++)
		if (is_priced(&prices[i], change))
			why = prices[i].edit(plan, move, change);
	return why;
}

/* ---- what may be taken ---------------------------------------------------------------------- */

static const struct {
	const char *word;
	unsigned way;
} words[] = {{"alter", MAY_ALTER}, {"edit", MAY_EDIT}, {"exchange", MAY_EXCHANGE}};

static unsigned way_of(const char *word, size_t length)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (strlen(words[i].word) == length && !strncmp(words[i].word, word, length))
			return words[i].way;
	return 0;
}

/* auto: all; rebuild: none; else a list of the ways that may be taken. */
bool mo_ways_read(unsigned *ways, const char *strategy)
{
	const char *word = strategy;

	*ways = !strategy || mo_same(strategy, "auto") ? MAY_ALL : 0;
	if (*ways || mo_same(strategy, "rebuild"))
		return true;
	for (;;) {
		const size_t length = strcspn(word, ",");
		const unsigned way = way_of(word, length);

		if (!way)
			return false;
		*ways |= way;
		if (!word[length])
			return true;
		word += length + 1;
	}
}

/* ---- the choice ---------------------------------------------------------------------------- */

static void add_reason(struct plan *plan, struct move *move, const struct change *change,
		       const char *why)
{
	mo_list_add(plan->arena, &move->reasons,
		    mo_arena_format(plan->arena, "%s %s: %s", mo_change_label(plan->arena, change),
				    mo_change_text(plan->arena, plan->diff, change), why));
}

static int count_drops(const struct move *move)
{
	int drops = 0;

	EACH (const struct change, change, &move->changes)
		drops += change->part == PART_COLUMN && change->verb == VERB_DROP;
	return drops;
}

static const char *sent_back(const struct facts *facts, const char *table)
{
	for (int i = 0; i < facts->rebuilds.count; i++)
		if (mo_same_name(facts->rebuilds.items[i], table))
			return facts->reasons.items[i];
	return NULL;
}

static int times_sent_back(const struct facts *facts, const char *table)
{
	int times = 0;

	for (int i = 0; i < facts->rebuilds.count; i++)
		times += mo_same_name(facts->rebuilds.items[i], table);
	return times;
}

/* Whether a table, or what it refers to, is renamed where only a copy can do that. */
static bool is_renamed_by_copy(const struct plan *plan, const struct table *have)
{
	const char *name = have->object.name;
	const char *former = mo_diff_former_table(plan->diff, name);
	const struct table *file = mo_schema_table(plan->diff->have, former);

	return plan->by_copy && file &&
	       (former != name || !mo_same(mo_form_object(plan->arena, &file->object),
					   mo_form_object(plan->arena, &have->object)));
}

/* What is in the way of ALTER, and of an edit where one may be made. */
static void list_reasons(struct plan *plan, struct move *move, unsigned ways)
{
	EACH (const struct change, change, &move->changes) {
		const char *why = cannot_alter(plan, move, change);
		const char *edit = ways & MAY_EDIT ? cannot_edit(plan, move, change) : NULL;

		if (why && edit && edit != why)
			why = mo_arena_format(plan->arena, "%s, and %s", why, edit);
		if (why)
			add_reason(plan, move, change, why);
	}
}

static bool can_edit_all(const struct plan *plan, const struct move *move)
{
	for (int i = 0; i < move->changes.count; i++)
		if (cannot_edit(plan, move, move->changes.items[i]))
			return false;
	return true;
}

#define GIVEN_BACK "values that were kept come back"

/* Why a column that stays is filled by its expression, where only a copy can do that; else NULL. */
static const char *why_refilled(const struct plan *plan, const struct move *move,
				const struct source *source)
{
	const char *name = source->want->object.name;

	if (source->kept)
		return GIVEN_BACK;
	if (!source->is_using || !source->have)
		return NULL;
	if (source->fills_nulls)
		return "NULLs are filled by an expression";
	if (source->repairs)
		return "rows in the way of a constraint are repaired by an expression";
	if (mo_diff_former_column(plan->diff, move->want->object.name, name) != name)
		return "a renamed column is filled by an expression";
	return plan->diff->want->way_back ? GIVEN_BACK : NULL;
}

static bool is_refilled_anywhere(struct plan *plan, struct move *move)
{
	bool any = false;

	for (int i = 0; i < move->sources.count; i++) {
		const char *why = why_refilled(plan, move, move->sources.items[i]);

		if (why && !mo_list_has(&move->reasons, why))
			mo_list_add(plan->arena, &move->reasons, why);
		any |= why != NULL;
	}
	return any;
}

/* Whether columns come or go, which an edit leaves to ALTER. */
static bool has_columns(const struct move *move)
{
	EACH (const struct change, change, &move->changes)
		if (change->part == PART_COLUMN && change->verb != VERB_CHANGE)
			return true;
	return false;
}

/* The ways that are open where the plan will run. */
static unsigned open_ways(const struct plan *plan, const struct move *move,
			  const struct moult_options *options)
{
	unsigned ways = 0;

	mo_ways_read(&ways, options->strategy);
	if (!plan->facts.can_edit || plan->facts.classic)
		ways &= ~(unsigned)(MAY_EDIT | MAY_EXCHANGE);
	if (has_columns(move) && !(ways & MAY_ALTER))
		ways &= ~(unsigned)MAY_EDIT;
	return ways;
}

/* What only a copy can do, whatever each change would take. */
static bool must_copy(struct plan *plan, struct move *move)
{
	const char *failed = sent_back(&plan->facts, move->want->object.name);
	const int before = move->reasons.count;
	const bool is_refilled = is_refilled_anywhere(plan, move);

	if (failed)
		mo_list_add(plan->arena, &move->reasons,
			    mo_arena_format(plan->arena,
					    "tried in memory, the cheaper way does not do: %s",
					    failed));
	if (is_renamed_by_copy(plan, move->have))
		mo_list_add(
			plan->arena, &move->reasons,
			mo_arena_format(plan->arena, "names in it change, and %s", plan->by_copy));
	if (count_drops(move) > MOST_DROPS)
		mo_list_add(plan->arena, &move->reasons,
			    "one rebuild is cheaper than that many DROP COLUMNs");
	return is_refilled || move->reasons.count > before;
}

const char *mo_should_not_exchange(struct plan *plan, struct move *move)
{
	return times_sent_back(&plan->facts, move->want->object.name) > 1
		       ? "it was tried in memory"
		       : mo_cannot_exchange(plan, move);
}

/*
 * Left to itself moult exchanges root pages only where an index stays that a rebuild would build
 * again, or where there are many of them (many.c).
 */
static bool can_exchange(struct plan *plan, struct move *move, const char *strategy)
{
	const bool is_asked = plan->facts.online || (strategy && !mo_same(strategy, "auto"));
	const char *why = mo_should_not_exchange(plan, move);

	if (!why && (is_asked || mo_exchange_keeps(move)))
		return true;
	if (why && move->have->object.indexes.count)
		mo_list_add(plan->arena, &move->reasons,
			    mo_arena_format(plan->arena, "its indexes cannot stay: %s", why));
	return false;
}

static enum way cheapest_way(struct plan *plan, struct move *move,
			     const struct moult_options *options)
{
	const unsigned ways = open_ways(plan, move, options);
	const bool drops = count_drops(move) > 0; /* each of which rewrites all rows in one step */

	list_reasons(plan, move, ways);
	if (!must_copy(plan, move)) {
		if (!move->changes.count)
			return WAY_NOTHING;
		if (!move->reasons.count && ways & MAY_ALTER && !(plan->facts.online && drops))
			return WAY_NATIVE;
		if (ways & MAY_EDIT && can_edit_all(plan, move))
			return WAY_EDIT;
	}
	return ways & MAY_EXCHANGE && can_exchange(plan, move, options->strategy) ? WAY_EXCHANGE
										  : WAY_REBUILD;
}

static void choose_way(struct plan *plan, struct move *move, const struct moult_options *options)
{
	mo_plan_sources(plan, move);
	move->way = cheapest_way(plan, move, options);
	if (mo_move_copies(move) && !move->reasons.count)
		mo_list_add(plan->arena, &move->reasons, "asked for");
}

/* ---- moves ------------------------------------------------------------------------- */

struct move *mo_plan_add_move(struct plan *plan, enum way way, const struct object *have,
			      const struct object *want)
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
	EACH (const struct column, column, &want->columns) {
		const struct column *same = mo_table_column(have, column->object.name);

		if (column->using.text ||
		    (same && !same->generated.text && !column->generated.text))
			return true;
	}
	return false;
}

static void add_replacement(struct plan *plan, const struct move *changed)
{
	struct move *drop = mo_plan_add_move(plan, WAY_DROP, &changed->have->object, NULL);

	if (drop) {
		drop->replaced = true;
		drop->changes = changed->changes;
	}
	mo_plan_add_move(plan, WAY_CREATE, NULL, &changed->want->object);
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
	EACH (const struct move, move, &plan->moves)
		if (move->want == want)
			return true;
	return false;
}

/*
 * A renamed table has a move even where nothing else happens: its rows are asked by former names.
 */
static void add_renamed(struct plan *plan, const struct moult_options *options)
{
	EACH (const struct rename, rename, &plan->diff->renames) {
		const char *name = rename->table ? rename->table : rename->want;
		const struct table *want = mo_schema_table(plan->diff->goal, name);
		const struct table *have = mo_schema_table(plan->diff->renamed, name);
		struct move *move;

		if (!want || !have || has_move(plan, want))
			continue;
		move = mo_plan_add_move(plan, WAY_NOTHING, &have->object, &want->object);
		if (move)
			choose_way(plan, move, options);
	}
}

static bool is_repaired_by(const struct table *table, const struct index *index)
{
	EACH (const struct column, column, &table->columns)
		if (column->using.text && mo_index_concerns(index, column))
			return true;
	return false;
}

/* A table that nothing but a unique index is new to, and whose duplicates an expression repairs. */
static void add_repaired(struct plan *plan, const struct moult_options *options)
{
	EACH (const struct change, change, &plan->diff->changes) {
		const struct index *index = (const struct index *)change->want;
		const struct table *want, *have;
		struct move *move;

		if (change->part != PART_OBJECT || !change->want ||
		    change->want->kind != KIND_INDEX || !index->unique)
			continue;
		want = mo_schema_table(plan->diff->goal, index->table);
		have = mo_schema_table(plan->diff->renamed, index->table);
		if (!want || !have || has_move(plan, want) || !is_repaired_by(want, index))
			continue;
		move = mo_plan_add_move(plan, WAY_NOTHING, &have->object, &want->object);
		if (move)
			choose_way(plan, move, options);
	}
}

static bool is_given_back(struct plan *plan, const struct table *have, const struct table *want)
{
	if (!plan->diff->want->way_back)
		return mo_keeps_any(plan, have, want);
	EACH (const struct column, column, &want->columns)
		if (column->using.text)
			return true;
	return false;
}

/* A table that nothing is new to, and whose values were kept. */
static void add_given_back(struct plan *plan, const struct moult_options *options)
{
	if (!plan->diff->want->way_back && !plan->takes_forth)
		return;
	EACH (const struct table, want, &plan->diff->goal->objects[KIND_TABLE]) {
		const struct table *have = mo_schema_table(plan->diff->renamed, want->object.name);
		struct move *move;

		if (!have || has_move(plan, want) || !is_given_back(plan, have, want))
			continue;
		move = mo_plan_add_move(plan, WAY_NOTHING, &have->object, &want->object);
		if (move)
			choose_way(plan, move, options);
	}
}

/* Tables that speak of renamed ones. */
static void add_followers(struct plan *plan, const struct moult_options *options)
{
	const struct list *tables = &plan->diff->renamed->objects[KIND_TABLE];

	EACH (const struct table, have, tables) {
		const struct table *want = mo_schema_table(plan->diff->goal, have->object.name);
		struct move *move;

		if (!want || has_move(plan, want) || !is_renamed_by_copy(plan, have))
			continue;
		move = mo_plan_add_move(plan, WAY_NOTHING, &have->object, &want->object);
		if (move)
			choose_way(plan, move, options);
	}
}

/*
 * The move of a table that is in both, for all its changes from the first on; the index behind the
 * last.
 */
static int add_changed(struct plan *plan, int first, const struct moult_options *options)
{
	const struct change *change = plan->diff->changes.items[first];
	struct move *move = mo_plan_add_move(plan, WAY_NOTHING, change->have, change->want);
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

static int compare_wants(const void *a, const void *b)
{
	const struct move *one = *(void *const *)a;
	const struct move *other = *(void *const *)b;

	return mo_compare_names(one->want->object.name, other->want->object.name);
}

static void sort_moves(struct plan *plan)
{
	struct list *sorted = &plan->sorted_moves;

	EACH (struct move, move, &plan->moves)
		if (move->want)
			mo_list_add(plan->arena, sorted, move);
	if (sorted->count)
		qsort(sorted->items, (size_t)sorted->count, sizeof(void *), compare_wants);
}

void mo_plan_moves(struct plan *plan, const struct moult_options *options)
{
	const struct list *changes = &plan->diff->changes;

	for (int i = 0; i < changes->count && !mo_arena_rc(plan->arena);) {
		const struct change *change = changes->items[i];
		const struct object *either = mo_change_object(change);

		if (either && either->kind == KIND_TABLE && change->have && change->want) {
			i = add_changed(plan, i, options);
			continue;
		}
		if (either && either->kind == KIND_TABLE)
			mo_plan_add_move(plan, change->want ? WAY_CREATE : WAY_DROP, change->have,
					 change->want);
		i++;
	}
	add_renamed(plan, options);
	add_repaired(plan, options);
	add_given_back(plan, options);
	if (plan->by_copy)
		add_followers(plan, options);
	if (plan->facts.statements)
		mo_plan_children(plan);
	sort_moves(plan);
	for (int i = 0; i < plan->moves.count && !mo_arena_rc(plan->arena); i++)
		if (!((struct move *)plan->moves.items[i])->sources.count)
			mo_plan_sources(plan, plan->moves.items[i]);
}
