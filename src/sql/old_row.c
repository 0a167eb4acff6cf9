/* SPDX-License-Identifier: MIT */
/* old_row.c: see old_row.h. */
#include "sql/old_row.h"

#include "base/text.h"
#include "sql/token.h"
#include "sql/write.h"

static const struct token nothing = {TOKEN_END, "", 0};

/*
 * IN followed by a name reads that table:
 * https://sqlite.org/lang_expr.html#the_in_and_not_in_operators
 */
static bool begins_query(const struct token *token, const struct token *after)
{
	return mo_token_is(token, "SELECT") ||
	       (mo_token_is(token, "IN") && !mo_token_is(after, "("));
}

bool mo_reads_tables(const char *expression)
{
	struct token token = expression ? mo_token_next(expression) : nothing;

	while (token.kind != TOKEN_END) {
		const struct token after = mo_token_next(token.text + token.length);

		if (begins_query(&token, &after))
			return true;
		token = after;
	}
	return false;
}

/* ---- names in front of columns ------------------------------------------------------------ */

static bool is_called(struct arena *arena, const struct token *token, const char *name)
{
	return (token->kind == TOKEN_WORD || token->kind == TOKEN_NAME) &&
	       mo_same_name(mo_token_unquote(arena, token), name);
}

/* Whether the token at i is the name of a table in front of a column. */
static bool is_qualifier(struct arena *arena, const struct tokens *tokens, int i, const char *name)
{
	return mo_token_is(&tokens->items[i + 1], ".") &&
	       !(i && mo_token_is(&tokens->items[i - 1], ".")) &&
	       is_called(arena, &tokens->items[i], name);
}

bool mo_qualifies(struct arena *arena, const char *expression, const char *name)
{
	const struct tokens tokens = mo_tokens(arena, expression);

	for (int i = 0; i < tokens.count; i++)
		if (is_qualifier(arena, &tokens, i, name))
			return true;
	return false;
}

char *mo_sql_unqualified(struct arena *arena, const char *expression, const char *name)
{
	const struct tokens tokens = mo_tokens(arena, expression);
	sqlite3_str *out = sqlite3_str_new(NULL);
	const char *at = expression;

	for (int i = 0; i + 2 <= tokens.count; i++) {
		const struct token *token = &tokens.items[i];

		if (!is_qualifier(arena, &tokens, i, name))
			continue;
		sqlite3_str_append(out, at, (int)(token->text - at));
		at = tokens.items[i + 2].text;
	}
	sqlite3_str_appendall(out, at);
	return mo_arena_take(arena, out);
}

char *mo_sql_requalified(struct arena *arena, const char *expression, const char *name,
			 const char *instead)
{
	const struct tokens tokens = mo_tokens(arena, expression);
	sqlite3_str *out = sqlite3_str_new(NULL);
	const char *at = expression;

	for (int i = 0; i < tokens.count; i++) {
		const struct token *token = &tokens.items[i];

		if (!is_qualifier(arena, &tokens, i, name))
			continue;
		sqlite3_str_append(out, at, (int)(token->text - at));
		mo_write_name(out, instead);
		at = token->text + token->length;
	}
	sqlite3_str_appendall(out, at);
	return mo_arena_take(arena, out);
}

/* ---- bare names --------------------------------------------------------------------------- */

/* Whether a token can be a column: no function, collation, type, table or part of a longer name. */
static bool can_be_column(const struct token *before, const struct token *token,
			  const struct token *after)
{
	const bool is_word =
		token->kind == TOKEN_WORD && !mo_is_keyword(token->text, token->length);

	return (is_word || token->kind == TOKEN_NAME) && !mo_token_is(after, "(") &&
	       !mo_token_is(after, ".") && !mo_token_is(before, ".") &&
	       !mo_token_is(before, "COLLATE") && !mo_token_is(before, "AS");
}

char *mo_sql_replace_in(struct arena *arena, const char *expression, const char *name,
			const char *text)
{
	const struct tokens tokens = mo_tokens(arena, expression);
	sqlite3_str *out;
	const char *at = expression;

	if (mo_reads_tables(expression))
		return mo_arena_text(arena, expression);
	out = sqlite3_str_new(NULL);
	for (int i = 0; i < tokens.count; i++) {
		const struct token *token = &tokens.items[i];

		if (!can_be_column(i ? token - 1 : &nothing, token, token + 1) ||
		    !is_called(arena, token, name))
			continue;
		sqlite3_str_append(out, at, (int)(token->text - at));
		sqlite3_str_appendall(out, text);
		at = token->text + token->length;
	}
	sqlite3_str_appendall(out, at);
	return mo_arena_take(arena, out);
}

char *mo_sql_rename_in(struct arena *arena, const char *expression, const char *name,
		       const char *instead)
{
	sqlite3_str *out = sqlite3_str_new(NULL);
	char *text;

	mo_write_name(out, instead);
	text = mo_arena_take(arena, out);
	return text ? mo_sql_replace_in(arena, expression, name, text) : NULL;
}

void mo_each_bare_name(struct arena *arena, const char *expression,
		       void (*take)(void *context, const char *name, const char *qualified),
		       void *context)
{
	const struct tokens tokens = mo_tokens(arena, expression);

	for (int i = 0; i < tokens.count; i++) {
		const struct token *token = &tokens.items[i];

		if (can_be_column(i ? token - 1 : &nothing, token, token + 1))
			take(context, mo_token_unquote(arena, token),
			     mo_arena_format(arena, "%.*s" MO_OLD_ROW ".%s",
					     (int)(token->text - expression), expression,
					     token->text));
	}
}
