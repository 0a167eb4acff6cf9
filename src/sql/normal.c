/* SPDX-License-Identifier: MIT */
/* normal.c: see normal.h. */
#include "sql/normal.h"

#include <string.h>

#include "base/text.h"

static void append_folded(sqlite3_str *out, const char *text, int length)
{
	char piece[64];
	int count = 0;

	for (int i = 0; i < length; i++) {
		piece[count++] = mo_fold(text[i]);
		if (count == (int)sizeof(piece) || i + 1 == length) {
			sqlite3_str_append(out, piece, count);
			count = 0;
		}
	}
}

/*
 * Keywords that SQLite takes for names wherever they fit as nothing else
 * (%fallback in parse.y); where they fit, a quoted one is a syntax error.  So
 * row and "row" are the same.  The words that begin an expression are not here.
 */
static bool is_soft_keyword(const char *name)
{
	static const char *const words[] = {
		"abort",    "action",	 "after",     "always",	   "analyze",	   "asc",
		"attach",   "before",	 "begin",     "by",	   "cascade",	   "column",
		"conflict", "current",	 "database",  "deferred",  "desc",	   "detach",
		"do",	    "each",	 "end",	      "exclude",   "exclusive",	   "explain",
		"fail",	    "first",	 "following", "for",	   "generated",	   "glob",
		"groups",   "if",	 "ignore",    "immediate", "initially",	   "instead",
		"key",	    "last",	 "like",      "match",	   "materialized", "no",
		"nulls",    "of",	 "offset",    "others",	   "partition",	   "plan",
		"pragma",   "preceding", "query",     "range",	   "recursive",	   "regexp",
		"reindex",  "release",	 "rename",    "replace",   "restrict",	   "rollback",
		"row",	    "rows",	 "savepoint", "temp",	   "temporary",	   "ties",
		"trigger",  "unbounded", "vacuum",    "view",	   "virtual",	   "with",
		"without",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (mo_same_name(words[i], name))
			return true;
	return false;
}

/* Whether a name can stand without quotes and mean the same. */
static bool can_stand_bare(const char *name, int length)
{
	struct token token = mo_token_next(name);

	return token.kind == TOKEN_WORD && token.text == name && token.length == length &&
	       !name[length] && (!mo_is_keyword(name, length) || is_soft_keyword(name)) &&
	       !mo_same_name(name, "true") && !mo_same_name(name, "false");
}

static void append_name(struct arena *arena, sqlite3_str *out, const struct token *token)
{
	const char *name = mo_token_unquote(arena, token);
	int length = name ? (int)strlen(name) : 0;

	if (name && can_stand_bare(name, length)) {
		append_folded(out, name, length);
		return;
	}
	sqlite3_str_appendchar(out, 1, '"');
	for (int i = 0; i < length; i++)
		sqlite3_str_appendchar(out, name[i] == '"' ? 2 : 1, mo_fold(name[i]));
	sqlite3_str_appendchar(out, 1, '"');
}

/* A type, a number: most of what a schema has is one token that needs no builder. */
static bool is_plain(const struct token *first, int count)
{
	return count == 1 && first->kind != TOKEN_NAME;
}

static char *norm_of_one(struct arena *arena, const struct token *token)
{
	char *norm = mo_arena_slice(arena, token->text, (size_t)token->length);

	for (char *at = norm; at && *at && token->kind != TOKEN_STRING; at++)
		*at = mo_fold(*at);
	return norm;
}

static char *norm_of(struct arena *arena, const struct token *first, int count)
{
	sqlite3_str *out;

	if (is_plain(first, count))
		return norm_of_one(arena, first);
	out = sqlite3_str_new(NULL);
	for (int i = 0; i < count; i++) {
		if (i)
			sqlite3_str_appendchar(out, 1, ' ');
		if (first[i].kind == TOKEN_NAME)
			append_name(arena, out, &first[i]);
		else if (first[i].kind == TOKEN_STRING)
			sqlite3_str_append(out, first[i].text, first[i].length);
		else
			append_folded(out, first[i].text, first[i].length);
	}
	return mo_arena_take(arena, out);
}

/* Between two tokens: one space for any gap; or as many as there are, where nothing else is. */
static void append_gap(sqlite3_str *out, const struct token *left, bool all_spaces)
{
	const char *gap = left->text + left->length;
	const int size = (int)(left[1].text - gap);
	const bool keep = all_spaces && size && (int)strspn(gap, " ") >= size;

	if (size)
		sqlite3_str_appendchar(out, keep ? size : 1, ' ');
}

static struct sql run(struct arena *arena, const struct token *first, int count, bool all_spaces)
{
	sqlite3_str *out;
	struct sql sql;

	if (is_plain(first, count))
		return mo_sql_body(arena, first, count);
	out = sqlite3_str_new(NULL);
	for (int i = 0; i < count; i++) {
		if (i)
			append_gap(out, &first[i - 1], all_spaces);
		sqlite3_str_append(out, first[i].text, first[i].length);
	}
	sql.text = mo_arena_take(arena, out);
	sql.norm = norm_of(arena, first, count);
	return sql;
}

struct sql mo_sql_run(struct arena *arena, const struct token *first, int count)
{
	return run(arena, first, count, false);
}

static size_t cut_word(const char *text, size_t size, const char *word)
{
	const size_t length = strlen(word);

	if (size < length || sqlite3_strnicmp(text + size - length, word, (int)length) != 0)
		return size;
	for (size -= length; size && (mo_is_space(text[size - 1]) || text[size - 1] == '\v');
	     size--)
		;
	return size;
}

bool mo_sql_type_is_cut(const char *text, size_t size)
{
	return size >= strlen("generated always") && cut_word(text, size, "always") != size;
}

struct sql mo_sql_type(struct arena *arena, const struct token *first, int count)
{
	const struct token *last = &first[count - 1];
	size_t size = (size_t)(last->text + last->length - first->text), left;
	const char *text;

	if (!mo_sql_type_is_cut(first->text, size))
		return run(arena, first, count, true);
	left = cut_word(first->text, size, "always");
	left = cut_word(first->text, left, "generated");
	text = mo_arena_slice(arena, first->text, left);
	return text && left ? mo_sql_piece(arena, text) : (struct sql){NULL, NULL};
}

struct sql mo_sql_body(struct arena *arena, const struct token *first, int count)
{
	const struct token *last;
	struct sql sql;

	if (count <= 0)
		return (struct sql){"", ""};
	last = &first[count - 1];
	sql.text = mo_arena_slice(arena, first->text,
				  (size_t)(last->text + last->length - first->text));
	sql.norm = norm_of(arena, first, count);
	return sql;
}

struct sql mo_sql_piece(struct arena *arena, const char *text)
{
	struct token_room room;
	struct tokens tokens = mo_tokens_in(&room, arena, text);

	return mo_sql_run(arena, tokens.items, tokens.count);
}

struct sql mo_sql_piece_type(struct arena *arena, const char *text)
{
	struct token_room room;
	struct tokens tokens = mo_tokens_in(&room, arena, text);

	return run(arena, tokens.items, tokens.count, true);
}

struct sql mo_sql_piece_body(struct arena *arena, const char *text)
{
	struct token_room room;
	struct tokens tokens = mo_tokens_in(&room, arena, text);

	return mo_sql_body(arena, tokens.items, tokens.count);
}
