/* SPDX-License-Identifier: MIT */
/* full_text.c: see full_text.h. */
#include "sql/full_text.h"

#include "base/text.h"
#include "sql/token.h"

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

char *mo_sql_full_text_fill(struct arena *arena, const struct virtual_table *table)
{
	const char *name = table->object.name;

	return mo_arena_format(arena, "INSERT INTO \"%w\"(\"%w\") VALUES('rebuild')", name, name);
}

char *mo_sql_full_text_check(struct arena *arena, const struct virtual_table *table)
{
	const char *name = table->object.name;

	/* https://sqlite.org/fts5.html#the_integrity_check_command: 1 has it read external content too. */
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
