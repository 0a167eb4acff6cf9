/* SPDX-License-Identifier: MIT */
/* catalogue.c: see catalogue.h. */
#include "live/catalogue.h"

#include <string.h>

#include "base/hash.h"
#include "base/text.h"
#include "live/connect.h"
#include "live/done_rows.h"
#include "live/own.h"
#include "live/shadows.h"
#include "live/under_way.h"
#include "sql/own_table.h"
#include "sql/park_group.h"
#include "sql/parked_table.h"
#include "sql/parse.h"

/* moult's own tables are nobody's to declare. */
static void add_own(struct schema *schema, const char *name)
{
	struct shadow *shadow = mo_arena_make(schema->arena, struct shadow);

	if (!shadow)
		return;
	shadow->name = mo_arena_text(schema->arena, name);
	mo_list_add(schema->arena, &schema->shadows, shadow);
}

static void add_park_trigger(struct schema *schema, const char *name, const char *sql)
{
	struct park_trigger *trigger = mo_arena_make(schema->arena, struct park_trigger);

	if (!trigger)
		return;
	trigger->name = mo_arena_text(schema->arena, name);
	trigger->sql = mo_arena_text(schema->arena, sql);
	mo_list_add(schema->arena, &schema->park_triggers, trigger);
}

static int read_rows(struct schema *schema, sqlite3 *db, bool virtuals, const struct list *made,
		     struct diags *diags)
{
	/* A virtual table has no page of its own; a view and a trigger neither. */
	static const char query[] =
		"SELECT name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL"
		" AND (type = 'table' AND ifnull(rootpage, 0) = 0) = ? ORDER BY rowid";
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(db, query, -1, &stmt, NULL);
	int result = MOULT_OK;

	if (!rc)
		rc = sqlite3_bind_int(stmt, 1, virtuals);
	while (!rc && result == MOULT_OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		const char *name = (const char *)sqlite3_column_text(stmt, 0);
		const char *table = (const char *)sqlite3_column_text(stmt, 1);
		const char *sql = (const char *)sqlite3_column_text(stmt, 2);
		struct object *object;

		rc = SQLITE_OK;
		if (!name || !table || !sql)
			continue;
		if ((mo_own_table(table) || mo_made_has(made, name, sql)) && !virtuals)
			add_own(schema, name);
		if (mo_is_park_trigger(schema->arena, name, sql)) {
			add_park_trigger(schema, name, sql);
			continue;
		}
		if (mo_name_has_prefix(name, "sqlite_") || mo_own_table(table) ||
		    mo_schema_is_shadow(schema, table) || mo_made_has(made, name, sql))
			continue;
		result = mo_read_create(&object, schema, sql, diags);
		if (result == MOULT_OK && !mo_same_name(object->name, name))
			object->name = mo_arena_text(schema->arena, name);
	}
	sqlite3_finalize(stmt);
	if (result == MOULT_OK && rc != SQLITE_DONE)
		result = mo_diag_sqlite(diags, db, rc, DIAG_RUN003, NULL, "read the schema");
	return result;
}

static const char *auto_vacuum_word(long long mode)
{
	static const char *const words[] = {"none", "full", "incremental"};

	return words[mode == 1 || mode == 2 ? mode : 0];
}

/* The first failure sticks in *rc. */
static long long ask_integer(sqlite3 *db, const char *sql, int *rc)
{
	return *rc ? 0 : mo_query_integer(db, sql, 0, rc);
}

static const char *ask_text(struct schema *schema, sqlite3 *db, const char *sql, int *rc)
{
	return *rc ? NULL : mo_query_text(schema->arena, db, sql, rc);
}

/* A file keeps whether it has a WAL; what becomes of a rollback journal is each connection's. */
static const char *kept_mode(const char *mode)
{
	return mo_same_name(mode, "wal") ? "wal" : mode ? "delete" : NULL;
}

static int read_pragmas(struct schema *schema, sqlite3 *db, struct diags *diags)
{
	struct pragmas *pragmas = &schema->pragmas;
	int rc = SQLITE_OK;

	pragmas->user_version = (int)ask_integer(db, "PRAGMA main.user_version", &rc);
	pragmas->application_id = (int)ask_integer(db, "PRAGMA main.application_id", &rc);
	pragmas->page_size = (int)ask_integer(db, "PRAGMA main.page_size", &rc);
	pragmas->encoding = ask_text(schema, db, "PRAGMA main.encoding", &rc);
	pragmas->journal_mode = kept_mode(ask_text(schema, db, "PRAGMA main.journal_mode", &rc));
	pragmas->auto_vacuum = auto_vacuum_word(ask_integer(db, "PRAGMA main.auto_vacuum", &rc));
	pragmas->has_user_version = true;
	pragmas->has_application_id = true;
	return rc ? mo_diag_sqlite(diags, db, rc, DIAG_RUN003, NULL, "read the schema") : MOULT_OK;
}

/*
 * Whether a migration in force left marks.  A rollback takes them with the migration, and leaves
 * the row of that, as undone.
 */
static bool have_been_marks(sqlite3 *db, int *rc)
{
	return ask_integer(db, mo_sql_history_format, rc) >= MO_HISTORY_FORMAT_DONE &&
	       ask_integer(db, mo_sql_history_format_in_force, rc) >= MO_HISTORY_FORMAT_DONE;
}

/* What moult has left in the file: the marks, and whether there must be some. */
static int read_marks(struct schema *schema, sqlite3 *db, struct diags *diags)
{
	bool has_done = false;
	bool has_history = false;
	int rc = mo_catalogue_has(&has_done, db, MO_DONE_TABLE, diags);

	if (!rc)
		rc = mo_catalogue_has(&schema->has_parked, db, MO_PARKED_TABLE, diags);
	if (!rc && has_done)
		rc = mo_done_read(schema, db, diags);
	if (!rc)
		rc = mo_catalogue_has(&has_history, db, MO_HISTORY_TABLE, diags);
	if (rc)
		return rc;
	schema->has_marks = has_done || has_history;
	schema->has_done = has_done;
	if (has_history && !has_done)
		schema->lost_marks = have_been_marks(db, &rc);
	return rc ? mo_diag_sqlite(diags, db, rc, DIAG_RUN003, "table " MO_HISTORY_TABLE,
				   "read the history")
		  : MOULT_OK;
}

/* What a change that is under way has made meanwhile. */
static int read_made(struct list *made, struct arena *arena, sqlite3 *db, struct diags *diags)
{
	const int rc = mo_made_read(made, arena, db);

	return rc ? mo_diag_sqlite(diags, db, rc, DIAG_RUN003, NULL, "read the schema") : MOULT_OK;
}

static int read_schema(struct schema *schema, struct moult *m, sqlite3 *db)
{
	struct list made = {0};
	int rc = mo_own_judge(db, &m->diags);

	if (!rc)
		rc = read_made(&made, schema->arena, db, &m->diags);
	if (!rc)
		rc = read_rows(schema, db, true, &made, &m->diags);
	if (!rc)
		rc = mo_shadows_read(schema, m, db);
	if (!rc)
		rc = read_rows(schema, db, false, &made, &m->diags);
	if (!rc)
		rc = read_pragmas(schema, db, &m->diags);
	if (!rc)
		rc = read_marks(schema, db, &m->diags);
	if (rc)
		return rc;
	return mo_schema_seal(schema) == MOULT_OK ? MOULT_OK : mo_diag_memory(&m->diags);
}

int mo_catalogue_read(struct schema **out, struct moult *m, sqlite3 *db)
{
	struct schema *schema = mo_schema_new();
	int rc = schema ? read_schema(schema, m, db) : mo_diag_memory(&m->diags);

	if (!rc)
		*out = schema;
	else
		mo_schema_free(schema);
	return rc;
}

/* A row of the query below. */
static bool is_made(const struct list *made, sqlite3_stmt *stmt)
{
	const char *name = (const char *)sqlite3_column_text(stmt, 1);

	if (!name || sqlite3_column_type(stmt, 3) != SQLITE_NULL)
		return name && mo_made_has(made, name, (const char *)sqlite3_column_text(stmt, 3));
	/* The index of a constraint has no text of its own. */
	EACH (const struct made, one, made)
		if (mo_same(one->name, (const char *)sqlite3_column_text(stmt, 2)))
			return true;
	return false;
}

static bool is_park_row(sqlite3_stmt *stmt, struct arena *arena)
{
	return mo_is_park_trigger(arena, (const char *)sqlite3_column_text(stmt, 1),
				  (const char *)sqlite3_column_text(stmt, 3));
}

int mo_catalogue_park_groups(struct list *groups, struct arena *arena, sqlite3 *db)
{
	static const char query[] =
		"SELECT type, name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'";
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(db, query, -1, &stmt, NULL);

	while (!rc && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		struct park_group *group =
			is_park_row(stmt, arena) ? mo_arena_make(arena, struct park_group) : NULL;

		if (group &&
		    mo_park_group_read(group, arena, (const char *)sqlite3_column_text(stmt, 3)))
			mo_list_add(arena, groups, group);
		rc = mo_arena_rc(arena);
	}
	sqlite3_finalize(stmt);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

int mo_catalogue_exact(char **fingerprint, struct arena *arena, sqlite3 *db, struct diags *diags)
{
	static const char query[] =
		"SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name";
	struct hasher hasher;
	char text[MO_HASH_TEXT];
	struct list made = {0};
	sqlite3_stmt *stmt = NULL;
	int rc = mo_made_read(&made, arena, db);

	if (!rc)
		rc = sqlite3_prepare_v2(db, query, -1, &stmt, NULL);
	mo_hash_begin(&hasher);
	while (!rc && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		const char *table = (const char *)sqlite3_column_text(stmt, 2);
		const bool is_own = !table || mo_own_table(table) || is_made(&made, stmt) ||
				    is_park_row(stmt, arena);

		rc = SQLITE_OK;
		for (int i = 0; i < 4 && !is_own; i++)
			mo_hash_text(&hasher, (const char *)sqlite3_column_text(stmt, i));
	}
	sqlite3_finalize(stmt);
	if (rc == SQLITE_DONE)
		mo_hash_integer(&hasher, mo_query_integer(db, "PRAGMA main.user_version", 0, &rc));
	if (rc)
		return mo_diag_sqlite(diags, db, rc, DIAG_RUN003, NULL, "read the schema");
	mo_hash_write(text, mo_hash_end(&hasher));
	*fingerprint = mo_arena_text(arena, text);
	return *fingerprint ? MOULT_OK : mo_diag_memory(diags);
}

int mo_catalogue_find(bool *has, sqlite3 *db, const char *table)
{
	static const char query[] = "SELECT 1 FROM sqlite_master WHERE name = ? AND type = 'table'";
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(db, query, -1, &stmt, NULL);

	if (!rc)
		rc = sqlite3_bind_text(stmt, 1, table, -1, SQLITE_STATIC);
	if (!rc)
		rc = sqlite3_step(stmt);
	sqlite3_finalize(stmt);
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		return rc;
	*has = rc == SQLITE_ROW;
	return SQLITE_OK;
}

int mo_catalogue_has(bool *has, sqlite3 *db, const char *table, struct diags *diags)
{
	const int rc = mo_catalogue_find(has, db, table);

	return !rc ? MOULT_OK
		   : mo_diag_sqlite(diags, db, rc, DIAG_RUN003, table, "read the schema");
}
