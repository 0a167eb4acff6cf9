/* SPDX-License-Identifier: MIT */
/*
 * in_the_way.c: the rows that a new constraint has something against, for an
 * expression that repairs those and no others.
 *
 *	constraint that is new		a row is in the way
 *	NOT NULL			with NULL
 *	CHECK (e)			for which e is false
 *	STRICT				with a value of another type
 *	UNIQUE, PRIMARY KEY, an index	that has the key of another; the first of them stays
 *	REFERENCES			without a parent
 *
 * A collation that changes makes the keys over its column new.  Each question is
 * a query for the keys of such rows, in SQL that any SQLite runs without moult.
 */
#include "base/text.h"
#include "plan/expected.h"
#include "plan/in_the_way.h"
#include "plan/query.h"
#include "sql/as_stored.h"
#include "sql/aside_table.h"
#include "sql/mention.h"
#include "sql/old_row.h"
#include "sql/parked_rows.h"
#include "sql/write.h"

struct way_in {
	struct plan *plan;
	struct arena *arena;
	const struct move *move;
	const char *rows;  /* what stands behind FROM, with all that find a row again: */
	struct list names; /* of char * */
};

/* ---- which constraints ---------------------------------------------------------------------- */

static bool is_collated_anew(const struct move *move, const struct column *column)
{
	const struct column *have = mo_table_column(move->have, column->object.name);

	return have && !mo_same_name(have->collate, column->collate);
}

static bool has_term(const struct list *terms, const struct column *column)
{
	EACH (const struct term, term, terms)
		if (mo_mentions(term->expr.text, column->object.name))
			return true;
	return false;
}

static bool concerns(const struct constraint *constraint, const struct column *column)
{
	switch (constraint->kind) {
	case CONSTRAINT_CHECK:
		return mo_mentions(constraint->check.text, column->object.name);
	case CONSTRAINT_UNIQUE:
	case CONSTRAINT_PRIMARY_KEY:
		return has_term(&constraint->terms, column);
	case CONSTRAINT_FOREIGN_KEY:
		return mo_names_have(&constraint->columns, column->object.name);
	case CONSTRAINT_NOT_NULL:
	case CONSTRAINT_COUNT:
		break;
	}
	return false;
}

/* Whether a constraint is asked of the rows, because it is new or a key sorts otherwise. */
static bool is_new(const struct move *move, const struct constraint *constraint,
		   const struct column *column)
{
	const bool is_key =
		constraint->kind == CONSTRAINT_UNIQUE || constraint->kind == CONSTRAINT_PRIMARY_KEY;

	return concerns(constraint, column) &&
	       (mo_move_adds(move, constraint) || (is_key && is_collated_anew(move, column)));
}

bool mo_index_concerns(const struct index *index, const struct column *column)
{
	return has_term(&index->terms, column) ||
	       mo_mentions(index->where.text, column->object.name);
}

static bool is_new_index(const struct plan *plan, const struct move *move,
			 const struct index *index, const struct column *column)
{
	if (!index->unique || !mo_same_name(index->table, move->want->object.name) ||
	    !mo_index_concerns(index, column))
		return false;
	EACH (const struct change, change, &plan->diff->changes)
		if (change->want == &index->object)
			return true;
	return is_collated_anew(move, column);
}

static bool is_strict_now(const struct move *move, const struct column *column)
{
	return move->want->strict && !move->have->strict && mo_query_strict_type(column);
}

/*
 * Calls for each constraint and unique index that is new for a column, until one call says that it
 * is enough.
 */
static bool each_new(const struct plan *plan, const struct move *move, const struct column *column,
		     bool (*take)(void *context, const struct constraint *constraint,
				  const struct index *index),
		     void *context)
{
	const struct list *indexes = &plan->diff->goal->objects[KIND_INDEX];

	for (int i = 0; i < move->want->constraints.count; i++)
		if (is_new(move, move->want->constraints.items[i], column) &&
		    take(context, move->want->constraints.items[i], NULL))
			return true;
	for (int i = 0; i < indexes->count; i++)
		if (is_new_index(plan, move, indexes->items[i], column) &&
		    take(context, NULL, indexes->items[i]))
			return true;
	return false;
}

static bool is_enough(void *context, const struct constraint *constraint, const struct index *index)
{
	(void)context;
	(void)constraint;
	(void)index;
	return true;
}

bool mo_plan_is_tighter(const struct plan *plan, const struct move *move,
			const struct column *column)
{
	return is_strict_now(move, column) || each_new(plan, move, column, is_enough, NULL);
}

/* ---- the queries --------------------------------------------------------------------------- */

/* What copies of the key are called, of a table with so many columns in it. */
static struct list key_names(struct arena *arena, const char *stem, int count)
{
	struct list names = {0};

	for (int i = 0; i < count; i++)
		mo_list_add(arena, &names, mo_sql_aside_key(arena, stem, i));
	return names;
}

static void write_keys(const struct way_in *w, sqlite3_str *out)
{
	for (int i = 0; i < w->names.count; i++)
		sqlite3_str_appendf(out, "%s%s", i ? ", " : "", (const char *)w->names.items[i]);
}

static void write_from(const struct way_in *w, sqlite3_str *out)
{
	sqlite3_str_appendf(out, " FROM %s", w->rows);
}

static void add_condition(const struct way_in *w, struct list *queries, const char *condition)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendall(out, "SELECT ");
	write_keys(w, out);
	write_from(w, out);
	sqlite3_str_appendf(out, " WHERE %s", condition);
	mo_list_add(w->arena, queries, mo_arena_take(w->arena, out));
}

/*
 * All that have a key but the first of each.  Beside min() the other columns are those of the row
 * that has it: https://sqlite.org/lang_select.html#bareagg
 */
static void add_duplicates(const struct way_in *w, struct list *queries, const struct list *terms,
			   const char *where)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendall(out, "SELECT ");
	write_keys(w, out);
	write_from(w, out);
	mo_query_write_keyed(out, terms, where);
	sqlite3_str_appendall(out, " AND (");
	write_keys(w, out);
	sqlite3_str_appendall(out, ") NOT IN (SELECT ");
	for (int i = 0; i < w->names.count; i++)
		sqlite3_str_appendf(out, i ? ", %s" : "min(%s)", (const char *)w->names.items[i]);
	write_from(w, out);
	mo_query_write_keyed(out, terms, where);
	mo_query_write_grouped(out, terms);
	sqlite3_str_appendchar(out, 1, ')');
	mo_list_add(w->arena, queries, mo_arena_take(w->arena, out));
}

/*
 * The parents are asked by their own columns, under whose affinity and collation keys are
 * compared.
 */
static void add_orphans(const struct way_in *w, struct list *queries, const struct constraint *key)
{
	const struct table *parent = mo_schema_table(w->plan->diff->goal, key->reference.table);
	struct list columns = {0};
	sqlite3_str *out = sqlite3_str_new(NULL);

	mo_query_write_given(out, &key->columns);
	if (parent) {
		mo_query_parent_columns(w->arena, &columns, &key->reference, parent);
		sqlite3_str_appendf(out,
				    " AND NOT EXISTS (SELECT 1 FROM %s AS _moult_parent WHERE ",
				    mo_plan_given(w->plan, parent));
		for (int i = 0; i < columns.count && i < key->columns.count; i++) {
			sqlite3_str_appendf(out, "%s_moult_parent.%s = ", i ? " AND " : "",
					    mo_query_name(w->arena, columns.items[i]));
			mo_write_name(out, w->move->want->object.name);
			sqlite3_str_appendf(out, ".%s",
					    mo_query_name(w->arena, key->columns.items[i]));
		}
		sqlite3_str_appendchar(out, 1, ')');
		mo_query_write_undeclared(out, w->plan, parent, &columns,
					  w->move->want->object.name, &key->columns);
	}
	add_condition(w, queries, mo_arena_take(w->arena, out));
}

/* Whether a column is given another value than it stores, or one whose affinity is not its own. */
static bool is_compared_otherwise(const struct source *source, const char *check)
{
	return (mo_source_is_converted(source) || source->is_generated) &&
	       source->want->affinity != 'B' && mo_names_column(check, source->want->object.name);
}

/* NOT (CASE WHEN typeof(CAST(a AS TEXT)) = typeof(a) THEN (CAST(a AS TEXT) IN (0, 1)) ELSE ... END) */
char *mo_plan_fails_check(struct plan *plan, const struct move *move, const char *check)
{
	struct arena *arena = plan->arena;
	const char *compared = mo_sql_unqualified(arena, check, move->want->object.name);
	const char *same = NULL;

	for (int i = 0; compared && i < move->sources.count; i++) {
		const struct source *source = move->sources.items[i];
		const char *column = source->want->object.name;
		const char *name = mo_query_name(arena, column);
		const char *value = mo_sql_as_compared(arena, name, source->want->affinity);

		if (!is_compared_otherwise(source, check))
			continue;
		same = mo_arena_format(arena, "%s%stypeof(%s) = typeof(%s)", same ? same : "",
				       same ? " AND " : "", value, name);
		compared = value ? mo_sql_replace_in(arena, compared, column, value) : NULL;
	}
	if (!same || !compared)
		return mo_arena_format(arena, "NOT (%s)", check);
	return mo_arena_format(arena, "NOT (CASE WHEN %s THEN (%s) ELSE (%s) END)", same, compared,
			       check);
}

struct collecting {
	const struct way_in *w;
	struct list *queries;
};

static bool add_query(void *context, const struct constraint *constraint, const struct index *index)
{
	const struct collecting *c = context;

	if (index)
		add_duplicates(c->w, c->queries, &index->terms, index->where.text);
	else if (constraint->kind == CONSTRAINT_CHECK)
		add_condition(c->w, c->queries,
			      mo_plan_fails_check(c->w->plan, c->w->move, constraint->check.text));
	else if (constraint->kind == CONSTRAINT_FOREIGN_KEY)
		add_orphans(c->w, c->queries, constraint);
	else
		add_duplicates(c->w, c->queries, &constraint->terms, NULL);
	return false;
}

void mo_plan_in_the_way(struct list *queries, struct plan *plan, const struct move *move,
			const struct column *column)
{
	/* The rows as they are given. */
	const struct way_in w = {
		plan, plan->arena, move,
		mo_arena_format(plan->arena, "%s AS %s", mo_plan_given(plan, move->want),
				mo_query_name(plan->arena, move->want->object.name)),
		key_names(plan->arena, move->key_stem, move->key.count)};
	const char *name = mo_query_name(plan->arena, column->object.name);
	const struct column *have = mo_table_column(move->have, column->object.name);
	struct collecting collecting = {&w, queries};

	each_new(plan, move, column, add_query, &collecting);
	if (mo_column_not_null(move->want, column) && !mo_column_not_null(move->have, have))
		add_condition(&w, queries, mo_arena_format(plan->arena, "%s IS NULL", name));
	if (is_strict_now(move, column))
		add_condition(&w, queries, mo_query_is_misfit(plan->arena, column, name));
}

/* ---- what a hazard finds ------------------------------------------------------------------- */

/* A table of the goal as it will be, under its name, with the keys in the file. */
static const char *keyed_rows(struct plan *plan, const struct table *table, const char *stem,
			      const struct list *key)
{
	const struct move *move = mo_plan_move(plan, table->object.name);
	const char *name = mo_query_name(plan->arena, table->object.name);
	sqlite3_str *out;

	if (move)
		return mo_arena_format(plan->arena, "(%s) AS %s",
				       mo_plan_expected_keyed(plan, move), name);
	out = sqlite3_str_new(NULL);
	sqlite3_str_appendall(out, "(SELECT ");
	for (int i = 0; i < key->count; i++)
		sqlite3_str_appendf(out, "%s AS %s, ", mo_query_name(plan->arena, key->items[i]),
				    mo_sql_aside_key(plan->arena, stem, i));
	sqlite3_str_appendf(out, "* FROM %s) AS %s", name, name);
	return mo_arena_take(plan->arena, out);
}

/* A key of the file, called so. */
static struct list called(struct arena *arena, const struct list *key, const struct list *names)
{
	struct list items = {0};

	for (int i = 0; i < key->count; i++)
		mo_list_add(arena, &items,
			    mo_arena_format(arena, "%s AS %s", mo_query_name(arena, key->items[i]),
					    (const char *)names->items[i]));
	return items;
}

/* The table of the file whose rows a hazard counts; NULL where it counts no rows that are there. */
static const struct table *file_table(const struct plan *plan, const struct table *table)
{
	const struct move *move = table ? mo_plan_move(plan, table->object.name) : NULL;

	if (!table || (move && (!move->have || move->filling)) ||
	    mo_plan_is_ready(plan, table->object.name))
		return NULL;
	return mo_schema_table(plan->diff->have,
			       mo_diff_former_table(plan->diff, table->object.name));
}

bool mo_plan_keys_of(struct keys_in_the_way *keys, struct plan *plan, const struct hazard *hazard)
{
	const char *relation = hazard->subject.relation;
	const struct table *table = relation ? mo_schema_table(plan->diff->goal, relation) : NULL;
	const char *stem = table ? mo_sql_aside_stem(plan->arena, &table->columns) : NULL;
	struct way_in w = {.plan = plan, .arena = plan->arena, .rows = hazard->rows};
	struct list queries = {0}, key;

	*keys = (struct keys_in_the_way){.table = file_table(plan, table)};
	if (!keys->table || !(hazard->terms || hazard->condition))
		return false;
	key = mo_parked_rows(plan->arena, 0, keys->table).key;
	keys->names = w.names = key_names(plan->arena, stem, key.count);
	if (!key.count || mo_arena_rc(plan->arena))
		return false;
	if (hazard->terms || hazard->table)
		w.rows = keyed_rows(plan, table, stem, &key);
	else
		w.names = called(plan->arena, &key, &keys->names);
	if (hazard->terms)
		add_duplicates(&w, &queries, hazard->terms, hazard->where);
	else
		add_condition(&w, &queries, hazard->condition);
	keys->query = queries.count ? queries.items[0] : NULL;
	return keys->query != NULL;
}
