/* SPDX-License-Identifier: MIT */
/* under_way.c: see live/under_way.h. */
#include "live/under_way.h"

#include <string.h>

#include "base/text.h"
#include "live/catalogue.h"
#include "live/connect.h"
#include "live/own.h"
#include "sql/under_way_table.h"

#define LABEL "table " MO_UNDER_WAY_TABLE

/* The columns of mo_sql_under_way_rows. */
enum {
	IN_NUMBER,
	IN_WHAT,
	IN_NAME,
	IN_FORMAT,
	IN_AT,
	IN_VERSION,
	IN_PHASE,
	IN_CURSOR,
	IN_TEXT,
	IN_FORMER
};

static const char *text_at(sqlite3_stmt *stmt, struct arena *arena, int column)
{
	return mo_arena_text(arena, (const char *)sqlite3_column_text(stmt, column));
}

static int refuse(struct diags *diags, const char *why)
{
	mo_diag(diags, DIAG_RUN081, NULL, LABEL, "what is under way in the file is not known: %s",
		why);
	mo_diag_hint(diags, "go on with the version of moult that began it");
	return mo_diag_kinds[DIAG_RUN081].result;
}

/* ---- objects that were made ---------------------------------------------------------------- */

static void add_made(struct list *list, struct arena *arena, const struct made *found)
{
	struct made *made;

	if (!found->name || !found->sql || !mo_name_has_prefix(found->name, MO_MADE_PREFIX))
		return;
	made = mo_arena_make(arena, struct made);
	if (made)
		*made = *found;
	mo_list_add(arena, list, made);
}

int mo_made_read(struct list *made, struct arena *arena, sqlite3 *db)
{
	sqlite3_stmt *stmt = NULL;
	bool has = false;
	int rc = mo_catalogue_find(&has, db, MO_UNDER_WAY_TABLE);

	if (rc || !has)
		return rc;
	rc = sqlite3_prepare_v2(db, mo_sql_under_way_made, -1, &stmt, NULL);
	while (!rc && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		add_made(made, arena,
			 &(struct made){text_at(stmt, arena, 0), text_at(stmt, arena, 1), NULL,
					NULL});
		rc = SQLITE_OK;
	}
	sqlite3_finalize(stmt);
	if (rc != SQLITE_DONE)
		return rc;
	return mo_arena_rc(arena) ? SQLITE_NOMEM : SQLITE_OK;
}

bool mo_made_has(const struct list *made, const char *name, const char *sql)
{
	EACH (const struct made, one, made)
		if (sql && strcmp(one->name, name) == 0 && strcmp(one->sql, sql) == 0)
			return true;
	return false;
}

/* ---- the whole ----------------------------------------------------------------------------- */

static bool is_kind(const char *name)
{
	return mo_same(name, MO_ONLINE) || mo_same(name, MO_SIDE_BY_SIDE);
}

/* The first row says what it is. */
static const char *take_run(struct under_way **out, struct arena *arena, sqlite3_stmt *stmt)
{
	struct under_way *run = mo_arena_make(arena, struct under_way);

	if (!run)
		return NULL;
	if (*out || !mo_same((const char *)sqlite3_column_text(stmt, IN_WHAT), "run"))
		return "its rows are not those that moult writes";
	if (sqlite3_column_int64(stmt, IN_FORMAT) != MO_UNDER_WAY_FORMAT)
		return "a later version of moult wrote it";
	*run = (struct under_way){.number = sqlite3_column_int64(stmt, IN_NUMBER),
				  .kind = text_at(stmt, arena, IN_NAME),
				  .at = text_at(stmt, arena, IN_AT),
				  .version = text_at(stmt, arena, IN_VERSION),
				  .phase = text_at(stmt, arena, IN_PHASE),
				  .document = text_at(stmt, arena, IN_TEXT),
				  .former = text_at(stmt, arena, IN_FORMER)};
	*out = run;
	return is_kind(run->kind) ? NULL : "a later version of moult wrote it";
}

static void take_table(struct under_way *run, struct arena *arena, sqlite3_stmt *stmt,
		       bool is_index)
{
	struct under_way_table *table = mo_arena_make(arena, struct under_way_table);

	if (table)
		*table = (struct under_way_table){
			.number = sqlite3_column_int64(stmt, IN_NUMBER),
			.is_index = is_index,
			.name = text_at(stmt, arena, IN_NAME),
			.phase = text_at(stmt, arena, IN_PHASE),
			.has_begun = sqlite3_column_type(stmt, IN_CURSOR) == SQLITE_INTEGER,
			.cursor = sqlite3_column_int64(stmt, IN_CURSOR),
			.begun_at = text_at(stmt, arena, IN_TEXT),
			.leaves = text_at(stmt, arena, IN_FORMER)};
	mo_list_add(arena, &run->tables, table);
}

static void take_made(struct under_way *run, struct arena *arena, sqlite3_stmt *stmt)
{
	const char *place = text_at(stmt, arena, IN_PHASE);

	add_made(&run->made, arena,
		 &(struct made){text_at(stmt, arena, IN_NAME), text_at(stmt, arena, IN_TEXT),
				text_at(stmt, arena, IN_FORMER), place && *place ? place : NULL});
}

/* What is wrong with it; or NULL. */
static const char *take_row(struct under_way **out, struct arena *arena, sqlite3_stmt *stmt)
{
	const char *what = (const char *)sqlite3_column_text(stmt, IN_WHAT);

	if (!*out || mo_same(what, "run"))
		return take_run(out, arena, stmt);
	if (mo_same(what, "table") || mo_same(what, "index"))
		take_table(*out, arena, stmt, mo_same(what, "index"));
	else if (mo_same(what, "made"))
		take_made(*out, arena, stmt);
	else
		return "its rows are not those that moult writes";
	return NULL;
}

int mo_under_way_read(struct under_way **under_way, struct arena *arena, sqlite3 *db,
		      struct diags *diags)
{
	sqlite3_stmt *stmt = NULL;
	const char *wrong = NULL;
	bool has = false;
	int rc = mo_own_judge(db, diags);

	*under_way = NULL;
	if (!rc)
		rc = mo_catalogue_has(&has, db, MO_UNDER_WAY_TABLE, diags);
	if (rc || !has)
		return rc;
	rc = sqlite3_prepare_v2(db, mo_sql_under_way_rows, -1, &stmt, NULL);
	while (!rc && !wrong && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		wrong = take_row(under_way, arena, stmt);
		rc = SQLITE_OK;
	}
	sqlite3_finalize(stmt);
	if (mo_arena_rc(arena))
		return mo_diag_memory(diags);
	if (wrong)
		return refuse(diags, wrong);
	if (rc != SQLITE_DONE)
		return mo_diag_sqlite(diags, db, rc, DIAG_RUN001, LABEL, "read what is under way");
	return *under_way ? MOULT_OK : refuse(diags, "it has no row");
}

static int say_under_way(const struct under_way *run, struct diags *diags)
{
	mo_diag(diags, DIAG_RUN080, NULL, LABEL,
		"a change to this file is under way: apply --%s, begun %s, phase %s",
		mo_same(run->kind, MO_ONLINE) ? "online" : "side-by-side", run->at, run->phase);
	mo_diag_hint(diags, "%s",
		     mo_same(run->kind, MO_ONLINE)
			     ? "the same apply --online again goes on with it; moult downgrade "
			       "abandons it"
			     : "moult finish ends it; moult downgrade goes back");
	return mo_diag_kinds[DIAG_RUN080].result;
}

int mo_under_way_refuse(sqlite3 *db, struct diags *diags)
{
	struct arena *arena = mo_arena_new();
	struct under_way *run = NULL;
	int rc = arena ? mo_under_way_read(&run, arena, db, diags) : mo_diag_memory(diags);

	if (!rc && run)
		rc = say_under_way(run, diags);
	mo_arena_free(arena);
	return rc;
}
