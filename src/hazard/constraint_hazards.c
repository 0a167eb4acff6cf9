/* SPDX-License-Identifier: MIT */
/*
 * constraint_hazards.c: what the rows of one table may have against its CHECKs, keys and indexes.
 *
 * Only what changes is asked: a constraint that is new, or that speaks of a
 * column whose values are not those of before.
 */
#include "base/text.h"
#include "diff/describe.h"
#include "hazard/hazards.h"
#include "hazard/hint.h"
#include "model/form.h"
#include "plan/in_the_way.h"
#include "plan/query.h"
#include "sql/mention.h"

struct rows {
	struct plan *plan;
	struct arena *arena;
	const struct move *move;
};

/* ---- columns ---- */

/*
 * Whether a text of SQL speaks of a column whose values, or whose order, are not those of before.
 */
static bool speaks_of_new(const struct rows *r, const char *sql, bool order)
{
	EACH (const struct source, source, &r->move->sources) {
		const bool changed =
			mo_move_is_new(r->move, source) ||
			(order && !mo_same_name(source->have->collate, source->want->collate));

		if (changed && mo_mentions(sql, source->want->object.name))
			return true;
	}
	return false;
}

/* Whether a text of SQL speaks of a column that an expression fills. */
static bool has_using(const struct rows *r, const char *sql)
{
	EACH (const struct source, source, &r->move->sources)
		if (source->is_using && mo_mentions(sql, source->want->object.name))
			return true;
	return false;
}

/* Whether an expression counts for a column that a text of SQL speaks of. */
static bool takes_using(const struct rows *r, const struct column *column, const char *sql)
{
	const struct table *had = r->move->have;
	const struct column *have = had ? mo_table_column(had, column->object.name) : NULL;

	return had && !column->generated.text && mo_mentions(sql, column->object.name) &&
	       !(have && (have->generated.text || have == mo_table_rowid_column(had)));
}

/* Whether it counts for all rows, and not for those alone that are in the way. */
static bool counts_for_all(const struct rows *r, const struct column *column)
{
	const struct table *had = r->move->have;
	const char *name = column->object.name;
	const struct column *have = mo_table_column(had, name);

	return have &&
	       (!mo_same(have->type.norm, column->type.norm) ||
		!mo_same_name(mo_diff_former_column(r->plan->diff, had->object.name, name), name));
}

/*
 * What gives rows another value in the first such column, and leaves the others theirs; NULL
 * where there is none.
 */
static const char *using_for(const struct rows *r, const char *sql)
{
	EACH (const struct column, column, &r->move->want->columns) {
		const char *words = "...";

		if (!takes_using(r, column, sql))
			continue;
		if (counts_for_all(r, column))
			words = mo_arena_format(
				r->arena, "CASE WHEN ... THEN ... ELSE %s END",
				mo_query_former(r->arena, r->plan, r->move, column));
		return mo_arena_format(r->arena, "%s on column %s",
				       mo_hint_attribute(r->arena, "using", words),
				       column->object.name);
	}
	return NULL;
}

/* ---- CHECK ---- */

static const char *hint_for_check(const struct rows *r, const char *check)
{
	const char *using = using_for(r, check);
	int count = 0;

	if (r->move->filling)
		return "correct the query of its from, or widen the CHECK";
	if (has_using(r, check))
		return "correct the expression in using, or widen the CHECK";
	EACH (const struct column, column, &r->move->want->columns)
		count += takes_using(r, column, check);
	if (count > 1)
		using = "using=\"CASE WHEN ... THEN ... ELSE ... END\" on one of its columns";
	return using ? mo_arena_format(
			       r->arena,
			       "correct the rows first, give them other values with %s, or widen the CHECK",
			       using)
		     : "correct the rows first, or widen the CHECK";
}

/* The columns (char *) that an expression reads. */
static struct list columns_of(const struct rows *r, const char *expression)
{
	struct list names = {0};

	EACH (const struct object, column, &r->move->want->columns)
		if (mo_names_column(expression, column->name))
			mo_list_add(r->arena, &names, (void *)column->name);
	return names;
}

/* In a table that is made each of them is. */
static bool is_new_constraint(const struct rows *r, const struct constraint *constraint)
{
	return r->move->filling || mo_move_adds(r->move, constraint);
}

static void failed_check(const struct rows *r, const struct constraint *constraint)
{
	const struct table *table = r->move->want;
	const char *condition = mo_plan_fails_check(r->plan, r->move, constraint->check.text);
	const char *text = mo_constraint_text(r->arena, constraint);
	const struct list read = columns_of(r, constraint->check.text);
	struct hazard *hazard;

	/* A copy computes them all. */
	if (!is_new_constraint(r, constraint) && !speaks_of_new(r, constraint->check.text, true) &&
	    !(mo_move_copies(r->move) && mo_may_raise(constraint->check.text)))
		return;
	hazard = mo_hazard_of(r->plan, DIAG_MF105, &table->object,
			      mo_arena_format(r->arena, "rows fail %s", text));
	if (!hazard)
		return;
	hazard->place = constraint->place;
	mo_query_ask(hazard, r->plan, table, condition);
	hazard->sample_sql = mo_query_sample_of(r->plan, table, condition, &read);
	hazard->raises = mo_arena_format(r->arena, "%s raises an error on rows", text);
	hazard->hint = hint_for_check(r, constraint->check.text);
}

/* ---- keys ---- */

static bool terms_are_new(const struct rows *r, const struct list *terms, bool order)
{
	EACH (const struct term, term, terms)
		if (speaks_of_new(r, term->expr.text, order))
			return true;
	return false;
}

/* The column of a key that the file has not, and nothing fills but its DEFAULT; or NULL. */
static const struct column *new_column(const struct rows *r, const struct list *terms)
{
	EACH (const struct source, source, &r->move->sources) {
		const struct column *column = source->want;

		if (source->have || source->is_using || source->is_generated)
			continue;
		for (int i = 0; i < terms->count; i++)
			if (mo_term_names(terms->items[i], column->object.name))
				return column;
	}
	return NULL;
}

static const char *hint_for_duplicates(const struct rows *r, const struct list *terms)
{
	const struct column *column = new_column(r, terms);
	const char *using = NULL;

	if (r->move->filling)
		return "have the query of its from yield each once, with DISTINCT, or GROUP BY and "
		       "min(...) of the other columns";
	if (column)
		return mo_arena_format(
			r->arena, "give each row its own value in column %s with using=\"...\"%s",
			column->object.name,
			mo_column_not_null(r->move->want, column)
				? ""
				: ", or leave its default out: NULLs are no duplicates");
	EACH (const struct term, term, terms) {
		if (has_using(r, term->expr.text))
			return "have the expression in using give each of these rows its own value";
		using = using ? using : using_for(r, term->expr.text);
	}
	return using ? mo_arena_format(
			       r->arena,
			       "remove the duplicates first, or give all but the first another value with %s",
			       using)
		     : "remove the duplicates first";
}

/* The rowids of a file are no duplicates, nor is what goes with one in a key. */
static bool has_rowid_of_file(const struct rows *r, const struct list *terms)
{
	const struct move *move = r->move;
	const struct column *rowid = move->have ? mo_table_rowid_column(move->have) : NULL;

	EACH (const struct source, source, &move->sources) {
		if (!rowid || !source->have || mo_source_is_new(source) ||
		    !mo_same_name(source->have->object.name, rowid->object.name))
			continue;
		EACH (const struct term, term, terms)
			if (term->column && mo_same_name(term->column, source->want->object.name))
				return true;
	}
	return false;
}

static void duplicates(const struct rows *r, const struct object *object, const char *what,
		       const struct list *terms, const char *where, const struct moult_place *place,
		       bool is_new_key)
{
	const struct table *table = r->move->want;
	const bool by_values =
		is_new_key || terms_are_new(r, terms, false) || speaks_of_new(r, where, false);
	struct hazard *hazard;

	if ((!by_values && !terms_are_new(r, terms, true)) || has_rowid_of_file(r, terms))
		return;
	hazard = mo_hazard_of(
		r->plan, by_values ? DIAG_MF101 : DIAG_MF109, object,
		mo_arena_format(r->arena,
				by_values ? "rows are duplicates under %s"
					  : "rows are duplicates under %s and its new collation",
				what));
	if (!hazard)
		return;
	hazard->target = mo_hazard_target(r->arena, table->object.name, NULL);
	hazard->place = *place;
	hazard->terms = terms;
	hazard->where = where;
	hazard->count_sql = mo_query_duplicates(r->plan, table, terms, where);
	hazard->none_sql = mo_query_distinct(r->plan, table, terms, where);
	hazard->sample_sql = mo_query_duplicate_sample(r->plan, table, terms, where);
	hazard->hint = hint_for_duplicates(r, terms);
}

static void key_hazards(const struct rows *r, const struct constraint *constraint)
{
	const struct table *table = r->move->want;
	const bool is_new = is_new_constraint(r, constraint);
	const struct key_asked key = {&table->object, &constraint->terms, NULL, &constraint->place};

	if (is_new)
		mo_plan_raise_key(r->plan, table, &key);
	duplicates(r, &table->object, mo_constraint_text(r->arena, constraint), &constraint->terms,
		   NULL, &constraint->place, is_new);
}

void mo_plan_constraint_hazards(struct plan *plan, const struct move *move)
{
	const struct rows r = {plan, plan->arena, move};

	EACH (const struct constraint, constraint, &move->want->constraints) {
		if (constraint->kind == CONSTRAINT_CHECK)
			failed_check(&r, constraint);
		else if (constraint->kind == CONSTRAINT_UNIQUE ||
			 constraint->kind == CONSTRAINT_PRIMARY_KEY)
			key_hazards(&r, constraint);
	}
}

/* ---- indexes ---- */

static void index_hazards(struct plan *plan, const struct index *index)
{
	const struct object *have =
		mo_schema_find(plan->diff->renamed, KIND_INDEX, index->object.name);
	const struct table *table = mo_schema_table(plan->diff->goal, index->table);
	const struct move *move = table ? mo_plan_move(plan, table->object.name) : NULL;
	const struct move still = {.way = WAY_NOTHING, .have = table, .want = table};
	const struct rows r = {plan, plan->arena, move ? move : &still};
	const struct key_asked key = {&index->object, &index->terms, index->where.text,
				      &index->object.place};
	bool is_new_index = !have || !mo_same(mo_form_object(plan->arena, have),
					      mo_form_object(plan->arena, &index->object));

	if (!table || (!is_new_index && !move) ||
	    (move && move->way == WAY_CREATE && !move->filling))
		return;
	if (is_new_index || terms_are_new(&r, &index->terms, false) ||
	    speaks_of_new(&r, index->where.text, false))
		mo_plan_raise_key(plan, table, &key);
	if (index->unique)
		duplicates(&r, &index->object, mo_label_object(plan->arena, &index->object),
			   &index->terms, index->where.text, &index->object.place, is_new_index);
}

void mo_plan_index_hazards(struct plan *plan)
{
	for (int i = 0; i < plan->diff->goal->objects[KIND_INDEX].count; i++)
		index_hazards(plan, plan->diff->goal->objects[KIND_INDEX].items[i]);
}
