/* SPDX-License-Identifier: MIT */
/*
 * script.c: cutting a script into statements; what each does is read in
 * statement.c.
 *
 * A statement ends at its semicolon.  That of CREATE TRIGGER ends where
 * sqlite3_complete() says: at "; END ;".  A line that begins with a dot, where
 * a statement could begin, is a command of SQLite's shell.
 */
#include "sql/script.h"

#include <string.h>

#include "base/text.h"
#include "sql/statement.h"

struct cutter {
	struct arena *arena;
	struct list *statements;
	struct list *remarks;
	const char *text;
};

/* ---- comments ---------------------------------------------------------------------- */

static void add_remark(const struct cutter *cutter, const char *from, const char *to)
{
	struct remark *remark = mo_arena_make(cutter->arena, struct remark);

	while (from < to && (mo_is_space(*from) || *from == '-' || *from == '*'))
		from++;
	while (to > from && (mo_is_space(to[-1]) || to[-1] == '*'))
		to--;
	if (!remark || from == to)
		return;
	remark->at = from;
	remark->text = mo_arena_slice(cutter->arena, from, (size_t)(to - from));
	remark->statement = cutter->statements->count;
	mo_list_add(cutter->arena, cutter->remarks, remark);
}

/* The comments between two tokens. */
static void read_gap(const struct cutter *cutter, const char *at, const char *end)
{
	while (at < end) {
		const char *stop;

		if (at[0] == '-' && at[1] == '-') {
			stop = memchr(at, '\n', (size_t)(end - at));
			stop = stop ? stop : end;
			add_remark(cutter, at, stop);
			at = stop;
		} else if (at[0] == '/' && at[1] == '*') {
			stop = strstr(at + 2, "*/");
			stop = stop && stop < end ? stop : end;
			add_remark(cutter, at + 2, stop);
			at = stop < end ? stop + 2 : end;
		} else {
			at++;
		}
	}
}

/* ---- statements ---------------------------------------------------------------------- */

static bool begins_line(const struct cutter *cutter, const char *at)
{
	while (at > cutter->text && (at[-1] == ' ' || at[-1] == '\t'))
		at--;
	return at == cutter->text || at[-1] == '\n';
}

/* CREATE [TEMP] TRIGGER */
static bool is_trigger(struct token token)
{
	if (!mo_token_is(&token, "CREATE"))
		return false;
	token = mo_token_next(token.text + token.length);
	if (mo_token_is(&token, "TEMP") || mo_token_is(&token, "TEMPORARY"))
		token = mo_token_next(token.text + token.length);
	return mo_token_is(&token, "TRIGGER");
}

/* The semicolon that ends the statement which begins with a token, or the end of the text. */
static struct token find_end(const struct cutter *cutter, struct token token)
{
	const bool trigger = is_trigger(token);
	bool after_semicolon = false;
	bool after_end = false;

	while (token.kind != TOKEN_END) {
		const bool ends = mo_token_is(&token, ";");
		const struct token last = token;

		if (ends && (!trigger || after_end))
			return token;
		after_end = after_semicolon && mo_token_is(&token, "END");
		after_semicolon = ends;
		token = mo_token_next(last.text + last.length);
		read_gap(cutter, last.text + last.length, token.text);
	}
	return token;
}

static void add_statement(const struct cutter *cutter, const char *from, const char *to)
{
	struct statement *statement = mo_arena_make(cutter->arena, struct statement);
	const char *sql;

	while (to > from && mo_is_space(to[-1]))
		to--;
	sql = mo_arena_slice(cutter->arena, from, (size_t)(to - from));
	if (!statement || !sql)
		return;
	statement->sql = sql;
	statement->text = from;
	statement->length = (size_t)(to - from);
	mo_statement_read(statement, cutter->arena);
	mo_list_add(cutter->arena, cutter->statements, statement);
}

void mo_script_read(struct arena *arena, struct list *statements, struct list *remarks,
		    const char *text)
{
	const struct cutter cutter = {arena, statements, remarks, text};
	const char *at = strncmp(text, "\xEF\xBB\xBF", 3) == 0 ? text + 3 : text;

	while (!mo_arena_rc(arena)) {
		const struct token first = mo_token_next(at);
		struct token end;

		read_gap(&cutter, at, first.text);
		if (first.kind == TOKEN_END)
			return;
		at = first.text + first.length;
		if (mo_token_is(&first, ";"))
			continue;
		if (*first.text == '.' && begins_line(&cutter, first.text)) {
			at = first.text + strcspn(first.text, "\n");
			add_statement(&cutter, first.text, at);
			continue;
		}
		end = find_end(&cutter, first);
		add_statement(&cutter, first.text, end.text);
		at = end.text + end.length;
	}
}

struct moult_place mo_script_place(struct arena *arena, const char *path, const char *text,
				   const char *at, size_t width)
{
	const size_t rest = strcspn(at, "\r\n");
	const char *line = text;
	struct moult_place place = {path, 1, 1, 1, NULL};

	for (const char *p = text; p < at; p++) {
		if (*p != '\n')
			continue;
		place.line++;
		line = p + 1;
	}
	place.column = (int)(at - line) + 1;
	place.width = (int)(width < rest ? width : rest);
	place.width = place.width > 0 ? place.width : 1;
	place.source = mo_arena_slice(arena, line, strcspn(line, "\r\n"));
	return place;
}

bool mo_changes_schema(const struct statement *statement)
{
	return statement->act <= ACT_ALTER && !statement->is_temp;
}

/* DELETE ... WHERE 0: a way to take the lock. */
static bool is_for_nothing(const struct tokens *tokens)
{
	return tokens->count > 1 && mo_token_is(&tokens->items[tokens->count - 2], "WHERE") &&
	       tokens->items[tokens->count - 1].length == 1 &&
	       *tokens->items[tokens->count - 1].text == '0';
}

bool mo_changes_rows(const struct statement *statement)
{
	return statement->act >= ACT_INSERT && statement->act <= ACT_DELETE &&
	       !statement->is_temp && !is_for_nothing(&statement->tokens);
}
