/* SPDX-License-Identifier: MIT */
/* shards.c: see shards.h. */
#include "live/shards.h"

#include <limits.h>
#include <stdlib.h>

#include "base/text.h"
#include "live/connect.h"
#include "sql/rebuild.h"

struct row {
	const char *type;
	const char *name;
	const char *table;
	const char *sql; /* NULL: the index of a key */
	sqlite3_int64 root;
	enum kind kind; /* of what it is, or of the table whose key it is */
	int turn;	/* among those of its kind */
	int at;		/* among all rows, as they came */
};

static bool has_twice(const struct list *sorted)
{
	for (int i = 1; i < sorted->count; i++)
		if (mo_same_name(((const struct object *)sorted->items[i - 1])->name,
				 ((const struct object *)sorted->items[i])->name))
			return true;
	return false;
}

bool mo_shards_do(const struct schema *schema)
{
	int count = 0;

	for (enum kind kind = 0; kind < KIND_COUNT; kind++) {
		count += schema->objects[kind].count;
		if (has_twice(&schema->sorted[kind]))
			return false;
	}
	EACH (const struct object, index, &schema->objects[KIND_INDEX])
		if (mo_schema_find_relation(schema, index->name))
			return false;
	EACH (const struct object, view, &schema->objects[KIND_VIEW])
		if (mo_schema_find(schema, KIND_TABLE, view->name))
			return false;
	return count > 2 * MO_SHARD;
}

/* ---- out ----------------------------------------------------------------------------------- */

static const char *text_of(const struct shards *shards, sqlite3_stmt *stmt, int column)
{
	return mo_arena_text(shards->arena, (const char *)sqlite3_column_text(stmt, column));
}

static void add_row(struct shards *shards, struct row *row)
{
	row->at = shards->rows.count;
	mo_list_add(shards->arena, &shards->rows, row);
}

static void keep(struct shards *shards, sqlite3_stmt *stmt)
{
	struct row *row = mo_arena_make(shards->arena, struct row);

	if (!row)
		return;
	row->type = text_of(shards, stmt, 0);
	row->name = text_of(shards, stmt, 1);
	row->table = text_of(shards, stmt, 2);
	row->root = sqlite3_column_int64(stmt, 3);
	row->sql = text_of(shards, stmt, 4);
	add_row(shards, row);
}

void mo_shards_put(struct shards *shards, const struct object *object, const struct table *table,
		   const char *sql, int root)
{
	struct row *row = mo_arena_make(shards->arena, struct row);

	if (!row)
		return;
	*row = (struct row){.type = mo_kind_names[object->kind],
			    .name = object->name,
			    .table = table->object.name,
			    .sql = sql,
			    .root = root};
	add_row(shards, row);
}

static int read_rows(struct shards *shards)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(shards->db, mo_sql_stored_rows, -1, &stmt, NULL);

	while (!rc && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		keep(shards, stmt);
		rc = mo_arena_rc(shards->arena) ? SQLITE_NOMEM : SQLITE_OK;
	}
	sqlite3_finalize(stmt);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/* The next statement finds that the schema is another, and reads it. */
static int forget(struct shards *shards)
{
	int rc;
	const long long version = mo_query_integer(shards->db, "PRAGMA schema_version", 0, &rc);

	return rc ? rc
		  : mo_exec(shards->db,
			    mo_sql_pragma(shards->arena, "schema_version", version + 1));
}

int mo_shards_cut(struct shards *shards)
{
	int rc = read_rows(shards);

	sqlite3_db_config(shards->db, SQLITE_DBCONFIG_WRITABLE_SCHEMA, 1, NULL);
	if (!rc)
		rc = mo_exec(shards->db, mo_sql_take_stored_rows);
	sqlite3_db_config(shards->db, SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0, NULL);
	return rc ? rc : forget(shards);
}

/* ---- the order ----------------------------------------------------------------------------- */

static enum kind kind_of(const struct row *row)
{
	static const enum kind kinds[] = {KIND_VIEW, KIND_INDEX, KIND_TRIGGER};

	for (size_t i = 0; row->sql && i < sizeof(kinds) / sizeof(*kinds); i++)
		if (mo_same(row->type, mo_kind_names[kinds[i]]))
			return kinds[i];
	return KIND_TABLE;
}

/* Where the objects of a kind stand in their source, by their place among the sorted. */
static const int *turns_of(struct arena *arena, const struct schema *schema, enum kind kind)
{
	const struct list *objects = &schema->objects[kind];
	int *turns = mo_arena_alloc(arena, ((size_t)objects->count + 1) * sizeof(*turns));

	for (int i = 0; turns && i < objects->count; i++) {
		const char *name = ((const struct object *)objects->items[i])->name;

		turns[mo_schema_place(schema, kind, name)] = i;
	}
	return turns;
}

static int compare_rows(const void *a, const void *b)
{
	const struct row *one = *(void *const *)a;
	const struct row *other = *(void *const *)b;

	if (one->kind != other->kind)
		return one->kind < other->kind ? -1 : 1;
	if (one->turn != other->turn)
		return one->turn < other->turn ? -1 : 1;
	return one->at - other->at;
}

static int sort_rows(struct shards *shards, const struct schema *schema)
{
	const int *turns[KIND_COUNT] = {NULL};

	for (enum kind kind = 0; kind < KIND_COUNT; kind++)
		turns[kind] = turns_of(shards->arena, schema, kind);
	if (mo_arena_rc(shards->arena))
		return SQLITE_NOMEM;
	EACH (struct row, row, &shards->rows) {
		const char *name = row->sql ? row->name : row->table;
		int place;

		row->kind = kind_of(row);
		place = mo_schema_place(schema, row->kind, name);
		row->turn = place < 0 ? INT_MAX : turns[row->kind][place];
	}
	if (shards->rows.count)
		qsort(shards->rows.items, (size_t)shards->rows.count, sizeof(void *), compare_rows);
	return SQLITE_OK;
}

/* ---- back ---------------------------------------------------------------------------------- */

static int put_row(sqlite3_stmt *stmt, const struct row *row)
{
	int rc = sqlite3_bind_text(stmt, 1, row->type, -1, SQLITE_STATIC);

	if (!rc)
		rc = sqlite3_bind_text(stmt, 2, row->name, -1, SQLITE_STATIC);
	if (!rc)
		rc = sqlite3_bind_text(stmt, 3, row->table, -1, SQLITE_STATIC);
	if (!rc)
		rc = sqlite3_bind_int64(stmt, 4, row->root);
	if (!rc)
		rc = sqlite3_bind_text(stmt, 5, row->sql, -1, SQLITE_STATIC);
	if (!rc)
		sqlite3_step(stmt);
	return rc ? rc : sqlite3_reset(stmt);
}

static int put_rows(const struct shards *shards)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(shards->db, mo_sql_put_stored_row, -1, &stmt, NULL);

	for (int i = 0; !rc && i < shards->rows.count; i++)
		rc = put_row(stmt, shards->rows.items[i]);
	sqlite3_finalize(stmt);
	return rc;
}

int mo_shards_join(struct shards *shards, const struct schema *schema)
{
	int rc = sort_rows(shards, schema);

	sqlite3_db_config(shards->db, SQLITE_DBCONFIG_WRITABLE_SCHEMA, 1, NULL);
	if (!rc)
		rc = put_rows(shards);
	sqlite3_db_config(shards->db, SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0, NULL);
	if (!rc)
		rc = forget(shards);
	return rc ? rc : mo_exec(shards->db, mo_sql_stored_rows);
}
