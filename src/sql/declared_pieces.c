/* SPDX-License-Identifier: MIT */
/* declared_pieces.c: see declared_pieces.h. */
#include "sql/declared_pieces.h"

#include "sql/write.h"

const struct column *mo_declared_column(const struct declared *declared, int at)
{
	return declared->columns.items[at];
}

void mo_declared_write_column(sqlite3_str *out, const char *of, const struct column *column)
{
	sqlite3_str_appendf(out, "%s.", of);
	mo_write_name(out, column->object.name);
}

bool mo_declared_is_in_set(const struct declared *declared, int set, int at)
{
	return at < declared->keys || ((const char *)declared->sets.items[set - 1])[at] == '1';
}

/* The table's row that a declared one is. */
void mo_declared_write_match(sqlite3_str *out, const struct declared *d)
{
	for (int i = 0; i < d->keys; i++) {
		sqlite3_str_appendall(out, i ? " AND " : "");
		mo_declared_write_column(out, d->name, mo_declared_column(d, i));
		mo_write_collation(out, mo_declared_column(d, i));
		sqlite3_str_appendall(out, " = ");
		mo_declared_write_column(out, d->work, mo_declared_column(d, i));
	}
}

/* The key of a row, for IN: as the table compares it. */
void mo_declared_write_key(sqlite3_str *out, const struct declared *d, const char *of,
			   bool collates)
{
	sqlite3_str_appendall(out, d->keys > 1 ? "(" : "");
	for (int i = 0; i < d->keys; i++) {
		sqlite3_str_appendall(out, i ? ", " : "");
		mo_declared_write_column(out, of, mo_declared_column(d, i));
		if (collates)
			mo_write_collation(out, mo_declared_column(d, i));
	}
	sqlite3_str_appendall(out, d->keys > 1 ? ")" : "");
}

void mo_declared_write_keys(sqlite3_str *out, const struct declared *d, const char *of)
{
	for (int i = 0; i < d->keys; i++) {
		sqlite3_str_appendall(out, i ? ", " : "");
		mo_declared_write_column(out, of, mo_declared_column(d, i));
	}
}

bool mo_declared_may_differ(const struct declared *d, int at)
{
	return at >= d->keys || mo_declared_column(d, at)->collate;
}

/* A value of the table is another than the declared: in its type, or its bytes. */
void mo_declared_write_differs(sqlite3_str *out, const struct declared *d, int at)
{
	const struct column *column = mo_declared_column(d, at);

	sqlite3_str_appendall(out, "(typeof(");
	mo_declared_write_column(out, d->name, column);
	sqlite3_str_appendall(out, ") <> typeof(");
	mo_declared_write_column(out, d->work, column);
	sqlite3_str_appendall(out, ") OR ");
	mo_declared_write_column(out, d->name, column);
	sqlite3_str_appendall(out, " COLLATE BINARY IS NOT ");
	mo_declared_write_column(out, d->work, column);
	sqlite3_str_appendall(out, ")");
}

/* A condition on a column, for each that may differ in a set; 0 where none may. */
void mo_declared_write_each(sqlite3_str *out, const struct declared *d, int set,
			    void (*write)(sqlite3_str *, const struct declared *, int))
{
	int count = 0;

	sqlite3_str_appendall(out, "(");
	for (int i = 0; i < d->columns.count; i++) {
		if (!mo_declared_is_in_set(d, set, i) || !mo_declared_may_differ(d, i))
			continue;
		sqlite3_str_appendall(out, count++ ? " OR " : "");
		write(out, d, i);
	}
	sqlite3_str_appendall(out, count ? ")" : "0)");
}

/* The same whatever the set of the row. */
void mo_declared_write_any(sqlite3_str *out, const struct declared *d,
			   void (*write)(sqlite3_str *, const struct declared *, int))
{
	sqlite3_str_appendf(out, "CASE %s.%s", d->work, d->set);
	for (int set = 1; set <= d->sets.count; set++) {
		sqlite3_str_appendf(out, " WHEN %d THEN ", set);
		mo_declared_write_each(out, d, set, write);
	}
	sqlite3_str_appendall(out, d->sets.count ? " ELSE 0 END" : " WHEN 0 THEN 0 END");
}

void mo_declared_write_cell(sqlite3_str *out, const struct cell *cell)
{
	if (cell && cell->text)
		sqlite3_str_appendf(out, "%Q", cell->text);
	else if (cell && cell->sql.text)
		sqlite3_str_appendf(out, "(%s)", cell->sql.text);
	else
		sqlite3_str_appendall(out, "NULL");
}

void mo_declared_write_row(sqlite3_str *out, const struct declared *d, int at)
{
	const struct row *row = d->rows->rows.items[at];

	sqlite3_str_appendall(out, "(");
	for (int i = 0; i < d->columns.count; i++) {
		mo_declared_write_cell(out,
				       mo_row_cell(row, mo_declared_column(d, i)->object.name));
		sqlite3_str_appendall(out, ", ");
	}
	sqlite3_str_appendf(out, "%d, %d)", d->numbers[at], row->update);
}

void mo_declared_write_names(sqlite3_str *out, const struct declared *d)
{
	for (int i = 0; i < d->columns.count; i++) {
		mo_write_name(out, mo_declared_column(d, i)->object.name);
		sqlite3_str_appendall(out, ", ");
	}
	sqlite3_str_appendf(out, "%s, %s", d->set, d->update);
}
