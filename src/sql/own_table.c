/* SPDX-License-Identifier: MIT */
/*
 * own_table.c: see own_table.h.
 *
 * The columns of _moult_history are read by other programs and later versions:
 * new ones are added at the end, with a higher format in the rows that have
 * them, and none is ever renamed or dropped.
 */
#include "sql/own_table.h"

#include "base/text.h"

#define HISTORY                                             \
	MO_HISTORY_TABLE " (\n"                             \
			 "  number INTEGER PRIMARY KEY,\n"  \
			 "  format INTEGER NOT NULL,\n"     \
			 "  at TEXT NOT NULL,\n"            \
			 "  version TEXT NOT NULL,\n"       \
			 "  \"plan\" TEXT,\n"               \
			 "  document TEXT,\n"               \
			 "  shape_before TEXT,\n"           \
			 "  shape_after TEXT,\n"            \
			 "  user_version_before INTEGER,\n" \
			 "  user_version_after INTEGER,\n"  \
			 "  statements INTEGER,\n"          \
			 "  rows_copied INTEGER,\n"         \
			 "  elapsed_ms INTEGER,\n"          \
			 "  backup TEXT\n"                  \
			 ")"

static const char *const history_texts[] = {"CREATE TABLE " HISTORY, NULL};

#define DONE                                                   \
	MO_DONE_TABLE " (\n"                                   \
		      "  kind TEXT NOT NULL,\n"                \
		      "  object TEXT NOT NULL,\n"              \
		      "  digest TEXT NOT NULL,\n"              \
		      "  at TEXT NOT NULL,\n"                  \
		      "  PRIMARY KEY (kind, object, digest)\n" \
		      ")"

static const char *const done_texts[] = {"CREATE TABLE " DONE, NULL};

#define WAY_BACK                                            \
	MO_WAY_BACK_TABLE " (\n"                            \
			  "  number INTEGER PRIMARY KEY,\n" \
			  "  format INTEGER NOT NULL,\n"    \
			  "  at TEXT NOT NULL,\n"           \
			  "  version TEXT NOT NULL,\n"      \
			  "  shape_from TEXT NOT NULL,\n"   \
			  "  shape_to TEXT NOT NULL,\n"     \
			  "  release_from TEXT,\n"          \
			  "  release_to TEXT,\n"            \
			  "  document TEXT NOT NULL,\n"     \
			  "  marks TEXT NOT NULL\n"         \
			  ")"

static const char *const way_back_texts[] = {"CREATE TABLE " WAY_BACK, NULL};

/*
 * Each own table has a row here. A new format is a new text; the old ones stay, since files have
 * them.
 */
const struct own_table mo_own_tables[] = {
	{MO_HISTORY_TABLE, history_texts},
	{MO_DONE_TABLE, done_texts},
	{MO_WAY_BACK_TABLE, way_back_texts},
};
const int mo_own_table_count = sizeof(mo_own_tables) / sizeof(*mo_own_tables);

const struct own_table *mo_own_table(const char *name)
{
	for (int i = 0; i < mo_own_table_count; i++)
		if (mo_same_name(mo_own_tables[i].name, name))
			return &mo_own_tables[i];
	return NULL;
}

char *mo_sql_is_not_own(struct arena *arena)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	for (int i = 0; i < mo_own_table_count; i++) {
		const struct own_table *own = &mo_own_tables[i];

		sqlite3_str_appendf(out, "%sNOT (tbl_name = %Q AND (sql IS NULL", i ? " AND " : "",
				    own->name);
		for (int j = 0; own->texts[j]; j++)
			sqlite3_str_appendf(out, " OR sql = %Q", own->texts[j]);
		sqlite3_str_appendall(out, "))");
	}
	return mo_arena_take(arena, out);
}

char *mo_sql_own_is_intact(struct arena *arena, const char *name)
{
	return mo_arena_format(arena,
			       "SELECT count(*) = 0 FROM main.sqlite_master"
			       " WHERE tbl_name = %Q COLLATE NOCASE AND %s",
			       name, mo_sql_is_not_own(arena));
}

const char mo_sql_done_create[] = "CREATE TABLE IF NOT EXISTS main." DONE;

const char mo_sql_way_back_create[] = "CREATE TABLE IF NOT EXISTS main." WAY_BACK;

const char mo_sql_history_create[] = "CREATE TABLE IF NOT EXISTS main." HISTORY;

const char mo_sql_history_add[] =
	"INSERT INTO main." MO_HISTORY_TABLE
	" (format, at, version, \"plan\", document, shape_before, shape_after,"
	" user_version_before, user_version_after, statements, rows_copied, elapsed_ms, backup)"
	" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";

#define ROW                                                                                     \
	"SELECT number, format, at, version, \"plan\", document, shape_before, shape_after,"    \
	" user_version_before, user_version_after, statements, rows_copied, elapsed_ms, backup" \
	" FROM main." MO_HISTORY_TABLE

const char mo_sql_history_all[] = ROW " ORDER BY number DESC";

const char mo_sql_history_last[] = ROW " ORDER BY number DESC LIMIT 1";

const char mo_sql_history_format[] = "SELECT max(format) FROM main." MO_HISTORY_TABLE;
const char mo_sql_history_first[] =
	"SELECT min(2 * number + (shape_before IS NOT ?1)) FROM main." MO_HISTORY_TABLE
	" WHERE ?1 IN (shape_before, shape_after)";

const char mo_sql_history_left[] = ROW " WHERE ?1 IN (shape_before, shape_after)"
				       " ORDER BY shape_before IS ?1 DESC, number DESC LIMIT 1";
