/* SPDX-License-Identifier: MIT */
/* shadows.c: see shadows.h. */
#include "live/shadows.h"

#include "base/text.h"
#include "live/connect.h"
#include "live/stand_in.h"
#include "sql/full_text.h"
#include "sql/rebuild.h"
#include "sql/write.h"

#define ELSEWHERE "_moult_elsewhere" /* a name that a virtual table has in memory for a moment */

/* One virtual table of a file, and the same in memory. */
struct search {
	struct schema *schema;
	struct arena *arena;
	sqlite3 *db;
	sqlite3 *made;
	const struct virtual_table *table;
	const char *name; /* of the table */
};

/* ---- names ---- */

static int read_names(struct list *names, struct arena *arena, sqlite3 *db, const char *sql,
		      const char *bound)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sql ? sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) : SQLITE_NOMEM;

	if (!rc && bound)
		rc = sqlite3_bind_text(stmt, 1, bound, -1, SQLITE_STATIC);
	while (!rc && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		/*
		 * The name is the second column of PRAGMA table_info, and the only one of a query.
		 */
		char *name = mo_arena_text(arena, (const char *)sqlite3_column_text(
							  stmt, sqlite3_column_count(stmt) > 1));

		mo_list_add(arena, names, name);
		rc = name ? SQLITE_OK : SQLITE_NOMEM;
	}
	sqlite3_finalize(stmt);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int read_tables(struct list *names, struct arena *arena, sqlite3 *db)
{
	return read_names(names, arena, db,
			  "SELECT name FROM main.sqlite_master WHERE type = 'table' AND name <> ''"
			  " AND substr(name, 1, 7) <> 'sqlite_'",
			  NULL);
}

/* Tables of the file that are called after a virtual table. */
static int read_namesakes(struct list *names, const struct search *s)
{
	return read_names(names, s->arena, s->db,
			  "SELECT name FROM main.sqlite_master WHERE type = 'table'"
			  " AND substr(lower(name), 1, length(?1) + 1) = lower(?1) || '_'",
			  s->name);
}

static int read_columns(struct list *names, struct arena *arena, sqlite3 *db, const char *table)
{
	return read_names(names, arena, db,
			  mo_arena_format(arena, "PRAGMA main.table_info(\"%w\")", table), NULL);
}

static struct shadow *add(const struct search *s, const char *name)
{
	struct shadow *shadow = mo_arena_make(s->arena, struct shadow);

	if (!shadow)
		return NULL;
	shadow->owner = s->name;
	shadow->name = name;
	mo_list_add(s->arena, &s->schema->shadows, shadow);
	return shadow;
}

/* ---- what a module makes ---- */

/* Whether both tables have the columns of the shorter one; one that is not there has none. */
static int compare_columns(bool *same, const struct search *s, const char *name)
{
	struct list here = {0};
	struct list there = {0};
	int rc = read_columns(&here, s->arena, s->db, name);

	if (!rc)
		rc = read_columns(&there, s->arena, s->made, name);
	*same = true;
	for (int i = 0; !rc && i < here.count && i < there.count; i++)
		*same = *same && mo_same_name(here.items[i], there.items[i]);
	return rc;
}

static int note_made(const struct search *s, const struct list *before)
{
	struct list names = {0};
	int rc = read_tables(&names, s->arena, s->made);

	for (int i = 0; !rc && i < names.count; i++) {
		const char *name = names.items[i];
		bool same = false;

		if (mo_same_name(name, s->name) || mo_names_have(before, name))
			continue;
		rc = compare_columns(&same, s, name);
		if (!rc && same && !add(s, name))
			rc = SQLITE_NOMEM;
	}
	return rc;
}

/*
 * What FTS3 makes once it is told to merge (automerge), with the text that it then has; a rename
 * quotes otherwise.
 */
static int note_late(const struct search *s)
{
	const char *name = mo_arena_format(s->arena, "%s_stat", s->name);
	struct list texts = {0};
	struct shadow *shadow;
	int rc;

	if (!mo_same_name(s->table->module, "fts3"))
		return SQLITE_OK;
	rc = read_names(&texts, s->arena, s->db,
			"SELECT sql FROM main.sqlite_master WHERE type = 'table' AND sql <> ''"
			" AND lower(name) = lower(?1)",
			name);
	if (rc)
		return rc;
	shadow = mo_arena_make(s->arena, struct shadow);
	if (!shadow)
		return SQLITE_NOMEM;
	shadow->owner = s->name;
	shadow->name = name;
	shadow->text = mo_sql_full_text_late(s->arena, name, false);
	shadow->renamed = mo_sql_full_text_late(s->arena, name, true);
	if (!texts.count || mo_same(texts.items[0], shadow->text) ||
	    mo_same(texts.items[0], shadow->renamed))
		mo_list_add(s->arena, &s->schema->shadows, shadow);
	return SQLITE_OK;
}

/* ---- what it takes ---- */

static int note_gone(const struct search *s, const struct list *tables, bool is_rename)
{
	struct list names = {0};
	const int rc = read_tables(&names, s->arena, s->made);

	for (int i = 0; !rc && i < tables->count; i++) {
		struct prey *prey = tables->items[i];

		*(is_rename ? &prey->by_rename : &prey->by_drop) =
			!mo_names_have(&names, prey->table);
	}
	return rc;
}

/* The tables that are called like a shadow and are none, each with one like it in memory. */
static int put_bait(struct list *tables, const struct search *s, const struct list *before)
{
	struct list names = {0};
	struct list made = {0};
	int rc = read_tables(&made, s->arena, s->made);

	if (!rc)
		rc = read_namesakes(&names, s);
	for (int i = 0; !rc && i < names.count; i++) {
		const char *name = names.items[i];
		struct prey *prey;

		if (mo_schema_is_shadow(s->schema, name))
			continue;
		prey = mo_arena_make(s->arena, struct prey);
		if (!prey)
			return SQLITE_NOMEM;
		prey->owner = s->name;
		prey->table = name;
		prey->is_shared = mo_names_have(&made, name) && !mo_names_have(before, name);
		mo_list_add(s->arena, tables, prey);
		if (!mo_names_have(&made, name))
			rc = mo_exec(s->made, mo_sql_create_blank(s->arena, name));
	}
	return rc;
}

/*
 * Runs a statement and ignores its error: only the tables that the module made or dropped count.
 * The schema is read again first, since in a file the module finds its tables and does not make them.
 */
static int attempt(const struct search *s, const char *sql)
{
	int rc = sql ? mo_exec(s->made, "PRAGMA writable_schema = RESET") : SQLITE_NOMEM;

	if (!rc)
		rc = mo_exec(s->made, sql);
	return mo_is_trouble(rc) ? rc : SQLITE_OK;
}

static int note_prey(const struct search *s, const struct list *before)
{
	struct list tables = {0};
	int rc = put_bait(&tables, s, before);

	if (rc || !tables.count)
		return rc;
	rc = attempt(s, mo_sql_rename_table(s->arena, s->name, ELSEWHERE));
	if (!rc)
		rc = note_gone(s, &tables, true);
	if (!rc)
		rc = attempt(s, mo_sql_rename_table(s->arena, ELSEWHERE, s->name));
	if (!rc)
		rc = attempt(s, mo_sql_drop(s->arena, KIND_VIRTUAL, s->name));
	if (!rc)
		rc = note_gone(s, &tables, false);
	for (int i = 0; !rc && i < tables.count; i++) {
		const struct prey *prey = tables.items[i];

		if (prey->by_rename || prey->by_drop || prey->is_shared)
			mo_list_add(s->arena, &s->schema->prey, tables.items[i]);
	}
	return rc;
}

/* ---- what stands on its own ---- */

static bool owns(const struct search *s, const char *table)
{
	EACH (const struct shadow, shadow, &s->schema->shadows)
		if (mo_same(shadow->owner, s->name) && mo_same_name(shadow->name, table))
			return true;
	return false;
}

static void add_stray(const struct search *s, enum kind kind, const char *name, const char *table)
{
	struct stray *stray = mo_arena_make(s->arena, struct stray);

	if (!stray)
		return;
	*stray = (struct stray){s->name, kind, mo_arena_text(s->arena, name),
				mo_arena_text(s->arena, table)};
	mo_list_add(s->arena, &s->schema->strays, stray);
}

/* A module may make indexes on its tables, as the one in memory did; where none was made, all. */
static int note_strays(const struct search *s, bool is_made)
{
	static const char query[] =
		"SELECT type = 'trigger', name, tbl_name FROM main.sqlite_master"
		" WHERE type IN ('index', 'trigger') AND sql <> ''";
	struct list made = {0};
	sqlite3_stmt *stmt = NULL;
	int rc = read_names(&made, s->arena, s->made,
			    "SELECT name FROM main.sqlite_master WHERE type = 'index'", NULL);

	if (!rc)
		rc = sqlite3_prepare_v2(s->db, query, -1, &stmt, NULL);
	while (!rc && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		const bool is_trigger = sqlite3_column_int(stmt, 0);
		const char *name = (const char *)sqlite3_column_text(stmt, 1);
		const char *table = (const char *)sqlite3_column_text(stmt, 2);

		rc = name && table ? SQLITE_OK : SQLITE_NOMEM;
		if (!rc && owns(s, table) &&
		    (is_trigger || (is_made && !mo_names_have(&made, name))))
			add_stray(s, is_trigger ? KIND_TRIGGER : KIND_INDEX, name, table);
	}
	sqlite3_finalize(stmt);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/* ---- where a table cannot be made ---- */

/* All that a module may keep content in, by the end of the names. */
static const struct {
	const char *module;
	const char *suffixes[7];
} known_modules[] = {
	{"fts3", {"_content", "_segments", "_segdir", "_docsize", "_stat"}},
	{"fts4", {"_content", "_segments", "_segdir", "_docsize", "_stat"}},
	{"fts5", {"_data", "_idx", "_content", "_docsize", "_config"}},
	{"rtree", {"_node", "_rowid", "_parent"}},
	{"rtree_i32", {"_node", "_rowid", "_parent"}},
	{"geopoly", {"_node", "_rowid", "_parent"}},
	{"spellfix1", {"_vocab"}},
};

/* False where nothing is known of the module. */
static bool add_known(const struct search *s)
{
	for (size_t m = 0; m < sizeof(known_modules) / sizeof(*known_modules); m++) {
		if (!mo_same_name(s->table->module, known_modules[m].module))
			continue;
		for (int i = 0; known_modules[m].suffixes[i]; i++)
			add(s, mo_arena_format(s->arena, "%s%s", s->name,
					       known_modules[m].suffixes[i]));
		return true;
	}
	return false;
}

static bool is_loaded(const struct search *s, int *rc)
{
	const char *sql = mo_arena_format(s->arena, "SELECT 1 FROM main.\"%w\"", s->name);
	sqlite3_stmt *stmt = NULL;
	bool loaded;

	*rc = sql ? sqlite3_prepare_v2(s->db, sql, -1, &stmt, NULL) : SQLITE_NOMEM;
	loaded = *rc != SQLITE_ERROR || !mo_lacks_module(sqlite3_errmsg(s->db));
	sqlite3_finalize(stmt);
	if (!mo_is_trouble(*rc))
		*rc = SQLITE_OK;
	return loaded;
}

/* The columns of PRAGMA table_list. */
enum { LISTED_NAME = 1, LISTED_TYPE };

static int read_listed(struct list *names, const struct search *s)
{
	const size_t length = strlen(s->name);
	sqlite3_stmt *stmt = NULL;
	int rc = mo_pragma_prepare(&stmt, s->db, "table_list", NULL);

	while (!rc && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		const char *name = (const char *)sqlite3_column_text(stmt, LISTED_NAME);
		const char *type = (const char *)sqlite3_column_text(stmt, LISTED_TYPE);

		rc = name && type ? SQLITE_OK : SQLITE_NOMEM;
		if (!rc && mo_same(type, "shadow") && mo_name_has_prefix(name, s->name) &&
		    name[length] == '_')
			mo_list_add(s->arena, names, mo_arena_text(s->arena, name));
	}
	sqlite3_finalize(stmt);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/*
 * A module that only the caller's connection has: what SQLite itself calls a shadow
 * (3.37 and later).  Nobody is there to say of one that is not loaded: its own are all tables
 * that are called after it, and are safe from everybody.
 */
static int add_possible(const struct search *s)
{
	struct list names = {0};
	int rc = SQLITE_OK;
	const bool loaded = is_loaded(s, &rc);

	if (rc)
		return rc;
	rc = loaded ? read_listed(&names, s) : read_namesakes(&names, s);
	if (loaded && !mo_is_trouble(rc))
		rc = SQLITE_OK;
	if (!loaded)
		mo_list_add(s->arena, &s->schema->closed, (void *)s->name);
	for (int i = 0; !rc && i < names.count; i++)
		add(s, names.items[i]);
	return rc;
}

/* ---- one after the other ---- */

/* In memory; a full-text table may take its columns from the table that has its content. */
static int make(const struct search *s, struct list *before)
{
	const char *content = mo_full_text_content(s->arena, s->table);
	int rc = SQLITE_OK;

	if (content && *content) {
		mo_list_add(s->arena, before, (void *)content);
		rc = mo_exec(s->made, mo_sql_create_blank(s->arena, content));
	}
	return rc ? rc : mo_exec(s->made, s->table->object.sql);
}

static int search(struct search *s)
{
	struct list before = {0};
	int rc = make(s, &before);

	if (mo_is_trouble(rc))
		return rc;
	if (rc) {
		rc = add_known(s) ? SQLITE_OK : add_possible(s);
		return rc ? rc : note_strays(s, false);
	}
	rc = note_made(s, &before);
	if (!rc)
		rc = note_late(s);
	if (!rc)
		rc = note_strays(s, true);
	return rc ? rc : note_prey(s, &before);
}

int mo_shadows_read(struct schema *schema, struct moult *m, sqlite3 *db)
{
	const struct list *tables = &schema->objects[KIND_VIRTUAL];
	int rc = MOULT_OK;

	for (int i = 0; !rc && i < tables->count; i++) {
		struct search s = {.schema = schema,
				   .arena = schema->arena,
				   .db = db,
				   .table = tables->items[i]};
		int found;

		s.name = s.table->object.name;
		rc = mo_reference_open(&s.made, m);
		if (rc)
			return rc;
		found = search(&s);
		if (found != SQLITE_OK)
			rc = mo_diag_sqlite(&m->diags, db, found, DIAG_RUN003, s.name,
					    "read the schema");
		mo_disconnect(s.made);
	}
	return rc;
}
