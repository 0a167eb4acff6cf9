/* SPDX-License-Identifier: MIT */
/*
 * key_hazards.c: foreign keys against the rows and against the parent's keys.
 *
 * Judged is what is new: a key that is declared anew, or whose parent goes or
 * gets other values.  What have showed already is not blamed (MF106, MF107 are
 * by difference).  A file with a foreign key that cannot work is one whose
 * foreign_key_check fails as a whole: what its rows violated nobody could know,
 * so there the verdict is a warning (MS102), as it is for a new file, which has
 * no rows to lose.
 * https://sqlite.org/foreignkeys.html#fk_indexes
 */
#include <string.h>

#include "base/text.h"
#include "diff/describe.h"
#include "hazard/hazards.h"
#include "hazard/hint.h"
#include "live/advice.h"
#include "model/form.h"
#include "model/rows.h"
#include "plan/parent_key.h"
#include "plan/query.h"
#include "plan/way_forth.h"
#include "sql/mention.h"
#include "sql/old_row.h"
#include "sql/write.h"

/* The parent's columns that a key means; none where they cannot be known. */
static struct list meant_columns(const struct plan *plan, const struct schema *schema,
				 const struct constraint *key)
{
	const struct table *parent = mo_schema_table(schema, key->reference.table);
	struct list columns = {0};

	if (parent)
		mo_query_parent_columns(plan->arena, &columns, &key->reference, parent);
	return columns;
}

/* Whether two keys tie the same columns to the same of the parent, in whatever order. */
static bool tie_the_same(const struct list *a, const struct list *parent_a, const struct list *b,
			 const struct list *parent_b)
{
	const bool is_known = parent_a->count == a->count && parent_b->count == b->count;

	for (int i = 0; i < a->count; i++) {
		int at = 0;

		while (at < b->count &&
		       !(mo_same_name(a->items[i], b->items[at]) &&
			 (!is_known || mo_same_name(parent_a->items[i], parent_b->items[at]))))
			at++;
		if (at == b->count)
			return false;
	}
	return a->count == b->count;
}

/* The same foreign key (child, columns, parent) in have, after the renames. */
static const struct constraint *find_have(const struct plan *plan, const struct table *child,
					  const struct constraint *key)
{
	const struct table *have = mo_schema_table(plan->diff->renamed, child->object.name);
	const struct list meant = meant_columns(plan, plan->diff->goal, key);

	for (int i = 0; have && i < have->constraints.count; i++) {
		const struct constraint *other = have->constraints.items[i];
		struct list meant_before;

		if (other->kind != CONSTRAINT_FOREIGN_KEY ||
		    !mo_same_name(other->reference.table, key->reference.table))
			continue;
		meant_before = meant_columns(plan, plan->diff->renamed, other);
		if (tie_the_same(&key->columns, &meant, &other->columns, &meant_before))
			return other;
	}
	return NULL;
}

/*
 * All keys of have from the same columns to the same table (struct constraint), whatever columns of
 * that they mean.
 */
static struct list keys_before(const struct plan *plan, const struct table *child,
			       const struct constraint *key)
{
	const struct table *have = mo_schema_table(plan->diff->renamed, child->object.name);
	const struct list any = {0};
	struct list keys = {0};

	if (!have)
		return keys;
	EACH (const struct constraint, other, &have->constraints) {
		if (other->kind == CONSTRAINT_FOREIGN_KEY &&
		    mo_same_name(other->reference.table, key->reference.table) &&
		    !mo_key_is_mismatched(plan, plan->diff->renamed, other) &&
		    tie_the_same(&key->columns, &any, &other->columns, &any))
			mo_list_add(plan->arena, &keys, other);
	}
	return keys;
}

/* The columns of a foreign key, in the table that a query has them from. */
struct side {
	const char *table;
	const struct list *columns;
};

/*
 * EXISTS (SELECT 1 FROM (SELECT x AS _moult_key_0 FROM from) WHERE _moult_key_0 =
 * _moult_affinity(child.a, 'I'))
 *
 * The child's value is compared as the parent's column would hold it.  The
 * parent's columns are given by the names that from has, and by the table's.
 * A subquery has a rowid too, which a bare "rowid" would be taken for.
 */
static void write_exists(sqlite3_str *out, const struct side *child, const char *from,
			 const struct list *columns, const struct table *parent,
			 const struct list *present)
{
	sqlite3_str_appendall(out, "EXISTS (SELECT 1 FROM (SELECT ");
	for (int i = 0; i < columns->count; i++) {
		sqlite3_str_appendall(out, i ? ", " : "");
		mo_write_name(out, columns->items[i]);
		sqlite3_str_appendf(out, " AS _moult_key_%d", i);
	}
	sqlite3_str_appendf(out, " FROM %s) WHERE ", from);
	for (int i = 0; i < columns->count; i++) {
		const struct column *column = mo_table_column(parent, present->items[i]);

		sqlite3_str_appendf(out, "%s_moult_key_%d = _moult_affinity(", i ? " AND " : "", i);
		mo_write_name(out, child->table);
		sqlite3_str_appendchar(out, 1, '.');
		mo_write_name(out, child->columns->items[i]);
		sqlite3_str_appendf(out, ", '%c')", column ? column->affinity : 'B');
	}
	sqlite3_str_appendchar(out, 1, ')');
}

/* Rows that have a parent in the file as it is: only those can become orphans. */
static void write_has_parent(sqlite3_str *out, const struct plan *plan, const char *child,
			     const struct constraint *key, const struct table *had)
{
	const struct side side = {child, &key->columns};
	struct list columns = {0};
	struct list former = {0};

	mo_query_parent_columns(plan->arena, &columns, &key->reference, had);
	for (int i = 0; i < columns.count; i++)
		mo_list_add(plan->arena, &former,
			    mo_diff_former_column(plan->diff, had->object.name, columns.items[i]));
	sqlite3_str_appendall(out, " AND ");
	write_exists(out, &side,
		     mo_query_name(plan->arena, mo_diff_former_table(plan->diff, had->object.name)),
		     &former, had, &columns);
}

/*
 * Child rows whose key has no NULL and no parent, and that had one by every key that was there
 * before: a row that was an orphan of that table already is no worse off.
 */
static const char *orphan_condition(const struct plan *plan, const char *child,
				    const struct constraint *key, const struct table *parent,
				    const struct table *had, const struct list *before)
{
	const struct side side = {child, &key->columns};
	struct list columns = {0};
	sqlite3_str *out = sqlite3_str_new(NULL);

	mo_query_write_given(out, &key->columns);
	if (parent) {
		mo_query_parent_columns(plan->arena, &columns, &key->reference, parent);
		sqlite3_str_appendall(out, " AND NOT ");
		write_exists(out, &side, mo_query_parents(plan, parent), &columns, parent,
			     &columns);
		mo_query_write_undeclared(out, plan, parent, &columns, child, &key->columns);
	}
	EACH (const struct constraint, other, before)
		write_has_parent(out, plan, child, other, had);
	return mo_arena_take(plan->arena, out);
}

/* Whether the key of a child comes out of an expression, so that its rows cannot be told by it. */
static bool is_converted(const struct move *move, const struct constraint *key)
{
	for (int i = 0; move && i < move->sources.count; i++) {
		const struct source *source = move->sources.items[i];

		if ((source->is_using || source->is_recomputed) &&
		    mo_names_have(&key->columns, source->want->object.name))
			return true;
	}
	return false;
}

/* How many rows are orphans under a key in the file as it is. */
static const char *orphans_of_before(const struct plan *plan, const struct table *child,
				     const struct constraint *key)
{
	const struct table *parent = mo_schema_table(plan->diff->renamed, key->reference.table);
	struct list former = {0};
	const char *table = mo_diff_former_table(plan->diff, child->object.name);
	const struct side side = {MO_OLD_ROW, &former};
	struct list columns = {0};
	struct list parent_names = {0};
	sqlite3_str *out = sqlite3_str_new(NULL);

	for (int i = 0; i < key->columns.count; i++) {
		const char *name = mo_diff_former_column(plan->diff, child->object.name,
							 key->columns.items[i]);

		mo_list_add(plan->arena, &former, name);
		sqlite3_str_appendf(out, "%s%s IS NOT NULL", i ? " AND " : "",
				    mo_query_name(plan->arena, name));
	}
	if (parent) {
		mo_query_parent_columns(plan->arena, &columns, &key->reference, parent);
		for (int i = 0; i < columns.count; i++)
			mo_list_add(plan->arena, &parent_names,
				    mo_diff_former_column(plan->diff, parent->object.name,
							  columns.items[i]));
		sqlite3_str_appendall(out, " AND NOT ");
		write_exists(out, &side,
			     mo_query_name(plan->arena,
					   mo_diff_former_table(plan->diff, parent->object.name)),
			     &parent_names, parent, &columns);
	}
	return mo_query_count_file(plan->arena, table, mo_arena_take(plan->arena, out));
}

/* Whether values of these columns (char *) may be others, or compared otherwise. */
static bool values_change(const struct move *move, const struct list *names)
{
	if (!move)
		return false;
	if (move->way == WAY_CREATE)
		return true;
	EACH (const struct source, source, &move->sources) {
		if (source->have && mo_names_have(names, source->want->object.name) &&
		    (source->is_using || source->is_recomputed ||
		     !mo_same_affinity(source->have->affinity, source->want->affinity) ||
		     !mo_same_name(source->have->collate, source->want->collate)))
			return true;
	}
	return false;
}

/* Whether a column of the key may have a value where it had none. */
static bool gets_values(const struct move *move, const struct constraint *key)
{
	for (int i = 0; move && i < move->sources.count; i++) {
		const struct source *source = move->sources.items[i];

		if ((source->is_using || source->is_recomputed || !source->have) &&
		    mo_names_have(&key->columns, source->want->object.name))
			return true;
	}
	return false;
}

/* Whether a column of the key comes without a value, so that no row refers to anything. */
static bool is_nowhere(const struct move *move, const struct constraint *key)
{
	for (int i = 0; move && i < move->sources.count; i++) {
		const struct source *source = move->sources.items[i];
		const struct column *column = source->want;

		if (!source->have && !source->is_using && !source->is_filled &&
		    !column->generated.text && mo_is_null_default(column->value.text) &&
		    mo_names_have(&key->columns, column->object.name))
			return true;
	}
	return false;
}

/* A table that the plan makes has no rows yet. */
static const char *hint_for_orphans(const struct plan *plan, const struct table *child,
				    const struct constraint *key, const struct table *parent)
{
	const struct move *move = parent ? mo_plan_move(plan, parent->object.name) : NULL;

	const struct move *own = mo_plan_move(plan, child->object.name);

	if (own && own->filling)
		return "have the query of its from yield the keys of parents alone";
	if (is_converted(own, key))
		return "have the expression in using give these rows the key of a parent";
	if (move && move->filling)
		return mo_arena_format(
			plan->arena,
			"the rows of table %s are those of its from: have it yield their parents, too",
			parent->object.name);
	if (move && mo_rows_of(plan->diff->want, parent->object.name))
		return mo_arena_format(
			plan->arena,
			"declare the rows that they refer to in the <rows> of table %s, too",
			parent->object.name);
	if (!move || move->way != WAY_CREATE)
		return "delete the orphans, or make their parents, first; or give these rows "
		       "another value with using=\"...\"";
	return mo_arena_format(
		plan->arena,
		"this plan makes table %s, which has no rows then: give it <rows>, or <from> with a "
		"query that yields them; or make it first, by a document without %s, fill it, and declare the "
		"key in the next",
		parent->object.name, mo_constraint_text(plan->arena, key));
}

/* Whether a parent comes back without its rows: what refers to it were no orphans before. */
static bool comes_empty(const struct plan *plan, const struct table *parent)
{
	const struct move *move = parent ? mo_plan_move(plan, parent->object.name) : NULL;

	return move && move->way == WAY_CREATE && !move->filling;
}

static bool parents_change(const struct plan *plan, const struct constraint *key,
			   const struct table *parent)
{
	struct list columns = {0};

	mo_query_parent_columns(plan->arena, &columns, &key->reference, parent);
	return values_change(mo_plan_move(plan, parent->object.name), &columns);
}

static void orphans(struct plan *plan, const struct table *child, const struct constraint *key,
		    const struct constraint *have)
{
	const struct table *parent = mo_schema_table(plan->diff->goal, key->reference.table);
	const struct table *had = mo_schema_table(plan->diff->renamed, key->reference.table);
	const struct move *move = mo_plan_move(plan, child->object.name);
	const bool is_new = !have;
	const bool converted = have && is_converted(move, key);
	const struct list none = {0};
	const struct list before = had && !converted ? keys_before(plan, child, key) : none;
	const char *condition;
	struct hazard *hazard;
	bool is_back; /* to a shape whose rows may have been orphans, too: SQLite does not ask them */

	if (move && ((move->way == WAY_CREATE && !move->filling) || is_nowhere(move, key)))
		return;
	/* Without a parent table all were orphans before. */
	if (!is_new && !had && !gets_values(move, key))
		return;
	if (!is_new && parent && !values_change(move, &key->columns) &&
	    !parents_change(plan, key, parent))
		return;
	is_back = mo_brings_back(plan) && !comes_empty(plan, parent);
	condition = orphan_condition(plan, child->object.name, key, parent, had, &before);
	hazard = mo_hazard_of(
		plan,
		plan->is_blind && !mo_plan_brings_first_rows(plan) ? DIAG_MS102
		: is_back					   ? DIAG_MD133
								   : DIAG_MF106,
		&child->object,
		mo_arena_format(plan->arena,
				parent ? "rows would be orphans under %s"
				       : "rows would be orphans under %s: its table is not there",
				mo_constraint_text(plan->arena, key)));
	if (!hazard)
		return;
	hazard->place = key->place;
	if (converted)
		hazard->count_sql = mo_arena_format(plan->arena, "SELECT max(0, (%s) - (%s))",
						    mo_query_count(plan, child, condition),
						    orphans_of_before(plan, child, have));
	else
		mo_query_ask(hazard, plan, child, condition);
	hazard->sample_sql = mo_query_sample_of(plan, child, condition, &key->columns);
	hazard->hint =
		is_back ? "they may have been before, too; delete them, or make their parents"
			: hint_for_orphans(plan, child, key, parent);
}

/* Without an index on the child every DELETE on the parent reads the whole child. */
static bool is_indexed(const struct table *child, const struct constraint *key)
{
	const char *first = key->columns.items[0];

	EACH (const struct index, index, &child->object.indexes) {
		if (index->terms.count &&
		    mo_same_name(((struct term *)index->terms.items[0])->column, first))
			return true;
	}
	EACH (const struct constraint, constraint, &child->constraints) {
		if (constraint->terms.count &&
		    mo_same_name(((struct term *)constraint->terms.items[0])->column, first))
			return true;
	}
	return false;
}

static bool has_parent(const struct schema *schema, const struct constraint *key)
{
	return mo_schema_find_relation(schema, key->reference.table) != NULL;
}

/* A table that is made now waits for its parent as a new file does. */
static bool is_new_table(const struct plan *plan, const struct table *child)
{
	const struct move *move = mo_plan_move(plan, child->object.name);

	return !mo_schema_table(plan->diff->renamed, child->object.name) ||
	       (move && move->way == WAY_CREATE);
}

static const char *hint_for_parent(const struct plan *plan, const char *name)
{
	const char *present = mo_diff_present_table(plan->diff, name);
	const char *near;

	if (!mo_same_name(present, name))
		return mo_arena_format(plan->arena, "write %s, as %s is called now", present, name);
	if (mo_schema_find_relation(plan->diff->have, name))
		return mo_arena_format(plan->arena, "drop the key, too, or keep table %s", name);
	near = mo_advice_nearest(plan->arena, &plan->diff->goal->objects[KIND_TABLE], name);
	return near ? mo_arena_format(plan->arena, "did you mean %s?", near)
		    : "declare the table, or look for a slip in its name";
}

/* Whether a key that does not work is none of the plan's: it did not before, on the way back too. */
static bool is_as_it_was(const struct plan *plan)
{
	return plan->is_blind || mo_brings_back(plan);
}

/*
 * SQLite takes a key to a table that is to come.  While foreign keys are enforced, no statement
 * writes the child until it has come, whatever the values: "no such table".
 */
static void lacks_parent(struct plan *plan, const struct table *child, const struct constraint *key)
{
	struct hazard *hazard = mo_hazard_of(
		plan, is_as_it_was(plan) || is_new_table(plan, child) ? DIAG_MS102 : DIAG_MF107,
		&child->object,
		mo_arena_format(plan->arena, "%s: there is no table %s",
				mo_constraint_text(plan->arena, key), key->reference.table));

	if (!hazard)
		return;
	hazard->place = key->place;
	hazard->hint = hint_for_parent(plan, key->reference.table);
}

static bool same_names(const struct list *a, const struct list *b)
{
	for (int i = 0; i < a->count; i++)
		if (i == b->count || !mo_same_name(a->items[i], b->items[i]))
			return false;
	return a->count == b->count;
}

/* REFERENCES p means the primary key of p, whatever that is. */
static bool means_otherwise(const struct plan *plan, const struct table *child,
			    const struct constraint *key)
{
	const struct table *had = mo_schema_table(plan->diff->renamed, child->object.name);

	for (int i = 0; !key->reference.columns.count && had && i < had->constraints.count; i++) {
		const struct constraint *was = had->constraints.items[i];

		if (was->kind == CONSTRAINT_FOREIGN_KEY && !was->reference.columns.count &&
		    mo_same_name(was->reference.table, key->reference.table) &&
		    same_names(&was->columns, &key->columns))
			return true;
	}
	return false;
}

static void tell_meaning(struct plan *plan, const struct table *child, const struct constraint *key)
{
	struct hazard *hazard = mo_hazard_of(
		plan, DIAG_MS105, &child->object,
		mo_arena_format(
			plan->arena,
			"%s: the primary key of %s is another then, and so each value of the "
			"key means another row",
			mo_constraint_text(plan->arena, key), key->reference.table));

	if (!hazard)
		return;
	hazard->place = key->place;
	hazard->hint = "name the parent's columns";
}

/*
 * Why a foreign key cannot work, and what to write instead: what it refers to is no table, has no
 * such columns, or has them without a key.
 */
static void explain(const char **why, const char **hint, struct plan *plan,
		    const struct constraint *key)
{
	struct arena *arena = plan->arena;
	const struct schema *goal = plan->diff->goal;
	const struct object *object = mo_schema_find_relation(goal, key->reference.table);
	const struct table *parent = mo_schema_table(goal, key->reference.table);
	const struct list columns = meant_columns(plan, goal, key);
	const char *name = mo_query_name(arena, key->reference.table);
	sqlite3_str *names;

	if (!parent) {
		*why = mo_arena_format(arena, "%s is a %s, and no table", name,
				       mo_kind_names[object->kind]);
		*hint = "reference a table";
		return;
	}
	EACH (const char, column, &columns) {
		if (mo_table_column(parent, column))
			continue;
		*why = mo_arena_format(arena, "%s has no column %s", name,
				       mo_query_name(arena, column));
		*hint = mo_hint_parent_column(plan, key, column);
		if (!*hint)
			*hint = "name columns that it has, which are its primary key or UNIQUE";
		return;
	}
	if (columns.count != key->columns.count) {
		*why = columns.count
			       ? mo_arena_format(arena, "the primary key of %s has %d columns",
						 name, columns.count)
			       : mo_arena_format(arena, "%s has no primary key", name);
		*hint = "name columns, as many as the key has, which are UNIQUE";
		return;
	}
	names = sqlite3_str_new(NULL);
	mo_write_names(names, &columns);
	*why = "the parent's columns are not a primary key and not UNIQUE";
	*hint = mo_arena_format(
		arena,
		"make them UNIQUE, with <unique %s/> in table %s, or reference the primary key",
		mo_hint_attribute(arena, "columns", mo_arena_take(arena, names)), name);
}

static void mismatched(struct plan *plan, const struct table *child, const struct constraint *key)
{
	const char *why = NULL;
	const char *hint = NULL;
	struct hazard *hazard;

	explain(&why, &hint, plan, key);
	hazard = mo_hazard_of(
		plan, is_as_it_was(plan) ? DIAG_MS102 : DIAG_MF107, &child->object,
		mo_arena_format(plan->arena, "%s: %s", mo_constraint_text(plan->arena, key), why));
	if (!hazard)
		return;
	hazard->place = key->place;
	hazard->hint = hint;
}

static void judge(struct plan *plan, const struct table *child, const struct constraint *key)
{
	const struct constraint *have = find_have(plan, child, key);
	struct hazard *hazard;

	if (!have && means_otherwise(plan, child, key))
		tell_meaning(plan, child, key);
	if (mo_key_is_mismatched(plan, plan->diff->goal, key)) {
		if (have && mo_key_is_mismatched(plan, plan->diff->renamed, have))
			return;
		mismatched(plan, child, key);
		return;
	}
	if (!has_parent(plan->diff->goal, key) && (!have || has_parent(plan->diff->renamed, have)))
		lacks_parent(plan, child, key);
	else
		orphans(plan, child, key, have);
	if (have || is_indexed(child, key))
		return;
	hazard = mo_hazard_of(
		plan, DIAG_ML108, &child->object,
		mo_arena_format(
			plan->arena,
			"no index begins with the columns of %s: changes to the parent read all of %s",
			mo_constraint_text(plan->arena, key), child->object.name));
	if (hazard)
		hazard->place = key->place;
}

/* Whether any foreign key of the file as it is cannot work, or there is nothing yet. */
static bool is_blind(const struct plan *plan)
{
	const struct schema *have = plan->diff->renamed;

	if (!have->objects[KIND_TABLE].count)
		return true;
	EACH (const struct table, child, &have->objects[KIND_TABLE]) {
		EACH (const struct constraint, constraint, &child->constraints) {
			if (constraint->kind == CONSTRAINT_FOREIGN_KEY &&
			    mo_key_is_mismatched(plan, have, constraint))
				return true;
		}
	}
	return false;
}

void mo_plan_key_hazards(struct plan *plan)
{
	if (!plan->diff->changes.count)
		return;
	plan->is_blind = is_blind(plan);
	EACH (const struct table, child, &plan->diff->goal->objects[KIND_TABLE]) {
		EACH (const struct constraint, constraint, &child->constraints)
			if (constraint->kind == CONSTRAINT_FOREIGN_KEY)
				judge(plan, child, constraint);
	}
}
