/* SPDX-License-Identifier: MIT */
/*
 * raise_hazards.c: expressions that may raise an error on a row (MF112).
 *
 * Broken JSON, abs(-9223372036854775808), a pattern that is too complex: SQLite finds out when it
 * computes the value, which is in the midst of the steps, or, for a VIRTUAL column, when somebody
 * reads the row.  So each expression that the plan has computed over live rows is computed before:
 * the condition never holds, and asking it for all rows fails where one of them raises.
 *
 *	using, DEFAULT		typeof(column) = ''		of the expected rows
 *	generated column	typeof((expression)) = ''
 *	index, UNIQUE		typeof((where)) = '' OR ((where) AND (typeof((term)) = '' OR ...))
 *	<populate>, <from>	the query itself, each row of it
 *
 * A CHECK is asked anyway (MF105).  Which rows they are run/raise.c finds out.
 */
#include "base/text.h"
#include "diff/describe.h"
#include "hazard/assess.h"
#include "hazard/hazards.h"
#include "plan/query.h"
#include "sql/mention.h"

static const char *never(struct arena *arena, const char *expression)
{
	return mo_arena_format(arena, "typeof((%s)) = ''", expression);
}

static void raises(struct hazard *hazard, const struct moult_place *place)
{
	hazard->raises = hazard->message;
	hazard->hint = MO_HINT_RAISING;
	hazard->place = *place;
}

/* ---- columns ---- */

/* A copy computes every generated column of the row, also those that are not stored. */
static bool is_computed(const struct move *move, const struct source *source)
{
	return mo_source_is_new(source) || (source->is_generated && mo_move_copies(move));
}

static void raising_column(struct plan *plan, const struct move *move, const struct source *source)
{
	const struct column *want = source->want;
	const char *table = move->want->object.name;
	const char *name = mo_query_name(plan->arena, want->object.name);
	const char *expression = source->is_generated ? want->generated.text
				 : source->is_using   ? want->using.text
				 : source->have	      ? NULL
						      : want->value.text;
	struct hazard *hazard;

	if (!expression || !mo_may_raise(expression) || !is_computed(move, source))
		return;
	hazard = mo_hazard_of_column(plan, DIAG_MF112, table, want->object.name,
				     source->is_generated
					     ? "the generated column raises an error on rows"
				     : source->is_using ? "using raises an error on rows"
							: "DEFAULT raises an error on rows");
	if (!hazard)
		return;
	raises(hazard, &want->object.place);
	if (expression == want->value.text)
		hazard->hint =
			"give it a DEFAULT that can be computed, or fill it with using=\"...\"";
	hazard->column = want;
	mo_query_ask(hazard, plan, move->want,
		     never(plan->arena, source->is_generated ? expression : name));
	if (!mo_move_copies(move) && source->have && source->have->generated.text)
		hazard->raised_before = mo_query_name(
			plan->arena, mo_diff_former_column(plan->diff, table, want->object.name));
}

/* ---- keys of indexes and of UNIQUE ---- */

/*
 * What is computed for a term of a key: its own expression, or that of a generated column; or
 * NULL.
 */
static const char *computed(struct arena *arena, const struct table *table, const struct term *term)
{
	const struct column *column = term->column ? mo_table_column(table, term->column) : NULL;
	const char *expression = column ? column->generated.text : term->expr.text;

	if (!expression || !mo_may_raise(expression))
		return NULL;
	return column ? mo_query_name(arena, term->column) : expression;
}

void mo_plan_raise_key(struct plan *plan, const struct table *table, const struct key_asked *key)
{
	sqlite3_str *out = sqlite3_str_new(NULL);
	const char *terms;
	const char *where = key->where && mo_may_raise(key->where) ? key->where : NULL;
	const char *condition;
	struct hazard *hazard;

	for (int i = 0; i < key->terms->count; i++) {
		const char *expression = computed(plan->arena, table, key->terms->items[i]);

		if (expression)
			sqlite3_str_appendf(out, "%s%s", sqlite3_str_length(out) ? " OR " : "",
					    never(plan->arena, expression));
	}
	terms = mo_arena_take(plan->arena, out);
	if (!terms || (!*terms && !where))
		return;
	condition = !*terms	 ? "0"
		    : key->where ? mo_arena_format(plan->arena, "(%s) AND (%s)", key->where, terms)
				 : terms;
	if (where)
		condition = mo_arena_format(plan->arena, "%s OR (%s)", never(plan->arena, where),
					    condition);
	hazard = mo_hazard_of(plan, DIAG_MF112, key->object,
			      "an expression of its key raises an error on rows");
	if (!hazard)
		return;
	raises(hazard, key->place);
	mo_query_ask(hazard, plan, table, condition);
}

/* ---- what fills a virtual table ---- */

/* Where the query reads the file as it is; one that reads new tables finds no rows of before. */
static void raising_fill(struct plan *plan, const struct fill *fill)
{
	const struct object *table = &fill->table->object;
	struct hazard *hazard;

	if (!fill->query || !mo_may_raise(fill->query))
		return;
	hazard = mo_hazard_of(plan, DIAG_MF112, table, "<populate> raises an error on rows");
	if (!hazard)
		return;
	raises(hazard, &table->place);
	hazard->count_sql = fill->query;
	hazard->by_rows = true;
}

/* The rows of a table that is made. */
static void raising_from(struct plan *plan, const struct filling *filling)
{
	const struct table *table = filling->move->want;
	struct hazard *hazard;

	if (filling->is_declared || !mo_may_raise(filling->query))
		return;
	hazard = mo_hazard_of(plan, DIAG_MF112, &table->object, "<from> raises an error on rows");
	if (!hazard)
		return;
	raises(hazard, &table->from_place);
	hazard->count_sql = filling->query;
	hazard->by_rows = true;
}

void mo_plan_raise_hazards(struct plan *plan, const struct move *move)
{
	for (int i = 0; i < move->sources.count; i++)
		raising_column(plan, move, move->sources.items[i]);
}

void mo_plan_fill_hazards(struct plan *plan)
{
	for (int i = 0; i < plan->fills.count; i++)
		raising_fill(plan, plan->fills.items[i]);
	for (int i = 0; i < plan->fillings.count; i++)
		raising_from(plan, plan->fillings.items[i]);
}
