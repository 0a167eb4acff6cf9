/* SPDX-License-Identifier: MIT */
/*
 * cursor.h: walking over tokens, for the readers of SQL.
 *
 * A mistake is sticky: after the first one nothing is accepted any more, and
 * the reader asks once at its end.
 */
#ifndef MOULT_SQL_CURSOR_H
#define MOULT_SQL_CURSOR_H

#include "model/schema.h"
#include "sql/token.h"

struct cursor {
	struct arena *arena;
	const struct token *at;
	const struct token *end; /* the TOKEN_END */
	bool failed;
};

struct cursor mo_cursor(struct arena *arena, struct tokens tokens);
/* A cursor over the tokens inside the parenthesis that opens here; moves past its closing one. */
struct cursor mo_cursor_group(struct cursor *cursor);

bool mo_at_end(const struct cursor *cursor);
bool mo_peek(const struct cursor *cursor, const char *word);
bool mo_peek_after(const struct cursor *cursor, const char *word); /* the token after the next */
bool mo_accept(struct cursor *cursor, const char *word);
bool mo_accept_two(struct cursor *cursor, const char *first, const char *second); /* both or none */
void mo_expect(struct cursor *cursor, const char *word);
char *mo_expect_name(struct cursor *cursor); /* NULL after a mistake */
/* [schema .] name */
char *mo_expect_qualified(struct cursor *cursor);
/* IF NOT EXISTS, where it stands */
void mo_skip_if_not_exists(struct cursor *cursor);
/* The number of tokens up to the next comma outside parentheses, or the end. */
int mo_run_to_comma(const struct cursor *cursor);

/* name {, name}, to the end of the cursor */
void mo_read_name_list(struct cursor *cursor, struct list *names);
/* indexed-column {, indexed-column}, to the end of the cursor; *autoincrement may be NULL */
void mo_read_term_list(struct cursor *cursor, struct list *terms, bool *autoincrement);

#endif
