/* SPDX-License-Identifier: MIT */
/* full_text.c: see full_text.h. */
#include "sql/full_text.h"

#include "base/text.h"
#include "sql/mention.h"
#include "sql/token.h"
#include "sql/write.h"

/* To FTS3 content='t' is one more column. */
static bool may_look_elsewhere(const struct virtual_table *table)
{
	return mo_same_name(table->module, "fts4") || mo_same_name(table->module, "fts5");
}

char *mo_full_text_content(struct arena *arena, const struct virtual_table *table)
{
	struct tokens tokens;

	if (!may_look_elsewhere(table) || !table->args.text)
		return NULL;
	tokens = mo_tokens(arena, table->args.text);
	for (int i = 0; i + 2 < tokens.count; i++) {
		const struct token *token = &tokens.items[i];

		if (mo_token_is(token, "content") && mo_token_is(token + 1, "=") &&
		    (i == 0 || mo_token_is(token - 1, ",")))
			return mo_token_unquote(arena, token + 2);
	}
	return NULL;
}

bool mo_full_text_has_key(const struct virtual_table *table)
{
	const char *text = table ? table->args.text : NULL;

	return text && mo_same_name(table->module, "fts5") && mo_mentions(text, "content_rowid") &&
	       !mo_mentions(text, "rowid") && !mo_mentions(text, "_rowid_") &&
	       !mo_mentions(text, "oid");
}

static bool is_full_text(const struct virtual_table *table)
{
	return mo_same_name(table->module, "fts3") || may_look_elsewhere(table);
}

/* tokenize='porter', and FTS3's own tokenize porter; to FTS3 all else is a column. */
static bool is_option(const struct virtual_table *table, const struct token *first)
{
	if (mo_token_is(first, "tokenize") && !mo_same_name(table->module, "fts5"))
		return true;
	return may_look_elsewhere(table) && mo_token_is(first + 1, "=");
}

/* FTS4 keeps the language of each row in a column that no list of columns names. */
static bool keeps_more(const struct token *first)
{
	return mo_token_is(first, "languageid");
}

bool mo_full_text_columns(struct list *names, struct arena *arena,
			  const struct virtual_table *table)
{
	return !mo_full_text_content(arena, table) && mo_full_text_indexed(names, arena, table);
}

bool mo_full_text_indexed(struct list *names, struct arena *arena,
			  const struct virtual_table *table)
{
	const struct tokens tokens = mo_tokens(arena, table->args.text ? table->args.text : "");
	int depth = 0;

	if (!is_full_text(table))
		return false;
	for (int i = 0; i < tokens.count; i++) {
		const struct token *token = &tokens.items[i];
		const bool is_first = i == 0 || (!depth && mo_token_is(token - 1, ","));

		depth += mo_token_is(token, "(") - mo_token_is(token, ")");
		if (!is_first)
			continue;
		if (is_option(table, token) && keeps_more(token))
			return false;
		if (!is_option(table, token))
			mo_list_add(arena, names, mo_token_unquote(arena, token));
	}
	if (!names->count && !mo_same_name(table->module, "fts5"))
		mo_list_add(arena, names, "content");
	return names->count > 0;
}

/*
 * A full-text table has a hidden column of its own name, which hides a rowid of that name, as a
 * column of FTS4 does that is called so.  https://sqlite.org/fts5.html#the_rank_column
 */
static const char *rowid_name(const char *table, const struct list *columns)
{
	for (int i = 0; i < MO_ROWID_NAMES; i++)
		if (!mo_same_name(table, mo_rowid_names[i]) &&
		    !mo_names_have(columns, mo_rowid_names[i]))
			return mo_rowid_names[i];
	return "docid"; /* of FTS4 alone: FTS5 has no such columns */
}

static void write_columns(sqlite3_str *out, const char *table, const struct list *columns)
{
	sqlite3_str_appendf(out, "%s, ", rowid_name(table, columns));
	mo_write_names(out, columns);
}

char *mo_sql_full_text_give(struct arena *arena, const char *name, const struct list *columns)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendall(out, "SELECT ");
	write_columns(out, name, columns);
	sqlite3_str_appendall(out, " FROM ");
	mo_write_name(out, name);
	return mo_arena_take(arena, out);
}

char *mo_sql_full_text_take(struct arena *arena, const struct virtual_table *table,
			    const struct list *columns)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendf(out, "INSERT INTO \"%w\" (", table->object.name);
	write_columns(out, table->object.name, columns);
	sqlite3_str_appendall(out, ")");
	return mo_arena_take(arena, out);
}

char *mo_sql_full_text_late(struct arena *arena, const char *name, bool is_renamed)
{
	return mo_arena_format(arena,
			       is_renamed
				       ? "CREATE TABLE \"%w\"(id INTEGER PRIMARY KEY, value BLOB)"
				       : "CREATE TABLE '%q'(id INTEGER PRIMARY KEY, value BLOB)",
			       name);
}

char *mo_sql_full_text_fill(struct arena *arena, const struct virtual_table *table)
{
	const char *name = table->object.name;

	return mo_arena_format(arena, "INSERT INTO \"%w\"(\"%w\") VALUES('rebuild')", name, name);
}

char *mo_sql_full_text_check(struct arena *arena, const struct virtual_table *table)
{
	const char *name = table->object.name;

	/*
	 * https://sqlite.org/fts5.html#the_integrity_check_command: 1 has it read external content
	 * too.
	 */
	if (mo_same_name(table->module, "fts5"))
		return mo_arena_format(
			arena, "INSERT INTO main.\"%w\"(\"%w\", rank) VALUES('integrity-check', 1)",
			name, name);
	if (mo_same_name(table->module, "fts4") || mo_same_name(table->module, "fts3"))
		return mo_arena_format(arena,
				       "INSERT INTO main.\"%w\"(\"%w\") VALUES('integrity-check')",
				       name, name);
	return NULL;
}
