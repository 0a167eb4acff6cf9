/* SPDX-License-Identifier: MIT */
/* orphans.c: see orphans.h. */
#include "proof/orphans.h"

#include <stdlib.h>

#include "base/hash.h"
#include "live/connect.h"
#include "plan/query.h"

/* A column of the parent; where the foreign key names none, that of the primary key. */
static const char *parent_column(const struct table *parent, const char *name, int at)
{
	const struct constraint *key = parent && !name ? mo_table_primary_key(parent) : NULL;

	return key && at < key->terms.count ? ((const struct term *)key->terms.items[at])->column
					    : name;
}

/* The conditions on a child; NULL where the parent cannot be asked. */
static char *conditions_of(struct arena *arena, sqlite3 *db, const struct schema *schema,
			   const struct table *table, int id)
{
	sqlite3_str *values = sqlite3_str_new(NULL);
	sqlite3_str *keys = sqlite3_str_new(NULL);
	const struct table *parent = NULL;
	sqlite3_stmt *stmt = NULL;
	bool is_known = true;
	char *is_there;
	char *match;

	if (mo_pragma_prepare(&stmt, db, "foreign_key_list", table->object.name))
		is_known = false;
	while (is_known && sqlite3_step(stmt) == SQLITE_ROW) {
		const char *from = (const char *)sqlite3_column_text(stmt, MO_FOREIGN_KEY_FROM);
		const char *to = (const char *)sqlite3_column_text(stmt, MO_FOREIGN_KEY_TO);

		if (sqlite3_column_int(stmt, MO_FOREIGN_KEY_ID) != id)
			continue;
		parent = mo_schema_table(
			schema, (const char *)sqlite3_column_text(stmt, MO_FOREIGN_KEY_TABLE));
		to = parent_column(parent, to, sqlite3_column_int(stmt, MO_FOREIGN_KEY_SEQ));
		is_known = parent && from && to;
		if (!is_known)
			break;
		from = mo_query_name(arena, from);
		sqlite3_str_appendf(values, "c.%s IS NOT NULL AND ", from);
		sqlite3_str_appendf(keys, "%sp.%s = c.%s", sqlite3_str_length(keys) ? " AND " : "",
				    mo_query_name(arena, to), from);
	}
	sqlite3_finalize(stmt);
	is_there = mo_arena_take(arena, values);
	match = mo_arena_take(arena, keys);
	return is_known && match
		       ? mo_arena_format(arena,
					 "%sNOT EXISTS (SELECT 1 FROM main.%s AS p WHERE %s)",
					 is_there, mo_query_name(arena, parent->object.name), match)
		       : NULL;
}

static char *query_of(struct arena *arena, sqlite3 *db, const struct schema *schema,
		      const struct table *table, int id)
{
	const struct constraint *key = mo_table_primary_key(table);
	const char *conditions = key ? conditions_of(arena, db, schema, table, id) : NULL;
	sqlite3_str *out;

	if (!conditions)
		return NULL;
	out = sqlite3_str_new(NULL);
	EACH (const struct term, term, &key->terms)
		sqlite3_str_appendf(out, "%s quote(c.%s)", sqlite3_str_length(out) ? "," : "SELECT",
				    mo_query_name(arena, term->column));
	sqlite3_str_appendf(out, " FROM main.%s AS c WHERE %s",
			    mo_query_name(arena, table->object.name), conditions);
	return mo_arena_take(arena, out);
}

static sqlite3_int64 number_of(sqlite3_stmt *stmt)
{
	struct hasher hasher;

	mo_hash_begin(&hasher);
	for (int i = 0; i < sqlite3_column_count(stmt); i++)
		mo_hash_text(&hasher, (const char *)sqlite3_column_text(stmt, i));
	return (sqlite3_int64)mo_hash_end(&hasher).low;
}

static int compare(const void *a, const void *b)
{
	const sqlite3_int64 one = *(const sqlite3_int64 *)a;
	const sqlite3_int64 other = *(const sqlite3_int64 *)b;

	return (one > other) - (one < other);
}

sqlite3_int64 *mo_orphans_of(struct arena *arena, sqlite3 *db, const struct schema *schema,
			     const struct table *table, int id, long long count)
{
	const char *sql = query_of(arena, db, schema, table, id);
	sqlite3_int64 *numbers =
		sql ? mo_arena_alloc(arena, (size_t)count * sizeof(*numbers)) : NULL;
	sqlite3_stmt *stmt = NULL;
	long long found = 0;
	int rc = numbers ? sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) : SQLITE_NOMEM;

	while (!rc && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		if (found < count)
			numbers[found] = number_of(stmt);
		found++;
		rc = SQLITE_OK;
	}
	sqlite3_finalize(stmt);
	if (rc != SQLITE_DONE || found != count)
		return NULL;
	qsort(numbers, (size_t)count, sizeof(*numbers), compare);
	return numbers;
}
