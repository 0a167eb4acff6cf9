/* SPDX-License-Identifier: MIT */
/*
 * row_hazards.c: what the values of one table may have against its new columns.
 *
 * Only what changes is asked: a column that is new, or whose values are not those
 * of before.  CHECKs and keys are constraint_hazards.c's.
 */
#include "base/text.h"
#include "hazard/hazards.h"
#include "hazard/hint.h"
#include "plan/query.h"
#include "sql/as_stored.h"
#include "sql/mention.h"
#include "sql/old_row.h"
#include "sql/token.h"

struct rows {
	struct plan *plan;
	struct arena *arena;
	const struct move *move;
};

static const char *name_of(const struct rows *r, const struct column *column)
{
	return mo_query_name(r->arena, column->object.name);
}

static struct hazard *about(const struct rows *r, enum diag_id id, const struct column *column,
			    const char *message)
{
	struct hazard *hazard = mo_hazard_of_column(r->plan, id, r->move->want->object.name,
						    column->object.name, message);

	if (hazard)
		hazard->place = column->object.place;
	return hazard;
}

/* A hazard about a column, with a condition on the expected rows. */
static struct hazard *add(const struct rows *r, enum diag_id id, const struct column *column,
			  const char *condition, const char *message)
{
	const struct table *table = r->move->want;
	struct hazard *hazard = about(r, id, column, message);

	if (!hazard)
		return NULL;
	mo_query_ask(hazard, r->plan, table, condition);
	hazard->sample_sql = mo_query_sample(r->plan, table, condition, name_of(r, column));
	return hazard;
}

/* The rows before the table makes of them what it stores: of the file, or what is set aside of it. */
static const char *rows_before(const struct rows *r)
{
	return r->move->filling ? r->move->filling->work : r->move->former;
}

/* The same with a condition on the file as it is. */
static struct hazard *add_on_file(const struct rows *r, enum diag_id id,
				  const struct column *column, const char *condition,
				  const char *value, const char *message)
{
	struct hazard *hazard = about(r, id, column, message);
	const char *key = r->move->rowid_name;

	if (!hazard)
		return NULL;
	hazard->move = r->move;
	hazard->rows = mo_query_file(r->arena, rows_before(r));
	hazard->condition = condition;
	hazard->count_sql = mo_query_count_file(r->arena, rows_before(r), condition);
	hazard->sample_sql = mo_arena_format(
		r->arena, "SELECT %s quote(%s) FROM %s AS " MO_OLD_ROW " WHERE %s LIMIT 5",
		key ? mo_arena_format(r->arena, "'rowid ' || %s || ': ' ||", key) : "", value,
		mo_query_name(r->arena, rows_before(r)), condition);
	return hazard;
}

/* ---- values ------------------------------------------------------------------------------ */

static const char *hint_for_lossy(const struct rows *r, const struct source *source)
{
	if (source->is_filled)
		return "convert the values in the query of its from, with CAST(... AS ...), or "
		       "declare the type that they have";
	return mo_arena_format(r->arena, "keep %s, or convert the values with using=\"...\"",
			       source->have->type.text ? mo_hint_attribute(r->arena, "type",
									   source->have->type.text)
						       : "the column without a type");
}

static const char *loses(const struct rows *r, const struct source *source, const char *value)
{
	return mo_arena_format(r->arena, "_moult_loses(%s, '%c') = 1", value,
			       source->want->affinity);
}

static const char *loses_digits(const struct rows *r, const char *value)
{
	return mo_arena_format(r->arena, "typeof(%s) = 'integer' AND _moult_loses(%s, 'R') = 2",
			       value, value);
}

static void lossy_values(const struct rows *r, const struct source *source)
{
	const struct column *want = source->want;
	struct hazard *hazard;

	if (source->is_generated || !(source->have || source->is_filled) ||
	    !mo_move_is_new(r->move, source) || want->affinity == 'B')
		return;
	hazard = add_on_file(
		r, DIAG_MD105, want, loses(r, source, source->raw), source->raw,
		mo_arena_format(
			r->arena,
			"values do not survive as %s: what is stored would be another value",
			want->type.text ? want->type.text : "a column without a type"));
	if (hazard) {
		hazard->hint = hint_for_lossy(r, source);
		hazard->condition_once = source->once ? loses(r, source, source->once) : NULL;
	}
	if (want->affinity != 'R')
		return;
	hazard = add_on_file(r, DIAG_MD106, want, loses_digits(r, source->raw), source->raw,
			     "integers beyond 2^53 lose digits in a REAL column");
	if (hazard) {
		hazard->hint =
			source->is_filled ? "declare type=\"INTEGER\"" : "keep type=\"INTEGER\"";
		hazard->condition_once = source->once ? loses_digits(r, source->once) : NULL;
	}
}

static const char *yields_null(const struct rows *r, const char *former, const char *value)
{
	return mo_arena_format(r->arena, "%s IS NOT NULL AND %s IS NULL", former, value);
}

static void lost_by_using(const struct rows *r, const struct source *source)
{
	const char *former;
	struct hazard *hazard;

	if (!source->is_using || source->fills_nulls || !source->have || source->kept)
		return;
	former = mo_query_name(r->arena,
			       mo_diff_former_column(r->plan->diff, r->move->have->object.name,
						     source->have->object.name));
	hazard = add_on_file(r, DIAG_MD108, source->want, yields_null(r, former, source->raw),
			     former,
			     "the expression in using yields NULL for values that are not NULL");
	if (!hazard)
		return;
	hazard->condition_once = source->once ? yields_null(r, former, source->once) : NULL;
	hazard->hint = "give the expression an answer for these values";
}

/* Whether a generated column speaks only of columns that are the same in the file as it is. */
static bool is_computed_from_file(const struct rows *r, const struct source *generated)
{
	EACH (const struct source, source, &r->move->sources) {
		const char *name = source->want->object.name;

		if (!mo_mentions(generated->want->generated.text, name))
			continue;
		if (mo_source_is_new(source) || source->is_generated ||
		    !mo_same_name(name, mo_diff_former_column(r->plan->diff,
							      r->move->have->object.name, name)))
			return false;
	}
	return true;
}

/*
 * Values that were stored, where the same is computed from now on: no loss where it comes to the
 * same.
 */
static void lost_by_generated(const struct rows *r, const struct source *source)
{
	const struct column *want = source->want;
	const char *former;
	const char *condition;
	struct hazard *hazard;

	if (!source->is_generated || !source->have || source->have->generated.text)
		return;
	former = mo_query_name(r->arena,
			       mo_diff_former_column(r->plan->diff, r->move->have->object.name,
						     source->have->object.name));
	condition = mo_arena_format(r->arena, "%s IS NOT NULL", former);
	if (source->have->affinity == want->affinity && is_computed_from_file(r, source))
		condition = mo_arena_format(r->arena, "%s AND %s COLLATE BINARY IS NOT (%s)",
					    condition, former, want->generated.text);
	hazard = add_on_file(r, DIAG_MD102, want, condition, former,
			     "the column becomes generated, and what was stored in it is lost");
	if (!hazard)
		return;
	hazard->hint =
		mo_arena_format(r->arena, "keep the values in a column of another name, with %s",
				mo_hint_was(r->arena, source->have->object.name));
}

/* The column of the file, in its own words. */
static const struct column *column_before(const struct rows *r, const struct source *source)
{
	const struct table *file = mo_schema_table(r->plan->diff->have, r->move->former);

	return file ? mo_table_column(file, mo_diff_former_column(r->plan->diff,
								  r->move->have->object.name,
								  source->have->object.name))
		    : NULL;
}

/*
 * What an expression gives as a column of reals stores it; other affinities are applied by the
 * comparison itself, since the plus takes the expression's own away:
 * https://sqlite.org/datatype3.html#type_conversions_prior_to_comparison
 */
static const char *as_stored(const struct rows *r, const struct column *column)
{
	const char *expression = column->generated.text;

	if (column->affinity != 'R')
		return mo_arena_format(r->arena, "+(%s)", expression);
	return mo_sql_as_stored(r->arena, mo_arena_format(r->arena, "(%s)", expression), 'R');
}

/*
 * A copy computes anew what is stored.  That is something else where the file was written with
 * functions or collations of an application's own, by names that SQLite has too.
 */
static void lost_by_computing(const struct rows *r, const struct source *source)
{
	const struct column *column;
	const char *name;
	struct hazard *hazard;

	if (!mo_move_copies(r->move) || !source->is_generated || !source->have ||
	    !source->have->stored || !source->want->stored || mo_source_is_new(source))
		return;
	column = column_before(r, source);
	if (!column || !column->generated.text)
		return;
	name = mo_query_name(r->arena, column->object.name);
	hazard = add_on_file(
		r, DIAG_MD105, source->want,
		mo_arena_format(r->arena, "%s COLLATE BINARY IS NOT %s", name,
				as_stored(r, column)),
		name,
		"what is stored is not what the expression gives here, and a copy computes it anew");
	if (hazard)
		hazard->hint =
			"load the functions and collations that it was written with by "
			"--load-extension FILE; an application migrates on its own connection";
}

/* ---- NOT NULL, keys, STRICT ----------------------------------------------------------------- */

/* Whether a generated column is made of keys that SQLite gives out, and nobody can foretell. */
static bool is_unforeseen(const struct rows *r, const struct source *generated)
{
	for (int i = 0; generated->is_generated && i < r->move->sources.count; i++) {
		const struct source *source = r->move->sources.items[i];

		if (source->is_unpredictable &&
		    mo_mentions(generated->want->generated.text, source->want->object.name))
			return true;
	}
	return false;
}

static const char *hint_for_nulls(const struct rows *r, const struct source *source)
{
	const char *former;

	if (source->is_filled)
		return "let the query of its from give them a value, with coalesce(..., ...), or leave "
		       "these rows out of it, with WHERE ... IS NOT NULL";
	if (source->is_using || source->is_generated)
		return "let the expression give them a value, with coalesce(..., ...)";
	former = mo_query_former(r->arena, r->plan, r->move, source->want);
	if (source->is_done)
		return mo_arena_format(r->arena,
				       "set them first, since its using has run on this "
				       "file: UPDATE %s SET %s = ... WHERE %s IS NULL",
				       mo_query_name(r->arena, r->move->former), former, former);
	return mo_arena_format(
		r->arena,
		"fill them with %s, or set them first: UPDATE %s SET %s = ... WHERE %s IS NULL",
		mo_hint_attribute(r->arena, "using",
				  mo_arena_format(r->arena, "coalesce(%s, ...)", former)),
		mo_query_name(r->arena, r->move->former), former, former);
}

/* The time, and a literal that is not NULL, are a value for every row. */
static bool is_never_null(const char *value)
{
	const struct token token = mo_token_next(value ? value : "NULL");

	if (value && mo_is_constant_default(value))
		return !mo_is_null_default(value);
	return mo_token_is(&token, "current_time") || mo_token_is(&token, "current_date") ||
	       mo_token_is(&token, "current_timestamp");
}

static void without_value(const struct rows *r, const struct column *want)
{
	const char *condition = mo_arena_format(r->arena, "%s IS NULL", name_of(r, want));
	const char *reason = "nothing says what they get";
	struct hazard *hazard;

	if (!want->generated.text && is_never_null(want->value.text))
		return;
	if (want->generated.text)
		reason = "its expression gives them NULL";
	else if (!mo_is_null_default(want->value.text))
		reason = "its DEFAULT gives them NULL";
	hazard = add(r, DIAG_MF103, want, condition,
		     mo_arena_format(r->arena,
				     "a NOT NULL column is added to a table with rows, and %s",
				     reason));
	if (!hazard)
		return;
	hazard->sample_sql = NULL;
	hazard->hint =
		want->generated.text
			? "give the expression an answer for these rows, with coalesce(..., ...)"
		: r->move->filling
			? "have its from yield the column, or give it a default=\"...\" that is not NULL"
			: "give it a default=\"...\" that is not NULL, or a using=\"...\"";
}

static void null_values(const struct rows *r, const struct source *source)
{
	const struct column *want = source->want;
	const bool was_not_null = source->have && mo_column_not_null(r->move->have, source->have);
	struct hazard *hazard;

	if (!mo_column_not_null(r->move->want, want) ||
	    mo_table_rowid_column(r->move->want) == want)
		return;
	if ((was_not_null && !source->is_using && !source->is_generated) ||
	    is_unforeseen(r, source))
		return;
	if (!source->have && !source->is_using && !source->is_filled) {
		without_value(r, want);
		return;
	}
	hazard = add(r, DIAG_MF104, want, mo_arena_format(r->arena, "%s IS NULL", name_of(r, want)),
		     source->is_filled
			     ? "the column is NOT NULL, and rows of its from are NULL there"
			     : "the column becomes NOT NULL, and rows are NULL there");
	if (!hazard)
		return;
	hazard->raises = "the column raises an error on rows";
	hazard->hint = hint_for_nulls(r, source);
}

/* A key that a query leaves open would be given out in the order in which its rows come. */
static void wrong_filled_keys(const struct rows *r, const struct source *source)
{
	struct hazard *hazard = add(
		r, DIAG_MF111, source->want,
		mo_arena_format(r->arena, "typeof(%s) <> 'integer'", name_of(r, source->want)),
		"an INTEGER PRIMARY KEY holds integers only, and rows of its from have other keys");

	if (hazard)
		hazard->hint = mo_arena_format(
			r->arena,
			"leave column %s out of the query of its from, and the rows are numbered",
			source->want->object.name);
}

static void wrong_keys(const struct rows *r, const struct source *source)
{
	struct hazard *hazard;

	if (source->is_filled && mo_table_rowid_column(r->move->want) == source->want)
		wrong_filled_keys(r, source);
	if (mo_table_rowid_column(r->move->want) != source->want || !source->have ||
	    mo_table_rowid_column(r->move->have) == source->have)
		return;
	hazard = add(r, DIAG_MF111, source->want,
		     mo_arena_format(r->arena, "typeof(%s) <> 'integer' AND typeof(%s) <> 'null'",
				     name_of(r, source->want), name_of(r, source->want)),
		     "an INTEGER PRIMARY KEY holds integers only, and rows have other keys");
	if (hazard)
		hazard->hint = "keep the type of the key, or convert it with using=\"...\"";
}

static void strict_values(const struct rows *r, const struct source *source)
{
	const bool was_strict = source->have && r->move->have->strict &&
				mo_same(source->have->type.norm, source->want->type.norm);
	struct hazard *hazard;

	if (!r->move->want->strict || !mo_query_strict_type(source->want) ||
	    (was_strict && !source->is_using &&
	     !(source->is_generated && mo_source_is_new(source))))
		return;
	hazard = add(
		r, DIAG_MF108, source->want,
		mo_query_is_misfit(r->arena, source->want, name_of(r, source->want)),
		mo_arena_format(r->arena,
				"a STRICT table takes only %s here, and rows have something else",
				source->want->type.text));
	if (hazard)
		hazard->hint =
			source->is_filled
				? "use the type ANY, or convert the values in the query of its from, "
				  "with CAST(... AS ...)"
			: source->is_using || source->is_generated
				? "use the type ANY, or let the expression convert the values, "
				  "with CAST(... AS ...)"
				: "use the type ANY, or convert the values with using=\"...\"";
}

/* ---- rowids -------------------------------------------------------------------------------- */

/*
 * What to do so that the rowids stay: rowid is the column that would be it, or NULL.  Where the
 * file has columns of all its names nothing can read them.
 */
static const char *hint_for_rowids(const struct rows *r, const struct column *rowid)
{
	const struct move *move = r->move;
	const struct column *had = mo_table_rowid_column(move->have);

	if (move->want->without_rowid)
		return "leave without-rowid=\"true\" out";
	if (!rowid)
		return mo_table_rowid_name(mo_schema_table(r->plan->diff->have, move->former))
			       ? "give another name to column rowid, _rowid_ or oid"
			       : NULL;
	if (had)
		return mo_arena_format(r->arena, "leave column %s the INTEGER PRIMARY KEY",
				       had->object.name);
	if (mo_table_column(move->have, rowid->object.name))
		return mo_arena_format(
			r->arena,
			"write type=\"INT\" for column %s: it is a key then, and not the rowid",
			rowid->object.name);
	return mo_arena_format(r->arena, "leave out the using of column %s: it has the rowids then",
			       rowid->object.name);
}

static void lost_rowids(const struct rows *r)
{
	const struct move *move = r->move;
	const struct column *rowid = mo_table_rowid_column(move->want);
	const struct column *have = rowid ? mo_table_column(move->have, rowid->object.name) : NULL;
	const struct column *had = mo_table_rowid_column(move->have);
	struct hazard *hazard;

	if (move->way != WAY_REBUILD || move->have->without_rowid)
		return;
	/*
	 * One that was a column's stays that column's value, unless another column takes its
	 * place.
	 */
	if (had && (!rowid || had == have))
		return;
	if (move->rowid_want || (rowid && !have && !rowid->using.text))
		return;
	hazard = mo_hazard_of(
		r->plan, DIAG_MD109, &move->want->object,
		"the rows get other rowids than they have, or none; what holds rowids points elsewhere then");
	if (!hazard)
		return;
	hazard->place = move->want->object.place;
	mo_query_ask_rows(hazard, r->plan, move->former);
	hazard->hint = hint_for_rowids(r, rowid);
}

void mo_plan_row_hazards(struct plan *plan, const struct move *move)
{
	const struct rows r = {plan, plan->arena, move};

	mo_plan_raise_hazards(plan, move);
	EACH (const struct source, source, &move->sources) {
		lossy_values(&r, source);
		lost_by_using(&r, source);
		lost_by_generated(&r, source);
		lost_by_computing(&r, source);
		null_values(&r, source);
		wrong_keys(&r, source);
		strict_values(&r, source);
	}
	mo_plan_constraint_hazards(plan, move);
	if (move->have)
		lost_rowids(&r);
}
