/* SPDX-License-Identifier: MIT */
/* orphans.c: see orphans.h. */
#include "proof/orphans.h"

#include <stdlib.h>

#include "base/hash.h"
#include "live/connect.h"
#include "live/row_words.h"
#include "plan/query.h"

/* A column of the parent; where the foreign key names none, that of the primary key. */
static const char *parent_column(const struct table *parent, const char *name, int at)
{
	const struct constraint *key = parent && !name ? mo_table_primary_key(parent) : NULL;

	return key && at < key->terms.count ? ((const struct term *)key->terms.items[at])->column
					    : name;
}

/* The conditions on a child; NULL where the parent cannot be asked. */
static char *conditions_of(struct list *columns, struct arena *arena, sqlite3 *db,
			   const struct schema *schema, const struct table *table, int id)
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
		mo_list_add(arena, columns, mo_arena_text(arena, from));
		from = mo_query_name(arena, from);
		sqlite3_str_appendf(values, "c.%s IS NOT NULL AND ", from);
		sqlite3_str_appendf(keys, "%sp.%s = +c.%s", sqlite3_str_length(keys) ? " AND " : "",
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

/* What a table's rows are told by: its rowid, or the columns of its key; how many. */
static int write_told(sqlite3_str *out, struct arena *arena, const struct table *table)
{
	const struct list *terms =
		table->without_rowid ? &mo_table_primary_key(table)->terms : NULL;

	if (!terms)
		sqlite3_str_appendf(out, "SELECT c.%s", mo_table_rowid_name(table));
	for (int i = 0; terms && i < terms->count; i++)
		sqlite3_str_appendf(
			out, "%s quote(c.%s)", i ? "," : "SELECT",
			mo_query_name(arena, ((const struct term *)terms->items[i])->column));
	return terms ? terms->count : 1;
}

/* The values by which people know a row, and those that should have a parent. */
static void write_shown(sqlite3_str *out, struct arena *arena, const struct table *table,
			const struct list *columns)
{
	const struct constraint *key = mo_table_primary_key(table);

	if (!key)
		sqlite3_str_appendf(out, ", c.%s", mo_table_rowid_name(table));
	for (int i = 0; key && i < key->terms.count; i++) {
		const struct term *term = key->terms.items[i];

		if (!mo_names_have(columns, term->column))
			sqlite3_str_appendf(out, ", c.%s", mo_query_name(arena, term->column));
	}
	EACH (const char, column, columns)
		sqlite3_str_appendf(out, ", c.%s", mo_query_name(arena, column));
}

/* The orphans: *told columns that tell them, and behind those what is shown of them. */
static char *query_of(int *told, struct arena *arena, sqlite3 *db, const struct schema *schema,
		      const struct table *table, int id)
{
	struct list columns = {0};
	const char *conditions = conditions_of(&columns, arena, db, schema, table, id);
	sqlite3_str *out;

	if (!conditions || !(table->without_rowid || mo_table_rowid_name(table)))
		return NULL;
	out = sqlite3_str_new(NULL);
	*told = write_told(out, arena, table);
	write_shown(out, arena, table, &columns);
	sqlite3_str_appendf(out, " FROM main.%s AS c WHERE %s",
			    mo_query_name(arena, table->object.name), conditions);
	return mo_arena_take(arena, out);
}
static sqlite3_int64 number_of(sqlite3_stmt *stmt, const struct table *table, int told)
{
	struct hasher hasher;

	if (!table->without_rowid)
		return sqlite3_column_int64(stmt, 0);
	mo_hash_begin(&hasher);
	for (int i = 0; i < told; i++)
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
	int told = 0;
	const char *sql = query_of(&told, arena, db, schema, table, id);
	sqlite3_int64 *numbers =
		sql ? mo_arena_alloc(arena, (size_t)count * sizeof(*numbers)) : NULL;
	sqlite3_stmt *stmt = NULL;
	long long found = 0;
	int rc = numbers ? sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) : SQLITE_NOMEM;

	while (!rc && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		if (found < count)
			numbers[found] = number_of(stmt, table, told);
		found++;
		rc = SQLITE_OK;
	}
	sqlite3_finalize(stmt);
	if (rc != SQLITE_DONE || found != count)
		return NULL;
	qsort(numbers, (size_t)count, sizeof(*numbers), compare);
	return numbers;
}

char *mo_orphan_words(struct arena *arena, sqlite3 *db, const struct schema *schema,
		      const struct table *table, int id, const sqlite3_int64 *known,
		      long long count)
{
	int told = 0;
	const char *sql = query_of(&told, arena, db, schema, table, id);
	sqlite3_stmt *stmt = NULL;
	char *words = NULL;
	int rc = sql ? sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) : SQLITE_ERROR;

	while (!rc && !words && sqlite3_step(stmt) == SQLITE_ROW) {
		const sqlite3_int64 number = number_of(stmt, table, told);
		sqlite3_str *out;

		if (known && bsearch(&number, known, (size_t)count, sizeof(number), compare))
			continue;
		out = sqlite3_str_new(NULL);
		mo_row_words(out, stmt, told);
		words = mo_arena_take(arena, out);
		rc = words ? SQLITE_OK : SQLITE_NOMEM;
	}
	sqlite3_finalize(stmt);
	return words;
}
