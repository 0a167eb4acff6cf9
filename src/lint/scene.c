/* SPDX-License-Identifier: MIT */
/* scene.c: see scene.h. */
#include "lint/scene.h"

#include <string.h>

#include "base/text.h"
#include "lint/scene.h"
#include "live/catalogue.h"
#include "live/connect.h"
#include "live/reference.h"
#include "live/watch.h"

#define QUOTED "no such column: "

/* ---- what is kept from a script -------------------------------------------------------- */

static bool is_one_of(const char *name, const char *const *names)
{
	for (; *names; names++)
		if (mo_same_name(name, *names))
			return true;
	return false;
}

/* Functions that reach out of the database: of SQLite, and of its shell. */
static bool reaches_out(const char *function)
{
	static const char *const names[] = {"load_extension", "writefile", "readfile", "edit",
					    "fsdir",	      "lsdir",	   "zipfile",  "eval",
					    "fts3_tokenizer", NULL};

	return is_one_of(function, names);
}

static int authorize(void *context, int action, const char *first, const char *second,
		     const char *schema, const char *trigger)
{
	struct scene *scene = context;

	(void)schema;
	(void)trigger;
	if (action == SQLITE_ATTACH || action == SQLITE_DETACH) {
		scene->denied = "it reaches for another file";
		return SQLITE_DENY;
	}
	if (action == SQLITE_FUNCTION && reaches_out(second)) {
		scene->denied = "it reaches for a function that reaches out of the database";
		return SQLITE_DENY;
	}
	(void)first;
	return SQLITE_OK;
}

/* Pragmas that mean something to a schema in memory; the others are passed over. */
static bool is_played(const char *pragma)
{
	static const char *const names[] = {"legacy_alter_table", "writable_schema", "user_version",
					    "application_id",	  "schema_version",  NULL};

	return is_one_of(pragma, names);
}

/* ---- opening ---------------------------------------------------------------------------- */

static int copy_object(struct scene *scene, const char *name, const char *sql)
{
	const char *message;

	if (mo_reference_declare(scene->m, scene->db, sql, NULL) == SQLITE_OK)
		return MOULT_OK;
	message = sqlite3_errmsg(scene->db);
	if (strstr(message,
		   "already exists")) /* a shadow table, which came with its virtual table */
		return MOULT_OK;
	return mo_diag(&scene->m->diags, DIAG_SQL002, NULL, name,
		       "SQLite %s does not accept this: %s", sqlite3_libversion(), message);
}

/* All that a file holds, moult's own tables too, in the order in which it was made. */
static int copy_live(struct scene *scene, sqlite3 *live)
{
	static const char query[] =
		"SELECT name, sql FROM main.sqlite_master WHERE sql IS NOT NULL ORDER BY rowid";
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(live, query, -1, &stmt, NULL);
	int result = MOULT_OK;

	while (!rc && result == MOULT_OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		const char *name = (const char *)sqlite3_column_text(stmt, 0);
		const char *sql = (const char *)sqlite3_column_text(stmt, 1);

		rc = SQLITE_OK;
		if (name && sql && !mo_name_has_prefix(name, "sqlite_"))
			result = copy_object(scene, name, sql);
	}
	sqlite3_finalize(stmt);
	if (result == MOULT_OK && rc != SQLITE_DONE)
		result = mo_diag_sqlite(&scene->m->diags, live, rc, DIAG_RUN003, NULL,
					"read the schema");
	return result;
}

/* A copy of what was analyzed is, too. */
static int copy_statistics(struct scene *scene, sqlite3 *live)
{
	int rc;

	if (mo_query_integer(live, "SELECT count(*) FROM main.sqlite_stat1", 0, &rc) > 0)
		rc = mo_exec(scene->db, "ANALYZE");
	return mo_is_trouble(rc) ? mo_diag_sqlite(&scene->m->diags, live, rc, DIAG_RUN003, NULL,
						  "copy the statistics")
				 : MOULT_OK;
}

/* Whatever came of it: memory that was not there is remembered. */
static int noted(struct scene *scene, int rc)
{
	scene->starved = scene->starved || (rc & 0xff) == SQLITE_NOMEM;
	return rc;
}

static void put_guards(struct scene *scene)
{
	mo_bounds_put(&scene->bounds, scene->m, scene->db, "lint");
	mo_scene_exec(scene, "PRAGMA temp_store = MEMORY");
}

int mo_scene_open(struct scene *scene, struct moult *m, sqlite3 *live, const struct schema *schema)
{
	int rc = MOULT_OK;

	*scene = (struct scene){.m = m};
	if (live || !schema)
		rc = mo_reference_open(&scene->db, m);
	else
		rc = mo_reference_build(&scene->db, m, schema);
	if (!rc && live)
		rc = copy_live(scene, live);
	if (!rc && live)
		rc = copy_statistics(scene, live);
	if (!rc)
		put_guards(scene);
	return rc;
}

int mo_scene_copy(struct scene *copy, const struct scene *scene)
{
	sqlite3_backup *backup;
	int rc;

	*copy = (struct scene){.m = scene->m};
	rc = mo_reference_open(&copy->db, scene->m);
	if (rc)
		return rc;
	backup = sqlite3_backup_init(copy->db, "main", scene->db, "main");
	if (backup) {
		sqlite3_backup_step(backup, -1);
		rc = sqlite3_backup_finish(backup);
	}
	if (!backup || rc)
		return mo_diag_memory(&scene->m->diags);
	put_guards(copy);
	return MOULT_OK;
}

void mo_scene_close(struct scene *scene)
{
	mo_disconnect(scene->db);
	scene->db = NULL;
}

int mo_scene_exec(struct scene *scene, const char *sql)
{
	return noted(scene, mo_exec(scene->db, sql));
}

/* ---- playing -------------------------------------------------------------------------------- */

/*
 * The name that "no such column: name" complains of; newer versions ask behind it whether it
 * should be a string.
 */
static char *unknown_column(struct scene *scene, struct arena *arena)
{
	const char *at = strstr(sqlite3_errmsg(scene->db), QUOTED);
	const char *end;

	if (!at)
		return NULL;
	at += strlen(QUOTED);
	end = strstr(at, " - should this be");
	if (*at == '"' && end && end > at + 1)
		return mo_arena_slice(arena, at + 1, (size_t)(end - at - 2));
	return mo_arena_slice(arena, at, end ? (size_t)(end - at) : strlen(at));
}

/*
 * Compiles without strings in double quotes; if that fails on a name, and with them it does not,
 * that name.
 */
static const char *string_in(struct scene *scene, struct arena *arena, const char *sql)
{
	sqlite3_stmt *stmt = NULL;
	const char *name = NULL;
	int rc;

	mo_reference_take_strings(scene->db, false);
	rc = noted(scene, mo_reference_prepare(scene->db, sql, &stmt, NULL));
	if ((rc & 0xff) == SQLITE_ERROR)
		name = unknown_column(scene, arena);
	sqlite3_finalize(stmt);
	mo_reference_take_strings(scene->db, true);
	if (!name)
		return NULL;
	rc = noted(scene, mo_reference_prepare(scene->db, sql, &stmt, NULL));
	sqlite3_finalize(stmt);
	return !rc ? name : NULL;
}

const char *mo_scene_string_in(struct scene *scene, struct arena *arena,
			       const struct statement *created)
{
	const char *sql;

	if (created->kind != KIND_VIEW || !created->name)
		return NULL;
	sql = mo_arena_format(arena, "SELECT * FROM \"%w\"", created->name);
	return sql ? string_in(scene, arena, sql) : NULL;
}

/* Whether running it changes the schema, or the state that later statements are read in. */
static bool is_run(const struct statement *statement)
{
	if (mo_changes_rows(statement))
		return statement->name && (mo_same_name(statement->name, "sqlite_master") ||
					   mo_same_name(statement->name, "sqlite_schema"));
	if (statement->act == ACT_PRAGMA)
		return is_played(statement->name);
	return statement->act <= ACT_ALTER ||
	       (statement->act >= ACT_BEGIN && statement->act <= ACT_ANALYZE);
}

static enum played refused(struct scene *scene, struct arena *arena, int rc, const char **why)
{
	if (scene->denied) {
		*why = scene->denied;
		return PLAYED_NOT;
	}
	*why = mo_bounds_passed(&scene->bounds, rc);
	if (*why)
		return PLAYED_NOT;
	if (mo_is_trouble(noted(scene, rc))) {
		mo_diag_sqlite(&scene->m->diags, scene->db, rc, DIAG_SQL002, NULL,
			       "play the script in memory");
		return PLAYED_TROUBLE;
	}
	*why = mo_arena_text(arena, sqlite3_errmsg(scene->db));
	return PLAYED_REFUSED;
}

static enum played play(struct scene *scene, struct arena *arena, const struct statement *statement,
			const char **why)
{
	sqlite3_stmt *stmt = NULL;
	enum played played = PLAYED_WELL;
	int rc;

	mo_bounds_begin(&scene->bounds, scene->db, statement->sql);
	scene->denied = NULL;
	sqlite3_set_authorizer(scene->db, authorize, scene);
	rc = mo_reference_prepare(scene->db, statement->sql, &stmt, NULL);
	if (!rc && stmt && is_run(statement)) {
		while ((rc = sqlite3_step(stmt)) == SQLITE_ROW)
			;
		rc = rc == SQLITE_DONE ? SQLITE_OK : rc;
	}
	if (rc)
		played = refused(scene, arena, rc, why);
	sqlite3_finalize(stmt);
	sqlite3_set_authorizer(scene->db, NULL, NULL);
	return played;
}

enum played mo_scene_play(struct scene *scene, struct arena *arena,
			  const struct statement *statement, const char **why, const char **string)
{
	*why = *string = NULL;
	if (statement->act == ACT_VACUUM || statement->act == ACT_DOT ||
	    (statement->act == ACT_PRAGMA && !is_played(statement->name)))
		return PLAYED_WELL;
	if (statement->act == ACT_ATTACH) {
		*why = "it reaches for another file";
		return PLAYED_NOT;
	}
	if (statement->act == ACT_CREATE ||
	    (statement->act >= ACT_INSERT && statement->act <= ACT_SELECT))
		*string = string_in(scene, arena, statement->sql);
	return play(scene, arena, statement, why);
}

void mo_scene_columns(struct scene *scene, struct arena *arena, struct list *names,
		      const char *table)
{
	sqlite3_stmt *stmt = NULL;
	char *sql = mo_arena_format(arena, "PRAGMA table_info(\"%w\")", table);

	if (sql && noted(scene, sqlite3_prepare_v2(scene->db, sql, -1, &stmt, NULL)) == SQLITE_OK)
		while (sqlite3_step(stmt) == SQLITE_ROW)
			mo_list_add(
				arena, names,
				mo_arena_text(arena, (const char *)sqlite3_column_text(stmt, 1)));
	noted(scene, sqlite3_finalize(stmt));
}
