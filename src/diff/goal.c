/* SPDX-License-Identifier: MIT */
/*
 * goal.c: what the file shall be: the document's schema, and whatever of the
 * file it neither declares nor says goodbye to.
 *
 * Objects are shallow copies of those they come from; only a table that keeps
 * columns of its own is put together anew.
 */
#include "base/text.h"
#include "diff/diff.h"
#include "live/tools.h"
#include "sql/mention.h"

struct merge {
	struct diff *diff;
	const struct schema *have; /* after the renames */
	const struct schema *want;
	struct schema *goal;
	bool prune;
	bool statements; /* for a transaction of the caller's, who has the pragmas */
};

/*
 * Tables that other programs keep in an application's file, and that no document can be expected
 * to know.
 */
static const char *const guests[] = {"android_metadata", "_litestream_*", "_cf_*", "sqlean_*"};

static bool is_guest(const char *name)
{
	for (size_t i = 0; i < sizeof(guests) / sizeof(*guests); i++)
		if (mo_glob(guests[i], name))
			return true;
	for (const char *const *table = mo_tool_tables; *table; table++)
		if (mo_same_name(*table, name))
			return true;
	return false;
}

void mo_diff_nobodys(struct list *globs, struct arena *arena, const struct schema *want)
{
	for (int i = 0; i < want->ignored.count; i++)
		mo_list_add(arena, globs, want->ignored.items[i]);
	for (size_t i = 0; i < sizeof(guests) / sizeof(*guests); i++)
		mo_list_add(arena, globs, guests[i]);
	for (const char *const *table = mo_tool_tables; *table; table++)
		mo_list_add(arena, globs, *table);
}

static bool is_ignored_name(const struct merge *merge, const char *name)
{
	for (int i = 0; i < merge->want->ignored.count; i++)
		if (mo_glob(merge->want->ignored.items[i], name))
			return true;
	return is_guest(name);
}

/* An index or trigger goes the way of its table. */
static bool is_ignored(const struct merge *merge, const struct object *object)
{
	const char *table = mo_object_ground(object);

	return is_ignored_name(merge, object->name) || (table && is_ignored_name(merge, table));
}

static const struct tombstone *find_tombstone(const struct merge *merge,
					      const struct object *object, const char *column)
{
	EACH (const struct tombstone, stone, &merge->want->tombstones) {
		const bool table_like = object->kind == KIND_VIRTUAL && stone->kind == KIND_TABLE;

		if (column ? mo_same_name(stone->table, object->name) &&
				     mo_same_name(stone->column, column)
			   : !stone->column && (stone->kind == object->kind || table_like) &&
				     mo_same_name(stone->name, object->name))
			return stone;
	}
	return NULL;
}

/* Decides about something undeclared, and notes it for the plan's hazards; NULL without memory. */
static struct leftover *note(struct merge *merge, const struct object *object,
			     const struct column *column)
{
	const struct tombstone *stone =
		find_tombstone(merge, object, column ? column->object.name : NULL);
	struct leftover *leftover = mo_arena_make(merge->diff->arena, struct leftover);
	const enum undeclared policy = merge->want->undeclared;

	if (!leftover)
		return NULL;
	leftover->object = object;
	leftover->column = column;
	if (stone) {
		leftover->fate = FATE_CONSENTED;
		leftover->place = stone->place;
	} else if (is_ignored(merge, object)) {
		leftover->fate = FATE_IGNORED;
	} else if (merge->prune || policy == UNDECLARED_DROP) {
		leftover->fate = FATE_PRUNED;
	} else {
		leftover->fate = policy == UNDECLARED_KEEP    ? FATE_SILENT
				 : policy == UNDECLARED_ERROR ? FATE_REFUSED
							      : FATE_KEPT;
	}
	mo_list_add(merge->diff->arena, &merge->diff->leftovers, leftover);
	return leftover;
}

static enum fate decide(struct merge *merge, const struct object *object,
			const struct column *column)
{
	const struct leftover *leftover = note(merge, object, column);

	return leftover ? leftover->fate : FATE_SILENT;
}

static bool is_dropped(enum fate fate)
{
	return fate == FATE_CONSENTED || fate == FATE_PRUNED;
}

bool mo_leftover_stays(const struct schema *goal, const struct leftover *leftover)
{
	const bool is_kept = leftover->fate == FATE_KEPT || leftover->fate == FATE_SILENT ||
			     leftover->fate == FATE_REFUSED;

	return is_kept && mo_schema_find(goal, leftover->object->kind, leftover->object->name);
}

/* ---- tables ---------------------------------------------------------------------- */

static bool names(const struct constraint *constraint, const char *column)
{
	return mo_names_have(&constraint->columns, column) ||
	       mo_names_column(constraint->check.text, column) ||
	       mo_terms_have(&constraint->terms, column);
}

static bool names_any(const struct constraint *constraint, const struct list *columns)
{
	EACH (const struct column, column, columns)
		if (names(constraint, column->object.name))
			return true;
	return false;
}

/* Whether a constraint speaks of a column of have that a table has no more. */
static bool names_gone(const struct constraint *constraint, const struct table *have,
		       const struct table *table)
{
	EACH (const struct column, column, &have->columns)
		if (!mo_table_column(table, column->object.name) &&
		    names(constraint, column->object.name))
			return true;
	return false;
}

/*
 * What the document says it says for itself.  A CHECK that it declares cannot speak of a column
 * that it does not; one like it that seems to has a keyword that is spelled like the column.
 */
static bool is_declared(const struct table *want, const struct constraint *constraint)
{
	for (int i = 0; constraint->kind == CONSTRAINT_CHECK && i < want->constraints.count; i++) {
		const struct constraint *declared = want->constraints.items[i];

		if (declared->kind == CONSTRAINT_CHECK &&
		    mo_same(declared->check.norm, constraint->check.norm))
			return true;
	}
	return false;
}

/*
 * A column has its affinity from its table too: ANY is another one where the table is STRICT no
 * more.
 */
static struct column *column_within(struct merge *merge, const struct table *table,
				    struct column *column)
{
	const char affinity = mo_affinity(column->type.text, table->strict);
	struct column *copy;

	if (affinity == column->affinity)
		return column;
	copy = mo_arena_make(merge->goal->arena, struct column);
	if (!copy)
		return column;
	*copy = *column;
	copy->affinity = affinity;
	return copy;
}

/* A constraint belongs to the very column that its table has. */
static struct constraint *constraint_within(struct merge *merge, const struct table *table,
					    struct constraint *constraint)
{
	struct column *owner =
		constraint->owner ? mo_table_column(table, constraint->owner->object.name) : NULL;
	struct constraint *copy;

	if (owner == constraint->owner)
		return constraint;
	copy = mo_arena_make(merge->goal->arena, struct constraint);
	if (!copy)
		return constraint;
	*copy = *constraint;
	copy->owner = owner;
	return copy;
}

/*
 * The constraints of the kept columns, and those of the table that speak of one; a second primary
 * key cannot be, nor what speaks of a column that goes.
 */
static void keep_constraints(struct merge *merge, struct table *table, const struct table *have,
			     const struct table *want, const struct list *kept)
{
	EACH (struct constraint, constraint, &have->constraints) {
		if ((constraint->kind == CONSTRAINT_PRIMARY_KEY && mo_table_primary_key(table)) ||
		    names_gone(constraint, have, table))
			continue;
		if (constraint->owner
			    ? mo_list_has(kept, constraint->owner)
			    : names_any(constraint, kept) && !is_declared(want, constraint))
			mo_list_add(merge->goal->arena, &table->constraints,
				    constraint_within(merge, table, constraint));
	}
}

/* want's table with the kept columns last. */
static struct object *with_kept(struct merge *merge, const struct table *have,
				const struct table *want, const struct list *kept)
{
	struct table *table = mo_arena_make(merge->goal->arena, struct table);

	if (!table)
		return NULL;
	*table = *want;
	table->columns = table->constraints = (struct list){0};
	table->object.sql = NULL;
	for (int i = 0; i < want->columns.count; i++)
		mo_list_add(merge->goal->arena, &table->columns, want->columns.items[i]);
	for (int i = 0; i < kept->count; i++)
		mo_list_add(merge->goal->arena, &table->columns,
			    column_within(merge, table, kept->items[i]));
	for (int i = 0; i < want->constraints.count; i++)
		mo_list_add(merge->goal->arena, &table->constraints, want->constraints.items[i]);
	keep_constraints(merge, table, have, want, kept);
	return &table->object;
}

static struct object *merge_table(struct merge *merge, const struct table *have, struct table *want)
{
	struct list kept = {0};

	EACH (struct column, column, &have->columns) {
		if (!mo_table_column(want, column->object.name) &&
		    !is_dropped(decide(merge, &have->object, column)))
			mo_list_add(merge->goal->arena, &kept, column);
	}
	return kept.count ? with_kept(merge, have, want, &kept) : &want->object;
}

static void merge_declared(struct merge *merge)
{
	for (int kind = 0; kind < KIND_COUNT; kind++)
		EACH (struct object, want, &merge->want->objects[kind]) {
			struct table *have = kind == KIND_TABLE
						     ? mo_schema_table(merge->have, want->name)
						     : NULL;
			struct object *merged =
				have ? merge_table(merge, have, (struct table *)want) : want;

			if (merged)
				mo_schema_copy(merge->goal, merged);
		}
}

/* ---- what is undeclared -------------------------------------------------------------- */

/*
 * Tables, virtual tables, views and indexes share one space of names; one that is declared as
 * another kind gives way.
 */
static bool gives_way(const struct merge *merge, const struct object *object)
{
	if (object->kind == KIND_TRIGGER)
		return false;
	return mo_schema_find_relation(merge->want, object->name) ||
	       mo_schema_find(merge->want, KIND_INDEX, object->name);
}

static bool speaks_of(const struct index *index, const char *column)
{
	bool found = mo_names_column(index->where.text, column);

	for (int i = 0; !found && i < index->terms.count; i++)
		found = mo_term_names(index->terms.items[i], column);
	return found;
}

static bool speaks_of_dropped(const struct merge *merge, const struct index *index,
			      const struct table *table)
{
	const struct table *have = mo_schema_table(merge->have, index->table);

	for (int i = 0; have && i < have->columns.count; i++) {
		const struct column *column = have->columns.items[i];

		if (!mo_table_column(table, column->object.name) &&
		    speaks_of(index, column->object.name))
			return true;
	}
	return false;
}

/* What an index or trigger stands on, whatever it is now; NULL where that is gone. */
static const struct object *ground_of(const struct merge *merge, const struct object *object)
{
	return mo_schema_find_relation(merge->goal, mo_object_ground(object));
}

/* An index or trigger goes with what it stands on; where that is another kind of object now too. */
static bool has_ground(const struct merge *merge, const struct object *object)
{
	const struct trigger *trigger = (const struct trigger *)object;
	const struct object *ground;

	if (object->kind != KIND_INDEX && object->kind != KIND_TRIGGER)
		return true;
	ground = ground_of(merge, object);
	if (object->kind == KIND_TRIGGER)
		return ground &&
		       ground->kind ==
			       (trigger->timing == TIMING_INSTEAD_OF ? KIND_VIEW : KIND_TABLE);
	return ground && ground->kind == KIND_TABLE &&
	       !speaks_of_dropped(merge, (const struct index *)object,
				  (const struct table *)ground);
}

/* Of what goes with a table nothing is said, nor of what the document lets go by its name. */
static void let_go(struct merge *merge, const struct object *object)
{
	struct leftover *leftover = ground_of(merge, object) ? note(merge, object, NULL) : NULL;

	if (leftover && (leftover->fate == FATE_KEPT || leftover->fate == FATE_SILENT))
		leftover->fate = FATE_GONE;
}

static void keep_undeclared(struct merge *merge, enum kind kind)
{
	EACH (struct object, object, &merge->have->objects[kind]) {
		if (mo_schema_find(merge->want, kind, object->name))
			continue;
		if (gives_way(merge, object)) {
			if (kind == KIND_TABLE)
				decide(merge, object, NULL);
		} else if (!has_ground(merge, object)) {
			let_go(merge, object);
		} else if (!is_dropped(decide(merge, object, NULL))) {
			mo_schema_copy(merge->goal, object);
		}
	}
}

/* PRAGMA is nothing for whoever has a transaction of their own, and often a version, too. */
static void leave_pragmas(struct pragmas *pragmas)
{
	pragmas->has_user_version = pragmas->has_application_id = false;
}

static int merge_all(struct merge *merge)
{
	merge_declared(merge);
	keep_undeclared(merge, KIND_TABLE);
	keep_undeclared(merge, KIND_VIRTUAL);
	keep_undeclared(merge, KIND_VIEW);
	/* Indexes and triggers are asked for what they stand on, which must be found by then. */
	if (mo_schema_seal(merge->goal) != MOULT_OK)
		return MOULT_TROUBLE;
	keep_undeclared(merge, KIND_INDEX);
	keep_undeclared(merge, KIND_TRIGGER);
	merge->goal->pragmas = merge->want->pragmas;
	if (merge->statements)
		leave_pragmas(&merge->goal->pragmas);
	return mo_schema_seal(merge->goal);
}

int mo_goal(struct diff *diff, const struct moult_options *options, struct diags *diags)
{
	struct merge merge = {diff,	      diff->renamed,	  diff->want, mo_schema_new(),
			      options->prune, options->statements};

	diff->goal = merge.goal;
	if (!merge.goal || merge_all(&merge) != MOULT_OK)
		return mo_diag_memory(diags);
	return MOULT_OK;
}
