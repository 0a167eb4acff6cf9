/* SPDX-License-Identifier: MIT */
/*
 * parked_table.c: see parked_table.h.
 *
 * A key of one column is kept as it is; one of several is a text of all of them as literals, which
 * are exact.  "+" takes the affinity off a key, so that the index of _moult_parked, whose columns
 * have none, can be used.  https://sqlite.org/datatype3.html#affinity_of_comparison_operands
 * It does not take a collation off, and a key that only its collation finds the same is another there.
 */
#include "sql/parked_table.h"

#include <string.h>

#include "model/schema.h"
#include "sql/old_row.h"
#include "sql/token.h"

#define PARKED "main." MO_PARKED_TABLE

const char mo_sql_parked_clear[] = "DELETE FROM " PARKED;

const char mo_sql_parked_size[] =
	"SELECT count(*), ifnull(sum(length(CAST(_moult_key AS BLOB))"
	" + ifnull(length(CAST(_moult_value AS BLOB)), 0)"
	" + ifnull(length(CAST(_moult_became AS BLOB)), 0)), 0) FROM " PARKED
	" WHERE _moult_place % 1048576"; /* the others are notes (way_forth_note.h) */

/* The key of a row that is called so; row is old, new or the alias of a table. */
static char *key_of(struct arena *arena, const char *row, const struct list *key)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	if (key->count == 1)
		sqlite3_str_appendf(out, "+%s.\"%w\"", row, (const char *)key->items[0]);
	for (int i = 0; key->count > 1 && i < key->count; i++)
		sqlite3_str_appendf(out, "%squote(%s.\"%w\")", i ? " || ',' || " : "", row,
				    (const char *)key->items[i]);
	return mo_arena_take(arena, out);
}

char *mo_sql_park(struct arena *arena, const struct parked *parked)
{
	return mo_arena_format(arena,
			       "INSERT INTO " PARKED " (_moult_place, _moult_key, _moult_value)\n"
			       "SELECT %d, %s, p.\"%w\" FROM main.\"%w\" AS p",
			       parked->place, key_of(arena, "p", parked->key), parked->column,
			       parked->table);
}

char *mo_sql_park_became(struct arena *arena, const struct parked *parked)
{
	return mo_arena_format(arena,
			       "INSERT OR REPLACE INTO " PARKED "\n"
			       "SELECT q._moult_place, q._moult_key, q._moult_value, p.\"%w\"\n"
			       "FROM main.\"%w\" AS p CROSS JOIN " PARKED " AS q\n"
			       "WHERE q._moult_place = %d AND q._moult_key = %s",
			       parked->column, parked->table, parked->place,
			       key_of(arena, "p", parked->key));
}

/* ---- triggers ------------------------------------------------------------------------------ */

static const char *const event_names[EVENT_COUNT] = {
	[EVENT_INSERT] = "insert", [EVENT_DELETE] = "delete", [EVENT_UPDATE] = "update"};

char *mo_sql_park_trigger_name(struct arena *arena, int event, int first)
{
	return mo_arena_format(arena, MO_PARKED_TRIGGER "%d_%s", first, event_names[event]);
}

/* One by one: a range of places would read all keys of them. */
static void write_where(sqlite3_str *out, const char *key, int first, int last)
{
	sqlite3_str_appendall(out, " WHERE _moult_place IN (");
	for (int place = first; place <= last; place++)
		sqlite3_str_appendf(out, "%s%d", place > first ? ", " : "", place);
	sqlite3_str_appendf(out, ") AND _moult_key = %s", key);
}

char *mo_sql_park_trigger(struct arena *arena, int event, const char *table, const struct list *key,
			  int first, int last)
{
	const char *name = mo_sql_park_trigger_name(arena, event, first);
	const char *before = key_of(arena, "old", key), *after = key_of(arena, "new", key);
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendf(out, "CREATE TRIGGER main.%s AFTER ", name);
	if (event == EVENT_UPDATE)
		sqlite3_str_appendf(
			out, "UPDATE ON \"%w\" WHEN (%s) COLLATE BINARY IS NOT %s\nBEGIN\n  ",
			table, before, after);
	else
		sqlite3_str_appendf(out, "%s ON \"%w\"\nBEGIN\n  ",
				    event == EVENT_INSERT ? "INSERT" : "DELETE", table);
	sqlite3_str_appendall(out, "DELETE FROM " MO_PARKED_TABLE);
	write_where(out, event == EVENT_DELETE ? before : after, first, last);
	if (event == EVENT_UPDATE) {
		sqlite3_str_appendf(out, ";\n  UPDATE " MO_PARKED_TABLE " SET _moult_key = %s",
				    after);
		write_where(out, before, first, last);
	}
	sqlite3_str_appendall(out, ";\nEND");
	return mo_arena_take(arena, out);
}

char *mo_sql_park_trigger_drop(struct arena *arena, const char *name)
{
	return mo_arena_format(arena, "DROP TRIGGER IF EXISTS main.\"%w\"", name);
}

/* ---- whose a trigger is -------------------------------------------------------------------- */

/*
 * What stands in a trigger beside the words of its two statements: names of the application, which
 * ALTER may change, and how a key is made of them.  None of it reads a table or calls anything.
 */
static bool is_of_trigger(const struct token *token)
{
	static const char *const words[] = {"CREATE",
					    "TRIGGER",
					    "AFTER",
					    "INSERT",
					    "DELETE",
					    "UPDATE",
					    "OF",
					    "ON",
					    "WHEN",
					    "COLLATE",
					    "BINARY",
					    "IS",
					    "NOT",
					    "BEGIN",
					    "FROM",
					    "WHERE",
					    "IN",
					    "AND",
					    "SET",
					    "END",
					    "_moult_place",
					    "_moult_key",
					    "old",
					    "new",
					    "quote",
					    MO_PARKED_TABLE,
					    "main",
					    ".",
					    ",",
					    "+",
					    "||",
					    "(",
					    ")",
					    "=",
					    ";"};

	if (token->kind == TOKEN_NAME || token->kind == TOKEN_NUMBER || token->kind == TOKEN_STRING)
		return true;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (mo_token_is(token, words[i]))
			return true;
	return false;
}

/* The statements of the body begin with these, and there are no others. */
static bool begins_statement(const struct tokens *tokens, int at)
{
	const struct token *token = tokens->items + at;

	if (at + 2 >= tokens->count)
		return false;
	if (mo_token_is(token, "DELETE"))
		return mo_token_is(token + 1, "FROM") && mo_token_is(token + 2, MO_PARKED_TABLE);
	return mo_token_is(token, "UPDATE") && mo_token_is(token + 1, MO_PARKED_TABLE) &&
	       mo_token_is(token + 2, "SET");
}

static bool is_body(const struct tokens *tokens, int at)
{
	for (; at < tokens->count && !mo_token_is(tokens->items + at, "END"); at++) {
		if (!begins_statement(tokens, at))
			return false;
		while (at < tokens->count && !mo_token_is(tokens->items + at, ";"))
			at++;
	}
	return at == tokens->count - 1;
}

bool mo_is_park_trigger(struct arena *arena, const char *name, const char *sql)
{
	struct token_room room;
	const size_t length = strlen(MO_PARKED_TRIGGER);
	struct tokens tokens;
	int body = -1;

	if (!name || !sql || strncmp(name, MO_PARKED_TRIGGER, length) != 0)
		return false;
	tokens = mo_tokens_in(&room, arena, sql);
	for (int i = 0; i < tokens.count; i++) {
		const bool is_name = i == 2 || (i == 4 && mo_token_is(tokens.items + 3, "."));

		if (body < 0 && mo_token_is(tokens.items + i, "BEGIN"))
			body = i + 1;
		if (!is_name && !is_of_trigger(tokens.items + i))
			return false;
	}
	return body > 0 && is_body(&tokens, body);
}

const char mo_sql_is_park_trigger[] =
	"(type = 'trigger' AND substr(name, 1, 14) = '" MO_PARKED_TRIGGER "'"
	" AND sql LIKE 'CREATE TRIGGER%BEGIN%DELETE FROM " MO_PARKED_TABLE " WHERE %END'"
	" AND sql NOT LIKE '%SELECT%')";

/* ---- on the way back ----------------------------------------------------------------------- */

char *mo_sql_unpark(struct arena *arena, const struct parked *parked, const char *became,
		    const char *otherwise)
{
	const char *key = key_of(arena, MO_OLD_ROW, parked->key);
	const char *at = mo_arena_format(arena,
					 MO_PARKED_TABLE " WHERE _moult_place = %d"
							 " AND _moult_key = %s",
					 parked->place, key);
	const char *is = became ? mo_arena_format(arena,
						  " AND typeof(_moult_became) = typeof(" MO_OLD_ROW
						  ".\"%w\")"
						  " AND _moult_became IS +" MO_OLD_ROW ".\"%w\"",
						  became, became)
				: "";

	return mo_arena_format(arena,
			       "CASE WHEN EXISTS (SELECT 1 FROM %s%s)"
			       " THEN (SELECT _moult_value FROM %s) ELSE %s END",
			       at, is, at, otherwise);
}

char *mo_sql_unpark_rows(struct arena *arena, const struct list *columns, const char *rowid)
{
	const struct kept_column *first = columns->items[0];
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendall(out, "SELECT ");
	if (rowid)
		sqlite3_str_appendf(out, "p._moult_key AS %s, ", rowid);
	EACH (const struct kept_column, kept, columns) {
		if (kept == first)
			sqlite3_str_appendf(out, "p._moult_value AS \"%w\"", kept->column);
		else
			sqlite3_str_appendf(out,
					    ", (SELECT q._moult_value FROM " MO_PARKED_TABLE
					    " AS q WHERE q._moult_place = %d"
					    " AND q._moult_key = p._moult_key) AS \"%w\"",
					    kept->place, kept->column);
	}
	sqlite3_str_appendf(out, " FROM " MO_PARKED_TABLE " AS p WHERE p._moult_place = %d",
			    first->place);
	return mo_arena_take(arena, out);
}

#define DROP_TRIGGERS                                                           \
	"SELECT 'DROP TRIGGER main.\"' || name || '\"' FROM main.sqlite_master" \
	" WHERE "

char *mo_sql_park_triggers_away(struct arena *arena)
{
	return mo_arena_format(arena, DROP_TRIGGERS "%s", mo_sql_is_park_trigger);
}

char *mo_sql_kept_away(struct arena *arena)
{
	return mo_arena_format(arena,
			       DROP_TRIGGERS
			       "%s\nUNION ALL SELECT CASE name WHEN '" MO_PARKED_TABLE
			       "' THEN 'DROP TABLE ' ELSE 'DELETE FROM ' END || 'main.' || name"
			       " FROM main.sqlite_master WHERE type = 'table' AND name IN"
			       " ('" MO_PARKED_TABLE "', '" MO_WAY_BACK_TABLE "')",
			       mo_sql_is_park_trigger);
}
