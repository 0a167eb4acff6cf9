/* SPDX-License-Identifier: MIT */
/* declared_questions.c: what is asked of declared rows, and of the table; see declared.h. */
#include <string.h>

#include "sql/as_stored.h"
#include "sql/declared_pieces.h"
#include "sql/own_table.h"
#include "sql/rebuild.h"
#include "sql/write.h"

/* ---- the rows, brought along ----------------------------------------------------------------- */

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
		cell = mo_row_cell(row, mo_declared_column(d, column)->object.name);
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
		mo_declared_write_row(out, d, at);
	}
}

/*
 * The rows, as the table's columns would store them.  Without the LIMIT SQLite copies the
 * conditions of the query into each row of a VALUES.
 */
static void write_rows(sqlite3_str *out, const struct declared *d)
{
	sqlite3_str_appendf(out, "%s(", d->work);
	mo_declared_write_names(out, d);
	sqlite3_str_appendall(out, ") AS (SELECT ");
	for (int i = 0; i < d->columns.count; i++)
		sqlite3_str_appendf(out, "_moult_affinity(column%d, '%c'), ", i + 1,
				    mo_declared_column(d, i)->affinity);
	sqlite3_str_appendf(out, "_moult_affinity(column%d, 'I'), _moult_affinity(column%d, 'I')",
			    d->columns.count + 1, d->columns.count + 2);
	sqlite3_str_appendall(out, " FROM (");
	write_expressions(out, d, write_texts(out, d) ? " UNION ALL VALUES " : "VALUES ");
	sqlite3_str_appendall(out, ") LIMIT -1) ");
}

static void write_with(sqlite3_str *out, const struct declared *d)
{
	sqlite3_str_appendall(out, "WITH ");
	write_rows(out, d);
}

#define NO_MARKS "(SELECT NULL AS kind, NULL AS object, NULL AS digest)"
#define MARKS "_moult_marks"

/* The marks; and where the table has none, those that the rows declared before would have. */
static void write_marks(sqlite3_str *out, const struct declared *d, bool has_done)
{
	const char *marks = has_done ? "main." MO_DONE_TABLE : NO_MARKS;
	const struct declared *before = d->before;

	sqlite3_str_appendall(out, ", ");
	write_rows(out, before);
	sqlite3_str_appendf(out,
			    ", " MARKS
			    "(kind, object, digest) AS (SELECT kind, object, digest FROM %s"
			    " UNION ALL SELECT 'row', ",
			    marks);
	mo_declared_write_object(out, d->arena, before, false);
	sqlite3_str_appendf(out, ", CASE %s", before->set);
	for (int set = 1; set <= before->sets.count; set++) {
		sqlite3_str_appendf(out, " WHEN %d THEN ", set);
		mo_declared_write_digest(out, d->arena, before, set);
	}
	sqlite3_str_appendf(out,
			    " END FROM %s WHERE %s > 0 AND NOT EXISTS (SELECT 1 FROM %s"
			    " WHERE kind = 'rows' AND object = %Q)) ",
			    before->work, before->set, marks,
			    mo_declared_name(d->arena, before->table->object.name));
}

/* The rows, and the marks where rows were declared before. */
static void write_with_marks(sqlite3_str *out, const struct declared *d, bool has_done)
{
	write_with(out, d);
	if (d->before)
		write_marks(out, d, has_done);
}

/* ---- questions ------------------------------------------------------------------------------- */

/* Whether the table has no such row. */
static void write_lacks(sqlite3_str *out, const struct declared *d)
{
	mo_declared_write_column(out, d->name, mo_declared_column(d, 0));
	sqlite3_str_appendall(out, " IS NULL");
}

static void write_counts(sqlite3_str *out, const struct declared *d, const char *from)
{
	sqlite3_str_appendf(out, " FROM %s LEFT JOIN %s ON ", d->work, from);
	mo_declared_write_match(out, d);
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
	mo_declared_write_any(out, d, mo_declared_write_differs);
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
	mo_declared_write_any(out, d, mo_declared_write_differs);
	sqlite3_str_appendall(out, " END");
	return mo_arena_take(arena, out);
}

/* The DEFAULT that a row of the file has where nobody gave a value; NULL where there is none. */
static const char *former_default(const struct declared *d, const struct column *column)
{
	const struct origin *origin = mo_declared_origin(d, column);
	const char *value = origin ? origin->value : column->value.text;

	return value && *value != '"' ? value : NULL;
}

/*
 * The value of a column is somebody's: not the declared one, nor what the mark says; and where the
 * mark says nothing of it, there is something, and that is not the DEFAULT of the file.
 */
static void write_edited(sqlite3_str *out, const struct declared *d, int at)
{
	const struct column *column = mo_declared_column(d, at);
	const char *name = mo_declared_mark_column(d->arena, d, column);
	const char *value = former_default(d, column);

	if (mo_list_has(&d->unjudged, column)) {
		sqlite3_str_appendall(out, "0");
		return;
	}
	sqlite3_str_appendall(out, "(");
	mo_declared_write_differs(out, d, at);
	sqlite3_str_appendf(out, " AND NOT ifnull(instr(_moult_done.digest, '|%q=' || ", name);
	mo_declared_write_known(out, d, column);
	sqlite3_str_appendf(out, " || '|') > 0 OR (instr(_moult_done.digest, '|%q=') = 0 AND (",
			    name);
	mo_declared_write_column(out, d->name, column);
	sqlite3_str_appendall(out, " IS NULL");
	if (value) {
		sqlite3_str_appendall(out, " OR ");
		mo_declared_write_column(out, d->name, column);
		sqlite3_str_appendf(out, " COLLATE BINARY IS (%s)",
				    mo_sql_default_value(d->arena, value));
	}
	sqlite3_str_appendall(out, ")), 0))");
}

static void write_stale(sqlite3_str *out, const struct declared *d, int at)
{
	const struct column *column = mo_declared_column(d, at);
	const char *name = mo_declared_mark_column(d->arena, d, column);

	sqlite3_str_appendf(
		out,
		"(instr(_moult_done.digest, '|%q=') > 0 AND instr(_moult_done.digest, '|%q=' || ",
		name, name);
	mo_declared_write_known(out, d, column);
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
	mo_declared_write_match(out, d);
	sqlite3_str_appendall(out, " CROSS JOIN main." MO_DONE_TABLE
				   " ON _moult_done.kind = 'row' AND _moult_done.object = ");
	mo_declared_write_object(out, arena, d, true);
	sqlite3_str_appendall(out, " WHERE ");
	mo_declared_write_any(out, d, write_stale);
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
		name = mo_declared_mark_column(arena, d, column);
		sqlite3_str_appendf(
			out,
			" OR (instr(_moult_done.digest, '|%q=') > 0 AND instr(_moult_done.digest, '|%q=' || ",
			name, name);
		mo_declared_write_known(out, d, column);
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
	mo_declared_write_match(out, d);
	sqlite3_str_appendf(
		out,
		" LEFT JOIN %s AS _moult_done ON _moult_done.kind = 'row' AND _moult_done.object = ",
		is_before && d->before ? MARKS
		: has_done	       ? "main." MO_DONE_TABLE
				       : NO_MARKS);
	mo_declared_write_object(out, arena, d, true);
	sqlite3_str_appendf(out, " WHERE NOT %s.%s AND CASE %s.%s WHEN 0 THEN ", d->work, d->update,
			    d->work, d->set);
	write_gone_edited(out, arena, d);
	sqlite3_str_appendall(out, " ELSE ");
	mo_declared_write_any(out, d, write_edited);
	sqlite3_str_appendall(out, " END");
}

char *mo_sql_declared_edited(struct arena *arena, const struct declared *d, bool with,
			     const char *from, bool has_done)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	if (with)
		write_with_marks(out, d, has_done);
	sqlite3_str_appendall(out, with ? "SELECT count(*)" : "SELECT count(*) = 0");
	write_edits(out, arena, d, from, has_done, with);
	return mo_arena_take(arena, out);
}

/* code 'CH': name is 'Schweiz', declared 'Switzerland' */
char *mo_sql_declared_samples(struct arena *arena, const struct declared *d, const char *from,
			      bool has_done)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	write_with_marks(out, d, has_done);
	sqlite3_str_appendall(out, "SELECT ");
	for (int i = 0; i < d->keys; i++) {
		sqlite3_str_appendf(out, "%s'%q ' || quote(", i ? " || ', ' || " : "",
				    mo_declared_column(d, i)->object.name);
		mo_declared_write_column(out, d->name, mo_declared_column(d, i));
		sqlite3_str_appendall(out, ")");
	}
	sqlite3_str_appendf(out, " || ': ' || CASE %s.%s WHEN 0 THEN 'is to go' ELSE substr(",
			    d->work, d->set);
	for (int i = 0; i < d->columns.count; i++) {
		const struct column *column = mo_declared_column(d, i);

		if (!mo_declared_may_differ(d, i))
			continue;
		sqlite3_str_appendall(out, "CASE WHEN ");
		mo_declared_write_differs(out, d, i);
		sqlite3_str_appendf(out, " AND CASE %s.%s WHEN 0 THEN 0", d->work, d->set);
		for (int set = 1; set <= d->sets.count; set++)
			sqlite3_str_appendf(out, " WHEN %d THEN %d", set,
					    mo_declared_is_in_set(d, set, i));
		sqlite3_str_appendf(out, " END THEN ', %q is ' || quote(", column->object.name);
		mo_declared_write_column(out, d->name, column);
		sqlite3_str_appendall(out, ") || ', declared ' || quote(");
		mo_declared_write_column(out, d->work, column);
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
	mo_declared_write_key(out, d, d->name, true);
	sqlite3_str_appendall(out, " NOT IN (SELECT ");
	mo_declared_write_keys(out, d, d->work);
	sqlite3_str_appendf(out, " FROM %s)", d->work);
	return mo_arena_take(arena, out);
}

/* ---- foreign keys ---------------------------------------------------------------------------- */

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
			mo_declared_write_cell(out, mo_row_cell(row, columns->items[i]));
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
