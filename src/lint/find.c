/* SPDX-License-Identifier: MIT */
/*
 * find.c: findings: their places, and whether they are wanted.
 *
 * A rule is off by option, or allowed by a comment: for the statement that the
 * comment stands before or in, or for the whole script.
 */
#include <stdarg.h>
#include <string.h>

#include "base/text.h"
#include "lint/find.h"

#define MOST_FINDINGS 500 /* of one script */

/* ---- places -------------------------------------------------------------------------- */

struct lint_spot mo_spot(const struct statement *statement)
{
	return (struct lint_spot){statement, NULL, 0};
}

struct lint_spot mo_spot_token(const struct statement *statement, const struct token *token)
{
	return (struct lint_spot){statement, statement->text + (token->text - statement->sql),
				  token->length};
}

static bool spells(struct arena *arena, const struct token *token, const char *name)
{
	return mo_token_is_name(token) && mo_same_name(mo_token_unquote(arena, token), name);
}

struct lint_spot mo_spot_name(const struct statement *statement, const char *name)
{
	struct arena *arena = mo_arena_new();
	struct lint_spot spot = mo_spot(statement);

	for (int i = 0; arena && name && !spot.at && i < statement->tokens.count; i++)
		if (spells(arena, &statement->tokens.items[i], name))
			spot = mo_spot_token(statement, &statement->tokens.items[i]);
	mo_arena_free(arena);
	return spot;
}

struct moult_place mo_spot_place(const struct script *script, struct lint_spot spot,
				 struct arena *arena)
{
	const struct statement *statement = spot.statement;
	const char *at = spot.at ? spot.at : statement ? statement->text : script->text;
	const size_t rest = statement ? (size_t)(statement->text + statement->length - at) : 1;

	return mo_script_place(arena, script->path, script->text, at,
			       spot.width ? (size_t)spot.width : rest);
}

/* ---- what is off or allowed ------------------------------------------------------------- */

size_t mo_lint_word(const char *text, const char *ends)
{
	bool is_quoted = false;
	size_t length = 0;

	for (; text[length] && (is_quoted || !strchr(ends, text[length])); length++)
		is_quoted ^= text[length] == '"';
	return is_quoted ? strcspn(text, ends) : length;
}

/* The next of a list of "ID" or "ID:OBJECT" with commas between; false at its end. */
static bool next_id(const char **at, size_t *id, size_t *length)
{
	*at += strspn(*at, ", \t");
	*length = mo_lint_word(*at, ", \t");
	*id = strcspn(*at, ":, \t");
	return *length > 0;
}

static bool is_word(const char *text, size_t length, const char *word)
{
	return strlen(word) == length && sqlite3_strnicmp(text, word, (int)length) == 0;
}

/* The same with names in double quotes, as in "my table".a; doubled ones are one of the name. */
static bool is_quoted_word(const char *text, size_t length, const char *word)
{
	for (size_t i = 0; i < length; i++) {
		if (text[i] == '"' && (i + 1 == length || text[i + 1] != '"'))
			continue;
		i += text[i] == '"';
		if (sqlite3_strnicmp(text + i, word++, 1) != 0)
			return false;
	}
	return !*word;
}

static bool is_name(const char *text, size_t length, const char *name)
{
	return is_word(text, length, name) || is_quoted_word(text, length, name);
}

/* "t" names the objects "table t" and "column t.a"; a name as it stands behind the kind. */
static bool names_object(const char *text, size_t length, const char *object)
{
	const char *name = object ? strchr(object, ' ') : NULL;

	return (name && is_name(text, length, name + 1)) ||
	       (object && is_name(text, length, object));
}

static bool allows(const char *ids, enum diag_id rule, const char *object)
{
	size_t id, length;

	for (; next_id(&ids, &id, &length); ids += length) {
		if (!is_word(ids, id, mo_diag_kinds[rule].id) && !is_word(ids, id, "all"))
			continue;
		if (id == length || names_object(ids + id + 1, length - id - 1, object))
			return true;
	}
	return false;
}

/* Statements stand in the order of their texts. */
static int index_of(const struct script *script, const struct statement *statement)
{
	int low = 0;
	int high = statement ? script->statements.count : 0;

	while (low < high) {
		const int middle = low + (high - low) / 2;
		const struct statement *one = script->statements.items[middle];

		if (one == statement)
			return middle;
		if (one->text < statement->text)
			low = middle + 1;
		else
			high = middle;
	}
	return -1;
}

static bool is_allowed(const struct script *script, enum diag_id rule,
		       const struct statement *statement, const char *object)
{
	const int index = index_of(script, statement);

	EACH (const struct allow, allow, &script->allows) {
		if ((allow->statement < 0 || allow->statement == index) &&
		    allows(allow->ids, rule, object))
			return true;
	}
	return false;
}

bool mo_lint_is_known(const char *ids, size_t length)
{
	for (int i = 0; i < DIAG_COUNT; i++)
		if (is_word(ids, length, mo_diag_kinds[i].id))
			return true;
	return is_word(ids, length, "all");
}

int mo_lint_switch(struct lint *lint, const char *ids, bool off)
{
	size_t id, length;

	for (; ids && next_id(&ids, &id, &length); ids += length) {
		if (id != length || !mo_lint_is_known(ids, length)) {
			mo_diag(&lint->m->diags, DIAG_RUN022, NULL, off ? "--disable" : "--enable",
				"there is no rule %.*s", (int)length, ids);
			mo_diag_hint(&lint->m->diags,
				     "write IDs as findings show them, such as LN112, or all");
			return MOULT_TROUBLE;
		}
		for (int i = 0; i < DIAG_COUNT; i++)
			if (is_word(ids, length, mo_diag_kinds[i].id) ||
			    is_word(ids, length, "all"))
				lint->is_off[i] = off;
	}
	return MOULT_OK;
}

/* ---- findings -------------------------------------------------------------------------------- */

/* One thing is said once at one place. */
static bool is_said(const struct lint *lint, enum diag_id id, const struct moult_place *place,
		    const char *message)
{
	EACH (const moult_diagnostic, said, &lint->findings.list) {
		if (mo_same(said->id, mo_diag_kinds[id].id) &&
		    mo_same(said->want.file, place->file) && said->want.line == place->line &&
		    said->want.column == place->column && mo_same(said->message, message))
			return true;
	}
	return false;
}

/* A script of that many has one mistake that it makes again and again. */
static bool is_enough(struct work *work)
{
	if (++work->findings <= MOST_FINDINGS)
		return false;
	if (work->findings == MOST_FINDINGS + 1)
		mo_diag(&work->m->diags, DIAG_RUN026, NULL, work->script->path,
			"only the first %d findings are shown", MOST_FINDINGS);
	return true;
}

bool mo_find(struct work *work, enum diag_id id, struct lint_spot spot, const char *object,
	     const char *format, ...)
{
	struct lint *lint = work->lint;
	struct moult_place place;
	const char *message;
	va_list args;

	if (lint->is_off[id] || is_allowed(work->script, id, spot.statement, object))
		return false;
	va_start(args, format);
	message = mo_arena_vformat(work->arena, format, args);
	va_end(args);
	if (work->findings > MOST_FINDINGS)
		return false;
	place = mo_spot_place(work->script, spot, work->arena);
	if (is_said(lint, id, &place, message) || is_enough(work))
		return false;
	mo_diag(&lint->findings, id, &place, object, "%s", message);
	return true;
}

void mo_find_hint(struct work *work, const char *format, ...)
{
	const char *words;
	va_list args;

	va_start(args, format);
	words = mo_arena_vformat(work->arena, format, args);
	va_end(args);
	mo_diag_hint(&work->lint->findings, "%s", words);
}
