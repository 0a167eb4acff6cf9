/* SPDX-License-Identifier: MIT */
/*
 * cursor.c: see cursor.h; the lists of names and of indexed columns stand here too, as every
 * reader needs them.
 */
#include "sql/cursor.h"

#include "sql/normal.h"
#include "sql/parse.h"

struct cursor mo_cursor(struct arena *arena, struct tokens tokens)
{
	static const struct token nothing = {TOKEN_END, "", 0};

	if (!tokens.items)
		return (struct cursor){arena, &nothing, &nothing, true};
	return (struct cursor){arena, tokens.items, tokens.items + tokens.count, false};
}

struct cursor mo_cursor_group(struct cursor *cursor)
{
	struct cursor inside = *cursor;
	int depth = 1;

	mo_expect(cursor, "(");
	inside.at = cursor->at;
	inside.failed = cursor->failed;
	for (; depth && !cursor->failed; cursor->at++) {
		if (mo_at_end(cursor))
			cursor->failed = inside.failed = true;
		depth += mo_peek(cursor, "(") - mo_peek(cursor, ")");
		if (!depth)
			inside.end = cursor->at;
	}
	return inside;
}

bool mo_at_end(const struct cursor *cursor)
{
	return cursor->at >= cursor->end;
}

bool mo_peek(const struct cursor *cursor, const char *word)
{
	return !cursor->failed && !mo_at_end(cursor) && mo_token_is(cursor->at, word);
}

bool mo_peek_after(const struct cursor *cursor, const char *word)
{
	return !cursor->failed && cursor->at + 1 < cursor->end && mo_token_is(cursor->at + 1, word);
}

bool mo_accept(struct cursor *cursor, const char *word)
{
	const bool found = mo_peek(cursor, word);

	cursor->at += found;
	return found;
}

bool mo_accept_two(struct cursor *cursor, const char *first, const char *second)
{
	const bool found = mo_peek(cursor, first) && mo_peek_after(cursor, second);

	cursor->at += found ? 2 : 0;
	return found;
}

void mo_expect(struct cursor *cursor, const char *word)
{
	if (!mo_accept(cursor, word))
		cursor->failed = true;
}

char *mo_expect_name(struct cursor *cursor)
{
	if (cursor->failed || mo_at_end(cursor) || !mo_token_is_name(cursor->at)) {
		cursor->failed = true;
		return NULL;
	}
	return mo_token_unquote(cursor->arena, cursor->at++);
}

char *mo_expect_qualified(struct cursor *cursor)
{
	char *name = mo_expect_name(cursor);

	return mo_accept(cursor, ".") ? mo_expect_name(cursor) : name;
}

void mo_skip_if_not_exists(struct cursor *cursor)
{
	if (mo_accept_two(cursor, "IF", "NOT"))
		mo_expect(cursor, "EXISTS");
}

int mo_run_to_comma(const struct cursor *cursor)
{
	int depth = 0;
	int count = 0;

	for (; cursor->at + count < cursor->end; count++) {
		const struct token *token = cursor->at + count;

		if (!depth && mo_token_is(token, ","))
			break;
		depth += mo_token_is(token, "(") - mo_token_is(token, ")");
	}
	return count;
}

void mo_read_name_list(struct cursor *cursor, struct list *names)
{
	do {
		char *name = mo_expect_name(cursor);

		if (!cursor->failed)
			mo_list_add(cursor->arena, names, name);
	} while (mo_accept(cursor, ","));
	if (!mo_at_end(cursor))
		cursor->failed = true;
}

/* expr [COLLATE name] [ASC | DESC] [AUTOINCREMENT] */
static void read_term(struct cursor *cursor, struct list *terms, bool *autoincrement)
{
	struct term *term = mo_terms_add(cursor->arena, terms, NULL);
	const struct token *first = cursor->at;
	int count = mo_run_to_comma(cursor);

	cursor->at += count;
	if (!term || !count) {
		cursor->failed = true;
		return;
	}
	if (autoincrement && count > 1 && mo_token_is(&first[count - 1], "AUTOINCREMENT")) {
		*autoincrement = true;
		count--;
	}
	if (count > 1 &&
	    (mo_token_is(&first[count - 1], "DESC") || mo_token_is(&first[count - 1], "ASC")))
		term->descending = mo_token_is(&first[--count], "DESC");
	if (count > 2 && mo_token_is(&first[count - 2], "COLLATE") &&
	    mo_token_is_name(&first[count - 1])) {
		term->collate = mo_token_unquote(cursor->arena, &first[count - 1]);
		count -= 2;
	}
	term->expr = mo_sql_run(cursor->arena, first, count);
	if (count == 1 && mo_token_is_name(first))
		term->column = mo_token_unquote(cursor->arena, first);
}

void mo_read_term_list(struct cursor *cursor, struct list *terms, bool *autoincrement)
{
	do
		read_term(cursor, terms, autoincrement);
	while (mo_accept(cursor, ",") && !cursor->failed);
	if (!mo_at_end(cursor))
		cursor->failed = true;
}

/* ---- pieces of documents --------------------------------------------------- */

static bool finish(const struct cursor *cursor)
{
	return !cursor->failed && mo_at_end(cursor) && !mo_arena_rc(cursor->arena);
}

void mo_read_statements(struct arena *arena, struct list *statements, const char *text)
{
	struct token_room room;
	struct cursor cursor = mo_cursor(arena, mo_tokens_in(&room, arena, text));

	while (!cursor.failed && !mo_at_end(&cursor)) {
		const struct token *first = cursor.at;

		while (!mo_at_end(&cursor) && !mo_peek(&cursor, ";"))
			cursor.at++;
		if (cursor.at > first)
			mo_list_add(arena, statements,
				    mo_sql_body(arena, first, (int)(cursor.at - first)).text);
		mo_accept(&cursor, ";");
	}
}

bool mo_read_terms(struct arena *arena, struct list *terms, const char *text)
{
	struct token_room room;
	struct cursor cursor = mo_cursor(arena, mo_tokens_in(&room, arena, text));

	mo_read_term_list(&cursor, terms, NULL);
	return finish(&cursor);
}

bool mo_read_names(struct arena *arena, struct list *names, const char *text)
{
	struct token_room room;
	struct cursor cursor = mo_cursor(arena, mo_tokens_in(&room, arena, text));

	mo_read_name_list(&cursor, names);
	return finish(&cursor);
}

bool mo_read_reference(struct arena *arena, struct reference *reference, const char *text)
{
	struct token_room room;
	struct cursor cursor = mo_cursor(arena, mo_tokens_in(&room, arena, text));

	reference->table = mo_expect_name(&cursor);
	if (mo_peek(&cursor, "(")) {
		struct cursor group = mo_cursor_group(&cursor);

		mo_read_name_list(&group, &reference->columns);
		cursor.failed |= group.failed;
	}
	return finish(&cursor);
}
