/* SPDX-License-Identifier: MIT */
/* park_group.c: see park_group.h. */
#include "sql/park_group.h"

#include <stdlib.h>

#include "sql/own_table.h"
#include "sql/parked_table.h"
#include "sql/token.h"

static int find(const struct tokens *tokens, int at, const char *word)
{
	while (at < tokens->count && !mo_token_is(&tokens->items[at], word))
		at++;
	return at;
}

/* A place, or -1. */
static int place_of(const struct token *token)
{
	const long long number = token->kind == TOKEN_NUMBER ? strtoll(token->text, NULL, 10) : -1;

	return number > 0 && number < (long long)MO_GENERATIONS * MO_PLACES ? (int)number : -1;
}

/* Those in brackets, one by one and ascending. */
static int read_places(struct park_group *group, const struct tokens *tokens, int at)
{
	for (; at < tokens->count && !mo_token_is(&tokens->items[at], ")"); at++) {
		const int place = place_of(&tokens->items[at]);

		if (mo_token_is(&tokens->items[at], ","))
			continue;
		if (place < 0 || (group->first && place != group->last + 1))
			return tokens->count;
		group->first = group->first ? group->first : place;
		group->last = place;
	}
	return at;
}

static void read_key(struct park_group *group, struct arena *arena, const struct tokens *tokens,
		     int at)
{
	for (; at + 2 < tokens->count && !mo_token_is(&tokens->items[at], ";"); at++)
		if (mo_token_is(&tokens->items[at], "new") &&
		    mo_token_is(&tokens->items[at + 1], "."))
			mo_list_add(arena, &group->key,
				    mo_token_unquote(arena, &tokens->items[at + 2]));
}

bool mo_park_group_read(struct park_group *group, struct arena *arena, const char *sql)
{
	const struct tokens tokens = mo_tokens(arena, sql);
	const int on = find(&tokens, 0, "ON");
	int at = find(&tokens, on, "IN");

	*group = (struct park_group){.table = NULL};
	if (at >= tokens.count || find(&tokens, 0, "INSERT") > on)
		return false;
	group->table = mo_token_unquote(arena, &tokens.items[on + 1]);
	at = read_places(group, &tokens, at + 2);
	read_key(group, arena, &tokens, at);
	return group->table && group->first && group->key.count;
}

void mo_write_park_triggers(sqlite3_str *out, const struct list *triggers)
{
	EACH (const struct park_trigger, trigger, triggers)
		sqlite3_str_appendf(out, "trigger %Q %Q\n", trigger->name, trigger->sql);
}

bool mo_read_park_trigger(struct list *triggers, struct arena *arena, const char **text)
{
	struct park_trigger *trigger = mo_arena_make(arena, struct park_trigger);

	if (!trigger)
		return false;
	trigger->name = mo_token_next_string(arena, text);
	trigger->sql = mo_token_next_string(arena, text);
	mo_list_add(arena, triggers, trigger);
	return mo_is_park_trigger(arena, trigger->name, trigger->sql);
}

char *mo_sql_parked_keep(struct arena *arena, const int *generations, int count)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendall(out, "DELETE FROM main." MO_PARKED_TABLE);
	for (int i = 0; i < count; i++)
		sqlite3_str_appendf(out, "%s_moult_place NOT BETWEEN %d AND %d",
				    i ? " AND " : " WHERE ", generations[i] * MO_PLACES,
				    (generations[i] + 1) * MO_PLACES - 1);
	return mo_arena_take(arena, out);
}

char *mo_sql_parked_drop(struct arena *arena, const struct park_group *group)
{
	return mo_arena_format(
		arena, "DELETE FROM main." MO_PARKED_TABLE " WHERE _moult_place BETWEEN %d AND %d",
		group->first, group->last);
}
