/* SPDX-License-Identifier: MIT */
/*
 * check_rows.c: declared rows held against their tables.
 *
 * What the columns are, and the key by which a row is told, is known from the document alone; what
 * a value becomes in its column, and whether two keys are one, SQLite says (live/judge_rows.h).
 */
#include "base/text.h"
#include "model/rows.h"
#include "xml/reader.h"

struct check {
	struct reader *r;
	struct rows *rows;
	const struct table *table;
	const char *label;
	struct list
		told; /* of struct moult_place: columns that are no good; a CSV has one for all rows */
};

/* ---- saying it ------------------------------------------------------------- */

static void hint_nearest(struct check *check, const char *name, const struct list *objects)
{
	const char **names =
		mo_arena_alloc(check->r->scratch, (size_t)(objects->count + 1) * sizeof(*names));
	const char *guess;

	for (int i = 0; names && i < objects->count; i++)
		names[i] = ((const struct object *)objects->items[i])->name;
	guess = names ? mo_nearest(name, names, objects->count) : NULL;
	if (strpbrk(name, ";\t"))
		mo_diag_hint(check->r->diags, "the fields of a CSV file have commas between them");
	else if (guess)
		mo_diag_hint(check->r->diags, "did you mean %s?", guess);
}

static void wrong(struct check *check, enum diag_id id, const struct moult_place *place,
		  const char *why)
{
	mo_diag(check->r->diags, id, place, check->label, "%s", why);
}

/* ---- the table ------------------------------------------------------------- */

static bool find_table(struct check *check)
{
	const struct schema *schema = check->r->schema;
	const char *name = check->rows->table;
	const struct object *object = mo_schema_find_relation(schema, name);

	check->label = mo_arena_format(check->r->scratch, "table %s", name);
	check->table = mo_schema_table(schema, name);
	if (check->table)
		return true;
	if (object) {
		wrong(check, DIAG_DOC016, &check->rows->place,
		      mo_arena_format(check->r->scratch,
				      "rows are declared of tables, and %s is a %s", name,
				      mo_kind_names[object->kind]));
		if (object->kind == KIND_VIRTUAL)
			mo_diag_hint(check->r->diags, "<populate> in it is what fills it");
		return false;
	}
	wrong(check, DIAG_DOC007, &check->rows->place,
	      mo_arena_format(check->r->scratch, "the document declares no table %s", name));
	hint_nearest(check, name, &schema->objects[KIND_TABLE]);
	return false;
}

/* The column that a name means; NULL, said at the place. */
static const struct column *find_column(struct check *check, const char *name,
					const struct moult_place *place)
{
	const struct column *column = mo_table_column(check->table, name);

	if (!column) {
		wrong(check, DIAG_DOC007, place,
		      mo_arena_format(check->r->scratch, "table %s has no column %s",
				      check->table->object.name, name));
		hint_nearest(check, name, &check->table->columns);
	} else if (column->generated.text) {
		wrong(check, DIAG_DOC016, place,
		      mo_arena_format(check->r->scratch,
				      "column %s is generated, and nobody gives it a value", name));
		column = NULL;
	}
	return column;
}

/* ---- the key --------------------------------------------------------------- */

/* Whether the terms are the key's columns, each compared as the column itself is. */
static bool is_key(const struct check *check, const struct list *terms)
{
	EACH (const struct term, term, terms) {
		const struct column *column =
			term->column ? mo_table_column(check->table, term->column) : NULL;

		if (!column || !mo_names_have(&check->rows->key, term->column) ||
		    (term->collate &&
		     !mo_same_name(term->collate, column->collate ? column->collate : "BINARY")))
			return false;
	}
	return terms->count == check->rows->key.count;
}

static bool is_unique(const struct check *check)
{
	EACH (const struct constraint, constraint, &check->table->constraints)
		if ((constraint->kind == CONSTRAINT_PRIMARY_KEY ||
		     constraint->kind == CONSTRAINT_UNIQUE) &&
		    is_key(check, &constraint->terms))
			return true;
	EACH (const struct index, index, &check->table->object.indexes)
		if (index->unique && !index->where.text && is_key(check, &index->terms))
			return true;
	return false;
}

/* None where it has an expression, which SQLite refuses in it. */
static void take_primary_key(struct check *check)
{
	const struct constraint *key = mo_table_primary_key(check->table);
	struct list columns = {0};

	for (int i = 0; key && i < key->terms.count; i++) {
		const struct term *term = key->terms.items[i];

		if (!term->column)
			return;
		mo_list_add(check->r->schema->arena, &columns, term->column);
	}
	check->rows->key = columns;
}

static bool check_key_column(struct check *check, const char *name)
{
	const struct column *column = find_column(check, name, &check->rows->place);

	if (!column)
		return false;
	if (column == mo_table_rowid_column(check->table) ||
	    mo_column_not_null(check->table, column))
		return true;
	wrong(check, DIAG_DOC016, &check->rows->place,
	      mo_arena_format(check->r->scratch,
			      "column %s of the key may be NULL, so it tells no row", name));
	mo_diag_hint(check->r->diags, "add not-null=\"true\" to it, or name another key");
	return false;
}

static bool check_key(struct check *check)
{
	if (!check->rows->key.count)
		take_primary_key(check);
	if (!check->rows->key.count) {
		wrong(check, DIAG_DOC006, &check->rows->place,
		      "<rows> must have key: the table has no primary key");
		mo_diag_hint(check->r->diags,
			     "name the columns that tell which row is meant: key=\"code\"");
		return false;
	}
	EACH (const char, name, &check->rows->key)
		if (!check_key_column(check, name))
			return false;
	if (is_unique(check))
		return true;
	wrong(check, DIAG_DOC016, &check->rows->place, "the key of <rows> is not unique");
	mo_diag_hint(check->r->diags,
		     "make it so with unique, a primary key or a unique index of the same columns, "
		     "compared as the columns are");
	return false;
}

/* ---- rows ------------------------------------------------------------------ */

static void check_cell(struct check *check, struct row *row, struct cell *cell)
{
	const struct column *column;

	if (!cell->column && row->is_dropped && check->rows->key.count == 1)
		cell->column = check->rows->key.items[0];
	if (!cell->column) {
		wrong(check, DIAG_DOC016, cell->place, "the key has several columns");
		mo_diag_hint(check->r->diags,
			     "write <dropped><value column=\"...\">...</value> ...</dropped>");
		cell->column = "";
		return;
	}
	if (mo_list_has(&check->told, cell->place))
		return;
	column = find_column(check, cell->column, cell->place);
	if (!column)
		mo_list_add(check->r->scratch, &check->told, cell->place);
	if (mo_row_cell(row, cell->column) != cell)
		wrong(check, DIAG_DOC013, cell->place,
		      mo_arena_format(check->r->scratch,
				      "column %s has a value in this row already", cell->column));
	cell->column = column ? column->object.name : "";
	if (row->is_dropped && column && !mo_names_have(&check->rows->key, cell->column))
		wrong(check, DIAG_DOC016, cell->place,
		      mo_arena_format(check->r->scratch, "column %s is not of the key",
				      cell->column));
}

static void check_key_cell(struct check *check, const struct row *row, const char *name)
{
	const struct cell *cell = mo_row_cell(row, name);
	const struct column *column = mo_table_column(check->table, name);

	if (!cell) {
		wrong(check, DIAG_DOC006, &row->place,
		      mo_arena_format(check->r->scratch, "this row has no %s, which is of its key",
				      name));
		mo_diag_hint(check->r->diags,
			     "give it one, or name another key of the table: <rows key=\"...\">");
	} else if (!cell->text && !cell->sql.text) {
		wrong(check, DIAG_DOC016, row->place.file ? &row->place : cell->place,
		      mo_arena_format(check->r->scratch, "%s is of the key, and cannot be NULL",
				      name));
		mo_diag_hint(check->r->diags,
			     "give it a value; the empty text is \"\" in a file of rows, and a "
			     "<value> with nothing in it in the document");
	} else if (!cell->sql.text && column->affinity == 'B') {
		wrong(check, DIAG_DOC016, cell->place,
		      mo_arena_format(check->r->scratch,
				      "column %s takes a text and a number for two keys", name));
		mo_diag_hint(check->r->diags,
			     "give it a type, or write <value column=\"%s\" sql=\"...\"/>", name);
	}
}

/* A NULL for an INTEGER PRIMARY KEY that is not the key of the rows leaves the number to SQLite. */
static void leave_number(struct check *check, struct row *row)
{
	const struct column *number = mo_table_rowid_column(check->table);
	struct list cells = {0};

	if (!number || mo_names_have(&check->rows->key, number->object.name))
		return;
	EACH (struct cell, cell, &row->cells)
		if (cell->text || cell->sql.text ||
		    !mo_same_name(cell->column, number->object.name))
			mo_list_add(check->r->schema->arena, &cells, cell);
	row->cells = cells;
}

/* A cell that is wrong may have been the key's. */
static void check_row(struct check *check, struct row *row)
{
	const int before = check->r->diags->list.count;

	EACH (struct cell, cell, &row->cells)
		check_cell(check, row, cell);
	for (int i = 0; check->r->diags->list.count == before && i < check->rows->key.count; i++)
		check_key_cell(check, row, check->rows->key.items[i]);
	leave_number(check, row);
}

/* ---- all of them ----------------------------------------------------------- */

/* Rows of the same table that came before; their key is this one's too. */
static struct rows *earlier(const struct check *check)
{
	struct rows *first = mo_rows_of(check->r->schema, check->table->object.name);

	return first == check->rows ? NULL : first;
}

static bool is_same_key(const struct list *a, const struct list *b)
{
	for (int i = 0; i < b->count; i++)
		if (!mo_names_have(a, b->items[i]))
			return false;
	return a->count == b->count;
}

static void join(struct check *check, struct rows *first)
{
	if (!is_same_key(&first->key, &check->rows->key)) {
		wrong(check, DIAG_DOC016, &check->rows->place,
		      "rows of this table are told by another key already");
		mo_diag_have(check->r->diags, &first->place);
		mo_diag_hint(check->r->diags, "say the same key, or none, in all of them");
		return;
	}
	first->update &= check->rows->update;
	EACH (struct row, row, &check->rows->rows)
		mo_list_add(check->r->schema->arena, &first->rows, row);
}

static bool check_one(struct reader *r, struct rows *rows)
{
	struct check check = {.r = r, .rows = rows};
	struct rows *first;

	if (!find_table(&check) || !check_key(&check))
		return false;
	rows->table = check.table->object.name;
	EACH (const struct cell, cell, &rows->header)
		find_column(&check, cell->column, cell->place);
	EACH (struct row, row, &rows->rows) {
		if (!mo_reader_is_full(r))
			check_row(&check, row);
	}
	first = earlier(&check);
	if (first)
		join(&check, first);
	return !first;
}

void mo_check_rows(struct reader *r)
{
	struct list all = r->schema->rows;

	r->schema->rows = (struct list){0};
	EACH (struct rows, rows, &all)
		if (check_one(r, rows))
			mo_list_add(r->schema->arena, &r->schema->rows, rows);
}
