/* SPDX-License-Identifier: MIT */
/*
 * read_rows.c: <rows> into the model.
 *
 *	<row code="CH" name="Switzerland"/>	attributes are columns, and their values texts
 *	<value column="flag" sql="x'00ff'"/>	in a row: an odd name, NULL, an expression, a long text
 *	<dropped row="DD"/>			the key of a row that goes
 *	href="countries.csv"			csv.h
 *
 * Several elements for one table are one list.  What columns there are is check_rows.c's matter,
 * when all tables are known.
 */
#include "base/text.h"
#include "model/rows.h"
#include "sql/mention.h"
#include "sql/token.h"
#include "xml/clause.h"
#include "xml/csv.h"

/* ---- cells ----------------------------------------------------------------- */

static struct cell *add_cell(struct reader *r, struct row *row, struct moult_place place)
{
	struct cell *cell = mo_arena_make(r->schema->arena, struct cell);
	struct moult_place *kept = mo_arena_make(r->schema->arena, struct moult_place);

	if (!cell || !kept)
		return NULL;
	*kept = place;
	cell->place = kept;
	mo_list_add(r->schema->arena, &row->cells, cell);
	return cell;
}

/* A line break that somebody wrote in an attribute is a space by now. */
static void look_for_breaks(struct reader *r, const xmlNode *node, const xmlAttr *attribute)
{
	const struct spot *spot = mo_attribute_spot(attribute);
	const char *raw = r->file->scan.text + spot->value;
	const struct moult_place place = mo_reader_value_place(r, attribute);

	if (!memchr(raw, '\n', spot->value_length) && !memchr(raw, '\t', spot->value_length))
		return;
	mo_diag(r->diags, DIAG_DOC022, &place, mo_reader_path(r, node),
		"%s: a line break or tab in it is a space: XML makes one of it in the value of an attribute",
		(const char *)attribute->name);
	mo_diag_hint(r->diags, "write &#10; or &#9;, or <value column=\"%s\">...</value>",
		     (const char *)attribute->name);
}

static void read_attribute(struct reader *r, const xmlNode *node, const xmlAttr *attribute,
			   struct row *row)
{
	const char *name = (const char *)attribute->name;
	struct cell *cell;

	if (attribute->ns || mo_language_attribute(E_ROW, name))
		return;
	cell = add_cell(r, row, mo_reader_attribute_place(r, attribute));
	if (!cell)
		return;
	cell->column = mo_arena_text(r->schema->arena, name);
	cell->text = mo_arena_text(r->schema->arena, mo_attribute_spot(attribute)->text);
	look_for_breaks(r, node, attribute);
}

static bool has_query(const char *sql)
{
	for (struct token token = mo_token_next(sql); token.kind != TOKEN_END;
	     token = mo_token_next(token.text + token.length))
		if (mo_token_is(&token, "SELECT") || mo_token_is(&token, "VALUES"))
			return true;
	return false;
}

/* Else the rows would never be as declared, and the next run would write again. */
static void check_expression(struct reader *r, const xmlNode *node, const struct cell *cell)
{
	const bool is_query = has_query(cell->sql.text);
	const struct clause clause = mo_clause(r, node, "sql");
	struct moult_place place;

	if (!is_query && mo_is_deterministic(cell->sql.text))
		return;
	place = mo_clause_place(r, &clause, 0, strlen(clause.text));
	mo_diag(r->diags, DIAG_DOC012, &place, mo_reader_path(r, node),
		is_query ? "sql: a declared value cannot be a query"
			 : "sql: a declared value must be the same each time");
	mo_diag_hint(r->diags, "write the value itself");
}

static void read_value(struct reader *r, const xmlNode *node, struct row *row)
{
	const xmlAttr *sql = mo_node_attribute(node, "sql");
	const bool is_null = mo_same(mo_trim(r->scratch, mo_node_value(node, "null")), "true");
	const char *text = mo_node_text(r->schema->arena, node);
	struct moult_place place = mo_reader_place(r, node);
	struct cell *cell;

	if (!mo_node_value(node, "column"))
		return;
	cell = add_cell(r, row, place);
	if (!cell)
		return;
	mo_fill(r, node, E_VALUE, cell);
	if (sql && cell->sql.text)
		check_expression(r, node, cell);
	if ((sql != NULL) + is_null + (text && *text) > 1) {
		mo_diag(r->diags, DIAG_DOC016, &place, mo_reader_path(r, node),
			"a value is one of sql, null and a text");
		mo_diag_hint(r->diags, "keep one of them");
	}
	if (!sql && !is_null)
		cell->text = text;
}

static void read_values(struct reader *r, const xmlNode *node, struct row *row)
{
	for (const xmlNode *child = node->children; child; child = child->next)
		if (child->type == XML_ELEMENT_NODE && mo_node_tag(child)->rule == E_VALUE)
			read_value(r, child, row);
}

/* ---- rows ------------------------------------------------------------------ */

static struct row *add_row(struct reader *r, struct rows *rows, struct moult_place place)
{
	struct row *row = mo_arena_make(r->schema->arena, struct row);

	if (!row)
		return NULL;
	row->place = place;
	mo_list_add(r->schema->arena, &rows->rows, row);
	return row;
}

static void read_row(struct reader *r, const xmlNode *node, struct rows *rows)
{
	struct row *row = add_row(r, rows, mo_reader_place(r, node));

	if (!row)
		return;
	mo_fill(r, node, E_ROW, row);
	for (const xmlAttr *attribute = node->properties; attribute; attribute = attribute->next)
		read_attribute(r, node, attribute, row);
	read_values(r, node, row);
}

/* Its column is the key's, which check_rows.c knows. */
static void read_dropped(struct reader *r, const xmlNode *node, struct rows *rows)
{
	const xmlAttr *key = mo_node_attribute(node, "row");
	struct row *row = add_row(r, rows, mo_reader_place(r, node));
	struct cell *cell;

	if (!row)
		return;
	row->is_dropped = true;
	read_values(r, node, row);
	if (!key)
		return;
	cell = add_cell(r, row, mo_reader_attribute_place(r, key));
	if (cell)
		cell->text = mo_arena_text(r->schema->arena, mo_attribute_spot(key)->text);
}

static void read_csv(struct reader *r, const xmlNode *node, struct rows *rows)
{
	const char *path = NULL;
	size_t size = 0;
	const char *text = mo_read_beside(r, node, &path, &size);

	if (text)
		mo_csv_read(rows, r->schema->arena, path, text, size, r->diags);
}

void mo_read_rows_element(struct reader *r, const xmlNode *node, const char *table)
{
	struct rows *rows = table ? mo_arena_make(r->schema->arena, struct rows) : NULL;

	if (!rows)
		return;
	mo_fill(r, node, (enum element)mo_node_tag(node)->rule, rows);
	rows->table = mo_arena_text(r->schema->arena, table);
	rows->place = mo_reader_place(r, node);
	mo_list_add(r->schema->arena, &r->schema->rows, rows);
	if (mo_node_attribute(node, "href"))
		read_csv(r, node, rows);
	for (const xmlNode *child = node->children; child && !mo_reader_is_full(r);
	     child = child->next) {
		if (child->type != XML_ELEMENT_NODE)
			continue;
		if (mo_node_tag(child)->rule == E_ROW)
			read_row(r, child, rows);
		if (mo_node_tag(child)->rule == E_DROPPED_ROW)
			read_dropped(r, child, rows);
	}
	for (int i = 0; rows->update && i < rows->rows.count; i++)
		((struct row *)rows->rows.items[i])->update = true;
}
