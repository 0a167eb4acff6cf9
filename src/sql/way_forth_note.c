/* SPDX-License-Identifier: MIT */
/* way_forth_note.c: see way_forth_note.h. */
#include "sql/way_forth_note.h"

#include <stdlib.h>

#include "base/text.h"
#include "sql/own_table.h"
#include "sql/park_group.h"
#include "sql/parked_table.h"
#include "sql/token.h"

#define KEY "'way forth'"
#define STRING(number) STRING_OF(number)
#define STRING_OF(number) #number
#define PLACES STRING(MO_PLACES) /* of a generation */
#define GENERATIONS STRING(MO_GENERATIONS)
#define MOST_BYTES "16777216"

/* ---- writing ------------------------------------------------------------------------------- */

static void write_column(sqlite3_str *out, const struct kept_column *column)
{
	const char *word = column->is_of_gone ? "row" : column->became ? "became" : "value";

	sqlite3_str_appendf(out, "%s %d %Q %Q %Q", word, column->place, column->table,
			    column->column, column->type);
	if (column->became)
		sqlite3_str_appendf(out, " %Q", column->became);
	sqlite3_str_appendchar(out, 1, '\n');
}

char *mo_way_forth_text(struct arena *arena, const struct way_forth *forth)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendf(out, "forth %lld %d %Q %Q\n", forth->number, forth->generation,
			    forth->shape_from, forth->shape_to);
	EACH (const struct kept_column, column, &forth->columns)
		write_column(out, column);
	mo_write_park_triggers(out, &forth->triggers);
	return mo_arena_take(arena, out);
}

char *mo_sql_way_forth_write(struct arena *arena, const struct way_forth *forth)
{
	return mo_arena_format(arena,
			       "INSERT OR REPLACE INTO main." MO_PARKED_TABLE
			       " (_moult_place, _moult_key, _moult_value)\nVALUES (%d, " KEY
			       ", %Q)",
			       forth->generation * MO_PLACES, forth->text);
}

/* A generation has one, and the key finds it. */
const char mo_sql_way_forth_read[] =
	"WITH g(place) AS (VALUES (0) UNION ALL"
	" SELECT place + " PLACES " FROM g WHERE place < " GENERATIONS " * " PLACES ")"
	" SELECT place / " PLACES ", _moult_value FROM g CROSS JOIN main." MO_PARKED_TABLE
	" ON _moult_place = place AND _moult_key = " KEY " WHERE typeof(_moult_value) = 'text'"
	" AND length(CAST(_moult_value AS BLOB)) <= " MOST_BYTES;

char *mo_sql_sequence_park(struct arena *arena, int generation, const char *table)
{
	return mo_arena_format(arena,
			       "INSERT OR REPLACE INTO main." MO_PARKED_TABLE
			       " (_moult_place, _moult_key, _moult_value)\nSELECT %d,"
			       " 'sequence %q', seq FROM main.sqlite_sequence"
			       " WHERE name = %Q COLLATE NOCASE",
			       generation * MO_PLACES, table, table);
}

char *mo_sql_sequence_parked(struct arena *arena, int generation, const char *table)
{
	return mo_arena_format(arena,
			       "(SELECT _moult_value FROM main." MO_PARKED_TABLE
			       " WHERE _moult_place = %d AND _moult_key = 'sequence %q'"
			       " AND typeof(_moult_value) = 'integer')",
			       generation * MO_PLACES, table);
}

/* ---- reading ------------------------------------------------------------------------------- */

static long long next_number(const char **at)
{
	const struct token token = mo_token_next(*at);

	*at = token.text + token.length;
	return token.kind == TOKEN_NUMBER ? strtoll(token.text, NULL, 10) : -1;
}

static bool read_head(struct way_forth *forth, struct arena *arena, const char **text)
{
	const struct token word = mo_token_next(*text);

	*text = word.text + word.length;
	forth->number = next_number(text);
	forth->generation = (int)next_number(text);
	forth->shape_from = mo_token_next_string(arena, text);
	forth->shape_to = mo_token_next_string(arena, text);
	return mo_token_is(&word, "forth") && forth->number > 0 && forth->generation > 0 &&
	       forth->generation < MO_GENERATIONS && forth->shape_from && forth->shape_to;
}

/* A place of another generation would be values of somebody else's. */
static bool read_column(struct way_forth *forth, struct arena *arena, const struct token *word,
			const char **text)
{
	struct kept_column *column = mo_arena_make(arena, struct kept_column);
	const bool is_converted = mo_token_is(word, "became");
	const long long place = next_number(text);

	if (!column || place / MO_PLACES != forth->generation || !(place % MO_PLACES))
		return false;
	column->place = (int)place;
	column->is_of_gone = mo_token_is(word, "row");
	column->table = mo_token_next_string(arena, text);
	column->column = mo_token_next_string(arena, text);
	column->type = mo_token_next_string(arena, text);
	column->became = is_converted ? mo_token_next_string(arena, text) : NULL;
	mo_list_add(arena, &forth->columns, column);
	return column->table && column->column && column->type &&
	       (column->became || !is_converted) &&
	       (column->is_of_gone || is_converted || mo_token_is(word, "value"));
}

bool mo_read_way_forth(struct way_forth *forth, struct arena *arena, const char *text)
{
	bool is_good;

	*forth = (struct way_forth){.text = text};
	is_good = text && read_head(forth, arena, &text);
	while (is_good) {
		const struct token word = mo_token_next(text);

		if (word.kind == TOKEN_END)
			return true;
		text = word.text + word.length;
		is_good = mo_token_is(&word, "trigger")
				  ? mo_read_park_trigger(&forth->triggers, arena, &text)
				  : read_column(forth, arena, &word, &text);
	}
	return false;
}
