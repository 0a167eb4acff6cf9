/* SPDX-License-Identifier: MIT */
/*
 * add.c: what SQLite refuses of ADD COLUMN only where the table has rows.
 *
 *	DEFAULT CURRENT_TIMESTAMP, DEFAULT (expression)
 *	GENERATED ALWAYS AS (...) STORED
 *	NOT NULL without a default
 *	REFERENCES with a default that is not NULL, while foreign_keys is on
 *	CHECK that the default fails; in a STRICT table, a default of another type
 *
 * The copy of the schema has no rows, so there all of them pass, as they do on
 * the developer's empty database.  So the statement is run once more, on a table
 * of the same name and columns that has one row of NULLs and no constraint but
 * those of the new column.  What SQLite refuses there, it refuses of any row.
 * https://sqlite.org/lang_altertable.html#altertabaddcol
 */
#include "lint/add.h"

#include <string.h>

#include "base/text.h"
#include "lint/find.h"
#include "lint/life.h"
#include "lint/scene.h"
#include "live/connect.h"
#include "sql/rebuild.h"
#include "sql/write.h"

/* ---- whether there are rows ----------------------------------------------------------- */

static bool is_empty_in_file(const struct work *work, const char *table)
{
	const char *sql = mo_arena_format(work->arena, "SELECT 1 FROM main.\"%w\" LIMIT 1", table);
	int rc = SQLITE_NOMEM;
	const long long any = sql ? mo_query_integer(work->live, sql, 0, &rc) : 0;

	work->scene->starved |= (rc & 0xff) == SQLITE_NOMEM;
	return !rc && !any;
}

bool mo_has_rows(const struct work *work, const struct life *life)
{
	if (life->is_temp || life->is_empty)
		return false;
	if (life->is_fed)
		return true;
	return life->origin && !(work->live && is_empty_in_file(work, life->origin));
}

/* ---- the trial ------------------------------------------------------------------------ */

static bool is_strict(const struct work *work, const struct life *life)
{
	const struct table *table =
		life && life->origin ? mo_schema_table(work->before, life->origin) : NULL;

	return table && table->strict;
}

static int set_up(struct work *work, const struct statement *statement, const struct life *life)
{
	struct list names = {0};
	int rc = MOULT_OK;

	for (int i = 0; life && i < life->columns.count; i++)
		mo_list_add(work->arena, &names, ((struct holding *)life->columns.items[i])->name);
	if (!work->trial.db)
		rc = mo_scene_open(&work->trial, work->m, NULL, NULL);
	if (rc)
		return rc;
	mo_scene_exec(&work->trial, work->foreign_keys == SETTING_OFF && !work->is_doubtful
					    ? "PRAGMA foreign_keys = OFF"
					    : "PRAGMA foreign_keys = ON");
	mo_scene_exec(&work->trial, mo_sql_create_row(work->arena, statement->name, &names,
						      is_strict(work, life)));
	return MOULT_OK;
}

static const char *hint_for(const char *why)
{
	if (strstr(why, "non-constant default"))
		return "add it without the default, fill it by UPDATE, and let INSERTs name it; or make "
		       "the table anew with the default";
	if (strstr(why, "STORED"))
		return "write VIRTUAL, with an index where reading must be fast; or make the table anew";
	if (strstr(why, "REFERENCES"))
		return "add it without the default, and fill it by UPDATE; or make the table anew";
	return "give it a default that fits; or make the table anew, and say in the copy what rows get";
}

/* Of NOT NULL without a default MF103 speaks. */
static bool is_about_the_row(const char *why)
{
	return strstr(why, "non-constant default") || strstr(why, "STORED column") ||
	       strstr(why, "REFERENCES column") || strstr(why, "CHECK constraint failed") ||
	       strstr(why, "type mismatch on DEFAULT");
}

static void say(struct work *work, const struct statement *statement, const char *why)
{
	const char *label = mo_arena_format(work->arena, "column %s.%s", statement->name,
					    statement->column ? statement->column : "");

	if (mo_find(work, DIAG_LN101, mo_spot_name(statement, statement->column), label,
		    "SQLite refuses this as soon as %s has a row: %s", statement->name, why))
		mo_find_hint(work, "%s", hint_for(why));
}

int mo_add_look(struct work *work, const struct statement *statement)
{
	const struct life *life = mo_life_of(work, statement->name);
	const char *why = NULL, *string = NULL;
	enum played played;
	int rc;

	if (statement->act != ACT_ADD_COLUMN || statement->is_temp || !statement->name ||
	    mo_name_has_prefix(statement->name, "sqlite_") || (life && !mo_has_rows(work, life)))
		return MOULT_OK;
	rc = set_up(work, statement, life);
	if (rc)
		return rc;
	played = mo_scene_play(&work->trial, work->arena, statement, &why, &string);
	mo_scene_exec(&work->trial, mo_sql_drop(work->arena, KIND_TABLE, statement->name));
	work->scene->starved |= work->trial.starved;
	if (played == PLAYED_TROUBLE)
		return MOULT_TROUBLE;
	if (played == PLAYED_REFUSED && is_about_the_row(why))
		say(work, statement, why);
	return MOULT_OK;
}
