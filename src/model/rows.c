/* SPDX-License-Identifier: MIT */
/* rows.c: see rows.h. */
#include "model/rows.h"

#include "base/text.h"

struct rows *mo_rows_of(const struct schema *schema, const char *table)
{
	EACH (struct rows, rows, &schema->rows)
		if (mo_same_name(rows->table, table))
			return rows;
	return NULL;
}

const struct cell *mo_row_cell(const struct row *row, const char *column)
{
	EACH (const struct cell, cell, &row->cells)
		if (mo_same_name(cell->column, column))
			return cell;
	return NULL;
}
