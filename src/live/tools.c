/* SPDX-License-Identifier: MIT */
/* tools.c: see tools.h. */
#include "live/tools.h"

#include "live/connect.h"

const char *const mo_tool_tables[] = {
	"alembic_version",	 "django_migrations",
	"schema_migrations", /* Rails, dbmate, golang-migrate */
	"ar_internal_metadata",	 "knex_migrations",
	"knex_migrations_lock",	 "_prisma_migrations",
	"__drizzle_migrations",	 "flyway_schema_history",
	"DATABASECHANGELOG",	 "DATABASECHANGELOGLOCK",
	"__EFMigrationsHistory", "__EFMigrationsLock",
	"goose_db_version",	 "_sqlx_migrations",
	"room_master_table",	 "grdb_migrations",
	"d1_migrations",	 NULL,
};

/*
 * The query tells the tool, too: one that SQLite refuses, for want of a column, is about another
 * table of that name.  Of several that fit one table the first counts.
 */
static const struct tool {
	const char *name;
	const char *table;
	const char *query;
} tools[] = {
	{"Alembic", "alembic_version",
	 "SELECT group_concat(version_num, ', ') FROM main.alembic_version"},
	{"Django", "django_migrations",
	 "SELECT app || '.' || name FROM main.django_migrations WHERE applied IS NOT NULL"
	 " ORDER BY id DESC LIMIT 1"},
	{"golang-migrate", "schema_migrations",
	 "SELECT version || CASE WHEN dirty THEN ' (dirty)' ELSE '' END"
	 " FROM main.schema_migrations LIMIT 1"},
	{"Rails", "schema_migrations",
	 "SELECT max(version) FROM main.schema_migrations"
	 " WHERE (SELECT count(key) FROM main.ar_internal_metadata) >= 0"},
	{"dbmate", "schema_migrations", "SELECT max(version) FROM main.schema_migrations"},
	{"Knex", "knex_migrations",
	 "SELECT name FROM main.knex_migrations WHERE batch IS NOT NULL ORDER BY id DESC LIMIT 1"},
	{"Prisma", "_prisma_migrations",
	 "SELECT migration_name FROM main._prisma_migrations WHERE finished_at IS NOT NULL"
	 " AND rolled_back_at IS NULL ORDER BY finished_at DESC, migration_name DESC LIMIT 1"},
	{"Drizzle", "__drizzle_migrations",
	 "SELECT created_at FROM main.__drizzle_migrations WHERE hash IS NOT NULL"
	 " ORDER BY created_at DESC LIMIT 1"},
	{"Flyway", "flyway_schema_history",
	 "SELECT coalesce(version || ' ', '') || description FROM main.flyway_schema_history"
	 " WHERE success ORDER BY installed_rank DESC LIMIT 1"},
	{"Liquibase", "DATABASECHANGELOG",
	 "SELECT id || ' of ' || filename FROM main.databasechangelog"
	 " ORDER BY orderexecuted DESC LIMIT 1"},
	{"Entity Framework", "__EFMigrationsHistory",
	 "SELECT max(MigrationId) FROM main.__EFMigrationsHistory"},
	{"goose", "goose_db_version",
	 "SELECT version_id FROM main.goose_db_version WHERE is_applied ORDER BY id DESC LIMIT 1"},
	{"SQLx", "_sqlx_migrations",
	 "SELECT version || ' ' || description FROM main._sqlx_migrations WHERE success"
	 " ORDER BY version DESC LIMIT 1"},
	{"Room", "room_master_table", "SELECT identity_hash FROM main.room_master_table LIMIT 1"},
	{"GRDB", "grdb_migrations",
	 "SELECT identifier FROM main.grdb_migrations ORDER BY rowid DESC LIMIT 1"},
	{"Wrangler", "d1_migrations",
	 "SELECT name FROM main.d1_migrations WHERE applied_at IS NOT NULL ORDER BY id DESC LIMIT 1"},
};

static bool has_mark(const struct list *marks, const struct object *table)
{
	EACH (const struct tool_mark, mark, marks)
		if (mark->table == table->name)
			return true;
	return false;
}

static void add(struct list *marks, struct arena *arena, const struct tool *tool,
		const struct object *table, const char *version)
{
	struct tool_mark *mark = mo_arena_make(arena, struct tool_mark);

	if (!mark)
		return;
	*mark = (struct tool_mark){tool->name, table->name, version};
	mo_list_add(arena, marks, mark);
}

int mo_tools_find(struct list *marks, struct arena *arena, struct moult *m, sqlite3 *db,
		  const struct schema *schema)
{
	for (size_t i = 0; i < sizeof(tools) / sizeof(*tools); i++) {
		const struct object *table = mo_schema_find(schema, KIND_TABLE, tools[i].table);
		const char *version;
		int rc = SQLITE_OK;

		if (!table || has_mark(marks, table))
			continue;
		version = mo_query_text(arena, db, tools[i].query, &rc);
		if (mo_is_trouble(rc))
			return mo_diag_sqlite(&m->diags, db, rc, DIAG_RUN003, NULL,
					      "read the table of a migration tool");
		if (!rc)
			add(marks, arena, &tools[i], table, version);
	}
	return mo_arena_rc(arena) ? mo_diag_memory(&m->diags) : MOULT_OK;
}
