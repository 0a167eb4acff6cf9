/* SPDX-License-Identifier: MIT */
/* declared.c: see declared.h. */
#include "sql/declared.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/text.h"
#include "sql/as_stored.h"
#include "sql/own_table.h"
#include "sql/rebuild.h"
#include "sql/write.h"

#define MOST_VALUES 500 /* rows of one INSERT */

/* ---- what there is ------------------------------------------------------------------------- */

static bool is_declared(const struct rows *rows, const char *column)
{
	EACH (const struct row, row, &rows->rows)
		if (!row->is_dropped && mo_row_cell(row, column))
			return true;
	return false;
}

static void list_columns(struct arena *arena, struct declared *declared)
{
	EACH (const struct column, column, &declared->table->columns)
		if (mo_names_have(&declared->rows->key, column->object.name))
			mo_list_add(arena, &declared->columns, column);
	declared->keys = declared->columns.count;
	EACH (const struct column, column, &declared->table->columns)
		if (!mo_names_have(&declared->rows->key, column->object.name) &&
		    is_declared(declared->rows, column->object.name))
			mo_list_add(arena, &declared->columns, column);
}

static const struct column *column_at(const struct declared *declared, int at)
{
	return declared->columns.items[at];
}

/* A name for a column of the work table's own, that no column of the table has. */
static const char *free_name(struct arena *arena, const struct table *table, const char *name)
{
	while (name && mo_table_column(table, name))
		name = mo_arena_format(arena, "%s_", name);
	return name;
}

static char *set_of(struct arena *arena, const struct declared *declared, const struct row *row)
{
	char *set = mo_arena_alloc(arena, (size_t)declared->columns.count + 1);

	for (int i = 0; set && i < declared->columns.count; i++)
		set[i] = mo_row_cell(row, column_at(declared, i)->object.name) ? '1' : '0';
	return set;
}

static int compare_sets(const void *a, const void *b)
{
	return strcmp(*(const char *const *)b, *(const char *const *)a);
}

static int number_of(const struct declared *declared, const char *set)
{
	for (int i = 0; i < declared->sets.count; i++)
		if (strcmp(declared->sets.items[i], set) == 0)
			return i + 1;
	return 0;
}

/* The order of the rows in the document does not number the sets. */
static void list_sets(struct arena *arena, struct declared *declared)
{
	const struct list *rows = &declared->rows->rows;
	char **sets = mo_arena_alloc(arena, ((size_t)rows->count + 1) * sizeof(*sets));

	declared->numbers =
		mo_arena_alloc(arena, ((size_t)rows->count + 1) * sizeof(*declared->numbers));
	for (int i = 0; sets && declared->numbers && i < rows->count; i++) {
		const struct row *row = rows->items[i];

		declared->has_dropped |= row->is_dropped;
		sets[i] = row->is_dropped ? NULL : set_of(arena, declared, row);
		if (sets[i] && !number_of(declared, sets[i]))
			mo_list_add(arena, &declared->sets, sets[i]);
	}
	if (mo_arena_rc(arena))
		return;
	if (declared->sets.count > 1)
		qsort(declared->sets.items, (size_t)declared->sets.count, sizeof(void *),
		      compare_sets);
	for (int i = 0; i < rows->count; i++)
		declared->numbers[i] = sets[i] ? number_of(declared, sets[i]) : 0;
}

struct declared *mo_declared_make(struct arena *arena, const struct rows *rows,
				  const struct table *table, const char *work)
{
	struct declared *declared = mo_arena_make(arena, struct declared);
	sqlite3_str *name = sqlite3_str_new(NULL);

	mo_write_name(name, table->object.name);
	if (!declared) {
		sqlite3_free(sqlite3_str_finish(name));
		return NULL;
	}
	declared->arena = arena;
	declared->rows = rows;
	declared->table = table;
	declared->name = mo_arena_take(arena, name);
	name = sqlite3_str_new(NULL);
	mo_write_name(name, work);
	declared->work = mo_arena_take(arena, name);
	declared->set = free_name(arena, table, "_moult_set");
	declared->update = free_name(arena, table, "_moult_update");
	list_columns(arena, declared);
	list_sets(arena, declared);
	return declared;
}

/* ---- pieces -------------------------------------------------------------------------------- */

static void write_column(sqlite3_str *out, const char *of, const struct column *column)
{
	sqlite3_str_appendf(out, "%s.", of);
	mo_write_name(out, column->object.name);
}

static bool is_in_set(const struct declared *declared, int set, int at)
{
	return at < declared->keys || ((const char *)declared->sets.items[set - 1])[at] == '1';
}

/* The table's row that a declared one is. */
static void write_match(sqlite3_str *out, const struct declared *d)
{
	for (int i = 0; i < d->keys; i++) {
		sqlite3_str_appendall(out, i ? " AND " : "");
		write_column(out, d->name, column_at(d, i));
		mo_write_collation(out, column_at(d, i));
		sqlite3_str_appendall(out, " = ");
		write_column(out, d->work, column_at(d, i));
	}
}

/* The key of a row, for IN: as the table compares it. */
static void write_key(sqlite3_str *out, const struct declared *d, const char *of, bool collates)
{
	sqlite3_str_appendall(out, d->keys > 1 ? "(" : "");
	for (int i = 0; i < d->keys; i++) {
		sqlite3_str_appendall(out, i ? ", " : "");
		write_column(out, of, column_at(d, i));
		if (collates)
			mo_write_collation(out, column_at(d, i));
	}
	sqlite3_str_appendall(out, d->keys > 1 ? ")" : "");
}

static void write_keys(sqlite3_str *out, const struct declared *d, const char *of)
{
	for (int i = 0; i < d->keys; i++) {
		sqlite3_str_appendall(out, i ? ", " : "");
		write_column(out, of, column_at(d, i));
	}
}

/* The columns of a set; of: NULL, or what they are of. */
static void write_set(sqlite3_str *out, const struct declared *d, int set, const char *of,
		      bool with_keys)
{
	int count = 0;

	for (int i = 0; i < d->columns.count; i++) {
		if (!is_in_set(d, set, i) ||
		    (i < d->keys && !with_keys && !column_at(d, i)->collate))
			continue;
		sqlite3_str_appendall(out, count++ ? ", " : "");
		if (of)
			write_column(out, of, column_at(d, i));
		else
			mo_write_name(out, column_at(d, i)->object.name);
	}
}

static int count_set(const struct declared *d, int set)
{
	int count = 0;

	for (int i = 0; i < d->columns.count; i++)
		count += is_in_set(d, set, i) && (i >= d->keys || column_at(d, i)->collate);
	return count;
}

static bool may_differ(const struct declared *d, int at)
{
	return at >= d->keys || column_at(d, at)->collate;
}

/* A value of the table is another than the declared: in its type, or its bytes. */
static void write_differs(sqlite3_str *out, const struct declared *d, int at)
{
	const struct column *column = column_at(d, at);

	sqlite3_str_appendall(out, "(typeof(");
	write_column(out, d->name, column);
	sqlite3_str_appendall(out, ") <> typeof(");
	write_column(out, d->work, column);
	sqlite3_str_appendall(out, ") OR ");
	write_column(out, d->name, column);
	sqlite3_str_appendall(out, " COLLATE BINARY IS NOT ");
	write_column(out, d->work, column);
	sqlite3_str_appendall(out, ")");
}

/* A condition on a column, for each that may differ in a set; 0 where none may. */
static void write_each(sqlite3_str *out, const struct declared *d, int set,
		       void (*write)(sqlite3_str *, const struct declared *, int))
{
	int count = 0;

	sqlite3_str_appendall(out, "(");
	for (int i = 0; i < d->columns.count; i++) {
		if (!is_in_set(d, set, i) || !may_differ(d, i))
			continue;
		sqlite3_str_appendall(out, count++ ? " OR " : "");
		write(out, d, i);
	}
	sqlite3_str_appendall(out, count ? ")" : "0)");
}

/* The same whatever the set of the row. */
static void write_any(sqlite3_str *out, const struct declared *d,
		      void (*write)(sqlite3_str *, const struct declared *, int))
{
	sqlite3_str_appendf(out, "CASE %s.%s", d->work, d->set);
	for (int set = 1; set <= d->sets.count; set++) {
		sqlite3_str_appendf(out, " WHEN %d THEN ", set);
		write_each(out, d, set, write);
	}
	sqlite3_str_appendall(out, d->sets.count ? " ELSE 0 END" : " WHEN 0 THEN 0 END");
}

/* ---- marks --------------------------------------------------------------------------------- */

/* A name as marks have it, in small letters. */
static char *mark_name(struct arena *arena, const char *name)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	for (; name && *name; name++) {
		if (*name == '%' || *name == '|' || *name == '>')
			sqlite3_str_appendf(out, "%%%02X", *name);
		else
			sqlite3_str_appendchar(out, 1, mo_fold(*name));
	}
	return mo_arena_take(arena, out);
}

static const struct origin *origin_of(const struct declared *d, const struct column *column)
{
	EACH (const struct origin, origin, &d->origins)
		if (origin->column == column)
			return origin;
	return NULL;
}

/* What a mark calls a column. */
static char *mark_column(struct arena *arena, const struct declared *d, const struct column *column)
{
	const struct origin *origin = d->is_before ? origin_of(d, column) : NULL;

	return mark_name(arena, origin ? origin->name : column->object.name);
}

/* quote() ends a text at a NUL. */
static void write_quoted(sqlite3_str *out, const char *of, const struct column *column)
{
	sqlite3_str_appendall(out, "replace(replace(CASE WHEN typeof(");
	write_column(out, of, column);
	sqlite3_str_appendall(out, ") = 'text' AND instr(");
	write_column(out, of, column);
	sqlite3_str_appendall(out, ", char(0)) > 0 THEN 'hex ' || hex(");
	write_column(out, of, column);
	sqlite3_str_appendall(out, ") ELSE quote(");
	write_column(out, of, column);
	sqlite3_str_appendall(out, ") END, '%', '%25'), '|', '%7C')");
}

/* A value of the table, as it was before the column had another type. */
static void write_known(sqlite3_str *out, const struct declared *d, const struct column *column)
{
	const struct origin *origin = origin_of(d, column);

	if (!origin || origin->affinity == column->affinity || origin->affinity == 'B') {
		write_quoted(out, d->name, column);
		return;
	}
	sqlite3_str_appendall(out, "replace(replace(quote(CAST(");
	write_column(out, d->name, column);
	sqlite3_str_appendf(out, " AS%s)), '%%', '%%25'), '|', '%%7C')",
			    mo_sql_type_of(origin->affinity));
}

/* What a mark calls a declared row, and a row of the table. */
static void write_object(sqlite3_str *out, struct arena *arena, const struct declared *d,
			 bool is_known)
{
	sqlite3_str_appendf(
		out, "%Q",
		mark_name(arena, d->is_before && d->former ? d->former : d->table->object.name));
	for (int i = 0; i < d->keys; i++) {
		sqlite3_str_appendall(out, " || '|' || ");
		if (is_known)
			write_known(out, d, column_at(d, i));
		else
			write_quoted(out, d->work, column_at(d, i));
	}
}

static void write_digest(sqlite3_str *out, struct arena *arena, const struct declared *d, int set)
{
	for (int i = 0; i < d->columns.count; i++) {
		if (!is_in_set(d, set, i))
			continue;
		sqlite3_str_appendf(
			out, "%s%Q || ", i ? " || " : "",
			mo_arena_format(arena,
					"|%s=", mark_name(arena, column_at(d, i)->object.name)));
		write_quoted(out, d->work, column_at(d, i));
	}
	sqlite3_str_appendall(out, " || '|'");
}

char *mo_sql_declared_forget(struct arena *arena, const struct declared *d)
{
	sqlite3_str *out = sqlite3_str_new(NULL);
	bool is_spelled_so = true;

	for (int i = 0; i < d->keys; i++)
		is_spelled_so &= !column_at(d, i)->collate && !origin_of(d, column_at(d, i));
	sqlite3_str_appendall(out, "DELETE FROM main." MO_DONE_TABLE
				   " WHERE kind = 'row' AND object IN (SELECT ");
	write_object(out, arena, d, false);
	sqlite3_str_appendf(out, " FROM main.%s", d->work);
	if (!is_spelled_so) {
		sqlite3_str_appendall(out, " UNION ALL SELECT ");
		write_object(out, arena, d, true);
		sqlite3_str_appendf(out, " FROM main.%s CROSS JOIN main.%s ON ", d->work, d->name);
		write_match(out, d);
	}
	sqlite3_str_appendall(out, ")");
	return mo_arena_take(arena, out);
}

char *mo_sql_declared_remember(struct arena *arena, const struct declared *d, int set)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendall(out, "INSERT OR REPLACE INTO main." MO_DONE_TABLE
				   " (kind, object, digest, at)\nSELECT 'row', ");
	write_object(out, arena, d, false);
	sqlite3_str_appendall(out, ",\n  ");
	write_digest(out, arena, d, set);
	sqlite3_str_appendf(out,
			    ",\n  strftime('%%Y-%%m-%%dT%%H:%%M:%%SZ', 'now')\n"
			    "FROM main.%s WHERE %s = %d",
			    d->work, d->set, set);
	return mo_arena_take(arena, out);
}

char *mo_sql_declared_forget_all(struct arena *arena, const struct declared *d)
{
	return mo_arena_format(
		arena, "DELETE FROM main." MO_DONE_TABLE " WHERE kind = 'rows' AND object = %Q",
		mark_name(arena, d->table->object.name));
}

static const char *digest_of(struct arena *arena, const struct declared *d)
{
	return d->digest ? d->digest : mo_declared_digest(arena, d->rows);
}

char *mo_sql_declared_remember_all(struct arena *arena, const struct declared *d)
{
	return mo_arena_format(
		arena,
		"INSERT OR REPLACE INTO main." MO_DONE_TABLE " (kind, object, digest, at)\n"
		"VALUES ('rows', %Q, %Q, strftime('%%Y-%%m-%%dT%%H:%%M:%%SZ', 'now'))",
		mark_name(arena, d->table->object.name), digest_of(arena, d));
}

char *mo_sql_declared_is_remembered(struct arena *arena, const struct declared *d)
{
	return mo_arena_format(arena,
			       "ifnull((SELECT group_concat(digest) FROM main." MO_DONE_TABLE
			       " WHERE kind = 'rows' AND object = %Q) = %Q, 0)",
			       mark_name(arena, d->table->object.name), digest_of(arena, d));
}

char *mo_sql_declared_are_marked(struct arena *arena, const struct declared *d)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendall(out, "NOT EXISTS (");
	for (int set = 1; set <= d->sets.count; set++) {
		sqlite3_str_appendf(out, "%sSELECT 1 FROM main.%s WHERE %s = %d AND (",
				    set > 1 ? " UNION ALL " : "", d->work, d->set, set);
		write_object(out, arena, d, false);
		sqlite3_str_appendall(out, ", ");
		write_digest(out, arena, d, set);
		sqlite3_str_appendall(out,
				      ") NOT IN (SELECT object, digest FROM main." MO_DONE_TABLE
				      " WHERE kind = 'row')");
	}
	sqlite3_str_appendf(out,
			    "%s)\n  AND (SELECT count(*) FROM main." MO_DONE_TABLE
			    " WHERE kind = 'row' AND object IN (SELECT ",
			    d->sets.count ? "" : "SELECT 1 WHERE 0");
	write_object(out, arena, d, false);
	sqlite3_str_appendf(out, " FROM main.%s)) = (SELECT count(*) FROM main.%s WHERE %s > 0)",
			    d->work, d->work, d->set);
	return mo_arena_take(arena, out);
}

/* Of marks of that table: all, and those of its rows. */
#define OF_TABLE "(object = %Q OR substr(object, 1, length(%Q) + 1) = %Q || '|')"

char *mo_sql_declared_forget_table(struct arena *arena, const char *table)
{
	const char *name = mark_name(arena, table);

	return mo_arena_format(arena,
			       "DELETE FROM main." MO_DONE_TABLE
			       " WHERE kind IN ('row', 'rows') AND " OF_TABLE,
			       name, name, name);
}

#define WAITING ">"

char *mo_sql_declared_rename_table(struct arena *arena, const char *have, const char *want)
{
	const char *name = mark_name(arena, have);

	return mo_arena_format(arena,
			       "UPDATE main." MO_DONE_TABLE " SET object = '" WAITING
			       "' || %Q || substr(object, length(%Q) + 1)\n"
			       "WHERE kind IN ('row', 'rows') AND " OF_TABLE,
			       mark_name(arena, want), name, name, name, name);
}

char *mo_sql_declared_rename_column(struct arena *arena, const char *table, const char *have,
				    const char *want)
{
	const char *name = mark_name(arena, table);

	return mo_arena_format(
		arena,
		"UPDATE main." MO_DONE_TABLE " SET digest = replace(digest, %Q, %Q)\n"
		"WHERE kind = 'row' AND " OF_TABLE,
		mo_arena_format(arena, "|%s=", mark_name(arena, have)),
		want ? mo_arena_format(arena, "|" WAITING "%s=", mark_name(arena, want)) : "|-=",
		name, name, name);
}

const char mo_sql_declared_arrive[] =
	"UPDATE main." MO_DONE_TABLE " SET object = CASE WHEN substr(object, 1, 1) = '" WAITING
	"' THEN substr(object, 2) ELSE object END,\n"
	"  digest = CASE kind WHEN 'row' THEN replace(digest, '|" WAITING
	"', '|') ELSE digest END\n"
	"WHERE kind IN ('row', 'rows')";

/* ---- the rows ------------------------------------------------------------------------------ */

static void write_cell(sqlite3_str *out, const struct cell *cell)
{
	if (cell && cell->text)
		sqlite3_str_appendf(out, "%Q", cell->text);
	else if (cell && cell->sql.text)
		sqlite3_str_appendf(out, "(%s)", cell->sql.text);
	else
		sqlite3_str_appendall(out, "NULL");
}

static void write_row(sqlite3_str *out, const struct declared *d, int at)
{
	const struct row *row = d->rows->rows.items[at];

	sqlite3_str_appendall(out, "(");
	for (int i = 0; i < d->columns.count; i++) {
		write_cell(out, mo_row_cell(row, column_at(d, i)->object.name));
		sqlite3_str_appendall(out, ", ");
	}
	sqlite3_str_appendf(out, "%d, %d)", d->numbers[at], row->update);
}

static void write_names(sqlite3_str *out, const struct declared *d)
{
	for (int i = 0; i < d->columns.count; i++) {
		mo_write_name(out, column_at(d, i)->object.name);
		sqlite3_str_appendall(out, ", ");
	}
	sqlite3_str_appendf(out, "%s, %s", d->set, d->update);
}

char *mo_sql_declared_create(struct arena *arena, const struct declared *d)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendf(out, "CREATE TABLE main.%s (\n", d->work);
	for (int i = 0; i < d->columns.count; i++) {
		sqlite3_str_appendall(out, "  ");
		mo_write_name(out, column_at(d, i)->object.name);
		sqlite3_str_appendall(out, mo_sql_type_of(column_at(d, i)->affinity));
		mo_write_collation(out, column_at(d, i));
		sqlite3_str_appendall(out, i < d->keys ? " NOT NULL,\n" : ",\n");
	}
	sqlite3_str_appendf(out, "  %s,\n  %s,\n  PRIMARY KEY (", d->set, d->update);
	for (int i = 0; i < d->keys; i++) {
		sqlite3_str_appendall(out, i ? ", " : "");
		mo_write_name(out, column_at(d, i)->object.name);
	}
	sqlite3_str_appendall(out, ")\n) WITHOUT ROWID");
	return mo_arena_take(arena, out);
}

char *mo_sql_declared_fill(struct arena *arena, const struct declared *d, int *at)
{
	const int end =
		d->rows->rows.count - *at > MOST_VALUES ? *at + MOST_VALUES : d->rows->rows.count;
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendf(out, "INSERT INTO main.%s (", d->work);
	write_names(out, d);
	sqlite3_str_appendall(out, ")\nVALUES\n");
	for (int i = *at; i < end; i++) {
		sqlite3_str_appendall(out, i > *at ? ",\n  " : "  ");
		write_row(out, d, i);
	}
	*at = end;
	return mo_arena_take(arena, out);
}

char *mo_sql_declared_try(struct arena *arena, const struct declared *d, int at, bool is_key)
{
	const struct row *row = d->rows->rows.items[at];
	sqlite3_str *names = sqlite3_str_new(NULL);
	sqlite3_str *values = sqlite3_str_new(NULL);
	int count = 0;

	for (int i = 0; i < (is_key ? d->keys : d->columns.count); i++) {
		const char *name = column_at(d, i)->object.name;
		const struct cell *cell = mo_row_cell(row, name);

		if (!cell)
			continue;
		sqlite3_str_appendall(names, count ? ", " : "");
		mo_write_name(names, name);
		sqlite3_str_appendall(values, count++ ? ", " : "");
		if (cell->sql.text && !cell->text)
			sqlite3_str_appendf(values, "(%s)", cell->sql.text);
		else
			sqlite3_str_appendf(values, "?%d", i + 1);
	}
	return mo_arena_format(arena, "INSERT OR ABORT INTO main.%s (%s) VALUES (%s)",
			       is_key ? d->work : d->name, mo_arena_take(arena, names),
			       mo_arena_take(arena, values));
}

static void write_is(sqlite3_str *out, const struct declared *d, int at)
{
	for (int i = 0; i < d->keys; i++) {
		const struct column *column = column_at(d, i);

		sqlite3_str_appendall(out, " AND ");
		write_column(out, d->work, column);
		sqlite3_str_appendall(out, " = ");
		write_cell(out, mo_row_cell(d->rows->rows.items[at], column->object.name));
	}
}

char *mo_sql_declared_same(struct arena *arena, const struct declared *d, int a, int b)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendf(out, "SELECT 1 FROM main.%s WHERE 1", d->work);
	write_is(out, d, a);
	write_is(out, d, b);
	return mo_arena_take(arena, out);
}

static bool has_expression(const struct declared *d, int at)
{
	const struct row *row = d->rows->rows.items[at];

	EACH (const struct cell, cell, &row->cells)
		if (cell->sql.text && !cell->text)
			return true;
	return false;
}

/* An item as _moult_item() takes it apart. */
static void write_item(sqlite3_str *out, const char *text)
{
	if (text)
		sqlite3_str_appendf(out, "%d:%q", (int)strlen(text), text);
	else
		sqlite3_str_appendchar(out, 1, '-');
}

/* What row at has in a column of the work table, these being the last two; without expressions. */
static void write_item_of(sqlite3_str *out, const struct declared *d, int at, int column)
{
	const struct row *row = d->rows->rows.items[at];
	const struct cell *cell;
	char number[16];

	if (column < d->columns.count) {
		cell = mo_row_cell(row, column_at(d, column)->object.name);
		write_item(out, cell ? cell->text : NULL);
		return;
	}
	sqlite3_snprintf(sizeof(number), number, "%d",
			 column == d->columns.count ? d->numbers[at] : row->update);
	write_item(out, number);
}

/* SELECT of the rows that are texts alone, each column one text; how many they are. */
static int write_texts(sqlite3_str *out, const struct declared *d)
{
	const int columns = d->columns.count + 2;
	int count = 0;

	for (int at = 0; at < d->rows->rows.count; at++)
		count += !has_expression(d, at);
	for (int i = 0; count && i < columns; i++) {
		sqlite3_str_appendall(out, i ? ", _moult_item('" : "SELECT _moult_item('");
		for (int at = 0; at < d->rows->rows.count; at++)
			if (!has_expression(d, at))
				write_item_of(out, d, at, i);
		sqlite3_str_appendf(out, "', i) AS column%d", i + 1);
	}
	if (count)
		sqlite3_str_appendf(
			out,
			" FROM (WITH RECURSIVE _moult_number(i) AS (SELECT 0 UNION ALL SELECT i + 1"
			" FROM _moult_number WHERE i < %d) SELECT i FROM _moult_number)",
			count - 1);
	return count;
}

/* VALUES of the others. */
static void write_expressions(sqlite3_str *out, const struct declared *d, const char *before)
{
	int count = 0;

	for (int at = 0; at < d->rows->rows.count; at++) {
		if (!has_expression(d, at))
			continue;
		sqlite3_str_appendall(out, count++ ? ", " : before);
		write_row(out, d, at);
	}
}

/*
 * The rows, as the table's columns would store them.  Without the LIMIT SQLite copies the conditions
 * of the query into each row of a VALUES.
 */
static void write_with(sqlite3_str *out, const struct declared *d)
{
	sqlite3_str_appendf(out, "WITH %s(", d->work);
	write_names(out, d);
	sqlite3_str_appendall(out, ") AS (SELECT ");
	for (int i = 0; i < d->columns.count; i++)
		sqlite3_str_appendf(out, "_moult_affinity(column%d, '%c'), ", i + 1,
				    column_at(d, i)->affinity);
	sqlite3_str_appendf(out, "_moult_affinity(column%d, 'I'), _moult_affinity(column%d, 'I')",
			    d->columns.count + 1, d->columns.count + 2);
	sqlite3_str_appendall(out, " FROM (");
	write_expressions(out, d, write_texts(out, d) ? " UNION ALL VALUES " : "VALUES ");
	sqlite3_str_appendall(out, ") LIMIT -1) ");
}

/* ---- statements ---------------------------------------------------------------------------- */

char *mo_sql_declared_drop(struct arena *arena, const struct declared *d)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendf(out, "DELETE FROM main.%s\nWHERE ", d->name);
	write_key(out, d, d->name, false);
	sqlite3_str_appendall(out, " IN (SELECT ");
	write_keys(out, d, d->work);
	sqlite3_str_appendf(out, " FROM main.%s WHERE %s = 0)", d->work, d->set);
	return mo_arena_take(arena, out);
}

static bool is_of(const struct list *terms, const struct column *column)
{
	return mo_terms_have(terms, column->object.name);
}

/* A value that nothing refuses, and no other row has. */
static const char *spare_value(const struct declared *d, const struct column *column)
{
	if (!mo_column_not_null(d->table, column) && mo_table_rowid_column(d->table) != column)
		return "NULL";
	switch (column->affinity) {
	case 'T':
		return "'_moult_' || hex(randomblob(16))";
	case 'B':
		return "randomblob(16)";
	default:
		return "abs(random() / 2)";
	}
}

/* The column of a key that rows of a set give up; best one that may be NULL. */
static const struct column *spare_column(const struct declared *d, int set,
					 const struct list *terms)
{
	const struct column *found = NULL;

	for (int i = d->keys; i < d->columns.count; i++) {
		const struct column *column = column_at(d, i);

		if (!is_in_set(d, set, i) || !is_of(terms, column))
			continue;
		if (strcmp(spare_value(d, column), "NULL") == 0)
			return column;
		found = column;
	}
	return found;
}

static void write_differs_in(sqlite3_str *out, const struct declared *d, int set,
			     const struct list *terms)
{
	int count = 0;

	sqlite3_str_appendall(out, "(");
	for (int i = 0; i < d->columns.count; i++) {
		if (!is_in_set(d, set, i) || !may_differ(d, i) || !is_of(terms, column_at(d, i)))
			continue;
		sqlite3_str_appendall(out, count++ ? " OR " : "");
		write_differs(out, d, i);
	}
	sqlite3_str_appendall(out, ")");
}

static const char *collation_in(const struct list *terms, const struct column *column)
{
	EACH (const struct term, term, terms)
		if (mo_same_name(term->column, column->object.name) && term->collate)
			return term->collate;
	return column->collate;
}

char *mo_sql_declared_give_up(struct arena *arena, const struct declared *d, int set,
			      const struct list *terms)
{
	const struct column *spare = spare_column(d, set, terms);
	sqlite3_str *out;

	if (!spare)
		return NULL;
	out = sqlite3_str_new(NULL);
	sqlite3_str_appendf(out, "UPDATE OR ABORT main.%s\nSET ", d->name);
	mo_write_name(out, spare->object.name);
	sqlite3_str_appendf(out, " = %s\nWHERE ", spare_value(d, spare));
	write_key(out, d, d->name, false);
	sqlite3_str_appendall(out, " IN (SELECT ");
	write_keys(out, d, d->name);
	sqlite3_str_appendf(out, " FROM main.%s CROSS JOIN main.%s ON ", d->work, d->name);
	write_match(out, d);
	sqlite3_str_appendf(out, "\n  WHERE %s.%s = %d AND ", d->work, d->set, set);
	write_differs_in(out, d, set, terms);
	sqlite3_str_appendall(out, ")\n  AND ");
	write_column(out, d->name, spare);
	if (collation_in(terms, spare)) {
		sqlite3_str_appendall(out, " COLLATE ");
		mo_write_name(out, collation_in(terms, spare));
	}
	sqlite3_str_appendall(out, " IN (SELECT ");
	write_column(out, d->work, spare);
	sqlite3_str_appendf(out, " FROM main.%s WHERE %s > 0)", d->work, d->set);
	return mo_arena_take(arena, out);
}

char *mo_sql_declared_update(struct arena *arena, const struct declared *d, int set)
{
	const bool is_list = count_set(d, set) > 1;
	sqlite3_str *out;

	if (!count_set(d, set))
		return NULL;
	out = sqlite3_str_new(NULL);
	sqlite3_str_appendf(out, "UPDATE OR ABORT main.%s\nSET %s", d->name, is_list ? "(" : "");
	write_set(out, d, set, NULL, false);
	sqlite3_str_appendf(out, "%s = (SELECT ", is_list ? ")" : "");
	write_set(out, d, set, d->work, false);
	sqlite3_str_appendf(out, " FROM main.%s WHERE ", d->work);
	write_match(out, d);
	sqlite3_str_appendall(out, ")\nWHERE ");
	write_key(out, d, d->name, false);
	sqlite3_str_appendall(out, " IN (SELECT ");
	write_keys(out, d, d->name);
	sqlite3_str_appendf(out, " FROM main.%s CROSS JOIN main.%s ON ", d->work, d->name);
	write_match(out, d);
	sqlite3_str_appendf(out, "\n  WHERE %s.%s = %d AND ", d->work, d->set, set);
	write_each(out, d, set, write_differs);
	sqlite3_str_appendall(out, ")");
	return mo_arena_take(arena, out);
}

char *mo_sql_declared_insert(struct arena *arena, const struct declared *d, int set)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendf(out, "INSERT OR ABORT INTO main.%s (", d->name);
	write_set(out, d, set, NULL, true);
	sqlite3_str_appendall(out, ")\nSELECT ");
	write_set(out, d, set, d->work, true);
	sqlite3_str_appendf(out,
			    " FROM main.%s\nWHERE %s = %d"
			    " AND NOT EXISTS (SELECT 1 FROM main.%s WHERE ",
			    d->work, d->set, set, d->name);
	write_match(out, d);
	sqlite3_str_appendall(out, ")\nORDER BY ");
	write_keys(out, d, d->work);
	return mo_arena_take(arena, out);
}

/* ---- questions ----------------------------------------------------------------------------- */

/* Whether the table has no such row. */
static void write_lacks(sqlite3_str *out, const struct declared *d)
{
	write_column(out, d->name, column_at(d, 0));
	sqlite3_str_appendall(out, " IS NULL");
}

static void write_counts(sqlite3_str *out, const struct declared *d, const char *from)
{
	sqlite3_str_appendf(out, " FROM %s LEFT JOIN %s ON ", d->work, from);
	write_match(out, d);
}

char *mo_sql_declared_state(struct arena *arena, const struct declared *d, bool with,
			    const char *from)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	if (with)
		write_with(out, d);
	sqlite3_str_appendall(out, "SELECT count(CASE WHEN s AND lacks THEN 1 END),"
				   " count(CASE WHEN s AND NOT lacks AND differs THEN 1 END),"
				   " count(CASE WHEN NOT s AND NOT lacks THEN 1 END),"
				   " count(CASE WHEN s AND NOT lacks AND NOT differs THEN 1 END)"
				   " FROM (SELECT ");
	sqlite3_str_appendf(out, "%s.%s > 0 AS s, ", d->work, d->set);
	write_lacks(out, d);
	sqlite3_str_appendall(out, " AS lacks, ");
	write_any(out, d, write_differs);
	sqlite3_str_appendall(out, " AS differs");
	write_counts(out, d, from);
	sqlite3_str_appendall(out, ")");
	return mo_arena_take(arena, out);
}

char *mo_sql_declared_holds(struct arena *arena, const struct declared *d)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendall(out, "SELECT count(*) = 0");
	write_counts(out, d, mo_arena_format(arena, "main.%s", d->name));
	sqlite3_str_appendf(out, " WHERE CASE %s.%s WHEN 0 THEN NOT ", d->work, d->set);
	write_lacks(out, d);
	sqlite3_str_appendall(out, " ELSE ");
	write_lacks(out, d);
	sqlite3_str_appendall(out, " OR ");
	write_any(out, d, write_differs);
	sqlite3_str_appendall(out, " END");
	return mo_arena_take(arena, out);
}

/* The DEFAULT that a row of the file has where nobody gave a value; NULL where there is none. */
static const char *former_default(const struct declared *d, const struct column *column)
{
	const struct origin *origin = origin_of(d, column);
	const char *value = origin ? origin->value : column->value.text;

	return value && *value != '"' ? value : NULL;
}

/*
 * The value of a column is somebody's: not the declared one, nor what the mark says; and where the
 * mark says nothing of it, there is something, and that is not the DEFAULT of the file.
 */
static void write_edited(sqlite3_str *out, const struct declared *d, int at)
{
	const struct column *column = column_at(d, at);
	const char *name = mark_column(d->arena, d, column);
	const char *value = former_default(d, column);

	if (mo_list_has(&d->unjudged, column)) {
		sqlite3_str_appendall(out, "0");
		return;
	}
	sqlite3_str_appendall(out, "(");
	write_differs(out, d, at);
	sqlite3_str_appendf(out, " AND NOT ifnull(instr(_moult_done.digest, '|%q=' || ", name);
	write_known(out, d, column);
	sqlite3_str_appendf(out, " || '|') > 0 OR (instr(_moult_done.digest, '|%q=') = 0 AND (",
			    name);
	write_column(out, d->name, column);
	sqlite3_str_appendall(out, " IS NULL");
	if (value) {
		sqlite3_str_appendall(out, " OR ");
		write_column(out, d->name, column);
		sqlite3_str_appendf(out, " COLLATE BINARY IS (%s)",
				    mo_sql_default_value(d->arena, value));
	}
	sqlite3_str_appendall(out, ")), 0))");
}

static void write_stale(sqlite3_str *out, const struct declared *d, int at)
{
	const struct column *column = column_at(d, at);
	const char *name = mark_column(d->arena, d, column);

	sqlite3_str_appendf(
		out,
		"(instr(_moult_done.digest, '|%q=') > 0 AND instr(_moult_done.digest, '|%q=' || ",
		name, name);
	write_known(out, d, column);
	sqlite3_str_appendall(out, " || '|') = 0)");
}

char *mo_sql_declared_stale(struct arena *arena, const struct declared *declared, const char *from)
{
	struct declared asked = *declared;
	const struct declared *d = &asked;
	sqlite3_str *out = sqlite3_str_new(NULL);

	asked.is_before = true;
	write_with(out, d);
	sqlite3_str_appendf(out, "SELECT count(*) FROM %s CROSS JOIN %s ON ", d->work, from);
	write_match(out, d);
	sqlite3_str_appendall(out, " CROSS JOIN main." MO_DONE_TABLE
				   " ON _moult_done.kind = 'row' AND _moult_done.object = ");
	write_object(out, arena, d, true);
	sqlite3_str_appendall(out, " WHERE ");
	write_any(out, d, write_stale);
	return mo_arena_take(arena, out);
}

/* A row that is to go is somebody's where the mark knows another value of any column. */
static void write_gone_edited(sqlite3_str *out, struct arena *arena, const struct declared *d)
{
	sqlite3_str_appendall(out, "(_moult_done.digest IS NULL");
	EACH (const struct column, column, &d->table->columns) {
		const char *name;

		if (column->generated.text)
			continue;
		name = mark_column(arena, d, column);
		sqlite3_str_appendf(
			out,
			" OR (instr(_moult_done.digest, '|%q=') > 0 AND instr(_moult_done.digest, '|%q=' || ",
			name, name);
		write_known(out, d, column);
		sqlite3_str_appendall(out, " || '|') = 0)");
	}
	sqlite3_str_appendall(out, ")");
}

static void write_edits(sqlite3_str *out, struct arena *arena, const struct declared *declared,
			const char *from, bool has_done, bool is_before)
{
	struct declared asked = *declared;
	const struct declared *d = &asked;

	asked.is_before = is_before;
	sqlite3_str_appendf(out, " FROM %s CROSS JOIN %s ON ", d->work, from);
	write_match(out, d);
	sqlite3_str_appendf(
		out,
		" LEFT JOIN %s AS _moult_done ON _moult_done.kind = 'row' AND _moult_done.object = ",
		has_done ? "main." MO_DONE_TABLE
			 : "(SELECT NULL AS kind, NULL AS object, NULL AS digest)");
	write_object(out, arena, d, true);
	sqlite3_str_appendf(out, " WHERE NOT %s.%s AND CASE %s.%s WHEN 0 THEN ", d->work, d->update,
			    d->work, d->set);
	write_gone_edited(out, arena, d);
	sqlite3_str_appendall(out, " ELSE ");
	write_any(out, d, write_edited);
	sqlite3_str_appendall(out, " END");
}

char *mo_sql_declared_edited(struct arena *arena, const struct declared *d, bool with,
			     const char *from, bool has_done)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	if (with)
		write_with(out, d);
	sqlite3_str_appendall(out, with ? "SELECT count(*)" : "SELECT count(*) = 0");
	write_edits(out, arena, d, from, has_done, with);
	return mo_arena_take(arena, out);
}

/* code 'CH': name is 'Schweiz', declared 'Switzerland' */
char *mo_sql_declared_samples(struct arena *arena, const struct declared *d, const char *from,
			      bool has_done)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	write_with(out, d);
	sqlite3_str_appendall(out, "SELECT ");
	for (int i = 0; i < d->keys; i++) {
		sqlite3_str_appendf(out, "%s'%q ' || quote(", i ? " || ', ' || " : "",
				    column_at(d, i)->object.name);
		write_column(out, d->name, column_at(d, i));
		sqlite3_str_appendall(out, ")");
	}
	sqlite3_str_appendf(out, " || ': ' || CASE %s.%s WHEN 0 THEN 'is to go' ELSE substr(",
			    d->work, d->set);
	for (int i = 0; i < d->columns.count; i++) {
		const struct column *column = column_at(d, i);

		if (!may_differ(d, i))
			continue;
		sqlite3_str_appendall(out, "CASE WHEN ");
		write_differs(out, d, i);
		sqlite3_str_appendf(out, " AND CASE %s.%s WHEN 0 THEN 0", d->work, d->set);
		for (int set = 1; set <= d->sets.count; set++)
			sqlite3_str_appendf(out, " WHEN %d THEN %d", set, is_in_set(d, set, i));
		sqlite3_str_appendf(out, " END THEN ', %q is ' || quote(", column->object.name);
		write_column(out, d->name, column);
		sqlite3_str_appendall(out, ") || ', declared ' || quote(");
		write_column(out, d->work, column);
		sqlite3_str_appendall(out, ") ELSE '' END || ");
	}
	sqlite3_str_appendall(out, "'', 3) END");
	write_edits(out, arena, d, from, has_done, true);
	sqlite3_str_appendall(out, " LIMIT 5");
	return mo_arena_take(arena, out);
}

char *mo_sql_declared_beyond(struct arena *arena, const struct declared *d, bool with,
			     const char *what, const char *from)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	if (with)
		write_with(out, d);
	sqlite3_str_appendf(out, "SELECT %s FROM %s WHERE ", what, from);
	write_key(out, d, d->name, true);
	sqlite3_str_appendall(out, " NOT IN (SELECT ");
	write_keys(out, d, d->work);
	sqlite3_str_appendf(out, " FROM %s)", d->work);
	return mo_arena_take(arena, out);
}

/* ---- foreign keys -------------------------------------------------------------------------- */

static bool declares_all(const struct row *row, const struct list *columns)
{
	for (int i = 0; i < columns->count; i++)
		if (!mo_row_cell(row, columns->items[i]))
			return false;
	return !row->is_dropped;
}

/* (...), (...): of each row that declares all of the columns.  How many they are. */
static int write_values_of(sqlite3_str *out, const struct rows *rows, const struct list *columns)
{
	int count = 0;

	EACH (const struct row, row, &rows->rows) {
		if (!declares_all(row, columns))
			continue;
		sqlite3_str_appendall(out, count++ ? ", (" : "(");
		for (int i = 0; i < columns->count; i++) {
			sqlite3_str_appendall(out, i ? ", " : "");
			write_cell(out, mo_row_cell(row, columns->items[i]));
		}
		sqlite3_str_appendchar(out, 1, ')');
	}
	return count;
}

/* Values as columns of the table would hold them; those of a key are compared as these compare. */
static void write_stored(sqlite3_str *out, struct arena *arena, const struct table *table,
			 const struct list *columns, const struct list *keys)
{
	for (int i = 0; i < columns->count; i++) {
		const struct column *column = mo_table_column(table, columns->items[i]);
		const char *name =
			keys ? keys->items[i] : mo_arena_format(arena, "column%d", i + 1);

		sqlite3_str_appendf(out, "%s%s", i ? ", " : "",
				    column ? mo_sql_as_stored(arena, name, column->affinity)
					   : name);
		if (keys && column)
			mo_write_collation(out, column);
	}
}

char *mo_sql_declared_is_parent(struct arena *arena, const struct rows *rows,
				const struct table *table, const struct list *columns,
				const struct list *keys)
{
	sqlite3_str *values = sqlite3_str_new(NULL);
	const int count =
		columns->count == keys->count ? write_values_of(values, rows, columns) : 0;
	const char *text = mo_arena_take(arena, values);
	sqlite3_str *out;

	if (!count)
		return NULL;
	out = sqlite3_str_new(NULL);
	sqlite3_str_appendall(out, columns->count > 1 ? "(" : "");
	write_stored(out, arena, table, columns, keys);
	sqlite3_str_appendf(out, "%s IN (SELECT ", columns->count > 1 ? ")" : "");
	write_stored(out, arena, table, columns, NULL);
	sqlite3_str_appendf(out, " FROM (VALUES %s))", text);
	return mo_arena_take(arena, out);
}

char *mo_declared_name(struct arena *arena, const char *table)
{
	return mark_name(arena, table);
}

/* ---- the digest of a declaration ----------------------------------------------------------- */

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void write_named_cell(sqlite3_str *out, struct arena *arena, const struct cell *cell)
{
	sqlite3_str_appendf(out, "|%s=", mark_name(arena, cell->column));
	if (cell->sql.text && !cell->text) /* 'a' is what the text a is */
		sqlite3_str_appendall(out, cell->sql.text);
	else
		write_cell(out, cell);
}

/* A row as a text; its cells in the order of their names. */
static char *row_text(struct arena *arena, const struct row *row)
{
	const char **cells = mo_arena_alloc(arena, ((size_t)row->cells.count + 1) * sizeof(*cells));
	sqlite3_str *out;

	for (int i = 0; cells && i < row->cells.count; i++) {
		out = sqlite3_str_new(NULL);
		write_named_cell(out, arena, row->cells.items[i]);
		cells[i] = mo_arena_take(arena, out);
	}
	if (mo_arena_rc(arena))
		return NULL;
	qsort(cells, (size_t)row->cells.count, sizeof(*cells), compare_texts);
	out = sqlite3_str_new(NULL);
	sqlite3_str_appendf(out, "%d", row->is_dropped);
	for (int i = 0; i < row->cells.count; i++)
		sqlite3_str_appendall(out, cells[i]);
	return mo_arena_take(arena, out);
}

char *mo_declared_digest(struct arena *arena, const struct rows *rows)
{
	const size_t count = (size_t)rows->rows.count;
	const char **texts = mo_arena_alloc(arena, (count + 1) * sizeof(*texts));
	char text[MO_HASH_TEXT];
	struct hasher hasher;

	for (int i = 0; texts && i < rows->rows.count; i++)
		texts[i] = row_text(arena, rows->rows.items[i]);
	if (mo_arena_rc(arena))
		return NULL;
	qsort(texts, count, sizeof(*texts), compare_texts);
	mo_hash_begin(&hasher);
	for (size_t i = 0; i < count; i++)
		mo_hash_text(&hasher, texts[i]);
	mo_hash_write(text, mo_hash_end(&hasher));
	return mo_arena_text(arena, text);
}

/* ---- as a query ---------------------------------------------------------------------------- */

static bool leaves_open(const struct rows *rows, const char *column)
{
	EACH (const struct row, row, &rows->rows)
		if (!row->is_dropped && !mo_row_cell(row, column))
			return true;
	return false;
}

static void write_values(sqlite3_str *out, struct arena *arena, const struct declared *declared,
			 const struct row *row, const struct list *names)
{
	for (int i = 0; i < names->count; i++) {
		const struct cell *cell = mo_row_cell(row, names->items[i]);
		const struct column *column = mo_table_column(declared->table, names->items[i]);

		sqlite3_str_appendall(out, i ? ", " : "(");
		if (cell || !column->value.text)
			write_cell(out, cell);
		else
			sqlite3_str_appendall(out, mo_sql_default_value(arena, column->value.text));
	}
	sqlite3_str_appendchar(out, 1, ')');
}

char *mo_sql_declared_query(struct arena *arena, const struct rows *rows, const struct table *table,
			    struct list *names)
{
	const struct declared *declared = mo_declared_make(arena, rows, table, "");
	const struct column *key = mo_table_rowid_column(table);
	sqlite3_str *out = sqlite3_str_new(NULL);
	int count = 0;

	for (int i = 0; declared && i < declared->columns.count; i++) {
		const struct column *column = declared->columns.items[i];

		if (column != key || !leaves_open(rows, column->object.name))
			mo_list_add(arena, names, column->object.name);
	}
	sqlite3_str_appendall(out, "WITH _moult_declared(");
	mo_write_names(out, names);
	sqlite3_str_appendall(out, ") AS (VALUES ");
	for (int i = 0; declared && i < rows->rows.count; i++) {
		const struct row *row = rows->rows.items[i];

		if (row->is_dropped)
			continue;
		sqlite3_str_appendall(out, count++ ? ",\n  " : "");
		write_values(out, arena, declared, row, names);
	}
	sqlite3_str_appendall(out, ")\nSELECT * FROM _moult_declared");
	return count ? mo_arena_take(arena, out) : (sqlite3_free(sqlite3_str_finish(out)), NULL);
}
