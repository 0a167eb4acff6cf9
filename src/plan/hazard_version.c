/* SPDX-License-Identifier: MIT */
/*
 * hazard_version.c: what an older SQLite cannot read (MP101).
 *
 * One construct that is too new, in any object, makes the whole file
 * "malformed database schema" to it.  Functions are not looked at: one that is
 * not known fails only where it is called.
 * https://sqlite.org/changes.html has the versions.
 */
#include <string.h>

#include "diff/describe.h"
#include "plan/plan.h"
#include "sql/token.h"
#include "sql/write.h"

/* A place in the tokens of an object. */
struct place {
	struct arena *arena;
	const struct tokens *tokens;
	int at;
	enum kind kind;
};

static bool is(const struct place *p, int offset, const char *word)
{
	const int at = p->at + offset;

	return at >= 0 && at < p->tokens->count && mo_token_is(&p->tokens->items[at], word);
}

static bool is_strict(const struct place *p)
{
	return p->kind == KIND_TABLE && is(p, 0, "STRICT") && (is(p, -1, ")") || is(p, -1, ","));
}

static bool is_generated(const struct place *p)
{
	return p->kind == KIND_TABLE && is(p, 0, "AS") && is(p, 1, "(") && !is(p, -1, ")");
}

static bool is_window(const struct place *p)
{
	return is(p, 0, "OVER") && is(p, -1, ")");
}

static bool is_filter(const struct place *p)
{
	return is(p, 0, "FILTER") && is(p, -1, ")") && is(p, 1, "(") && is(p, 2, "WHERE");
}

static bool is_upsert(const struct place *p)
{
	return p->kind == KIND_TRIGGER && is(p, -1, "ON") && is(p, 0, "CONFLICT") &&
	       (is(p, 1, "(") || is(p, 1, "DO"));
}

static bool is_truth(const struct place *p)
{
	return (is(p, 0, "TRUE") || is(p, 0, "FALSE")) && !is(p, -1, ".") && !is(p, 1, ".") &&
	       !is(p, -1, "AS");
}

static bool is_nulls_order(const struct place *p)
{
	return is(p, 0, "NULLS") && (is(p, 1, "FIRST") || is(p, 1, "LAST"));
}

/* UPDATE t SET ... FROM: a FROM as deep as its SET. */
static bool is_update_from(const struct place *p)
{
	int depth = 0;

	if (p->kind != KIND_TRIGGER || !is(p, 0, "SET"))
		return false;
	for (int i = 1;
	     p->at + i < p->tokens->count && depth >= 0 && !(depth == 0 && is(p, i, ";")); i++) {
		depth += is(p, i, "(") - is(p, i, ")");
		if (depth == 0 && is(p, i, "FROM") && !is(p, i - 1, "DISTINCT"))
			return true;
	}
	return false;
}

static bool is_materialized(const struct place *p)
{
	return is(p, 0, "MATERIALIZED") && (is(p, -1, "AS") || is(p, -1, "NOT")) && is(p, 1, "(");
}

static bool is_arrow(const struct place *p)
{
	return is(p, 0, "->") || is(p, 0, "->>");
}

static bool is_outer_join(const struct place *p)
{
	return (is(p, 0, "RIGHT") || is(p, 0, "FULL")) && (is(p, 1, "JOIN") || is(p, 1, "OUTER"));
}

static bool is_distinct_from(const struct place *p)
{
	return is(p, 0, "DISTINCT") && is(p, 1, "FROM") && (is(p, -1, "IS") || is(p, -1, "NOT"));
}

static bool is_grouped_number(const struct place *p)
{
	const struct token *token = &p->tokens->items[p->at];

	return token->kind == TOKEN_NUMBER && memchr(token->text, '_', (size_t)token->length);
}

static bool is_raised_expression(const struct place *p)
{
	return p->kind == KIND_TRIGGER && is(p, 0, "RAISE") && is(p, 1, "(") && is(p, 3, ",") &&
	       !is(p, 5, ")");
}

/* The arguments of a full-text table have words of their own, in strings. */
static bool says(const struct place *p, const char *first, const char *second)
{
	const struct token *token = &p->tokens->items[p->at];
	const char *text;
	struct tokens inside;

	if (p->kind != KIND_VIRTUAL || !mo_token_is_name(token))
		return false;
	text = mo_token_unquote(p->arena, token);
	inside = text ? mo_tokens(p->arena, text) : (struct tokens){.sql = ""};
	for (int i = 0; i < inside.count; i++)
		if (mo_token_is(&inside.items[i], first) &&
		    (!second || (i + 1 < inside.count && inside.items[i + 1].length == 1 &&
				 *inside.items[i + 1].text == *second)))
			return true;
	return false;
}

static bool is_diacritics(const struct place *p)
{
	return says(p, "remove_diacritics", "2");
}

static bool is_trigram(const struct place *p)
{
	return says(p, "trigram", NULL);
}

static bool is_contentless_delete(const struct place *p)
{
	return says(p, "contentless_delete", NULL);
}

static const struct {
	int version;
	const char *words;
	bool (*is)(const struct place *place);
} rules[] = {
	{3023000, "TRUE and FALSE", is_truth},
	{3024000, "INSERT ... ON CONFLICT DO", is_upsert},
	{3025000, "a window function", is_window},
	{3027000, "remove_diacritics 2", is_diacritics},
	{3030000, "FILTER (WHERE ...)", is_filter},
	{3030000, "NULLS FIRST and NULLS LAST", is_nulls_order},
	{3031000, "a generated column", is_generated},
	{3033000, "UPDATE ... FROM", is_update_from},
	{3034000, "the tokenizer trigram", is_trigram},
	{3035000, "AS MATERIALIZED", is_materialized},
	{3037000, "a STRICT table", is_strict},
	{3038000, "the operators -> and ->>", is_arrow},
	{3039000, "RIGHT JOIN and FULL JOIN", is_outer_join},
	{3039000, "IS DISTINCT FROM", is_distinct_from},
	{3043000, "contentless_delete", is_contentless_delete},
	{3046000, "a number with _ between its digits", is_grouped_number},
	{3047000, "RAISE with an expression", is_raised_expression},
};

static bool has(struct arena *arena, const struct tokens *tokens, enum kind kind,
		bool (*rule)(const struct place *place))
{
	struct place place = {arena, tokens, 0, kind};

	for (; place.at < tokens->count; place.at++)
		if (rule(&place))
			return true;
	return false;
}

static void judge(struct plan *plan, const struct object *object)
{
	const char *sql = object->sql ? object->sql : mo_sql_create(plan->arena, object);
	const struct tokens tokens = sql ? mo_tokens(plan->arena, sql) : (struct tokens){.sql = ""};

	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++) {
		struct hazard *hazard;

		if (plan->facts.sqlite >= rules[i].version ||
		    !has(plan->arena, &tokens, object->kind, rules[i].is))
			continue;
		hazard = mo_plan_add_hazard(
			plan, DIAG_MP101, mo_label_object(plan->arena, object), object->name,
			mo_arena_format(plan->arena,
					"%s: SQLite has it from 3.%d on, and an older one"
					" could not read the file",
					rules[i].words, rules[i].version / 1000 % 1000));
		if (!hazard)
			return;
		hazard->place = object->place;
		hazard->mend = "say it otherwise, or raise --sqlite";
	}
}

void mo_plan_version_hazards(struct plan *plan)
{
	if (plan->facts.sqlite >= rules[sizeof(rules) / sizeof(*rules) - 1].version)
		return;
	for (int kind = 0; kind < KIND_COUNT; kind++)
		for (int i = 0; i < plan->diff->goal->objects[kind].count; i++)
			judge(plan, plan->diff->goal->objects[kind].items[i]);
}
