/* SPDX-License-Identifier: MIT */
/*
 * age.c: words and signs that came late, one table of each kind.  The versions
 * are those of https://sqlite.org/changes.html; before 3.35.5 DROP COLUMN could
 * damage a file, so it counts from there.
 */
#include "sql/age.h"

#include <string.h>

/* Words in a row; "(" and the like are words too. */
static const struct {
	int since;
	const char *what;
	const char *words[3];
} phrases[] = {
	{3025000, "window functions", {"OVER", "("}},
	{3030000, "FILTER", {"FILTER", "(", "WHERE"}},
	{3030000, "NULLS FIRST", {"NULLS", "FIRST"}},
	{3030000, "NULLS LAST", {"NULLS", "LAST"}},
	{3039000, "RIGHT JOIN", {"RIGHT", "JOIN"}},
	{3039000, "RIGHT JOIN", {"RIGHT", "OUTER", "JOIN"}},
	{3039000, "FULL JOIN", {"FULL", "JOIN"}},
	{3039000, "FULL JOIN", {"FULL", "OUTER", "JOIN"}},
	{3039000, "IS DISTINCT FROM", {"IS", "DISTINCT", "FROM"}},
	{3039000, "IS NOT DISTINCT FROM", {"NOT", "DISTINCT", "FROM"}},
	{3035000, "MATERIALIZED", {"AS", "MATERIALIZED", "("}},
	{3035000, "MATERIALIZED", {"NOT", "MATERIALIZED", "("}},
	{3024000, "ON CONFLICT DO", {"DO", "NOTHING"}},
	{3024000, "ON CONFLICT DO", {"DO", "UPDATE", "SET"}},
	{3031000, "generated columns", {"GENERATED", "ALWAYS", "AS"}},
};

static const struct {
	int since;
	const char *name;
} functions[] = {
	{3032000, "iif"},	    {3035000, "sign"},	 {3038000, "unixepoch"},
	{3038000, "format"},	    {3041000, "unhex"},	 {3043000, "timediff"},
	{3043000, "octet_length"},  {3044000, "concat"}, {3044000, "concat_ws"},
	{3044000, "string_agg"},    {3045000, "jsonb"},	 {3045000, "jsonb_set"},
	{3045000, "jsonb_extract"},
};

static const struct {
	int since;
	const char *sign;
} signs[] = {{3038000, "->"}, {3038000, "->>"}};

struct reader {
	struct arena *arena;
	struct list *novelties;
	struct tokens tokens;
};

static bool is_at(const struct reader *reader, int at, const char *word)
{
	return at >= 0 && at < reader->tokens.count && mo_token_is(&reader->tokens.items[at], word);
}

static void add(const struct reader *reader, int since, const char *what, int at)
{
	struct novelty *novelty = mo_arena_make(reader->arena, struct novelty);

	if (!novelty)
		return;
	*novelty = (struct novelty){since, what, &reader->tokens.items[at]};
	mo_list_add(reader->arena, reader->novelties, novelty);
}

static void look_for_phrases(const struct reader *reader, int at)
{
	for (size_t p = 0; p < sizeof(phrases) / sizeof(*phrases); p++) {
		int length = 0;

		while (length < 3 && phrases[p].words[length] &&
		       is_at(reader, at + length, phrases[p].words[length]))
			length++;
		if (length == 3 || !phrases[p].words[length])
			add(reader, phrases[p].since, phrases[p].what, at);
	}
}

static bool has_separator(const struct token *token)
{
	return token->kind == TOKEN_NUMBER && memchr(token->text, '_', (size_t)token->length);
}

static void look_at_token(const struct reader *reader, int at)
{
	const struct token *token = &reader->tokens.items[at];

	for (size_t f = 0; is_at(reader, at + 1, "(") && f < sizeof(functions) / sizeof(*functions);
	     f++)
		if (mo_token_is(token, functions[f].name))
			add(reader, functions[f].since,
			    mo_arena_format(reader->arena, "%s()", functions[f].name), at);
	for (size_t s = 0; s < sizeof(signs) / sizeof(*signs); s++)
		if (mo_token_is(token, signs[s].sign))
			add(reader, signs[s].since, signs[s].sign, at);
	if (has_separator(token))
		add(reader, 3046000, "digits with _ between", at);
	if (mo_token_is(token, "sqlite_schema") || mo_token_is(token, "sqlite_temp_schema"))
		add(reader, 3033000, "the name sqlite_schema", at);
	/* As a value: DEFAULT TRUE was the text 'TRUE'. */
	if ((mo_token_is(token, "TRUE") || mo_token_is(token, "FALSE")) &&
	    !is_at(reader, at - 1, ".") && !is_at(reader, at - 1, "PRAGMA") &&
	    !is_at(reader, 0, "PRAGMA"))
		add(reader, 3023000, "TRUE and FALSE", at);
}

/* The position of a word outside parentheses, from a position on; -1 where it is not. */
static int find_outside(const struct reader *reader, int from, const char *word)
{
	int depth = 0;

	for (int i = from; i < reader->tokens.count; i++) {
		if (!depth && is_at(reader, i, word))
			return i;
		depth += is_at(reader, i, "(") - is_at(reader, i, ")");
	}
	return -1;
}

/* Options behind the closing parenthesis of CREATE TABLE. */
static void look_at_table(const struct reader *reader)
{
	int depth = 0;

	for (int i = 0; i < reader->tokens.count; i++) {
		if (!depth && is_at(reader, i, "STRICT") &&
		    (is_at(reader, i - 1, ")") || is_at(reader, i - 1, ",")))
			add(reader, 3037000, "STRICT", i);
		depth += is_at(reader, i, "(") - is_at(reader, i, ")");
	}
}

/* Terms in parentheses, or a function of a column. */
static void look_at_index(const struct reader *reader)
{
	const int where = find_outside(reader, 0, "WHERE");
	const int on = find_outside(reader, 0, "ON");

	if (where >= 0)
		add(reader, 3008000, "partial indexes", where);
	for (int i = on + 3; on >= 0 && i < (where < 0 ? reader->tokens.count : where); i++)
		if (is_at(reader, i, "(")) {
			add(reader, 3009000, "indexes on expressions", i);
			return;
		}
}

static void look_at_alter(const struct reader *reader)
{
	const int rename = find_outside(reader, 2, "RENAME");
	const int drop = find_outside(reader, 2, "DROP");

	if (rename > 0 && !is_at(reader, rename + 1, "TO"))
		add(reader, 3025000, "RENAME COLUMN", rename);
	else if (drop > 0 && !is_at(reader, drop + 1, "CONSTRAINT"))
		add(reader, 3035005, "DROP COLUMN", drop);
	else if (is_at(reader, 3, "ALTER") || is_at(reader, drop + 1, "CONSTRAINT") ||
		 (is_at(reader, 3, "ADD") &&
		  (is_at(reader, 4, "CONSTRAINT") || is_at(reader, 4, "CHECK"))))
		add(reader, 3053000, "ALTER TABLE of constraints", 3);
}

static void look_at_rows(const struct reader *reader)
{
	const int returning = find_outside(reader, 0, "RETURNING");
	const int set = is_at(reader, 0, "UPDATE") ? find_outside(reader, 0, "SET") : -1;
	const int from = set < 0 ? -1 : find_outside(reader, set, "FROM");

	if (returning > 0)
		add(reader, 3035000, "RETURNING", returning);
	if (from > 0)
		add(reader, 3033000, "UPDATE FROM", from);
	if (set > 0 && is_at(reader, set + 1, "("))
		add(reader, 3015000, "SET (a, b) = ...", set + 1);
}

void mo_sql_novelties(struct arena *arena, struct list *novelties, struct tokens tokens)
{
	const struct reader reader = {arena, novelties, tokens};

	for (int i = 0; i < tokens.count; i++) {
		look_for_phrases(&reader, i);
		look_at_token(&reader, i);
	}
	if (is_at(&reader, 0, "CREATE") &&
	    (is_at(&reader, 1, "TABLE") || is_at(&reader, 2, "TABLE")))
		look_at_table(&reader);
	else if (is_at(&reader, 0, "CREATE") &&
		 (is_at(&reader, 1, "INDEX") || is_at(&reader, 2, "INDEX")))
		look_at_index(&reader);
	else if (is_at(&reader, 0, "ALTER"))
		look_at_alter(&reader);
	else if (is_at(&reader, 0, "INSERT") || is_at(&reader, 0, "UPDATE") ||
		 is_at(&reader, 0, "DELETE"))
		look_at_rows(&reader);
}
