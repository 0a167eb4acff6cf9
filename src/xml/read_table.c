/* SPDX-License-Identifier: MIT */
/*
 * read_table.c: <table> into the model.
 *
 * The order of constraints in the model does not depend on their form: first
 * those of the columns, in the order of the columns and by kind, then those of
 * the table.
 */
#include <string.h>

#include "base/text.h"
#include "sql/normal.h"
#include "xml/clause.h"

/* A column's constraints: by attribute, or by element with a name and more. */
static const struct form {
	const char *attribute;
	enum element element;
	enum constraint_kind kind;
} forms[] = {
	{"primary-key", E_COLUMN_PRIMARY_KEY, CONSTRAINT_PRIMARY_KEY},
	{"not-null", E_COLUMN_NOT_NULL, CONSTRAINT_NOT_NULL},
	{"unique", E_COLUMN_UNIQUE, CONSTRAINT_UNIQUE},
	{"check", E_CHECK, CONSTRAINT_CHECK},
	{"references", E_COLUMN_FOREIGN_KEY, CONSTRAINT_FOREIGN_KEY},
};

/* ---- a column's constraints ------------------------------------------------ */

/* A constraint of a column is over that column. */
static void add_own_column(struct reader *r, struct constraint *constraint)
{
	struct arena *arena = r->schema->arena;
	const char *name = constraint->owner->object.name;
	struct term *term;

	if (constraint->kind == CONSTRAINT_NOT_NULL || constraint->kind == CONSTRAINT_FOREIGN_KEY)
		mo_list_add(arena, &constraint->columns, (void *)name);
	if (constraint->kind != CONSTRAINT_PRIMARY_KEY && constraint->kind != CONSTRAINT_UNIQUE)
		return;
	term = mo_terms_add(arena, &constraint->terms, name);
	if (term) {
		const char *quoted = mo_arena_format(arena, "\"%w\"", name);

		term->expr = quoted ? mo_sql_piece(arena, quoted) : term->expr;
	}
}

static struct constraint *add_constraint(struct reader *r, struct table *table,
					 enum constraint_kind kind, struct column *owner,
					 struct moult_place place)
{
	struct constraint *constraint = mo_table_add_constraint(r->schema, table, kind, owner);

	if (!constraint)
		return NULL;
	constraint->place = place;
	if (owner)
		add_own_column(r, constraint);
	return constraint;
}

static void set_descending(const struct constraint *constraint, const char *order)
{
	struct term *term = constraint->terms.count ? constraint->terms.items[0] : NULL;

	if (term)
		term->descending = mo_same(order, "desc");
}

static void read_attribute_form(struct reader *r, const xmlNode *node, const struct form *form,
				struct table *table, struct column *column)
{
	const xmlAttr *attribute = mo_node_attribute(node, form->attribute);
	struct clause clause = mo_clause(r, node, form->attribute);
	const char *value = attribute ? mo_trim(r->scratch, clause.text) : NULL;
	struct constraint *constraint;

	if (!value || (mo_same(value, "false") && form->kind != CONSTRAINT_CHECK &&
		       form->kind != CONSTRAINT_FOREIGN_KEY))
		return;
	constraint = add_constraint(r, table, form->kind, column,
				    mo_reader_attribute_place(r, attribute));
	if (!constraint)
		return;
	if (form->kind == CONSTRAINT_CHECK)
		constraint->check = mo_clause_sql(r, &clause, VALUE_EXPRESSION);
	if (form->kind == CONSTRAINT_FOREIGN_KEY)
		mo_fill(r, node, E_REFERENCE, constraint);
	if (form->kind == CONSTRAINT_PRIMARY_KEY) {
		set_descending(constraint, value);
		constraint->autoincrement =
			mo_same(mo_trim(r->scratch, mo_node_value(node, "autoincrement")), "true");
	}
}

static void read_element_form(struct reader *r, const xmlNode *node, const struct form *form,
			      struct table *table, struct column *column)
{
	struct clause text = mo_clause_text(r, node);
	struct constraint *constraint =
		add_constraint(r, table, form->kind, column, mo_reader_place(r, node));

	if (!constraint)
		return;
	mo_fill(r, node, form->element, constraint);
	if (form->kind == CONSTRAINT_CHECK)
		constraint->check = mo_clause_sql(r, &text, VALUE_EXPRESSION);
	if (form->kind == CONSTRAINT_PRIMARY_KEY)
		set_descending(constraint, mo_trim(r->scratch, mo_node_value(node, "order")));
}

static void read_form(struct reader *r, const xmlNode *node, const struct form *form,
		      struct table *table, struct column *column)
{
	read_attribute_form(r, node, form, table, column);
	for (const xmlNode *child = node->children; child; child = child->next)
		if (child->type == XML_ELEMENT_NODE &&
		    mo_node_tag(child)->rule == (int)form->element)
			read_element_form(r, child, form, table, column);
}

/* autoincrement="true" beside primary-key="false" would be lost. */
static void check_autoincrement(struct reader *r, const xmlNode *node)
{
	const xmlAttr *attribute = mo_node_attribute(node, "autoincrement");
	struct moult_place place;

	if (!attribute ||
	    !mo_same(mo_trim(r->scratch, mo_node_value(node, "autoincrement")), "true") ||
	    !mo_same(mo_trim(r->scratch, mo_node_value(node, "primary-key")), "false"))
		return;
	place = mo_reader_attribute_place(r, attribute);
	mo_diag(r->diags, DIAG_DOC016, &place, mo_reader_path(r, node),
		"autoincrement needs primary-key=\"true\"");
}

/* ---- columns --------------------------------------------------------------- */

static void check_calls(struct reader *r, const xmlNode *node)
{
	const struct clause using = mo_clause(r, node, "using");
	const struct clause back = mo_clause(r, node, "back");

	mo_clause_check_calls(r, &using);
	mo_clause_check_calls(r, &back);
}

static void read_column(struct reader *r, const xmlNode *node, struct table *table)
{
	const char *name = mo_node_value(node, "name");
	struct column *column = name ? mo_table_add_column(r->schema, table, name) : NULL;

	if (!column)
		return;
	column->object.place = mo_reader_place(r, node);
	mo_fill(r, node, E_COLUMN, column);
	for (const xmlNode *child = node->children; child; child = child->next)
		if (child->type == XML_ELEMENT_NODE && mo_node_tag(child)->rule == E_GENERATED)
			mo_fill(r, child, E_GENERATED, column);
	if (mo_same_name(column->collate, "BINARY"))
		column->collate = NULL;
	column->affinity = mo_affinity(column->type.text, table->strict);
	check_autoincrement(r, node);
	check_calls(r, node);
	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++)
		read_form(r, node, &forms[i], table, column);
}

/* ---- constraints of the table ---------------------------------------------- */

static bool read_table_constraint(struct reader *r, const xmlNode *node, struct table *table)
{
	static const struct form table_forms[] = {
		{"", E_TABLE_PRIMARY_KEY, CONSTRAINT_PRIMARY_KEY},
		{"", E_TABLE_UNIQUE, CONSTRAINT_UNIQUE},
		{"", E_CHECK, CONSTRAINT_CHECK},
		{"", E_TABLE_FOREIGN_KEY, CONSTRAINT_FOREIGN_KEY},
	};

	for (size_t i = 0; i < sizeof(table_forms) / sizeof(*table_forms); i++)
		if (mo_node_tag(node)->rule == (int)table_forms[i].element) {
			struct clause text = mo_clause_text(r, node);
			struct constraint *constraint = add_constraint(
				r, table, table_forms[i].kind, NULL, mo_reader_place(r, node));

			if (constraint)
				mo_fill(r, node, table_forms[i].element, constraint);
			if (constraint && constraint->kind == CONSTRAINT_CHECK)
				constraint->check = mo_clause_sql(r, &text, VALUE_EXPRESSION);
			return true;
		}
	return false;
}

/* The rows of a table that is made. */
static void read_from(struct reader *r, const xmlNode *node, struct table *table)
{
	const struct clause query = mo_clause_text(r, node);
	const struct token first = mo_token_next(query.text ? query.text : "");
	struct moult_place place;

	table->from_place = mo_reader_place(r, node);
	table->from = mo_clause_sql(r, &query, VALUE_SELECT);
	mo_clause_check_calls(r, &query);
	if (!table->from.text || mo_token_is(&first, "SELECT") || mo_token_is(&first, "WITH") ||
	    mo_token_is(&first, "VALUES"))
		return;
	place = mo_clause_place(r, &query, (size_t)(first.text - query.text), (size_t)first.length);
	mo_diag(r->diags, DIAG_DOC012, &place, mo_reader_path(r, node), "from is not a SELECT");
	mo_diag_hint(r->diags, "write only the query of the rows, over the tables of the file: "
			       "SELECT DISTINCT a, b FROM t");
}

static void read_part(struct reader *r, const xmlNode *node, struct table *table)
{
	const char *name = table->object.name;

	if (read_table_constraint(r, node, table))
		return;
	if (mo_node_tag(node)->rule == E_FROM)
		read_from(r, node, table);
	if (mo_node_tag(node)->rule == E_INDEX)
		mo_read_index_element(r, node, name);
	if (mo_node_tag(node)->rule == E_TRIGGER)
		mo_read_trigger_element(r, node, name);
	if (mo_node_tag(node)->rule == E_DROPPED_PART)
		mo_read_dropped_element(r, node, name);
	if (mo_node_tag(node)->rule == E_ROWS)
		mo_read_rows_element(r, node, name);
}

/* SQLite takes one primary key. */
static void check_primary_key(struct reader *r, const struct table *table)
{
	const struct constraint *first = NULL;

	EACH (const struct constraint, constraint, &table->constraints) {
		if (constraint->kind != CONSTRAINT_PRIMARY_KEY)
			continue;
		if (first) {
			mo_diag(r->diags, DIAG_DOC013, &constraint->place,
				mo_arena_format(r->scratch, "table %s", table->object.name),
				"the table has a primary key already");
			mo_diag_hint(r->diags,
				     "one key of two columns is <primary-key columns=\"a, b\"/>");
			mo_diag_have(r->diags, &first->place);
			return;
		}
		first = constraint;
	}
}

void mo_read_table_element(struct reader *r, const xmlNode *node)
{
	const char *name = mo_node_value(node, "name");
	struct table *table =
		name ? (struct table *)mo_schema_add(r->schema, KIND_TABLE, name) : NULL;

	if (!table)
		return;
	table->object.place = mo_reader_place(r, node);
	mo_fill(r, node, E_TABLE, table);
	for (const xmlNode *child = node->children; child; child = child->next)
		if (child->type == XML_ELEMENT_NODE && mo_node_tag(child)->rule == E_COLUMN)
			read_column(r, child, table);
	for (const xmlNode *child = node->children; child; child = child->next)
		if (child->type == XML_ELEMENT_NODE)
			read_part(r, child, table);
	check_primary_key(r, table);
}
