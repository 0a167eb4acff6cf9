/* SPDX-License-Identifier: MIT */
/* way_back_table.c: see way_back_table.h. */
#include "sql/way_back_table.h"

#include <stdlib.h>

#include "moult.h"
#include "sql/park_group.h"
#include "sql/parked_table.h"
#include "sql/token.h"

/* Words of the column marks. */
#define VALUES "values"
#define SEQUENCE "sequence"

#define STRING(number) STRING_OF(number)
#define STRING_OF(number) #number

#define ADD                                   \
	"INSERT INTO main." MO_WAY_BACK_TABLE \
	" (format, at, version, shape_from, shape_to, document, marks, release_from, release_to"

const char mo_sql_way_back_add[] =
	ADD ") VALUES (?1, " MO_SQL_CLOCK ", ?2, ?3, ?4, ?5, ?6, ?7, ?8)";

char *mo_sql_way_back_write(struct arena *arena, const struct stored_row *row)
{
	return mo_arena_format(
		arena, ADD ", statements)\nVALUES (%d, %s, %Q, %Q, %Q,\n%Q,\n%s, %Q, %Q,\n%s)",
		MO_WAY_BACK_FORMAT, MO_SQL_CLOCK, MOULT_VERSION, row->shape_from, row->shape_to,
		row->document, row->marks, row->release_from, row->release_to,
		row->statements ? row->statements : "NULL");
}

const char mo_sql_way_back_newest[] = "SELECT ifnull(max(number), 0) FROM main." MO_WAY_BACK_TABLE;

char *mo_sql_way_back_is_whole(struct arena *arena)
{
	return mo_arena_format(arena,
			       "SELECT total(sql = %Q) = 1 AND count(*) = 1 FROM main.sqlite_master"
			       " WHERE tbl_name = '" MO_WAY_BACK_TABLE "' COLLATE NOCASE",
			       mo_own_table(MO_WAY_BACK_TABLE)->texts[0]);
}

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
	if (number == MO_NEWEST_WAY)
		return mo_arena_format(
			arena,
			"DELETE FROM main." MO_WAY_BACK_TABLE
			" WHERE number = (SELECT max(number) FROM main." MO_WAY_BACK_TABLE ")");
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

static void write_marks(sqlite3_str *out, const struct list *marks, char sign)
{
	EACH (const struct done_mark, mark, marks)
		sqlite3_str_appendf(out, "%c %Q %Q %Q %Q\n", sign, mark->kind, mark->object,
				    mark->digest, mark->at);
}

void mo_write_way_marks(sqlite3_str *out, const struct way_back *way)
{
	if (way->generation)
		sqlite3_str_appendf(out, VALUES " %d\n", way->generation);
	write_marks(out, &way->left, '+');
	write_marks(out, &way->taken, '-');
	EACH (const struct kept_sequence, kept, &way->sequences)
		sqlite3_str_appendf(out, SEQUENCE " %Q %lld\n", kept->table, kept->last);
	mo_write_park_triggers(out, &way->triggers);
}

const char mo_sql_way_back_generations[] =
	"SELECT substr(marks, 1, 20) FROM main." MO_WAY_BACK_TABLE
	" ORDER BY number DESC LIMIT " STRING(MO_WAYS_BACK_KEPT);

/* The number behind the word; 0 where it is none of ours. */
static int generation_at(const struct token *word)
{
	const struct token number = mo_token_next(word->text + word->length);
	const long generation = number.kind == TOKEN_NUMBER ? strtol(number.text, NULL, 10) : 0;

	return generation > 0 && generation < MO_GENERATIONS ? (int)generation : 0;
}

int mo_read_generation(const char *marks)
{
	const struct token word = mo_token_next(marks ? marks : "");

	return mo_token_is(&word, VALUES) ? generation_at(&word) : 0;
}

static bool read_mark(struct list *marks, struct arena *arena, const char **text)
{
	struct done_mark *mark = mo_arena_make(arena, struct done_mark);

	if (!mark)
		return false;
	mark->kind = mo_token_next_string(arena, text);
	mark->object = mo_token_next_string(arena, text);
	mark->digest = mo_token_next_string(arena, text);
	mark->at = mo_token_next_string(arena, text);
	mo_list_add(arena, marks, mark);
	return mark->kind && mark->object && mark->digest && mark->at;
}

static bool read_values(struct way_back *way, const struct token *word, const char **text)
{
	const struct token number = mo_token_next(*text);

	way->generation = generation_at(word);
	*text = number.text + number.length;
	return way->generation > 0;
}

static bool read_sequence(struct list *sequences, struct arena *arena, const char **text)
{
	struct kept_sequence *kept = mo_arena_make(arena, struct kept_sequence);
	struct token number;

	if (!kept)
		return false;
	kept->table = mo_token_next_string(arena, text);
	number = mo_token_next(*text);
	kept->last = number.kind == TOKEN_NUMBER ? strtoll(number.text, NULL, 10) : 0;
	*text = number.text + number.length;
	mo_list_add(arena, sequences, kept);
	return kept->table && kept->last > 0;
}

bool mo_read_way_marks(struct way_back *way, struct arena *arena, const char *text)
{
	bool is_good = true;

	while (is_good) {
		const struct token sign = mo_token_next(text);

		if (sign.kind == TOKEN_END)
			return true;
		text = sign.text + sign.length;
		if (mo_token_is(&sign, "+"))
			is_good = read_mark(&way->left, arena, &text);
		else if (mo_token_is(&sign, "-"))
			is_good = read_mark(&way->taken, arena, &text);
		else if (mo_token_is(&sign, SEQUENCE))
			is_good = read_sequence(&way->sequences, arena, &text);
		else if (mo_token_is(&sign, "trigger"))
			is_good = mo_read_park_trigger(&way->triggers, arena, &text);
		else
			is_good = mo_token_is(&sign, VALUES) && read_values(way, &sign, &text);
	}
	return false;
}

/* ---- what AUTOINCREMENT remembers ---------------------------------------------------------- */

#define SEQUENCES "main.sqlite_sequence"

const char mo_sql_sequence_last[] = "SELECT seq FROM " SEQUENCES " WHERE name = ?1 COLLATE NOCASE";

char *mo_sql_sequence_raise(struct arena *arena, const char *table, const char *last)
{
	return mo_arena_format(arena,
			       "UPDATE " SEQUENCES " SET seq = %s WHERE name = %Q AND seq < %s",
			       last, table, last);
}

char *mo_sql_sequence_begin(struct arena *arena, const char *table, const char *last)
{
	return mo_arena_format(arena,
			       "INSERT INTO " SEQUENCES " (name, seq)\nSELECT %Q, %s WHERE %s > 0"
			       " AND NOT EXISTS (SELECT 1 FROM " SEQUENCES " WHERE name = %Q)",
			       table, last, last, table);
}

/* ---- marks, by SQL alone ------------------------------------------------------------------- */

#define MARKS "temp." MO_MARKS_TABLE
#define ALL "SELECT kind, object, digest, at FROM "
#define LEFT ALL "main." MO_DONE_TABLE " EXCEPT " ALL MARKS
#define TAKEN ALL MARKS " EXCEPT " ALL "main." MO_DONE_TABLE
#define EACH_OF(query, text)                                          \
	"(SELECT ifnull(group_concat(" text ", ''), '') FROM (" query \
	" ORDER BY kind, object, digest, at))"
#define LINE(sign)                                                                   \
	"'" sign " ' || quote(kind) || ' ' || quote(object) || ' ' || quote(digest)" \
	" || ' ' || quote(at) || char(10)"

const char mo_sql_marks_drop[] = "DROP TABLE IF EXISTS \"temp\".\"" MO_MARKS_TABLE "\"";
const char mo_sql_marks_keep[] =
	"CREATE TEMP TABLE " MO_MARKS_TABLE " AS " ALL "main." MO_DONE_TABLE;
const char mo_sql_marks_text[] = EACH_OF(LEFT, LINE("+")) " || " EACH_OF(TAKEN, LINE("-"));

const char mo_sql_marks_take_away[] =
	EACH_OF(LEFT, "'DELETE FROM main." MO_DONE_TABLE
		      " WHERE kind = ' || quote(kind) || ' AND object = ' || quote(object)"
		      " || ' AND digest = ' || quote(digest) || ';' || char(10)");

const char mo_sql_marks_put_back[] = EACH_OF(
	TAKEN, "'INSERT OR REPLACE INTO main." MO_DONE_TABLE
	       " (kind, object, digest, at) VALUES (' || quote(kind) || ', ' || quote(object)"
	       " || ', ' || quote(digest) || ', ' || quote(at) || ');' || char(10)");
