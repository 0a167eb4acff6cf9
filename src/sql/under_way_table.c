/* SPDX-License-Identifier: MIT */
/* under_way_table.c: see under_way_table.h. */
#include "sql/under_way_table.h"

#include "moult.h"

const char mo_sql_under_way_add[] =
	"INSERT INTO main." MO_UNDER_WAY_TABLE
	" (what, name, format, at, version, phase, cursor, text, former)"
	" VALUES (?1, ?2, ?3, " MO_SQL_CLOCK ", ?4, ?5, ?6, ?7, ?8)";

const char mo_sql_under_way_rows[] =
	"SELECT number, what, name, format, at, version, phase, cursor, text, former"
	" FROM main." MO_UNDER_WAY_TABLE " ORDER BY number";

const char mo_sql_under_way_made[] =
	"SELECT name, text FROM main." MO_UNDER_WAY_TABLE " WHERE what = 'made'";

const char mo_sql_under_way_move[] =
	"UPDATE main." MO_UNDER_WAY_TABLE " SET phase = ?1, cursor = ?2,"
	" text = ifnull(?4, text) WHERE number = ?3";

const char mo_sql_under_way_forget[] =
	"DELETE FROM main." MO_UNDER_WAY_TABLE " WHERE what = ?1 AND name = ?2";

const char mo_sql_under_way_drop[] = "DROP TABLE main." MO_UNDER_WAY_TABLE;

char *mo_sql_under_way_follow(struct arena *arena, long long before, long long now)
{
	return mo_arena_format(arena,
			       "UPDATE main." MO_UNDER_WAY_TABLE " SET text = '%lld'"
			       " WHERE what IN ('table', 'index') AND text = '%lld'",
			       now, before);
}

char *mo_made_name(struct arena *arena, const char *what, const char *table)
{
	return mo_arena_format(arena, MO_MADE_PREFIX "%s_%s", what, table);
}

char *mo_sql_under_way_note(struct arena *arena, const char *name, const char *sql)
{
	return sql ? mo_arena_format(arena,
				     "INSERT INTO main." MO_UNDER_WAY_TABLE
				     " (what, name, format, at, version, phase, text)"
				     " VALUES('made', %Q, %d, '', '', '', %Q)",
				     name, MO_UNDER_WAY_FORMAT, sql)
		   : NULL;
}

char *mo_sql_under_way_begin(struct arena *arena, const char *kind, const char *phase,
			     const char *former, const char *text)
{
	return mo_arena_format(arena,
			       "INSERT INTO main." MO_UNDER_WAY_TABLE
			       " (what, name, format, at, version, phase, text, former)\n"
			       "VALUES ('run', %Q, %d, %s, %Q, %Q, %Q, %Q)",
			       kind, MO_UNDER_WAY_FORMAT, MO_SQL_CLOCK, MOULT_VERSION, phase, text,
			       former);
}

char *mo_sql_under_way_enter(struct arena *arena, const char *phase)
{
	return mo_arena_format(
		arena, "UPDATE main." MO_UNDER_WAY_TABLE " SET phase = %Q WHERE what = 'run'",
		phase);
}
