/* SPDX-License-Identifier: MIT */
/* aside_table.c: see aside_table.h. */
#include "sql/aside_table.h"

#include "base/text.h"
#include "sql/token.h"
#include "sql/write.h"

const char *mo_sql_aside_stem(struct arena *arena, const struct list *columns)
{
	const char *stem = "_moult_key_";

	for (int i = 0; i < columns->count; i++)
		if (mo_name_has_prefix(((struct column *)columns->items[i])->object.name, stem)) {
			stem = mo_arena_format(arena, "%s_", stem);
			i = -1;
		}
	return stem;
}

char *mo_sql_aside_key(struct arena *arena, const char *stem, int position)
{
	return mo_arena_format(arena, "%s%d", stem, position);
}

char *mo_sql_aside_create(struct arena *arena, const char *work, const struct list *keys,
			  bool is_rowid, const struct list *names)
{
	sqlite3_str *out = sqlite3_str_new(NULL);
	const bool is_keyed = keys && !is_rowid;

	sqlite3_str_appendall(out, "CREATE TABLE ");
	mo_write_name(out, work);
	sqlite3_str_appendall(out, " (");
	if (keys)
		mo_write_names(out, keys);
	sqlite3_str_appendall(out, is_rowid ? " INTEGER PRIMARY KEY" : "");
	for (int i = 0; i < names->count; i++) {
		sqlite3_str_appendall(out, keys || i ? ", " : "");
		mo_write_name(out, names->items[i]);
	}
	if (is_keyed) {
		sqlite3_str_appendall(out, ", PRIMARY KEY (");
		mo_write_names(out, keys);
		sqlite3_str_appendall(out, ")");
	}
	sqlite3_str_appendall(out, is_keyed ? ") WITHOUT ROWID" : ")");
	return mo_arena_take(arena, out);
}

/*
 * The + takes the affinity from the other side, which would keep SQLite from looking the key up:
 * https://sqlite.org/datatype3.html#type_conversions_prior_to_comparison
 */
char *mo_sql_aside_value(struct arena *arena, const char *work, const char *name, const char *stem,
			 const struct list *keys, bool is_rowid)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendall(out, "(SELECT ");
	mo_write_name(out, name);
	sqlite3_str_appendall(out, " FROM ");
	mo_write_name(out, work);
	for (int i = 0; i < keys->count; i++)
		sqlite3_str_appendf(out, " %s %s%d = %s%s", i ? "AND" : "WHERE", stem, i,
				    is_rowid ? "" : "+", (const char *)keys->items[i]);
	sqlite3_str_appendchar(out, 1, ')');
	return mo_arena_take(arena, out);
}

bool mo_sql_is_insert(const char *sql)
{
	const struct token token = mo_token_next(sql);

	return mo_token_is(&token, "INSERT") || mo_token_is(&token, "REPLACE");
}

bool mo_sql_insert_stops(struct arena *arena, const char *sql)
{
	const struct tokens tokens = mo_tokens(arena, sql);

	return tokens.count > 2 && mo_token_is(&tokens.items[1], "OR") &&
	       mo_token_is(&tokens.items[2], "FAIL");
}

static bool begins_rows(const struct token *token)
{
	return mo_token_is(token, "SELECT") || mo_token_is(token, "WITH") ||
	       (mo_token_is(token, "VALUES") && !mo_token_is(token - 1, "DEFAULT"));
}

/*
 * The text from a token on, as far as a comment, a semicolon or RETURNING, which are no part of
 * the query.
 */
static char *query_from(struct arena *arena, const struct token *begin, const struct token *end)
{
	const struct token *last = begin;
	int depth = 0;

	for (const struct token *token = begin; token < end; token++) {
		depth += mo_token_is(token, "(") - mo_token_is(token, ")");
		if (!depth && (mo_token_is(token, "RETURNING") || mo_token_is(token, ";")))
			break;
		last = token;
	}
	return mo_arena_slice(arena, begin->text,
			      (size_t)(last->text + last->length - begin->text));
}

/* Where the INSERT stands: at the start, or behind WITH and its queries; -1: nowhere. */
static int insert_in(const struct tokens *tokens)
{
	int depth = 0;

	for (int i = 0; i < tokens->count; i++) {
		const struct token *token = &tokens->items[i];

		if (!depth && (mo_token_is(token, "INSERT") || mo_token_is(token, "REPLACE")) &&
		    (mo_token_is(token + 1, "INTO") || mo_token_is(token + 1, "OR")))
			return i;
		if (!mo_token_is(tokens->items, "WITH"))
			break;
		depth += mo_token_is(token, "(") - mo_token_is(token, ")");
	}
	return -1;
}

bool mo_sql_split_insert(struct arena *arena, const char *sql, char **head, char **query)
{
	const struct tokens tokens = mo_tokens(arena, sql);
	const int first = insert_in(&tokens);
	const char *insert = first > 0 ? tokens.items[first].text : sql;
	int depth = 0;

	for (int i = first + 1; first >= 0 && i < tokens.count; i++) {
		const struct token *token = &tokens.items[i];

		depth += mo_token_is(token, "(") - mo_token_is(token, ")");
		if (depth || !begins_rows(token))
			continue;
		*head = mo_arena_slice(arena, insert, (size_t)(token->text - insert));
		*query = query_from(arena, token, tokens.items + tokens.count);
		if (first > 0 && *query)
			*query = mo_arena_format(arena, "%.*sSELECT * FROM (\n%s\n)",
						 (int)(insert - sql), sql, *query);
		return *head && *query;
	}
	return false;
}

char *mo_sql_aside_take(struct arena *arena, const char *work, const struct list *names,
			const char *query)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendall(out, "INSERT INTO ");
	mo_write_name(out, work);
	sqlite3_str_appendall(out, " (");
	mo_write_names(out, names);
	sqlite3_str_appendf(out, ")\n%s", query);
	return mo_arena_take(arena, out);
}

/* 1 and 1.0 compare as equals, and are told by their types. */
char *mo_sql_aside_sorted(struct arena *arena, const char *work, const struct list *names,
			  const char *query)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendall(out, "SELECT ");
	mo_write_names(out, names);
	sqlite3_str_appendf(out, " FROM (\n%s\n)", query);
	for (int i = 0; i < names->count; i++) {
		sqlite3_str_appendall(out, i ? ", " : " ORDER BY ");
		mo_write_name(out, names->items[i]);
		sqlite3_str_appendall(out, " COLLATE BINARY, typeof(");
		mo_write_name(out, names->items[i]);
		sqlite3_str_appendchar(out, 1, ')');
	}
	return mo_sql_aside_take(arena, work, names, mo_arena_take(arena, out));
}

char *mo_sql_aside_rows(struct arena *arena, const char *work, const struct list *names)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendall(out, "SELECT ");
	mo_write_names(out, names);
	sqlite3_str_appendall(out, " FROM ");
	mo_write_name(out, work);
	sqlite3_str_appendall(out, " ORDER BY rowid");
	return mo_arena_take(arena, out);
}

char *mo_sql_aside_like(struct arena *arena, const char *name, const char *table)
{
	return mo_arena_format(arena, "CREATE TABLE \"%w\" AS SELECT * FROM \"%w\" WHERE 0", name,
			       table);
}
