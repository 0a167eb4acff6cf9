/* SPDX-License-Identifier: MIT */
/*
 * write_rows.c: declared rows as elements.
 *
 *	<row code="CH" name="Switzerland"/>			values that an attribute can hold
 *	<row code="x"><value column="a b" sql="x'00'"/></row>	others, and other names
 *	<dropped row="XX"/>					a row that goes
 */
#include "xml/write_rows.h"

#include <string.h>

#include "base/text.h"
#include "model/rows.h"

#define MOST_ATTRIBUTES 60 /* of a row; what is more are elements */

/* Whether a column's name can be an attribute, and is none that <row> has itself. */
static bool is_attribute_name(const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
	static const char others[] = "0123456789.-";

	if (!*name || !strchr(letters, *name) || mo_name_has_prefix(name, "xml") ||
	    mo_same(name, "update"))
		return false;
	for (; *name; name++)
		if (!strchr(letters, *name) && !strchr(others, *name))
			return false;
	return true;
}

static bool is_attribute(const struct block *block, const struct cell *cell)
{
	return cell->text && block->attributes.count < MOST_ATTRIBUTES &&
	       is_attribute_name(cell->column);
}

static void write_value(struct block *row, const struct cell *cell)
{
	struct block block = mo_block(row, "value");

	mo_block_attribute(&block, "column", cell->column);
	if (cell->text)
		mo_block_attribute(&block, "sql",
				   mo_arena_format(row->sheet->arena, "%Q", cell->text));
	else if (cell->sql.text)
		mo_block_attribute(&block, "sql", cell->sql.text);
	else
		mo_block_flag(&block, "null", true);
	mo_block_end(&block);
}

static void write_row(struct block *parent, const struct row *row, bool updates_all)
{
	struct block block = mo_block(parent, row->is_dropped ? "dropped" : "row");
	const struct cell *key = row->cells.count == 1 ? row->cells.items[0] : NULL;
	struct list left = {0};

	if (row->is_dropped && key && key->text) {
		mo_block_attribute(&block, "row", key->text);
		mo_block_end(&block);
		return;
	}
	mo_block_flag(&block, "update", row->update && !updates_all && !row->is_dropped);
	EACH (const struct cell, cell, &row->cells) {
		if (!row->is_dropped && is_attribute(&block, cell))
			mo_block_attribute(&block, cell->column, cell->text);
		else
			mo_list_add(parent->sheet->arena, &left, cell);
	}
	EACH (const struct cell, cell, &left)
		write_value(&block, cell);
	mo_block_end(&block);
}

/* The key of a table with a primary key is that, unless another is said. */
static bool is_primary_key(const struct table *table, const struct list *key)
{
	const struct constraint *primary = mo_table_primary_key(table);

	for (int i = 0; primary && i < primary->terms.count; i++)
		if (!mo_names_have(key, ((const struct term *)primary->terms.items[i])->column))
			return false;
	return primary && primary->terms.count == key->count;
}

void mo_write_rows(struct block *parent, const struct schema *schema, const struct table *table)
{
	const struct rows *rows = mo_rows_of(schema, table->object.name);
	struct block block;

	if (!rows)
		return;
	block = mo_block(parent, "rows");
	if (!is_primary_key(table, &rows->key))
		mo_block_attribute(&block, "key", mo_sheet_names(parent->sheet, &rows->key));
	mo_block_flag(&block, "update", rows->update);
	EACH (const struct row, row, &rows->rows)
		write_row(&block, row, rows->update);
	mo_block_end(&block);
}
