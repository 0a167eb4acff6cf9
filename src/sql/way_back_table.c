/* SPDX-License-Identifier: MIT */
/* way_back_table.c: see way_back_table.h. */
#include "sql/way_back_table.h"

#include "sql/token.h"

#define STRING(number) STRING_OF(number)
#define STRING_OF(number) #number

const char mo_sql_way_back_add[] = "INSERT INTO main." MO_WAY_BACK_TABLE
				   " (format, at, version, shape_from, shape_to, document, marks,"
				   " release_from, release_to)"
				   " VALUES (?1, " MO_SQL_CLOCK ", ?2, ?3, ?4, ?5, ?6, ?7, ?8)";

const char mo_sql_way_back_trim[] =
	"DELETE FROM main." MO_WAY_BACK_TABLE
	" WHERE number NOT IN (SELECT number FROM main." MO_WAY_BACK_TABLE
	" ORDER BY number DESC LIMIT " STRING(MO_WAYS_BACK_KEPT) ")";

const char mo_sql_way_back_clear[] = "DELETE FROM main." MO_WAY_BACK_TABLE;

const char mo_sql_way_back_rows[] =
	"SELECT number, format, at, shape_from, shape_to, length(CAST(document AS BLOB)),"
	" length(CAST(marks AS BLOB)), release_from, release_to FROM main." MO_WAY_BACK_TABLE
	" ORDER BY number DESC";

const char mo_sql_way_back_texts[] =
	"SELECT document, marks FROM main." MO_WAY_BACK_TABLE " WHERE number = ?1";

char *mo_sql_way_back_forget(struct arena *arena, long long number)
{
	return mo_arena_format(arena, "DELETE FROM main." MO_WAY_BACK_TABLE " WHERE number = %lld",
			       number);
}

/* ---- marks --------------------------------------------------------------------------------- */

const char mo_sql_done_marks[] = "SELECT kind, object, digest, at FROM main." MO_DONE_TABLE;

char *mo_sql_done_take_away(struct arena *arena, const struct done_mark *mark)
{
	return mo_arena_format(arena,
			       "DELETE FROM main." MO_DONE_TABLE
			       " WHERE kind = %Q AND object = %Q AND digest = %Q",
			       mark->kind, mark->object, mark->digest);
}

char *mo_sql_done_put_back(struct arena *arena, const struct done_mark *mark)
{
	return mo_arena_format(arena,
			       "INSERT OR REPLACE INTO main." MO_DONE_TABLE
			       " (kind, object, digest, at)\nVALUES (%Q, %Q, %Q, %Q)",
			       mark->kind, mark->object, mark->digest, mark->at);
}

void mo_write_done_marks(sqlite3_str *out, const struct list *marks, char sign)
{
	EACH (const struct done_mark, mark, marks)
		sqlite3_str_appendf(out, "%c %Q %Q %Q %Q\n", sign, mark->kind, mark->object,
				    mark->digest, mark->at);
}

static const char *next_string(struct arena *arena, const char **at)
{
	const struct token token = mo_token_next(*at);

	*at = token.text + token.length;
	return token.kind == TOKEN_STRING ? mo_token_unquote(arena, &token) : NULL;
}

bool mo_read_done_marks(struct way_back *way, struct arena *arena, const char *text)
{
	for (;;) {
		const struct token sign = mo_token_next(text);
		struct done_mark *mark;

		if (sign.kind == TOKEN_END)
			return true;
		mark = mo_arena_make(arena, struct done_mark);
		if (!mark || (!mo_token_is(&sign, "+") && !mo_token_is(&sign, "-")))
			return false;
		text = sign.text + sign.length;
		mark->kind = next_string(arena, &text);
		mark->object = next_string(arena, &text);
		mark->digest = next_string(arena, &text);
		mark->at = next_string(arena, &text);
		if (!mark->kind || !mark->object || !mark->digest || !mark->at)
			return false;
		mo_list_add(arena, mo_token_is(&sign, "+") ? &way->left : &way->taken, mark);
	}
}
