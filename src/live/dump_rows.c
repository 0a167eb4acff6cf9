/* SPDX-License-Identifier: MIT */
/*
 * dump_rows.c: see dump_rows.h.
 *
 * A value is a text where the column makes the same value of it again, and XML can hold it; else it
 * is an expression.  A number in a column that would keep the text a text is one, too.
 */
#include "live/dump_rows.h"

#include "base/text.h"
#include "live/advice.h"
#include "live/connect.h"
#include "model/rows.h"
#include "sql/parse.h"
#include "sql/write.h"

/* ---- keys ---------------------------------------------------------------------------------- */

/* Whether the columns of a unique constraint tell each row: they are what <rows> takes for a key. */
static bool is_key(const struct table *table, const struct list *terms)
{
	EACH (const struct term, term, terms) {
		const struct column *column =
			term->column ? mo_table_column(table, term->column) : NULL;

		if (!column || column->generated.text || column->affinity == 'B' ||
		    (column != mo_table_rowid_column(table) && !mo_column_not_null(table, column)))
			return false;
		if (term->collate &&
		    !mo_same_name(term->collate, column->collate ? column->collate : "BINARY"))
			return false;
	}
	return terms->count > 0;
}

/* The primary key, else the first that does. */
static const struct list *find_key(const struct table *table)
{
	const struct constraint *primary = mo_table_primary_key(table);

	if (primary && is_key(table, &primary->terms))
		return &primary->terms;
	EACH (const struct constraint, constraint, &table->constraints)
		if (constraint->kind == CONSTRAINT_UNIQUE && is_key(table, &constraint->terms))
			return &constraint->terms;
	EACH (const struct index, index, &table->object.indexes)
		if (index->unique && !index->where.text && is_key(table, &index->terms))
			return &index->terms;
	return NULL;
}

/* ---- values -------------------------------------------------------------------------------- */

/*
 * Of each column the query has the value, quote() and hex() of it, and hex() of it as a text that has
 * been UTF-8 on the way: another in UTF-16 where a surrogate has lost its other half.
 */
enum { CELL_QUOTED = 1, CELL_HEX, CELL_HEX_OF_UTF8, CELL_COLUMNS };

/* Whether XML 1.0 can hold a character, but for the NUL, which ends the text. */
static bool is_xml(const unsigned char *c)
{
	return (*c >= ' ' || *c == '\t' || *c == '\n' || *c == '\r') &&
	       !(c[0] == 0xEF && c[1] == 0xBF && c[2] >= 0xBE);
}

static bool is_plain(const char *text, int size)
{
	if ((size_t)size != strlen(text) || !mo_utf8_is_valid(text))
		return false;
	for (const char *c = text; *c; c++)
		if (!is_xml((const unsigned char *)c))
			return false;
	return true;
}

static char *by_bytes(struct arena *arena, const char *bytes)
{
	return mo_arena_format(arena, "CAST(x'%s' AS TEXT)", bytes);
}

/* 'a' || char(7) || 'b'; what is not UTF-8 by its bytes. */
static char *text_expression(struct arena *arena, const char *text, int size, const char *bytes)
{
	sqlite3_str *out = sqlite3_str_new(NULL);
	const char *end = text + size;
	const char *begin = text;

	for (const char *c = text; c < end; c++) {
		const int length = mo_utf8_length(c);

		if (!length) {
			sqlite3_free(sqlite3_str_finish(out));
			return by_bytes(arena, bytes);
		}
		if (!is_xml((const unsigned char *)c)) {
			sqlite3_str_appendf(out, "%.*Q || char(%d) || ", (int)(c - begin), begin,
					    length == 1	     ? (unsigned char)*c
					    : c[2] == '\xBE' ? 0xFFFE
							     : 0xFFFF);
			begin = c + length;
		}
		c += length - 1;
	}
	sqlite3_str_appendf(out, "%.*Q", (int)(end - begin), begin);
	return mo_arena_take(arena, out);
}

static bool is_half(sqlite3_stmt *stmt, int at)
{
	return !mo_same((const char *)sqlite3_column_text(stmt, at + CELL_HEX),
			(const char *)sqlite3_column_text(stmt, at + CELL_HEX_OF_UTF8));
}

static void take_text(struct cell *cell, struct arena *arena, sqlite3_stmt *stmt, int at)
{
	const char *text = (const char *)sqlite3_column_text(stmt, at);
	const int size = sqlite3_column_bytes(stmt, at);
	const char *bytes = (const char *)sqlite3_column_text(stmt, at + CELL_HEX);

	if (text && is_half(stmt, at))
		cell->sql.text = by_bytes(arena, bytes);
	else if (text && is_plain(text, size))
		cell->text = mo_arena_text(arena, text);
	else if (text)
		cell->sql.text = text_expression(arena, text, size, bytes);
}

static bool is_numeric(const struct column *column)
{
	return column->affinity == 'N' || column->affinity == 'I' || column->affinity == 'R';
}

/* quote() calls what is beyond all reals by a name, which some releases take for a column's. */
static const char *infinity(sqlite3_stmt *stmt, int at)
{
	const double real =
		sqlite3_column_type(stmt, at) == SQLITE_FLOAT ? sqlite3_column_double(stmt, at) : 0;

	return real > 1.7976931348623157e308	? "9e999"
	       : real < -1.7976931348623157e308 ? "-9e999"
						: NULL;
}

static void take_value(struct row *row, struct arena *arena, const struct column *column,
		       sqlite3_stmt *stmt, int at)
{
	struct cell *cell = mo_arena_make(arena, struct cell);
	const int type = sqlite3_column_type(stmt, at);
	const char *beyond = infinity(stmt, at);
	const char *quoted =
		beyond ? beyond : (const char *)sqlite3_column_text(stmt, at + CELL_QUOTED);

	if (!cell)
		return;
	cell->column = column->object.name;
	mo_list_add(arena, &row->cells, cell);
	if (type == SQLITE_TEXT)
		take_text(cell, arena, stmt, at);
	else if (type == SQLITE_BLOB || beyond || (type != SQLITE_NULL && !is_numeric(column)))
		cell->sql.text = mo_arena_text(arena, quoted);
	else if (type != SQLITE_NULL)
		cell->text = mo_arena_text(arena, quoted);
	if (cell->sql.text)
		cell->sql.norm = cell->sql.text;
}

/* ---- rows ---------------------------------------------------------------------------------- */

static bool is_ours(const struct column *column)
{
	return !column->generated.text;
}

static char *query(struct arena *arena, const struct table *table, const struct list *key)
{
	sqlite3_str *out = sqlite3_str_new(NULL);
	int count = 0;

	sqlite3_str_appendall(out, "SELECT ");
	EACH (const struct column, column, &table->columns) {
		if (!is_ours(column))
			continue;
		sqlite3_str_appendf(out,
				    "%s\"%w\", quote(\"%w\"), hex(\"%w\"), hex(trim(\"%w\", ''))",
				    count++ ? ", " : "", column->object.name, column->object.name,
				    column->object.name, column->object.name);
	}
	sqlite3_str_appendf(out, " FROM main.\"%w\" ORDER BY ", table->object.name);
	mo_write_terms(out, key);
	return mo_arena_take(arena, out);
}

static void take_row(struct rows *rows, struct arena *arena, const struct table *table,
		     sqlite3_stmt *stmt)
{
	struct row *row = mo_arena_make(arena, struct row);
	int at = 0;

	if (!row)
		return;
	mo_list_add(arena, &rows->rows, row);
	EACH (const struct column, column, &table->columns) {
		if (!is_ours(column))
			continue;
		take_value(row, arena, column, stmt, at);
		at += CELL_COLUMNS;
	}
}

static int read_rows(struct rows *rows, struct arena *arena, struct moult *m, sqlite3 *db,
		     const struct table *table, const struct list *key)
{
	const char *sql = query(arena, table, key);
	sqlite3_stmt *stmt = NULL;
	int rc = sql ? sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) : SQLITE_NOMEM;

	while (!rc && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		take_row(rows, arena, table, stmt);
		rc = SQLITE_OK;
	}
	sqlite3_finalize(stmt);
	return rc == SQLITE_DONE ? MOULT_OK
				 : mo_diag_sqlite(&m->diags, db, rc, DIAG_RUN003,
						  table->object.name, "read the rows");
}

static int refuse_table(struct moult *m, struct arena *arena, const struct schema *schema,
			const char *name)
{
	const char *guess = mo_advice_nearest(arena, &schema->objects[KIND_TABLE], name);
	const int rc = mo_diag(&m->diags, DIAG_RUN022, NULL, name,
			       "--rows: there is no table %s here", name);

	if (guess)
		mo_diag_hint(&m->diags, "did you mean %s?", guess);
	return rc;
}

static int dump_table(struct schema *schema, struct moult *m, sqlite3 *db, const char *name)
{
	const struct table *table = mo_schema_table(schema, name);
	const struct list *key = table ? find_key(table) : NULL;
	struct rows *rows = mo_arena_make(schema->arena, struct rows);
	int rc;

	if (!rows)
		return mo_diag_memory(&m->diags);
	if (!table)
		return refuse_table(m, schema->arena, schema, name);
	if (!key) {
		rc = mo_diag(&m->diags, DIAG_RUN022, NULL, name,
			     "--rows: table %s has no key that tells each of its rows", name);
		mo_diag_hint(&m->diags, "give it a primary key, or a unique key, of columns that "
					"have a type and are NOT NULL");
		return rc;
	}
	rows->table = table->object.name;
	EACH (const struct term, term, key)
		mo_list_add(schema->arena, &rows->key, term->column);
	rc = read_rows(rows, schema->arena, m, db, table, key);
	mo_list_add(schema->arena, &schema->rows, rows);
	return rc;
}

int mo_rows_dump(struct schema *schema, struct moult *m, sqlite3 *db, const char *tables)
{
	struct list names = {0};
	int rc = MOULT_OK;

	if (!mo_read_names(schema->arena, &names, tables) && !mo_arena_rc(schema->arena)) {
		rc = mo_diag(&m->diags, DIAG_RUN022, NULL, "--rows",
			     "--rows: %.100s is no list of names", tables);
		mo_diag_hint(&m->diags, "write names with commas between");
	}
	for (int i = 0; !rc && i < names.count; i++)
		if (!mo_rows_of(schema, names.items[i]))
			rc = dump_table(schema, m, db, names.items[i]);
	return !rc && mo_arena_rc(schema->arena) ? mo_diag_memory(&m->diags) : rc;
}
