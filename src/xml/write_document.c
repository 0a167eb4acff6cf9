/* SPDX-License-Identifier: MIT */
/*
 * write_document.c: the model as a document.
 *
 * Nothing is written that is SQLite's default.  A clause is an attribute where
 * it is short, and an element where it is not; a constraint of a column is an
 * attribute unless it has a name or more to say.  Indexes and triggers stand in
 * what they are on.  What read.c reads from it is the same model again.
 */
#include <string.h>

#include "base/text.h"
#include "model/attribute.h"
#include "sql/write.h"
#include "xml/body.h"
#include "xml/document.h"
#include "xml/printer.h"
#include "xml/write_rows.h"

#define SHORT_DOC 60

/* ---- texts made of lists --------------------------------------------------- */

static const char *terms_text(struct sheet *sheet, const struct list *terms)
{
	sqlite3_str *text = sqlite3_str_new(NULL);

	mo_write_terms(text, terms);
	return mo_arena_take(sheet->arena, text);
}

static const char *reference_text(struct sheet *sheet, const struct reference *reference)
{
	sqlite3_str *text = sqlite3_str_new(NULL);

	mo_write_name(text, reference->table);
	if (reference->columns.count) {
		sqlite3_str_appendchar(text, 1, '(');
		mo_write_names(text, &reference->columns);
		sqlite3_str_appendchar(text, 1, ')');
	}
	return mo_arena_take(sheet->arena, text);
}

/* ---- documentation --------------------------------------------------------- */

static bool is_short_doc(const char *doc)
{
	return strlen(doc) <= SHORT_DOC && mo_is_short(doc);
}

static void write_doc_element(struct block *block, const char *doc)
{
	struct block child;

	if (!doc || is_short_doc(doc))
		return;
	child = mo_block(block, "doc");
	mo_block_prose(&child, doc);
	mo_block_end(&child);
}

static void write_doc_attribute(struct block *block, const char *doc)
{
	if (doc && is_short_doc(doc))
		mo_block_attribute(block, "doc", doc);
}

/* ---- constraints ----------------------------------------------------------- */

static void write_reference_attributes(struct block *block, const struct reference *reference)
{
	mo_block_attribute(block, "references", reference_text(block->sheet, reference));
	if (reference->on_delete)
		mo_block_attribute(block, "on-delete", mo_action_words[reference->on_delete]);
	if (reference->on_update)
		mo_block_attribute(block, "on-update", mo_action_words[reference->on_update]);
	mo_block_attribute(block, "match", reference->match);
	mo_block_attribute(block, "deferrable", mo_defer_words[reference->defer]);
}

static const char *const constraint_names[CONSTRAINT_COUNT] = {
	[CONSTRAINT_NOT_NULL] = "not-null",	  [CONSTRAINT_PRIMARY_KEY] = "primary-key",
	[CONSTRAINT_UNIQUE] = "unique",		  [CONSTRAINT_CHECK] = "check",
	[CONSTRAINT_FOREIGN_KEY] = "foreign-key",
};

static bool is_descending(const struct constraint *constraint)
{
	const struct term *term = constraint->terms.count ? constraint->terms.items[0] : NULL;

	return term && term->descending;
}

static void write_keys(struct block *block, const struct constraint *constraint)
{
	const bool owned = constraint->owner != NULL;

	if (!owned &&
	    (constraint->kind == CONSTRAINT_PRIMARY_KEY || constraint->kind == CONSTRAINT_UNIQUE))
		mo_block_attribute(block, "columns", terms_text(block->sheet, &constraint->terms));
	if (!owned && constraint->kind == CONSTRAINT_FOREIGN_KEY)
		mo_block_attribute(block, "columns",
				   mo_sheet_names(block->sheet, &constraint->columns));
	if (constraint->kind == CONSTRAINT_FOREIGN_KEY)
		write_reference_attributes(block, &constraint->reference);
	if (owned && constraint->kind == CONSTRAINT_PRIMARY_KEY && is_descending(constraint))
		mo_block_attribute(block, "order", "desc");
}

/* The long form. */
static void write_constraint(struct block *parent, const struct constraint *constraint)
{
	struct block block = mo_block(parent, constraint_names[constraint->kind]);

	mo_block_attribute(&block, "name", constraint->name);
	write_keys(&block, constraint);
	mo_block_flag(&block, "autoincrement", constraint->autoincrement);
	mo_block_attribute(&block, "on-conflict", mo_conflict_words[constraint->conflict]);
	mo_block_attribute(&block, "doc", constraint->doc);
	if (constraint->kind == CONSTRAINT_CHECK)
		mo_block_text(&block, constraint->check.text);
	mo_block_end(&block);
}

/* ---- columns --------------------------------------------------------------- */

/*
 * The constraint of that kind that is an attribute of its column; NULL: there
 * is none, or all are elements.  The first check may be one beside others.
 */
static const struct constraint *short_form(const struct table *table, const struct column *column,
					   enum constraint_kind kind)
{
	const struct constraint *found = NULL;
	int count = 0;

	EACH (const struct constraint, constraint, &table->constraints) {
		if (constraint->owner != column || constraint->kind != kind)
			continue;
		if (!count++)
			found = constraint;
	}
	if (!found || found->name || found->doc || found->conflict ||
	    (count > 1 && kind != CONSTRAINT_CHECK))
		return NULL;
	if (kind == CONSTRAINT_CHECK && !mo_is_short(found->check.text))
		return NULL;
	return found;
}

/* A flag stands with what it is a flag of, which is an element where it is long. */
static void write_attribute(struct block *block, const struct column_attribute *row,
			    const struct column *column)
{
	const char *text = mo_attribute_text(row - (row->form == FORM_FLAG), column);

	if (row->form == FORM_FLAG)
		mo_block_flag(block, row->name,
			      text && mo_is_short(text) && mo_attribute_flag(row, column));
	else if (row->form == FORM_EXPRESSION)
		mo_block_short(block, row->name, text);
	else
		mo_block_attribute(block, row->name, text);
}

/* The elements of what is long. */
static void write_long_attributes(struct block *block, const struct column *column)
{
	for (const struct column_attribute *row = mo_column_attributes; row->name; row++) {
		const struct column_attribute *flag = row + 1;
		const char *text =
			row->form == FORM_EXPRESSION ? mo_attribute_text(row, column) : NULL;
		struct block element;

		if (!text || mo_is_short(text))
			continue;
		element = mo_block(block, row->name);
		if (flag->name && flag->form == FORM_FLAG)
			mo_block_flag(&element, flag->name, mo_attribute_flag(flag, column));
		mo_block_text(&element, text);
		mo_block_end(&element);
	}
}

static void write_column_attributes(struct block *block, const struct table *table,
				    const struct column *column)
{
	const struct constraint *key = short_form(table, column, CONSTRAINT_PRIMARY_KEY);
	const struct constraint *check = short_form(table, column, CONSTRAINT_CHECK);
	const struct constraint *foreign = short_form(table, column, CONSTRAINT_FOREIGN_KEY);
	const struct column_attribute *row = mo_column_attributes;

	mo_block_attribute(block, "name", column->object.name);
	write_attribute(block, row++, column); /* the type */
	if (key) {
		mo_block_attribute(block, "primary-key", is_descending(key) ? "desc" : "true");
		mo_block_flag(block, "autoincrement", key->autoincrement);
	}
	mo_block_flag(block, "not-null", short_form(table, column, CONSTRAINT_NOT_NULL) != NULL);
	mo_block_flag(block, "unique", short_form(table, column, CONSTRAINT_UNIQUE) != NULL);
	for (; row->difference; row++)
		write_attribute(block, row, column);
	mo_block_attribute(block, "check", check ? check->check.text : NULL);
	if (foreign)
		write_reference_attributes(block, &foreign->reference);
	mo_block_attribute(block, "was", mo_sheet_names(block->sheet, &column->object.was));
	for (; row->name; row++)
		write_attribute(block, row, column);
	write_doc_attribute(block, column->object.doc);
}

static void write_column(struct block *parent, const struct table *table,
			 const struct column *column)
{
	struct block block = mo_block(parent, "column");

	write_column_attributes(&block, table, column);
	write_doc_element(&block, column->object.doc);
	write_long_attributes(&block, column);
	EACH (const struct constraint, constraint, &table->constraints) {
		if (constraint->owner == column &&
		    constraint != short_form(table, column, constraint->kind))
			write_constraint(&block, constraint);
	}
	mo_block_end(&block);
}

/* ---- indexes and triggers -------------------------------------------------- */

/* on is NULL where the table is what it stands in. */
static void write_index(struct block *parent, const struct index *index, const char *on)
{
	struct block block = mo_block(parent, "index");
	const char *terms = terms_text(parent->sheet, &index->terms);

	mo_block_attribute(&block, "on", on);
	mo_block_attribute(&block, "name", index->object.name);
	mo_block_flag(&block, "unique", index->unique);
	mo_block_short(&block, "columns", terms);
	mo_block_short(&block, "where", index->where.text);
	write_doc_attribute(&block, index->object.doc);
	write_doc_element(&block, index->object.doc);
	mo_block_long(&block, "columns", terms);
	mo_block_long(&block, "where", index->where.text);
	mo_block_end(&block);
}

static const char *event_text(struct sheet *sheet, const struct trigger *trigger)
{
	const char *columns = mo_sheet_names(sheet, &trigger->columns);

	if (!columns)
		return mo_event_words[trigger->event];
	return mo_arena_format(sheet->arena, "%s of %s", mo_event_words[trigger->event], columns);
}

static void write_trigger(struct block *parent, const struct trigger *trigger, const char *on)
{
	struct block block = mo_block(parent, "trigger");

	mo_block_attribute(&block, "on", on);
	mo_block_attribute(&block, "name", trigger->object.name);
	mo_block_attribute(&block, mo_timing_words[trigger->timing],
			   event_text(parent->sheet, trigger));
	mo_block_short(&block, "when", trigger->when.text);
	write_doc_attribute(&block, trigger->object.doc);
	mo_block_text(&block, mo_arrange(parent->sheet->arena, trigger->body.text));
	write_doc_element(&block, trigger->object.doc);
	mo_block_long(&block, "when", trigger->when.text);
	mo_block_end(&block);
}

/* ---- tombstones ------------------------------------------------------------ */

static void write_tombstone(struct block *parent, const struct tombstone *tombstone)
{
	struct block block = mo_block(parent, "dropped");

	mo_block_attribute(&block, tombstone->column ? "column" : mo_kind_names[tombstone->kind],
			   tombstone->column ? tombstone->column : tombstone->name);
	mo_block_attribute(&block, "back", tombstone->back.text);
	mo_block_end(&block);
}

static void write_tombstones(struct block *parent, const struct schema *schema, const char *table)
{
	EACH (const struct tombstone, tombstone, &schema->tombstones)
		if (mo_same_name(tombstone->table, table))
			write_tombstone(parent, tombstone);
}

/* ---- objects --------------------------------------------------------------- */

static void enter(struct sheet *sheet, const struct object *object)
{
	sheet->object =
		mo_arena_format(sheet->arena, "%s %s", mo_kind_names[object->kind], object->name);
	sheet->told = false;
}

static void write_dependents(struct block *block, const struct object *object)
{
	EACH (const struct index, index, &object->indexes) {
		enter(block->sheet, &index->object);
		write_index(block, index, NULL);
	}
	EACH (const struct trigger, trigger, &object->triggers) {
		enter(block->sheet, &trigger->object);
		write_trigger(block, trigger, NULL);
	}
}

/* A text of SQL in an element of its own; nothing where there is none. */
static void write_query(struct block *block, const char *name, const char *sql)
{
	struct block query;

	if (!sql)
		return;
	query = mo_block(block, name);
	mo_block_text(&query, mo_arrange(block->sheet->arena, sql));
	mo_block_end(&query);
}

static void write_table(struct block *root, const struct schema *schema,
			const struct object *object)
{
	const struct table *table = (const struct table *)object;
	struct block block = mo_block(root, "table");

	mo_block_attribute(&block, "name", object->name);
	mo_block_attribute(&block, "was", mo_sheet_names(root->sheet, &object->was));
	mo_block_flag(&block, "strict", table->strict);
	mo_block_flag(&block, "without-rowid", table->without_rowid);
	write_doc_attribute(&block, object->doc);
	write_doc_element(&block, object->doc);
	for (int i = 0; i < table->columns.count; i++)
		write_column(&block, table, table->columns.items[i]);
	write_query(&block, "from", table->from.text);
	write_tombstones(&block, schema, object->name);
	EACH (const struct constraint, constraint, &table->constraints)
		if (!constraint->owner)
			write_constraint(&block, constraint);
	write_dependents(&block, object);
	mo_write_rows(&block, schema, table);
	mo_block_end(&block);
}

static void write_view(struct block *root, const struct schema *schema, const struct object *object)
{
	const struct view *view = (const struct view *)object;
	struct block block = mo_block(root, "view");

	(void)schema;
	mo_block_attribute(&block, "name", object->name);
	mo_block_attribute(&block, "columns", mo_sheet_names(root->sheet, &view->columns));
	write_doc_attribute(&block, object->doc);
	mo_block_text(&block, mo_arrange(root->sheet->arena, view->select.text));
	write_doc_element(&block, object->doc);
	write_dependents(&block, object);
	mo_block_end(&block);
}

static void write_virtual(struct block *root, const struct schema *schema,
			  const struct object *object)
{
	const struct virtual_table *table = (const struct virtual_table *)object;
	struct block block = mo_block(root, "virtual-table");

	(void)schema;
	mo_block_attribute(&block, "name", object->name);
	mo_block_attribute(&block, "was", mo_sheet_names(root->sheet, &object->was));
	mo_block_attribute(&block, "using", table->module);
	mo_block_short(&block, "args", table->args.text);
	write_doc_attribute(&block, object->doc);
	write_doc_element(&block, object->doc);
	mo_block_long(&block, "args", table->args.text);
	write_query(&block, "populate", table->populate.text);
	mo_block_end(&block);
}

/* An index or trigger stands at the top where nothing is declared that it could stand in. */
static void write_loose_index(struct block *root, const struct schema *schema,
			      const struct object *object)
{
	const struct index *index = (const struct index *)object;

	(void)schema;
	write_index(root, index, index->table);
}

static void write_loose_trigger(struct block *root, const struct schema *schema,
				const struct object *object)
{
	const struct trigger *trigger = (const struct trigger *)object;

	(void)schema;
	write_trigger(root, trigger, trigger->table);
}

static bool stands_inside(const struct schema *schema, const struct object *object)
{
	const struct object *on = NULL;

	if (object->kind == KIND_INDEX)
		on = mo_schema_find(schema, KIND_TABLE, ((const struct index *)object)->table);
	if (object->kind == KIND_TRIGGER)
		on = mo_schema_find_relation(schema, ((const struct trigger *)object)->table);
	return on && on->kind != KIND_VIRTUAL;
}

/* ---- the document ---------------------------------------------------------- */

/* An empty line before the next, unless it is the first. */
static void separate(struct block *root)
{
	if (sqlite3_str_length(root->inside))
		sqlite3_str_appendchar(root->inside, 1, '\n');
}

static const char *number_text(struct sheet *sheet, bool said, const char *format, int number)
{
	return said ? mo_arena_format(sheet->arena, format, number) : NULL;
}

static void write_pragmas(struct block *root, const struct pragmas *pragmas)
{
	struct block block = mo_block(root, "pragma");
	struct sheet *sheet = root->sheet;

	mo_block_attribute(
		&block, "user-version",
		number_text(sheet, pragmas->has_user_version, "%d", pragmas->user_version));
	mo_block_attribute(&block, "application-id",
			   number_text(sheet, pragmas->has_application_id,
				       pragmas->application_id ? "0x%08X" : "%d",
				       pragmas->application_id));
	mo_block_attribute(&block, "page-size",
			   number_text(sheet, pragmas->page_size > 0, "%d", pragmas->page_size));
	mo_block_attribute(&block, "encoding", pragmas->encoding);
	mo_block_attribute(&block, "auto-vacuum", pragmas->auto_vacuum);
	mo_block_attribute(&block, "journal-mode", pragmas->journal_mode);
	if (pragmas->has_foreign_keys)
		mo_block_attribute(&block, "foreign-keys",
				   pragmas->foreign_keys ? "true" : "false");
	mo_block_end_if_any(&block);
}

static void write_ignored(struct block *root, const struct schema *schema)
{
	for (int i = 0; i < schema->ignored.count; i++) {
		struct block block = mo_block(root, "ignore");

		mo_block_attribute(&block, "name", schema->ignored.items[i]);
		mo_block_end(&block);
	}
}

static void write_consents(struct block *root, const struct schema *schema)
{
	EACH (const struct consent, consent, &schema->consents) {
		struct block block = mo_block(root, "allow");

		mo_block_attribute(&block, "id", consent->id);
		mo_block_attribute(&block, "object", consent->object);
		mo_block_attribute(&block, "doc", consent->doc);
		mo_block_end(&block);
	}
}

static void write_requirements(struct block *root, const struct schema *schema)
{
	EACH (const struct requirement, requirement, &schema->requirements) {
		struct block block = mo_block(root, "require");

		mo_block_attribute(&block, "name", requirement->name);
		mo_block_attribute(&block, "at", mo_moment_words[requirement->at]);
		mo_block_attribute(&block, "message", requirement->message);
		mo_block_text(&block, mo_arrange(root->sheet->arena, requirement->select.text));
		mo_block_end(&block);
	}
}

static void write_steps(struct block *root, const struct schema *schema)
{
	EACH (const struct data_step, step, &schema->data_steps) {
		struct block block = mo_block(root, "step");

		mo_block_attribute(&block, "name", step->name);
		mo_block_attribute(&block, "at", mo_moment_words[step->at]);
		mo_block_attribute(&block, "writes", mo_sheet_names(root->sheet, &step->writes));
		write_doc_attribute(&block, step->doc);
		mo_block_text(&block, mo_arrange(root->sheet->arena, step->body.text));
		write_doc_element(&block, step->doc);
		if (step->back.text) {
			struct block back = mo_block(&block, "back");

			mo_block_text(&back, mo_arrange(root->sheet->arena, step->back.text));
			mo_block_end(&back);
		}
		mo_block_end(&block);
	}
}

static void write_head(struct block *root, const struct schema *schema)
{
	mo_block_attribute(root, "xmlns", "urn:moult:schema:1");
	mo_block_attribute(root, "name", schema->name);
	if (schema->undeclared != UNDECLARED_WARN)
		mo_block_attribute(root, "undeclared", mo_undeclared_words[schema->undeclared]);
	mo_block_attribute(root, "way-back", schema->keeps_back);
	write_doc_attribute(root, schema->doc);
	write_doc_element(root, schema->doc);
	write_pragmas(root, &schema->pragmas);
	write_ignored(root, schema);
	if (schema->tombstones.count || schema->consents.count || schema->requirements.count ||
	    schema->data_steps.count)
		separate(root);
	write_tombstones(root, schema, NULL);
	write_consents(root, schema);
	write_requirements(root, schema);
	write_steps(root, schema);
}

static void write_objects(struct block *root, const struct schema *schema)
{
	static const struct {
		enum kind kind;
		void (*write)(struct block *, const struct schema *, const struct object *);
	} writers[] = {{KIND_TABLE, write_table},
		       {KIND_VIRTUAL, write_virtual},
		       {KIND_VIEW, write_view},
		       {KIND_INDEX, write_loose_index},
		       {KIND_TRIGGER, write_loose_trigger}};

	for (size_t k = 0; k < sizeof(writers) / sizeof(*writers); k++)
		EACH (const struct object, object, &schema->objects[writers[k].kind]) {
			if (stands_inside(schema, object))
				continue;
			separate(root);
			enter(root->sheet, object);
			writers[k].write(root, schema, object);
		}
}

/* For editors, which find the schema by the catalogue: https://www.w3.org/TR/xml-model/ */
#define MODEL                                                              \
	"<?xml-model href=\"urn:moult:schema:1\" type=\"application/xml\"" \
	" schematypens=\"http://www.w3.org/2001/XMLSchema\"?>"

int mo_document_write(sqlite3_str *out, const struct schema *schema, struct diags *diags)
{
	struct sheet sheet = {.arena = mo_arena_new(), .diags = diags, .object = "the document"};
	sqlite3_str *text = sqlite3_str_new(NULL);
	struct block root;

	if (!sheet.arena) {
		sqlite3_free(sqlite3_str_finish(text));
		return mo_diag_memory(diags);
	}
	root = mo_block_root(&sheet, text, "database");
	sqlite3_str_appendall(text, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" MODEL "\n");
	write_head(&root, schema);
	write_objects(&root, schema);
	mo_block_end(&root);
	if (sheet.starved || mo_arena_rc(sheet.arena) || sqlite3_str_errcode(text))
		sheet.rc = mo_diag_memory(diags);
	if (!sheet.rc)
		sqlite3_str_append(out, sqlite3_str_value(text), sqlite3_str_length(text));
	sqlite3_free(sqlite3_str_finish(text));
	mo_arena_free(sheet.arena);
	return sheet.rc;
}
