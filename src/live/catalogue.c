/* SPDX-License-Identifier: MIT */
/* catalogue.c: see catalogue.h. */
#include "live/catalogue.h"

#include <string.h>

#include "base/hash.h"
#include "base/text.h"
#include "live/connect.h"
#include "live/done.h"
#include "live/own.h"
#include "sql/own.h"
#include "sql/read.h"

/* The tables that a module keeps its content in, by the end of their names. */
static const struct {
	const char *module;
	const char *suffixes[7];
} shadow_suffixes[] = {
	{"fts3", {"_content", "_segments", "_segdir", "_docsize", "_stat"}},
	{"fts4", {"_content", "_segments", "_segdir", "_docsize", "_stat"}},
	{"fts5", {"_data", "_idx", "_content", "_docsize", "_config"}},
	{"rtree", {"_node", "_rowid", "_parent"}},
	{"rtree_i32", {"_node", "_rowid", "_parent"}},
	{"geopoly", {"_node", "_rowid", "_parent"}},
	{"spellfix1", {"_vocab"}},
};

static void add_shadow(struct schema *schema, const char *name)
{
	mo_list_add(schema->arena, &schema->shadows, (void *)name);
}

/* False where nothing is known of the module. */
static bool add_known_shadows(struct schema *schema, const struct virtual_table *table)
{
	bool known = false;

	for (size_t m = 0; m < sizeof(shadow_suffixes) / sizeof(*shadow_suffixes); m++) {
		if (!mo_same_name(table->module, shadow_suffixes[m].module))
			continue;
		known = true;
		for (int i = 0; shadow_suffixes[m].suffixes[i]; i++)
			add_shadow(schema,
				   mo_arena_format(schema->arena, "%s%s", table->object.name,
						   shadow_suffixes[m].suffixes[i]));
	}
	return known;
}

static bool is_loaded(sqlite3 *db, struct arena *arena, const char *table, int *rc)
{
	const char *sql = mo_arena_format(arena, "SELECT 1 FROM main.\"%w\"", table);
	sqlite3_stmt *stmt = NULL;
	bool loaded;

	*rc = sql ? sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) : SQLITE_NOMEM;
	loaded = *rc != SQLITE_ERROR || !mo_lacks_module(sqlite3_errmsg(db));
	sqlite3_finalize(stmt);
	return loaded;
}

/*
 * Nobody is there to say which tables are those of a module that is not loaded:
 * they are all that are called after its own, as SQLite would have it, and are
 * safe from everybody.
 */
static int add_possible_shadows(struct schema *schema, sqlite3 *db, const char *table,
				struct diags *diags)
{
	static const char query[] =
		"SELECT name FROM sqlite_master WHERE type = 'table'"
		" AND substr(lower(name), 1, length(?1) + 1) = lower(?1) || '_'";
	sqlite3_stmt *stmt = NULL;
	int rc = SQLITE_OK;

	if (is_loaded(db, schema->arena, table, &rc))
		return mo_is_trouble(rc) ? mo_diag_sqlite(diags, db, rc, DIAG_RUN003, table,
							  "read the schema")
					 : MOULT_OK;
	rc = sqlite3_prepare_v2(db, query, -1, &stmt, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_bind_text(stmt, 1, table, -1, SQLITE_STATIC);
	while (rc == SQLITE_OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		add_shadow(schema, mo_arena_text(schema->arena,
						 (const char *)sqlite3_column_text(stmt, 0)));
		rc = SQLITE_OK;
	}
	sqlite3_finalize(stmt);
	return rc == SQLITE_DONE
		       ? MOULT_OK
		       : mo_diag_sqlite(diags, db, rc, DIAG_RUN003, table, "read the schema");
}

/* What SQLite itself calls a shadow (3.37 and later); an older one leaves it to the suffixes. */
static int add_listed_shadows(struct schema *schema, sqlite3 *db, struct diags *diags)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(
		db, "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'shadow'",
		-1, &stmt, NULL);

	if (rc == SQLITE_OK)
		while ((rc = sqlite3_step(stmt)) == SQLITE_ROW)
			add_shadow(schema,
				   mo_arena_text(schema->arena,
						 (const char *)sqlite3_column_text(stmt, 0)));
	sqlite3_finalize(stmt);
	return mo_is_trouble(rc)
		       ? mo_diag_sqlite(diags, db, rc, DIAG_RUN003, NULL, "read the schema")
		       : MOULT_OK;
}

static int read_rows(struct schema *schema, sqlite3 *db, bool virtuals, struct diags *diags)
{
	/* A virtual table has no page of its own; a view and a trigger neither. */
	static const char query[] =
		"SELECT name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL"
		" AND (type = 'table' AND ifnull(rootpage, 0) = 0) = ? ORDER BY rowid";
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(db, query, -1, &stmt, NULL);
	int result = MOULT_OK;

	if (rc == SQLITE_OK)
		rc = sqlite3_bind_int(stmt, 1, virtuals);
	while (rc == SQLITE_OK && result == MOULT_OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		const char *name = (const char *)sqlite3_column_text(stmt, 0);
		const char *table = (const char *)sqlite3_column_text(stmt, 1);
		const char *sql = (const char *)sqlite3_column_text(stmt, 2);
		struct object *object;

		rc = SQLITE_OK;
		if (!name || !table || !sql)
			continue;
		if (mo_own_table(table) && !virtuals)
			add_shadow(schema, mo_arena_text(schema->arena, name));
		if (mo_name_has_prefix(name, "sqlite_") || mo_own_table(table) ||
		    mo_names_have(&schema->shadows, table))
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

static int read_pragmas(struct schema *schema, sqlite3 *db, struct diags *diags)
{
	struct pragmas *pragmas = &schema->pragmas;
	int rc = SQLITE_OK;

	pragmas->user_version = (int)ask_integer(db, "PRAGMA main.user_version", &rc);
	pragmas->application_id = (int)ask_integer(db, "PRAGMA main.application_id", &rc);
	pragmas->page_size = (int)ask_integer(db, "PRAGMA main.page_size", &rc);
	pragmas->encoding = ask_text(schema, db, "PRAGMA main.encoding", &rc);
	pragmas->journal_mode = ask_text(schema, db, "PRAGMA main.journal_mode", &rc);
	pragmas->auto_vacuum = auto_vacuum_word(ask_integer(db, "PRAGMA main.auto_vacuum", &rc));
	pragmas->has_user_version = true;
	pragmas->has_application_id = true;
	return rc ? mo_diag_sqlite(diags, db, rc, DIAG_RUN003, NULL, "read the schema") : MOULT_OK;
}

static int add_shadows(struct schema *schema, sqlite3 *db, struct diags *diags)
{
	const struct list *tables = &schema->objects[KIND_VIRTUAL];
	int rc = MOULT_OK;

	for (int i = 0; rc == MOULT_OK && i < tables->count; i++) {
		const struct virtual_table *table = tables->items[i];

		if (!add_known_shadows(schema, table))
			rc = add_possible_shadows(schema, db, table->object.name, diags);
	}
	return rc == MOULT_OK && tables->count ? add_listed_shadows(schema, db, diags) : rc;
}

static int read_schema(struct schema *schema, sqlite3 *db, struct diags *diags)
{
	int rc = mo_own_judge(db, diags);

	if (rc == MOULT_OK)
		rc = read_rows(schema, db, true, diags);
	if (rc == MOULT_OK)
		rc = add_shadows(schema, db, diags);
	if (rc == MOULT_OK)
		rc = read_rows(schema, db, false, diags);
	if (rc == MOULT_OK)
		rc = read_pragmas(schema, db, diags);
	if (rc == MOULT_OK)
		rc = mo_done_read(schema, db, diags);
	if (rc != MOULT_OK)
		return rc;
	return mo_schema_seal(schema) == MOULT_OK ? MOULT_OK : mo_diag_memory(diags);
}

int mo_catalogue_read(struct schema **out, sqlite3 *db, struct diags *diags)
{
	struct schema *schema = mo_schema_new();
	int rc = schema ? read_schema(schema, db, diags) : mo_diag_memory(diags);

	if (rc == MOULT_OK)
		*out = schema;
	else
		mo_schema_free(schema);
	return rc;
}

int mo_catalogue_exact(char **fingerprint, struct arena *arena, sqlite3 *db, struct diags *diags)
{
	static const char query[] =
		"SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name";
	struct hasher hasher;
	char text[MO_HASH_TEXT];
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(db, query, -1, &stmt, NULL);

	mo_hash_begin(&hasher);
	while (rc == SQLITE_OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		const char *table = (const char *)sqlite3_column_text(stmt, 2);

		rc = SQLITE_OK;
		for (int i = 0; i < 4 && table && !mo_own_table(table); i++)
			mo_hash_text(&hasher, (const char *)sqlite3_column_text(stmt, i));
	}
	sqlite3_finalize(stmt);
	if (rc == SQLITE_DONE)
		mo_hash_integer(&hasher, mo_query_integer(db, "PRAGMA main.user_version", 0, &rc));
	if (rc != SQLITE_OK)
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

	if (rc == SQLITE_OK)
		rc = sqlite3_bind_text(stmt, 1, table, -1, SQLITE_STATIC);
	if (rc == SQLITE_OK)
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

	return rc == SQLITE_OK
		       ? MOULT_OK
		       : mo_diag_sqlite(diags, db, rc, DIAG_RUN003, table, "read the schema");
}
