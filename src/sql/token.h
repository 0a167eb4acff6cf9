/* SPDX-License-Identifier: MIT */
/*
 * token.h: SQL as SQLite's own tokenizer cuts it.
 *
 * Nothing in moult looks at SQL in any other way: no regular expression, no
 * search for substrings.  Space and comments are no tokens; they can be seen
 * as the gap between two.
 */
#ifndef MOULT_SQL_TOKEN_H
#define MOULT_SQL_TOKEN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/text.h"

enum token_kind {
	TOKEN_END,
	TOKEN_WORD,   /* keyword or bare identifier */
	TOKEN_NAME,   /* "x" `x` [x] */
	TOKEN_STRING, /* 'x' */
	TOKEN_BLOB,   /* x'00' */
	TOKEN_NUMBER,
	TOKEN_VARIABLE, /* ? ?1 :a @a $a #1 */
	TOKEN_SIGN,	/* an operator or punctuation, one to three bytes */
	TOKEN_ILLEGAL	/* an unterminated string or name, a stray byte */
};

struct token {
	enum token_kind kind;
	const char *text; /* not terminated */
	int length;
};

struct tokens {
	const char *sql;
	struct token *items; /* count of them, then one TOKEN_END at the end of the text */
	int count;
};

/* Whether one of them is this bare word. */
bool mo_tokens_have(const struct tokens *tokens, const char *word);
/* The token at or after sql, past space and comments; the end of NULL, a text for want of memory. */
struct token mo_token_next(const char *sql);

/* All tokens of a text.  Failure is sticky in the arena; the list is then empty. */
struct tokens mo_tokens(struct arena *arena, const char *sql);

/*
 * The same for those who look at the tokens and let them go: nearly every text
 * is short enough for a room on the stack, and nothing stays in the arena.
 */
#define MO_TOKENS_AT_ONCE 96
struct token_room {
	struct token items[MO_TOKENS_AT_ONCE + 1];
};
struct tokens mo_tokens_in(struct token_room *room, struct arena *arena, const char *sql);

bool mo_token_spells(const struct token *token, const char *word); /* case folded */

/*
 * Whether the token is this bare word, or sign, case folded. Nearly always it is not, by its first
 * byte.
 */
static inline bool mo_token_is(const struct token *token, const char *word)
{
	return (token->kind == TOKEN_WORD || token->kind == TOKEN_SIGN) &&
	       mo_fold(*token->text) == mo_fold(*word) && mo_token_spells(token, word);
}

bool mo_token_is_name(
	const struct token *token); /* can be read as a name: word, quoted name or string */

/* The name or string that a token spells, without its quotes. */
char *mo_token_unquote(struct arena *arena, const struct token *token);

/* The string that a text has next, without its quotes, and *at behind it; NULL where it is none. */
char *mo_token_next_string(struct arena *arena, const char **at);

/* Whether the word is one of SQLite's keywords and must be quoted to be a name. */
bool mo_is_keyword(const char *word, int length);

/*
 * Whether a text can stand as one piece inside a statement: balanced, whole
 * strings and comments, no semicolon.  If not, says why and at which byte.
 */
bool mo_sql_is_whole(const char *text, const char **why, size_t *at);
/*
 * The same for a trigger's body: statements, each ended by a semicolon (the last may lack its
 * own).
 */
bool mo_sql_is_body(const char *text, const char **why, size_t *at);

#endif
