/* SPDX-License-Identifier: MIT */
/* declared.c: what is declared, the statements that write it, and it as a query; see declared.h. */
#include "sql/declared.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "sql/declared_pieces.h"
#include "sql/rebuild.h"
#include "sql/write.h"

#define MOST_VALUES 500 /* rows of one INSERT */

/* ---- what there is --------------------------------------------------------------------------- */

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
		set[i] = mo_row_cell(row, mo_declared_column(declared, i)->object.name) ? '1' : '0';
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

/* ---- the work table -------------------------------------------------------------------------- */

char *mo_sql_declared_create(struct arena *arena, const struct declared *d)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendf(out, "CREATE TABLE main.%s (\n", d->work);
	for (int i = 0; i < d->columns.count; i++) {
		sqlite3_str_appendall(out, "  ");
		mo_write_name(out, mo_declared_column(d, i)->object.name);
		sqlite3_str_appendall(out, mo_sql_type_of(mo_declared_column(d, i)->affinity));
		mo_write_collation(out, mo_declared_column(d, i));
		sqlite3_str_appendall(out, i < d->keys ? " NOT NULL,\n" : ",\n");
	}
	sqlite3_str_appendf(out, "  %s,\n  %s,\n  PRIMARY KEY (", d->set, d->update);
	for (int i = 0; i < d->keys; i++) {
		sqlite3_str_appendall(out, i ? ", " : "");
		mo_write_name(out, mo_declared_column(d, i)->object.name);
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
	mo_declared_write_names(out, d);
	sqlite3_str_appendall(out, ")\nVALUES\n");
	for (int i = *at; i < end; i++) {
		sqlite3_str_appendall(out, i > *at ? ",\n  " : "  ");
		mo_declared_write_row(out, d, i);
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
		const char *name = mo_declared_column(d, i)->object.name;
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
		const struct column *column = mo_declared_column(d, i);

		sqlite3_str_appendall(out, " AND ");
		mo_declared_write_column(out, d->work, column);
		sqlite3_str_appendall(out, " = ");
		mo_declared_write_cell(out,
				       mo_row_cell(d->rows->rows.items[at], column->object.name));
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

/* ---- statements ------------------------------------------------------------------------------ */

/* The columns of a set; of: NULL, or what they are of. */
static void write_set(sqlite3_str *out, const struct declared *d, int set, const char *of,
		      bool with_keys)
{
	int count = 0;

	for (int i = 0; i < d->columns.count; i++) {
		if (!mo_declared_is_in_set(d, set, i) ||
		    (i < d->keys && !with_keys && !mo_declared_column(d, i)->collate))
			continue;
		sqlite3_str_appendall(out, count++ ? ", " : "");
		if (of)
			mo_declared_write_column(out, of, mo_declared_column(d, i));
		else
			mo_write_name(out, mo_declared_column(d, i)->object.name);
	}
}

static int count_set(const struct declared *d, int set)
{
	int count = 0;

	for (int i = 0; i < d->columns.count; i++)
		count += mo_declared_is_in_set(d, set, i) &&
			 (i >= d->keys || mo_declared_column(d, i)->collate);
	return count;
}

char *mo_sql_declared_drop(struct arena *arena, const struct declared *d)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendf(out, "DELETE FROM main.%s\nWHERE ", d->name);
	mo_declared_write_key(out, d, d->name, false);
	sqlite3_str_appendall(out, " IN (SELECT ");
	mo_declared_write_keys(out, d, d->work);
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
		const struct column *column = mo_declared_column(d, i);

		if (!mo_declared_is_in_set(d, set, i) || !is_of(terms, column))
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
		if (!mo_declared_is_in_set(d, set, i) || !mo_declared_may_differ(d, i) ||
		    !is_of(terms, mo_declared_column(d, i)))
			continue;
		sqlite3_str_appendall(out, count++ ? " OR " : "");
		mo_declared_write_differs(out, d, i);
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
	mo_declared_write_key(out, d, d->name, false);
	sqlite3_str_appendall(out, " IN (SELECT ");
	mo_declared_write_keys(out, d, d->name);
	sqlite3_str_appendf(out, " FROM main.%s CROSS JOIN main.%s ON ", d->work, d->name);
	mo_declared_write_match(out, d);
	sqlite3_str_appendf(out, "\n  WHERE %s.%s = %d AND ", d->work, d->set, set);
	write_differs_in(out, d, set, terms);
	sqlite3_str_appendall(out, ")\n  AND ");
	mo_declared_write_column(out, d->name, spare);
	if (collation_in(terms, spare)) {
		sqlite3_str_appendall(out, " COLLATE ");
		mo_write_name(out, collation_in(terms, spare));
	}
	sqlite3_str_appendall(out, " IN (SELECT ");
	mo_declared_write_column(out, d->work, spare);
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
	mo_declared_write_match(out, d);
	sqlite3_str_appendall(out, ")\nWHERE ");
	mo_declared_write_key(out, d, d->name, false);
	sqlite3_str_appendall(out, " IN (SELECT ");
	mo_declared_write_keys(out, d, d->name);
	sqlite3_str_appendf(out, " FROM main.%s CROSS JOIN main.%s ON ", d->work, d->name);
	mo_declared_write_match(out, d);
	sqlite3_str_appendf(out, "\n  WHERE %s.%s = %d AND ", d->work, d->set, set);
	mo_declared_write_each(out, d, set, mo_declared_write_differs);
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
	mo_declared_write_match(out, d);
	sqlite3_str_appendall(out, ")\nORDER BY ");
	mo_declared_write_keys(out, d, d->work);
	return mo_arena_take(arena, out);
}

/* ---- as a query ------------------------------------------------------------------------------ */

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
			mo_declared_write_cell(out, cell);
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
