/* SPDX-License-Identifier: MIT */
/*
 * children.c: tables written anew where foreign keys stay in force.
 *
 * foreign_keys cannot be switched inside a transaction, and DROP TABLE of a parent
 * deletes its rows first, with all that ON DELETE does to its children;
 * defer_foreign_keys puts off errors, and no action.  So whoever refers to a table that
 * is rebuilt, or goes, is rebuilt with it:
 *
 *	ALTER			of the tables for which that does
 *	CREATE _moult_new_p	parents first; what has a name of its own gets that at once
 *	CREATE _moult_new_c	REFERENCES _moult_new_p
 *	INSERT			parents first, so that each row finds its parent by the key
 *	DROP c, p		children first: nobody refers to what is dropped
 *	RENAME			SQLite has every reference follow
 *
 * A parent key that is a UNIQUE index must be there before the first child.  The name
 * of the index is the old table's until that is dropped, so another stands in for it.
 *
 * https://sqlite.org/foreignkeys.html#fk_schemacommands
 */
#include "plan/children.h"

#include "base/text.h"
#include "diff/describe.h"
#include "plan/filling.h"
#include "plan/parent_key.h"
#include "plan/source.h"
#include "plan/strategy.h"
#include "plan/table_steps.h"
#include "sql/write.h"

/* ---- who must be rebuilt ------------------------------------------------------------------- */

static bool goes_or_is_rebuilt(const struct move *move)
{
	return move->way == WAY_REBUILD || move->way == WAY_DROP;
}

/* The table that is written anew, or goes, and that one refers to; NULL where there is none. */
static const struct move *rebuilt_parent(const struct plan *plan, const struct table *child)
{
	EACH (const struct constraint, constraint, &child->constraints)
		EACH (const struct move, move, &plan->moves)
			if (constraint->kind == CONSTRAINT_FOREIGN_KEY && move->have &&
			    goes_or_is_rebuilt(move) &&
			    mo_same_name(constraint->reference.table, move->have->object.name))
				return move;
	return NULL;
}

static struct move *move_of(const struct plan *plan, const struct table *have)
{
	EACH (struct move, move, &plan->moves)
		if (move->have == have)
			return move;
	return NULL;
}

/* Whether it is rebuilt now, and was not before. */
static bool follow(struct plan *plan, const struct table *have)
{
	const struct table *want = mo_schema_table(plan->diff->goal, have->object.name);
	struct move *move = move_of(plan, have);
	const struct move *parent;

	if (!want || (move && (goes_or_is_rebuilt(move) || !move->want)))
		return false;
	parent = rebuilt_parent(plan, have);
	if (!parent)
		parent = rebuilt_parent(plan, want);
	if (!parent)
		return false;
	if (!move) {
		move = mo_plan_add_move(plan, WAY_NOTHING, &have->object, &want->object);
		if (!move)
			return false;
		mo_plan_sources(plan, move);
	}
	move->way = WAY_REBUILD;
	mo_list_add(plan->arena, &move->reasons,
		    mo_arena_format(plan->arena,
				    "it refers to %s, which %s, and foreign keys are in force",
				    mo_label_object(plan->arena, &parent->have->object),
				    parent->way == WAY_DROP ? "goes" : "is rebuilt"));
	return true;
}

void mo_plan_children(struct plan *plan)
{
	const struct list *tables = &plan->diff->renamed->objects[KIND_TABLE];
	bool any = true;

	while (any && !mo_arena_rc(plan->arena)) {
		any = false;
		EACH (const struct table, table, tables)
			any |= follow(plan, table);
	}
}

/* ---- the order ----------------------------------------------------------------------------- */

struct order {
	const struct plan *plan;
	struct list moves; /* of struct move, parents first */
	struct list seen;
};

static void visit(struct order *order, struct move *move);

static void visit_parents(struct order *order, const struct table *table)
{
	if (!table)
		return;
	EACH (const struct constraint, constraint, &table->constraints) {
		if (constraint->kind != CONSTRAINT_FOREIGN_KEY)
			continue;
		EACH (struct move, move, &order->plan->moves) {
			const struct table *parent = move->want ? move->want : move->have;

			if (mo_same_name(parent->object.name, constraint->reference.table))
				visit(order, move);
		}
	}
}

/* In a circle whoever is asked first comes last. */
static void visit(struct order *order, struct move *move)
{
	if (mo_list_has(&order->seen, move))
		return;
	mo_list_add(order->plan->arena, &order->seen, move);
	visit_parents(order, move->have);
	visit_parents(order, move->want);
	if (goes_or_is_rebuilt(move) || move->way == WAY_CREATE)
		mo_list_add(order->plan->arena, &order->moves, move);
}

static struct list parents_first(const struct plan *plan)
{
	struct order order = {plan, {0}, {0}};

	EACH (struct move, move, &plan->moves)
		visit(&order, move);
	return order.moves;
}

/* ---- names --------------------------------------------------------------------------------- */

static bool is_taken(const struct steps *s, const char *name)
{
	const struct schema *file = s->plan->by_copy ? s->plan->diff->have : s->have;

	return mo_schema_find(file, KIND_TABLE, name) || mo_schema_find(file, KIND_VIEW, name);
}

/* Under which name each table is made. */
static void name_all(struct steps *s, const struct list *moves)
{
	EACH (struct move, move, moves) {
		const char *name = move->want ? move->want->object.name : NULL;

		if (name)
			move->work = move->way == WAY_REBUILD || is_taken(s, name)
					     ? mo_plan_work_name(s->plan, "new", name)
					     : name;
	}
}

/* The name under which a table of the goal is found while tables are filled. */
static const char *name_now(const struct steps *s, const char *table)
{
	EACH (const struct move, move, &s->plan->moves)
		if (move->want && move->work && mo_same_name(move->want->object.name, table))
			return move->work;
	return table;
}

/* A table that refers to others by the names that they have now. */
static const struct table *referring_now(struct steps *s, const struct table *table)
{
	struct table *copy = mo_arena_make(s->arena, struct table);

	if (!copy)
		return table;
	*copy = *table;
	copy->constraints = (struct list){0};
	EACH (struct constraint, constraint, &table->constraints) {
		struct constraint *other = constraint;

		if (constraint->kind == CONSTRAINT_FOREIGN_KEY) {
			other = mo_arena_make(s->arena, struct constraint);
			if (!other)
				return table;
			*other = *constraint;
			other->reference.table = name_now(s, constraint->reference.table);
		}
		mo_list_add(s->arena, &copy->constraints, other);
	}
	return copy;
}

/* ---- keys that are an index ---------------------------------------------------------------- */

/* The index that alone makes columns of a table a key; NULL where there is another key, or none. */
static const struct index *key_index(const struct steps *s, const struct table *parent,
				     const struct list *columns)
{
	struct table bare = *parent;

	bare.object.indexes = (struct list){0};
	if (mo_parent_has_key(s->plan, &bare, columns))
		return NULL;
	EACH (const struct index, index, &parent->object.indexes)
		if (index->unique && !index->where.text &&
		    mo_terms_cover(s->plan, &index->terms, columns, parent))
			return index;
	return NULL;
}

static struct key_index *stand_in_of(const struct steps *s, const struct index *index)
{
	EACH (struct key_index, key, &s->keys)
		if (key->index == index)
			return key;
	return NULL;
}

static void stand_in(struct steps *s, const struct index *index)
{
	struct key_index *key = mo_arena_make(s->arena, struct key_index);
	struct index other = *index;

	if (!key || stand_in_of(s, index))
		return;
	key->index = index;
	key->name = other.object.name = mo_plan_work_name(s->plan, "key", index->object.name);
	other.table = name_now(s, index->table);
	mo_list_add(s->arena, &s->keys, key);
	mo_step_may_write(s,
			  mo_step_add_schema(s, mo_label_object(s->arena, &index->object),
					     "rows that refer to it are copied",
					     mo_sql_create(s->arena, &other.object), key->name),
			  other.table);
}

/* The keys by which rows of a table find their parents, where they are not there yet. */
static void make_keys(struct steps *s, const struct table *child)
{
	EACH (const struct constraint, constraint, &child->constraints) {
		const struct reference *reference = &constraint->reference;
		const struct table *parent = constraint->kind == CONSTRAINT_FOREIGN_KEY
						     ? mo_schema_table(s->goal, reference->table)
						     : NULL;
		const struct index *index;

		if (!parent || !reference->columns.count)
			continue;
		index = key_index(s, parent, &reference->columns);
		if (index &&
		    (name_now(s, index->table) != index->table ||
		     !mo_step_same_form(s, mo_schema_find(s->have, KIND_INDEX, index->object.name),
					&index->object)))
			stand_in(s, index);
	}
}

void mo_steps_of_keys_end(struct steps *s)
{
	EACH (const struct key_index, key, &s->keys)
		mo_step_may_write(
			s,
			mo_step_add_schema(s, mo_label_object(s->arena, &key->index->object),
					   "it is there",
					   mo_sql_drop(s->arena, KIND_INDEX, key->name), key->name),
			key->index->table);
}

/* ---- steps --------------------------------------------------------------------------------- */

static void make(struct steps *s, struct move *move)
{
	if (move->want)
		mo_step_make_table(s, move, referring_now(s, move->want));
}

static void find_keys(struct steps *s, struct move *move)
{
	if (move->want)
		make_keys(s, move->want);
}

static void fill(struct steps *s, struct move *move)
{
	if (move->way == WAY_REBUILD)
		mo_step_fill_copy(s, move);
	else if (move->way == WAY_CREATE)
		mo_step_fill_table(s, move);
}

static void drop(struct steps *s, struct move *move)
{
	if (move->have)
		mo_step_drop_copied(s, move);
}

static void name(struct steps *s, struct move *move)
{
	if (move->want && !mo_same(move->work, move->want->object.name))
		mo_step_name_copy(s, move);
}

void mo_steps_children_first(struct steps *s)
{
	static void (*const turns[])(struct steps *, struct move *) = {make, find_keys, fill};
	const struct list moves = parents_first(s->plan);

	name_all(s, &moves);
	for (int turn = 0; turn < 3; turn++)
		EACH (struct move, move, &moves)
			turns[turn](s, move);
	for (int i = moves.count - 1; i >= 0; i--)
		drop(s, moves.items[i]);
	EACH (struct move, move, &moves)
		name(s, move);
}
