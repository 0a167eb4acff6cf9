/* SPDX-License-Identifier: MIT */
/*
 * age.c: what came late to SQL as SQLite speaks it, one table.
 *
 * A rule looks at one token and what stands around it.  The versions are those
 * of https://sqlite.org/changes.html, and tests/unit/test_age.c asks the SQLite
 * that it runs with whether they are true.  Before 3.35.5 DROP COLUMN could
 * damage a file, so it counts from there.
 *
 * Two things can come of a construct that is too new.  In a CREATE statement
 * that is stored it makes the whole file a "malformed database schema".
 * Elsewhere, and where it is a function, only the statement fails that says it:
 * a view may call what is not there as long as nobody asks the view.
 */
#include "sql/age.h"

#include <string.h>

struct place {
	struct arena *arena;
	const struct tokens *tokens;
	const char *made; /* TABLE, INDEX, VIEW, TRIGGER or VIRTUAL, where it is a CREATE */
	int at;
	int depth; /* of parentheses */
};

static bool word_is(const struct tokens *tokens, int at, const char *word)
{
	return at >= 0 && at < tokens->count && mo_token_is(&tokens->items[at], word);
}

static bool is(const struct place *p, int offset, const char *word)
{
	return word_is(p->tokens, p->at + offset, word);
}

static bool makes(const struct place *p, const char *what)
{
	return p->made && !strcmp(p->made, what);
}

static bool says(const struct place *p, const char *word)
{
	for (int i = 0; i < p->tokens->count; i++)
		if (word_is(p->tokens, i, word))
			return true;
	return false;
}

static bool opens(const struct place *p, const char *first, const char *second)
{
	return word_is(p->tokens, 0, first) && (!second || word_is(p->tokens, 1, second));
}

/* ---- tables and indexes ---- */

static bool is_strict(const struct place *p)
{
	return makes(p, "TABLE") && !p->depth && is(p, 0, "STRICT") &&
	       (is(p, -1, ")") || is(p, -1, ","));
}

static bool is_generated(const struct place *p)
{
	if (!is(p, 0, "AS") || !is(p, 1, "("))
		return false;
	return is(p, -1, "ALWAYS") ||
	       ((makes(p, "TABLE") || opens(p, "ALTER", "TABLE")) && !says(p, "SELECT"));
}

static bool is_partial(const struct place *p)
{
	return makes(p, "INDEX") && !p->depth && is(p, 0, "WHERE");
}

/* A parenthesis in the list of an index that is not its first. */
static bool is_indexed_expression(const struct place *p)
{
	return makes(p, "INDEX") && p->depth == 1 && is(p, 0, "(") && !says(p, "WHERE");
}

/* ---- expressions ---- */

/* As a value: DEFAULT TRUE was the text 'TRUE'. */
static bool is_truth(const struct place *p)
{
	return (is(p, 0, "TRUE") || is(p, 0, "FALSE")) && !is(p, -1, ".") && !is(p, 1, ".") &&
	       !is(p, -1, "AS") && !opens(p, "PRAGMA", NULL);
}

static bool is_window(const struct place *p)
{
	return is(p, 0, "OVER") && is(p, -1, ")");
}

/* RANGE needed UNBOUNDED or CURRENT before; GROUPS and EXCLUDE are new with it. */
static bool is_frame(const struct place *p)
{
	const int bound = is(p, 1, "BETWEEN") ? 2 : 1;

	if (is(p, 0, "EXCLUDE"))
		return is(p, 1, "NO") || is(p, 1, "CURRENT") || is(p, 1, "GROUP") ||
		       is(p, 1, "TIES");
	if (!p->depth || (!is(p, 0, "GROUPS") && !is(p, 0, "RANGE")) || !says(p, "OVER"))
		return false;
	if (is(p, bound, "UNBOUNDED") || is(p, bound, "CURRENT"))
		return is(p, 0, "GROUPS");
	return is(p, bound + 1, "PRECEDING") || is(p, bound + 1, "FOLLOWING");
}

static bool is_filter(const struct place *p)
{
	return is(p, 0, "FILTER") && is(p, -1, ")") && is(p, 1, "(") && is(p, 2, "WHERE");
}

static bool is_nulls_order(const struct place *p)
{
	return is(p, 0, "NULLS") && (is(p, 1, "FIRST") || is(p, 1, "LAST"));
}

static bool is_arrow(const struct place *p)
{
	return is(p, 0, "->") || is(p, 0, "->>");
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

/* f(x ORDER BY y): the parenthesis follows a name, and no SELECT comes between. */
static bool is_ordered_aggregate(const struct place *p)
{
	int i = p->at - 1;
	int depth = 0;

	if (!is(p, 0, "ORDER") || !is(p, 1, "BY"))
		return false;
	for (; i > 0 && (depth || !word_is(p->tokens, i, "(")); i--) {
		depth += word_is(p->tokens, i, ")") - word_is(p->tokens, i, "(");
		if (!depth && (word_is(p->tokens, i, "SELECT") || word_is(p->tokens, i, "VALUES") ||
			       word_is(p->tokens, i, "PARTITION") || word_is(p->tokens, i, ";")))
			return false;
	}
	return i > 0 && i < p->at - 1 && mo_token_is_name(&p->tokens->items[i - 1]) &&
	       !word_is(p->tokens, i - 1, "OVER") && !word_is(p->tokens, i - 1, "AS");
}

/* ---- queries ---- */

static bool is_materialized(const struct place *p)
{
	return is(p, 0, "MATERIALIZED") && (is(p, -1, "AS") || is(p, -1, "NOT")) && is(p, 1, "(");
}

static bool is_outer_join(const struct place *p)
{
	return (is(p, 0, "RIGHT") || is(p, 0, "FULL")) && (is(p, 1, "JOIN") || is(p, 1, "OUTER"));
}

static bool is_newer_name(const struct place *p)
{
	return is(p, 0, "sqlite_schema") || is(p, 0, "sqlite_temp_schema");
}

static bool is_call(const struct place *p, const char *const *names)
{
	if (!is(p, 1, "("))
		return false;
	while (*names && !is(p, 0, *names))
		names++;
	return *names != NULL;
}

static bool calls_iif(const struct place *p)
{
	return is_call(p, (const char *const[]){"iif", NULL});
}

static bool calls_sign(const struct place *p)
{
	return is_call(p, (const char *const[]){"sign", NULL});
}

static bool calls_format(const struct place *p)
{
	return is_call(p, (const char *const[]){"format", "unixepoch", NULL});
}

static bool calls_unhex(const struct place *p)
{
	return is_call(p, (const char *const[]){"unhex", NULL});
}

static bool calls_octet_length(const struct place *p)
{
	return is_call(p, (const char *const[]){"octet_length", "timediff", NULL});
}

static bool calls_concat(const struct place *p)
{
	return is_call(p, (const char *const[]){"concat", "concat_ws", "string_agg", NULL});
}

static bool calls_jsonb(const struct place *p)
{
	return is_call(p, (const char *const[]){"jsonb", "jsonb_set", "jsonb_extract", NULL});
}

/* ---- changes of rows ---- */

static bool is_upsert(const struct place *p)
{
	return is(p, -1, "ON") && is(p, 0, "CONFLICT") && (is(p, 1, "(") || is(p, 1, "DO"));
}

static bool is_upsert_of_any(const struct place *p)
{
	return is(p, -1, "CONFLICT") && is(p, 0, "DO") && is(p, 1, "UPDATE");
}

/* UPDATE t SET ... FROM: a FROM as deep as its SET. */
static bool is_update_from(const struct place *p)
{
	int depth = 0;

	if (!is(p, 0, "SET") || makes(p, "TABLE"))
		return false;
	for (int i = 1;
	     p->at + i < p->tokens->count && depth >= 0 && !(depth == 0 && is(p, i, ";")); i++) {
		depth += is(p, i, "(") - is(p, i, ")");
		if (depth == 0 && is(p, i, "FROM") && !is(p, i - 1, "DISTINCT"))
			return true;
	}
	return false;
}

static bool is_set_of_several(const struct place *p)
{
	return is(p, 0, "SET") && is(p, 1, "(");
}

static bool is_returning(const struct place *p)
{
	return !p->made && !p->depth && is(p, 0, "RETURNING") &&
	       (says(p, "INSERT") || says(p, "UPDATE") || says(p, "DELETE") || says(p, "REPLACE"));
}

static bool is_raised_expression(const struct place *p)
{
	return makes(p, "TRIGGER") && is(p, 0, "RAISE") && is(p, 1, "(") && is(p, 3, ",") &&
	       !is(p, 5, ")");
}

/* ---- statements ---- */

static bool is_alter(const struct place *p)
{
	return opens(p, "ALTER", "TABLE") && !p->depth && p->at >= 3;
}

static bool is_rename_column(const struct place *p)
{
	return is_alter(p) && is(p, 0, "RENAME") && !is(p, 1, "TO");
}

static bool is_drop_column(const struct place *p)
{
	return is_alter(p) && is(p, 0, "DROP") && !is(p, 1, "CONSTRAINT") && !is(p, 1, "NOT");
}

static bool is_alter_of_constraint(const struct place *p)
{
	if (!is_alter(p) || p->at > 5)
		return false;
	return is(p, 0, "ALTER") || (is(p, 0, "DROP") && is(p, 1, "CONSTRAINT")) ||
	       (is(p, 0, "ADD") && (is(p, 1, "CONSTRAINT") || is(p, 1, "CHECK")));
}

static bool is_vacuum_into(const struct place *p)
{
	return opens(p, "VACUUM", NULL) && is(p, 0, "INTO");
}

/* ---- the arguments of full-text tables, which have words of their own in strings ---- */

static bool argues(const struct place *p, const char *first, const char *second)
{
	const struct token *token = &p->tokens->items[p->at];
	const char *text;
	struct tokens inside;

	if (!makes(p, "VIRTUAL") || !mo_token_is_name(token))
		return false;
	text = mo_token_unquote(p->arena, token);
	inside = text ? mo_tokens(p->arena, text) : (struct tokens){.sql = ""};
	for (int i = 0; i < inside.count; i++)
		if (word_is(&inside, i, first) &&
		    (!second ||
		     (i + 1 < inside.count && inside.items[i + 1].length == (int)strlen(second) &&
		      !strncmp(inside.items[i + 1].text, second, strlen(second)))))
			return true;
	return false;
}

static bool is_diacritics(const struct place *p)
{
	return argues(p, "remove_diacritics", "2");
}

static bool is_trigram(const struct place *p)
{
	return argues(p, "trigram", NULL);
}

static bool is_contentless_delete(const struct place *p)
{
	return argues(p, "contentless_delete", NULL);
}

static bool is_contentless_unindexed(const struct place *p)
{
	return argues(p, "contentless_unindexed", NULL);
}

static bool is_auxiliary(const struct place *p)
{
	return makes(p, "VIRTUAL") && is(p, 0, "+") && is(p, -1, ",") &&
	       (says(p, "rtree") || says(p, "rtree_i32"));
}

/* MEANT: TRUE was a name before, and DEFAULT TRUE the text 'TRUE'. */
enum where { RUN, STORED, MEANT };

static const struct rule {
	int since;
	enum where where;
	const char *what;
	bool (*is)(const struct place *place);
} rules[] = {
	{3008000, STORED, "a partial index", is_partial},
	{3009000, STORED, "an index on an expression", is_indexed_expression},
	{3015000, STORED, "SET (a, b) = ...", is_set_of_several},
	{3023000, MEANT, "TRUE and FALSE", is_truth},
	{3024000, STORED, "INSERT ... ON CONFLICT DO", is_upsert},
	{3024000, STORED, "an auxiliary column of an R-Tree", is_auxiliary},
	{3025000, STORED, "a window function", is_window},
	{3025000, RUN, "RENAME COLUMN", is_rename_column},
	{3027000, STORED, "remove_diacritics 2", is_diacritics},
	{3027000, RUN, "VACUUM INTO", is_vacuum_into},
	{3028000, STORED, "a frame of GROUPS, of a RANGE by value, or with EXCLUDE", is_frame},
	{3030000, STORED, "FILTER (WHERE ...)", is_filter},
	{3030000, STORED, "NULLS FIRST and NULLS LAST", is_nulls_order},
	{3031000, STORED, "a generated column", is_generated},
	{3032000, RUN, "iif()", calls_iif},
	{3033000, STORED, "UPDATE ... FROM", is_update_from},
	{3033000, RUN, "the name sqlite_schema", is_newer_name},
	{3034000, STORED, "the tokenizer trigram", is_trigram},
	{3035000, STORED, "AS MATERIALIZED", is_materialized},
	{3035000, STORED, "ON CONFLICT DO UPDATE for any conflict", is_upsert_of_any},
	{3035000, RUN, "RETURNING", is_returning},
	{3035000, RUN, "sign()", calls_sign},
	{3035005, RUN, "DROP COLUMN", is_drop_column},
	{3037000, STORED, "a STRICT table", is_strict},
	{3038000, STORED, "the operators -> and ->>", is_arrow},
	{3038000, RUN, "format() and unixepoch()", calls_format},
	{3039000, STORED, "RIGHT JOIN and FULL JOIN", is_outer_join},
	{3039000, STORED, "IS DISTINCT FROM", is_distinct_from},
	{3041000, RUN, "unhex()", calls_unhex},
	{3043000, STORED, "contentless_delete", is_contentless_delete},
	{3043000, RUN, "octet_length() and timediff()", calls_octet_length},
	{3044000, STORED, "an aggregate with ORDER BY", is_ordered_aggregate},
	{3044000, RUN, "concat(), concat_ws() and string_agg()", calls_concat},
	{3045000, RUN, "jsonb()", calls_jsonb},
	{3046000, STORED, "a number with _ between its digits", is_grouped_number},
	{3047000, STORED, "contentless_unindexed", is_contentless_unindexed},
	{3047000, STORED, "RAISE with an expression", is_raised_expression},
	{3053000, RUN, "ALTER TABLE of constraints", is_alter_of_constraint},
};

static const char *what_is_made(const struct tokens *tokens)
{
	static const char *const made[] = {"TABLE", "INDEX", "VIEW", "TRIGGER", "VIRTUAL"};

	for (int i = 1; word_is(tokens, 0, "CREATE") && i <= 2; i++)
		for (size_t m = 0; m < sizeof(made) / sizeof(*made); m++)
			if (word_is(tokens, i, made[m]))
				return made[m];
	return NULL;
}

static void look(const struct place *place, struct list *novelties)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++) {
		struct novelty *novelty;

		if (!rules[i].is(place))
			continue;
		novelty = mo_arena_make(place->arena, struct novelty);
		if (!novelty)
			return;
		*novelty = (struct novelty){rules[i].since, rules[i].what,
					    &place->tokens->items[place->at], rules[i].where != RUN,
					    rules[i].where == MEANT};
		mo_list_add(place->arena, novelties, novelty);
	}
}

void mo_sql_novelties(struct arena *arena, struct list *novelties, struct tokens tokens)
{
	struct place place = {arena, &tokens, what_is_made(&tokens), 0, 0};

	for (; place.at < tokens.count; place.at++) {
		place.depth -= is(&place, 0, ")");
		look(&place, novelties);
		place.depth += is(&place, 0, "(");
	}
}
