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
#include "sql/parked_rows.h"
#include "sql/parked_table.h"

#define HISTORY_1                                           \
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
			 "  backup TEXT\n"

/* As ALTER leaves it, so that a table that got these columns later has the same text. */
#define KIND "kind TEXT"
#define RELEASE "release TEXT"
#define UNDONE "undone INTEGER"
#define HISTORY HISTORY_1 ", " KIND ", " RELEASE ", " UNDONE ")"

static const char *const history_texts[] = {"CREATE TABLE " HISTORY, "CREATE TABLE " HISTORY_1 ")",
					    NULL};

#define DONE                                                   \
	MO_DONE_TABLE " (\n"                                   \
		      "  kind TEXT NOT NULL,\n"                \
		      "  object TEXT NOT NULL,\n"              \
		      "  digest TEXT NOT NULL,\n"              \
		      "  at TEXT NOT NULL,\n"                  \
		      "  PRIMARY KEY (kind, object, digest)\n" \
		      ")"

static const char *const done_texts[] = {"CREATE TABLE " DONE, NULL};

#define WAY_BACK_1                                          \
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
			  "  marks TEXT NOT NULL\n"

#define WAY_BACK WAY_BACK_1 ", statements TEXT)"

static const char *const way_back_texts[] = {"CREATE TABLE " WAY_BACK,
					     "CREATE TABLE " WAY_BACK_1 ")", NULL};

#define UNDER_WAY                                            \
	MO_UNDER_WAY_TABLE " (\n"                            \
			   "  number INTEGER PRIMARY KEY,\n" \
			   "  what TEXT NOT NULL,\n"         \
			   "  name TEXT NOT NULL,\n"         \
			   "  format INTEGER NOT NULL,\n"    \
			   "  at TEXT NOT NULL,\n"           \
			   "  version TEXT NOT NULL,\n"      \
			   "  phase TEXT NOT NULL,\n"        \
			   "  cursor,\n"                     \
			   "  text TEXT,\n"                  \
			   "  former TEXT\n"                 \
			   ")"

static const char *const under_way_texts[] = {"CREATE TABLE " UNDER_WAY, NULL};

#define PARKED                                                       \
	MO_PARKED_TABLE " (\n"                                       \
			"  _moult_place INTEGER NOT NULL,\n"         \
			"  _moult_key NOT NULL,\n"                   \
			"  _moult_value,\n"                          \
			"  _moult_became,\n"                         \
			"  PRIMARY KEY (_moult_place, _moult_key)\n" \
			") WITHOUT ROWID"

static const char *const parked_texts[] = {"CREATE TABLE " PARKED, NULL};

#define PARKED_ROWS                                                             \
	MO_PARKED_ROWS_TABLE " (\n"                                             \
			     "  parking INTEGER NOT NULL,\n"                    \
			     "  \"table\" TEXT NOT NULL,\n"                     \
			     "  key NOT NULL,\n"                                \
			     "  place INTEGER NOT NULL,\n"                      \
			     "  \"column\" TEXT NOT NULL,\n"                    \
			     "  value,\n"                                       \
			     "  PRIMARY KEY (parking, \"table\", key, place)\n" \
			     ") WITHOUT ROWID"

static const char *const parked_rows_texts[] = {"CREATE TABLE " PARKED_ROWS, NULL};

/*
 * Each own table has a row here. A new format is a new text; the old ones stay, since files have
 * them.
 */
const struct own_table mo_own_tables[] = {
	{MO_HISTORY_TABLE, history_texts},   {MO_DONE_TABLE, done_texts},
	{MO_WAY_BACK_TABLE, way_back_texts}, {MO_UNDER_WAY_TABLE, under_way_texts},
	{MO_PARKED_TABLE, parked_texts},     {MO_PARKED_ROWS_TABLE, parked_rows_texts},
};
const int mo_own_table_count = sizeof(mo_own_tables) / sizeof(*mo_own_tables);

const struct own_table *mo_own_table(const char *name)
{
	for (int i = 0; i < mo_own_table_count; i++)
		if (mo_same_name(mo_own_tables[i].name, name))
			return &mo_own_tables[i];
	return NULL;
}

static void write_is_not(sqlite3_str *out, const struct own_table *own)
{
	sqlite3_str_appendf(out, "NOT (tbl_name = %Q AND (sql IS NULL", own->name);
	for (int i = 0; own->texts[i]; i++)
		sqlite3_str_appendf(out, " OR sql = %Q", own->texts[i]);
	sqlite3_str_appendall(out, "))");
}

char *mo_sql_is_not_own(struct arena *arena)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	for (int i = 0; i < mo_own_table_count; i++) {
		sqlite3_str_appendall(out, i ? " AND " : "");
		write_is_not(out, &mo_own_tables[i]);
	}
	sqlite3_str_appendf(out, " AND NOT %s", mo_sql_is_park_trigger);
	return mo_arena_take(arena, out);
}

char *mo_sql_own_is_intact(struct arena *arena, const char *name)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendf(out,
			    "SELECT count(*) = 0 FROM main.sqlite_master"
			    " WHERE tbl_name = %Q COLLATE NOCASE AND ",
			    name);
	write_is_not(out, mo_own_table(name));
	return mo_arena_take(arena, out);
}

const char mo_sql_done_create[] = "CREATE TABLE IF NOT EXISTS main." DONE;

const char mo_sql_way_back_create[] = "CREATE TABLE IF NOT EXISTS main." WAY_BACK;

const char mo_sql_under_way_create[] = "CREATE TABLE IF NOT EXISTS main." UNDER_WAY;
const char mo_sql_parked_create[] = "CREATE TABLE IF NOT EXISTS main." PARKED;
const char mo_sql_parked_rows_create[] = "CREATE TABLE IF NOT EXISTS main." PARKED_ROWS;

const char mo_sql_history_create[] = "CREATE TABLE IF NOT EXISTS main." HISTORY;

#define ADD "ALTER TABLE main." MO_HISTORY_TABLE " ADD COLUMN "

const char mo_sql_history_widen[] = ADD KIND "; " ADD RELEASE "; " ADD UNDONE;

const char mo_sql_history_add[] =
	"INSERT INTO main." MO_HISTORY_TABLE
	" (number, format, at, version, \"plan\", document, shape_before, shape_after,"
	" user_version_before, user_version_after, statements, rows_copied, elapsed_ms, backup,"
	" kind, release, undone)"
	" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)";

const char mo_sql_history_undo[] =
	"UPDATE main." MO_HISTORY_TABLE " SET undone = ?1 WHERE number > ?2 AND number < ?1"
	" AND undone IS NULL";

const char mo_sql_history_is_wide[] = "SELECT undone FROM main." MO_HISTORY_TABLE " LIMIT 0";

#define COLUMNS                                                                              \
	"SELECT number, format, at, version, \"plan\", document, shape_before, shape_after," \
	" user_version_before, user_version_after, statements, rows_copied, elapsed_ms, backup"
#define FROM " FROM main." MO_HISTORY_TABLE
#define WIDE COLUMNS ", kind, release, undone" FROM
#define NARROW COLUMNS ", NULL, NULL, NULL" FROM
#define NEWEST " ORDER BY number DESC"
#define IN_FORCE " undone IS NULL AND kind IS NOT 'rollback'"
#define LEFT " ?1 IN (shape_before, shape_after)"
#define LEFT_FIRST " ORDER BY shape_before IS ?1 DESC, number DESC LIMIT 1"

const struct history_queries mo_sql_history[2] = {
	{NARROW NEWEST, NARROW NEWEST " LIMIT 1", NARROW " WHERE" LEFT LEFT_FIRST},
	{WIDE NEWEST, WIDE " WHERE" IN_FORCE NEWEST " LIMIT 1",
	 WIDE " WHERE" LEFT " AND" IN_FORCE LEFT_FIRST},
};

const char mo_sql_history_format[] = "SELECT max(format) FROM main." MO_HISTORY_TABLE;
const char mo_sql_history_format_in_force[] =
	"SELECT max(format) FROM main." MO_HISTORY_TABLE " WHERE" IN_FORCE;
const char mo_sql_history_first[] =
	"SELECT min(2 * number + (shape_before IS NOT ?1)) FROM main." MO_HISTORY_TABLE
	" WHERE ?1 IN (shape_before, shape_after)";
