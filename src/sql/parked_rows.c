/* SPDX-License-Identifier: MIT */
/*
 * parked_rows.c: see parked_rows.h.
 *
 * A key of several columns is the text of all of them as literals.  Two that have one text, since SQLite
 * ends a literal at a NUL, would be one row: whoever parks counts, and finds that.
 */
#include "sql/parked_rows.h"

#define ROWS "main." MO_PARKED_ROWS_TABLE

const char mo_sql_parked_rows_next[] = "SELECT ifnull(max(parking), 0) + 1 FROM " ROWS;
const char mo_sql_parked_rows_count[] = "SELECT count(*) FROM " ROWS " WHERE place = 0";

struct parked_rows mo_parked_rows(struct arena *arena, long long parking, const struct table *table)
{
	struct parked_rows rows = {.parking = parking, .table = table};
	const struct column *column = mo_table_rowid_column(table);
	const struct constraint *key = table->without_rowid ? mo_table_primary_key(table) : NULL;

	if (!column && !table->without_rowid)
		rows.rowid = mo_table_rowid_name(table);
	if (column || rows.rowid)
		mo_list_add(arena, &rows.key, column ? column->object.name : rows.rowid);
	for (int i = 0; key && i < key->terms.count; i++)
		mo_list_add(arena, &rows.key, ((const struct term *)key->terms.items[i])->column);
	return rows;
}

static void write_key(sqlite3_str *out, const char *row, const struct list *names)
{
	if (names->count == 1)
		sqlite3_str_appendf(out, "%s.\"%w\"", row, (const char *)names->items[0]);
	for (int i = 0; names->count > 1 && i < names->count; i++)
		sqlite3_str_appendf(out, "%squote(%s.\"%w\")", i ? " || ',' || " : "", row,
				    (const char *)names->items[i]);
}

/* The rows of q are of the table, and of the parking. */
static void write_of(sqlite3_str *out, const char *q, const struct parked_rows *rows, int place)
{
	sqlite3_str_appendf(out, "%s.parking = %lld AND %s.\"table\" = %Q AND %s.place = %d", q,
			    rows->parking, q, rows->table->object.name, q, place);
}

static void write_mark(sqlite3_str *out, const struct parked_rows *rows, const char *row,
		       const struct list *names)
{
	sqlite3_str_appendf(out, "INSERT OR IGNORE INTO " ROWS "\nSELECT %lld, %Q, ", rows->parking,
			    rows->table->object.name);
	write_key(out, row, names);
	sqlite3_str_appendf(out, ", 0, %Q, NULL FROM ", rows->rowid ? rows->rowid : "");
}

char *mo_sql_rows_mark(struct arena *arena, const struct parked_rows *rows, const char *query,
		       const struct list *names)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	write_mark(out, rows, "p", names);
	sqlite3_str_appendf(out, "(%s) AS p", query);
	return mo_arena_take(arena, out);
}

static void write_is_parked(sqlite3_str *out, const char *row, const struct parked_rows *rows)
{
	sqlite3_str_appendall(out, "EXISTS (SELECT 1 FROM " ROWS " AS q WHERE ");
	write_of(out, "q", rows, 0);
	sqlite3_str_appendall(out, " AND q.key = ");
	if (rows->key.count == 1)
		sqlite3_str_appendchar(out, 1, '+');
	write_key(out, row, &rows->key);
	sqlite3_str_appendchar(out, 1, ')');
}

/* c refers to p; a key is compared as the columns of the parent compare: https://sqlite.org/foreignkeys.html#fk_basics */
static void write_refers(sqlite3_str *out, const struct list *columns, const struct table *parent,
			 const struct list *parent_columns)
{
	for (int i = 0; i < columns->count; i++) {
		const char *name = parent_columns->items[i];
		const struct column *column = mo_table_column(parent, name);

		sqlite3_str_appendf(out, "%sp.\"%w\" = _moult_affinity(c.\"%w\", '%c')",
				    i ? " AND " : "", name, (const char *)columns->items[i],
				    column ? column->affinity : 'B');
	}
}

static void write_children(sqlite3_str *out, const struct table *child, const struct list *columns,
			   const struct parked_rows *parent, const struct list *parent_columns)
{
	sqlite3_str_appendf(out,
			    "main.\"%w\" AS c WHERE EXISTS (SELECT 1 FROM main.\"%w\" AS p WHERE ",
			    child->object.name, parent->table->object.name);
	write_refers(out, columns, parent->table, parent_columns);
	sqlite3_str_appendall(out, " AND ");
	write_is_parked(out, "p", parent);
	sqlite3_str_appendchar(out, 1, ')');
}

char *mo_sql_rows_mark_children(struct arena *arena, const struct parked_rows *child,
				const struct list *columns, const struct parked_rows *parent,
				const struct list *parent_columns)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	write_mark(out, child, "c", &child->key);
	write_children(out, child->table, columns, parent, parent_columns);
	return mo_arena_take(arena, out);
}

char *mo_sql_rows_count_children(struct arena *arena, const struct table *child,
				 const struct list *columns, const struct parked_rows *parent,
				 const struct list *parent_columns)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendall(out, "SELECT count(*) FROM ");
	write_children(out, child, columns, parent, parent_columns);
	return mo_arena_take(arena, out);
}

/* FROM the entries at place 0 as q, with the rows of the table as p. */
static void write_rows(sqlite3_str *out, const struct parked_rows *rows)
{
	const bool is_one = rows->key.count == 1;

	if (is_one)
		sqlite3_str_appendf(out, " FROM " ROWS " AS q CROSS JOIN main.\"%w\" AS p ON ",
				    rows->table->object.name);
	else
		sqlite3_str_appendf(out, " FROM main.\"%w\" AS p CROSS JOIN " ROWS " AS q ON ",
				    rows->table->object.name);
	write_key(out, "p", &rows->key);
	sqlite3_str_appendall(out, " = q.key AND ");
	write_of(out, "q", rows, 0);
}

char *mo_sql_rows_park(struct arena *arena, const struct parked_rows *rows, int place,
		       const char *column)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendf(out,
			    "INSERT INTO " ROWS "\nSELECT q.parking, q.\"table\", q.key, %d, %Q, "
			    "p.\"%w\"",
			    place, column, column);
	write_rows(out, rows);
	return mo_arena_take(arena, out);
}

char *mo_sql_rows_parked(struct arena *arena, const struct parked_rows *rows, int place,
			 const char *column)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendall(out, "SELECT count(*)");
	write_rows(out, rows);
	sqlite3_str_appendall(out, " CROSS JOIN " ROWS " AS v ON ");
	write_of(out, "v", rows, place);
	sqlite3_str_appendf(out,
			    " AND v.key = q.key AND typeof(v.value) = typeof(p.\"%w\")"
			    " AND v.value IS +p.\"%w\"",
			    column, column);
	return mo_arena_take(arena, out);
}

char *mo_sql_rows_count(struct arena *arena, const struct parked_rows *rows)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendall(out, "SELECT count(*) FROM " ROWS " AS q WHERE ");
	write_of(out, "q", rows, 0);
	return mo_arena_take(arena, out);
}

char *mo_sql_rows_delete(struct arena *arena, const struct parked_rows *rows)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendf(out, "DELETE FROM main.\"%w\" WHERE ", rows->table->object.name);
	write_key(out, mo_arena_format(arena, "\"%w\"", rows->table->object.name), &rows->key);
	sqlite3_str_appendall(out, " IN (SELECT q.key FROM " ROWS " AS q WHERE ");
	write_of(out, "q", rows, 0);
	sqlite3_str_appendchar(out, 1, ')');
	return mo_arena_take(arena, out);
}

/* ---- what is kept of them ------------------------------------------------------------------ */

#define KEPT "main." MO_PARKED_TABLE

char *mo_sql_rows_park_kept(struct arena *arena, const struct parked_rows *rows,
			    const struct park_group *group, int place, const char *column)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendf(out,
			    "INSERT INTO " ROWS "\nSELECT q.parking, q.\"table\", q.key, %d, %Q, "
			    "k._moult_value",
			    place, column);
	write_rows(out, rows);
	sqlite3_str_appendf(out,
			    " CROSS JOIN " KEPT " AS k ON k._moult_place = %d"
			    " AND k._moult_key = +",
			    place);
	write_key(out, "p", &group->key);
	sqlite3_str_appendf(
		out,
		" WHERE NOT EXISTS (SELECT 1 FROM " ROWS
		" AS e WHERE e.parking = q.parking AND e.\"table\" = q.\"table\""
		" AND e.key = q.key AND e.place > 0 AND e.\"column\" = %Q COLLATE NOCASE)",
		column);
	return mo_arena_take(arena, out);
}

const char mo_sql_kept_show[] =
	"UPDATE " KEPT " SET _moult_place = -_moult_place WHERE _moult_place < 0";

/* Those under keys that a query gives, which follows. */
static void write_hide(sqlite3_str *out, const struct park_group *group)
{
	sqlite3_str_appendall(out, "UPDATE " KEPT
				   " SET _moult_place = -_moult_place WHERE _moult_place IN (");
	for (int place = group->first; place <= group->last; place++)
		sqlite3_str_appendf(out, "%s%d", place > group->first ? ", " : "", place);
	sqlite3_str_appendall(out, ") AND _moult_key IN (SELECT +");
}

char *mo_sql_kept_hide(struct arena *arena, const struct parked_rows *rows,
		       const struct park_group *group)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	write_hide(out, group);
	write_key(out, "p", &group->key);
	write_rows(out, rows);
	sqlite3_str_appendf(out,
			    " WHERE NOT EXISTS (SELECT 1 FROM " ROWS " AS o WHERE o.\"table\" = %Q"
			    " AND o.key = q.key AND o.parking <> q.parking))",
			    rows->table->object.name);
	return mo_arena_take(arena, out);
}

/* A key of several columns is made of the entries v0, v1 and so on of one row. */
char *mo_sql_kept_hide_parked(struct arena *arena, const struct park_group *group)
{
	const int count = group->key.count;
	sqlite3_str *out = sqlite3_str_new(NULL);

	write_hide(out, group);
	for (int i = 0; count > 1 && i < count; i++)
		sqlite3_str_appendf(out, "%squote(v%d.value)", i ? " || ',' || " : "", i);
	sqlite3_str_appendall(out, count == 1 ? "v0.value FROM " : " FROM ");
	for (int i = 0; i < count; i++)
		sqlite3_str_appendf(out, "%s" ROWS " AS v%d", i ? " CROSS JOIN " : "", i);
	for (int i = 0; i < count; i++)
		sqlite3_str_appendf(out,
				    "%s v%d.parking = v0.parking AND v%d.\"table\" = v0.\"table\""
				    " AND v%d.key = v0.key AND v%d.place > 0"
				    " AND v%d.\"column\" = %Q COLLATE NOCASE",
				    i ? " AND" : " WHERE", i, i, i, i, i,
				    (const char *)group->key.items[i]);
	sqlite3_str_appendf(out, " AND v0.\"table\" = %Q COLLATE NOCASE)", group->table);
	return mo_arena_take(arena, out);
}

/* ---- one row that comes back --------------------------------------------------------------- */

#define OF_ROW " WHERE parking = ?1 AND \"table\" = ?2 AND key = ?3"

const char mo_sql_parked_rows_all[] = "SELECT parking, \"table\", key, \"column\" FROM " ROWS
				      " WHERE place = 0 ORDER BY parking DESC, \"table\", key";
const char mo_sql_parked_row_entry[] =
	"SELECT \"column\", value, place FROM " ROWS OF_ROW " AND place > 0 ORDER BY place";
const char mo_sql_parked_row_forget[] = "DELETE FROM " ROWS OF_ROW;

/* A constraint's own ON CONFLICT might delete other rows. */
char *mo_sql_row_insert(struct arena *arena, const struct table *table, const char *rowid,
			const struct list *columns)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendf(out, "INSERT OR ABORT INTO main.\"%w\" (", table->object.name);
	sqlite3_str_appendall(out, rowid ? rowid : "");
	for (int i = 0; i < columns->count; i++)
		sqlite3_str_appendf(out, "%s\"%w\"", rowid || i ? ", " : "",
				    (const char *)columns->items[i]);
	sqlite3_str_appendall(out, ") VALUES (");
	if (rowid)
		sqlite3_str_appendall(out, "?1");
	for (int i = 0; i < columns->count; i++)
		sqlite3_str_appendf(out, "%s?%d", rowid || i ? ", " : "", i + 2);
	sqlite3_str_appendchar(out, 1, ')');
	return mo_arena_take(arena, out);
}

/* By the key, and then each column to the byte. */
char *mo_sql_row_check(struct arena *arena, const struct table *table, const struct list *columns)
{
	const struct parked_rows rows = mo_parked_rows(arena, 0, table);
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendall(out, "SELECT ");
	write_key(out, "p", &rows.key);
	sqlite3_str_appendf(out, " FROM main.\"%w\" AS p WHERE ", table->object.name);
	if (table->without_rowid || !rows.key.count)
		sqlite3_str_appendall(out, "?1 IS NOT NULL");
	else
		sqlite3_str_appendf(out, "p.\"%w\" = ?1", (const char *)rows.key.items[0]);
	for (int i = 0; i < columns->count; i++) {
		const char *column = columns->items[i];

		sqlite3_str_appendf(out,
				    " AND p.\"%w\" IS ?%d AND typeof(p.\"%w\") = typeof(?%d)"
				    " AND p.\"%w\" COLLATE BINARY IS ?%d",
				    column, i + 2, column, i + 2, column, i + 2);
	}
	return mo_arena_take(arena, out);
}

char *mo_sql_row_is_orphan(struct arena *arena, const struct table *child,
			   const struct list *columns, const struct table *parent,
			   const struct list *parent_columns)
{
	const struct parked_rows rows = mo_parked_rows(arena, 0, child);
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendf(out, "SELECT 1 FROM main.\"%w\" AS c WHERE ", child->object.name);
	write_key(out, "c", &rows.key);
	sqlite3_str_appendall(out, " = ?1");
	for (int i = 0; i < columns->count; i++)
		sqlite3_str_appendf(out, " AND c.\"%w\" IS NOT NULL",
				    (const char *)columns->items[i]);
	sqlite3_str_appendf(out, " AND NOT EXISTS (SELECT 1 FROM main.\"%w\" AS p WHERE ",
			    parent->object.name);
	write_refers(out, columns, parent, parent_columns);
	sqlite3_str_appendchar(out, 1, ')');
	return mo_arena_take(arena, out);
}
