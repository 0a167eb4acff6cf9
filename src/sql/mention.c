/* SPDX-License-Identifier: MIT */
/* mention.c: see mention.h. */
#include "sql/mention.h"

#include <string.h>

#include "base/text.h"

/* Whether a token, without its quotes, spells a name. */
static bool spells(const struct token *token, const char *name)
{
	const bool quoted = token->kind == TOKEN_NAME || token->kind == TOKEN_STRING;
	const char *at = token->text + quoted;
	const char *end = token->text + token->length - quoted;

	if (!mo_token_is_name(token))
		return false;
	for (; at < end && *name; at++, name++) {
		if (mo_fold(*at) != mo_fold(*name))
			return false;
		if (quoted && *at == *token->text && *at != '[')
			at++;
	}
	return at == end && !*name;
}

bool mo_mentions(const char *sql, const char *name)
{
	struct token token = sql ? mo_token_next(sql) : (struct token){TOKEN_END, "", 0};

	for (; token.kind != TOKEN_END; token = mo_token_next(token.text + token.length))
		if (spells(&token, name))
			return true;
	return false;
}

static struct token after(const struct token *token)
{
	return mo_token_next(token->text + token->length);
}

bool mo_names_column(const char *expression, const char *column)
{
	struct token before = {TOKEN_END, "", 0};
	struct token token = expression ? mo_token_next(expression) : before;

	for (; token.kind != TOKEN_END; before = token, token = after(&token)) {
		const struct token next = after(&token);

		if (token.kind != TOKEN_STRING && spells(&token, column) &&
		    !mo_token_is(&next, "(") && !mo_token_is(&before, "COLLATE"))
			return true;
	}
	return false;
}

bool mo_term_names(const struct term *term, const char *column)
{
	return term->column ? mo_same_name(term->column, column)
			    : mo_names_column(term->expr.text, column);
}

/*
 * What stands behind the parentheses that a token opens; *sorted tells whether DISTINCT or ORDER
 * BY is in them.
 */
static struct token behind_call(struct token token, bool *sorted)
{
	int depth = 0;

	*sorted = false;
	do {
		depth += mo_token_is(&token, "(") - mo_token_is(&token, ")");
		*sorted = *sorted || (depth == 1 && (mo_token_is(&token, "DISTINCT") ||
						     mo_token_is(&token, "ORDER")));
		token = after(&token);
	} while (depth > 0 && token.kind != TOKEN_END);
	return token;
}

bool mo_aggregates_by(const char *sql, const char *function)
{
	struct token token = mo_token_next(sql);
	bool sorted;

	for (; token.kind != TOKEN_END; token = after(&token)) {
		struct token next = after(&token);

		if (!mo_token_is(&next, "(") || !spells(&token, function))
			continue;
		next = behind_call(next, &sorted);
		if (sorted || mo_token_is(&next, "FILTER") || mo_token_is(&next, "OVER"))
			return true;
	}
	return false;
}

struct token mo_asks_connection(const char *sql)
{
	static const char *const functions[] = {"last_insert_rowid", "changes", "total_changes"};
	struct token token = mo_token_next(sql);

	for (; token.kind != TOKEN_END; token = after(&token)) {
		const struct token next = after(&token);

		for (size_t i = 0; i < sizeof(functions) / sizeof(*functions); i++)
			if (spells(&token, functions[i]) && mo_token_is(&next, "("))
				return token;
	}
	return token;
}

static bool is_one_of(const struct token *token, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (spells(token, words[i]))
			return true;
	return false;
}

#define IS_ONE_OF(token, words) is_one_of(token, words, sizeof(words) / sizeof(*(words)))

static const char *const clocks[] = {"current_time", "current_date", "current_timestamp"};
static const char *const varying[] = {"random", "randomblob", "changes", "total_changes",
				      "last_insert_rowid"};
static const char *const times[] = {"date",	 "time",     "datetime", "julianday",
				    "unixepoch", "strftime", "timediff"};

/* A name in quotes is no clock, but it may be called. */
static bool is_clock(const struct token *token)
{
	return token->kind == TOKEN_WORD && IS_ONE_OF(token, clocks);
}

bool mo_is_deterministic(const char *sql)
{
	struct token token = mo_token_next(sql);

	for (; token.kind != TOKEN_END; token = after(&token)) {
		const struct token next = after(&token);

		if (is_clock(&token) || (mo_token_is(&next, "(") &&
					 (IS_ONE_OF(&token, varying) || IS_ONE_OF(&token, times))))
			return false;
	}
	return true;
}

/* Without an argument these say what the time is; with 'now' too, and that is anywhere behind. */
bool mo_varies(const char *sql)
{
	bool is_time = false, is_now = false;

	for (struct token token = mo_token_next(sql ? sql : ""); token.kind != TOKEN_END;) {
		const struct token next = after(&token);
		const struct token behind = after(&next);
		const bool is_call = mo_token_is(&next, "(");

		if (is_clock(&token) || (is_call && IS_ONE_OF(&token, varying)))
			return true;
		is_time |= is_call && IS_ONE_OF(&token, times);
		is_now |= spells(&token, "now") ||
			  (is_call && mo_token_is(&behind, ")") && IS_ONE_OF(&token, times));
		token = next;
	}
	return is_time && is_now;
}

/* Operators that call a function. */
static bool calls(const struct token *token)
{
	static const char *const words[] = {"LIKE", "GLOB", "REGEXP", "MATCH",
					    "->",   "->>",  "REPLACE"};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (mo_token_is(token, words[i]))
			return true;
	return false;
}

/* Functions of SQLite that have an answer for everything; hex() of half a gigabyte has none. */
static bool is_harmless(const struct token *token)
{
	static const char *const names[] = {"coalesce", "ifnull", "nullif",    "iif",	  "typeof",
					    "length",	"lower",  "upper",     "trim",	  "ltrim",
					    "rtrim",	"substr", "instr",     "unicode", "round",
					    "min",	"max",	  "json_valid"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (mo_token_is(token, names[i]))
			return true;
	return mo_is_keyword(token->text, token->length);
}

bool mo_may_raise(const char *sql)
{
	struct token token = mo_token_next(sql);

	while (token.kind != TOKEN_END) {
		const struct token next = mo_token_next(token.text + token.length);

		if (calls(&token) ||
		    (mo_token_is_name(&token) && mo_token_is(&next, "(") && !is_harmless(&token)))
			return true;
		token = next;
	}
	return false;
}

/* The token without the sign in front of a number. */
static struct token skip_sign(struct token token)
{
	if (mo_token_is(&token, "-") || mo_token_is(&token, "+"))
		return mo_token_next(token.text + token.length);
	return token;
}

/*
 * The only token of a text, within parentheses and behind a sign; TOKEN_END where there are more.
 */
static struct token only_token(const char *sql)
{
	static const struct token none = {TOKEN_END, "", 0};
	struct token token = mo_token_next(sql);
	struct token only;
	int depth = 0;

	for (; mo_token_is(&token, "("); depth++)
		token = mo_token_next(token.text + token.length);
	only = skip_sign(token);
	if (only.kind == TOKEN_END)
		return none;
	token = mo_token_next(only.text + only.length);
	for (; depth && mo_token_is(&token, ")"); depth--)
		token = mo_token_next(token.text + token.length);
	return token.kind == TOKEN_END && !depth ? only : none;
}

bool mo_is_constant_default(const char *sql)
{
	const struct token token = only_token(sql);

	switch (token.kind) {
	case TOKEN_NUMBER:
	case TOKEN_STRING:
	case TOKEN_BLOB:
		return true;
	case TOKEN_NAME: /* "text" in double quotes; in parentheses it would be a column */
		return *sql != '(';
	case TOKEN_WORD:
		return mo_token_is(&token, "NULL") ||
		       ((mo_token_is(&token, "TRUE") || mo_token_is(&token, "FALSE")) &&
			*sql != '(');
	case TOKEN_END:
	case TOKEN_VARIABLE:
	case TOKEN_SIGN:
	case TOKEN_ILLEGAL:
		break;
	}
	return false;
}

/*
 * Digits that fit an integer of 64 bits with either sign; not 1.0, 1e3, nor a number that becomes
 * real by its size.
 */
static bool is_integer(const struct token *token)
{
	const bool is_hex = token->length > 2 && (token->text[1] == 'x' || token->text[1] == 'X');

	for (int i = 0; !is_hex && i < token->length; i++)
		if (token->text[i] < '0' || token->text[i] > '9')
			return false;
	return is_hex || token->length <= 18;
}

bool mo_is_default_as_inserted(const char *sql, char affinity)
{
	const struct token token = only_token(sql);

	if (token.kind == TOKEN_NUMBER)
		return is_integer(&token) || (affinity != 'T' && affinity != 'B');
	if (token.kind == TOKEN_WORD && !mo_token_is(&token, "NULL"))
		return affinity == 'N' || affinity == 'I' || affinity == 'B';
	return true;
}

bool mo_is_null_default(const char *sql)
{
	const struct token token = sql ? only_token(sql) : (struct token){TOKEN_WORD, "NULL", 4};

	return mo_token_is(&token, "NULL");
}

bool mo_column_is_required(const struct table *table, const struct column *column)
{
	return mo_column_not_null(table, column) && !column->generated.text &&
	       mo_is_null_default(column->value.text) && mo_table_rowid_column(table) != column;
}
