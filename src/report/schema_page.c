/* SPDX-License-Identifier: MIT */
/*
 * schema_page.c: a schema to browse.
 *
 *	name, what there is of each kind
 *	contents	every table and view, by name
 *	picture		where somebody draws one
 *	a section each	columns, constraints, foreign keys both ways, indexes, triggers, SQL
 *
 * The relations are those of a picture of everything, views and all; what options say is of the
 * picture that is shown.  A section is found by the name of its table, so a link to it stays good:
 * schema.html#person.
 */
#include <string.h>

#include "base/handle.h"
#include "diff/describe.h"
#include "model/rows.h"
#include "report/html.h"
#include "report/report.h"
#include "sql/write.h"

struct page_of_schema {
	sqlite3_str *out;
	struct arena *arena;
	const struct schema *schema;
	struct picture all;
};

/* ---- links ---- */

/* A name as the part of an address behind "#": bytes that are not plain by their number, .20 */
static void put_anchor(sqlite3_str *out, const char *name)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

	if (!*name)
		sqlite3_str_appendchar(out, 1, '.');
	for (; *name; name++) {
		if (strchr(plain, *name))
			sqlite3_str_appendchar(out, 1, *name);
		else
			sqlite3_str_appendf(out, ".%02X", (unsigned char)*name);
	}
}

static void put_link(sqlite3_str *out, const struct box *box)
{
	if (box->object) {
		sqlite3_str_appendall(out, "<a href=\"#");
		put_anchor(out, box->name);
		sqlite3_str_appendall(out, "\">");
	}
	mo_html_text(out, mo_seen(box->name));
	sqlite3_str_appendall(out, box->object ? "</a>" : " (not there)");
}

static void put_doc(sqlite3_str *out, const char *doc)
{
	if (!doc || !*doc)
		return;
	sqlite3_str_appendall(out, "<span class=\"doc\">");
	mo_html_lines(out, doc);
	sqlite3_str_appendall(out, "</span>\n");
}

/* ---- columns ---- */

static void put_value(sqlite3_str *out, const char *words, const char *text, const char *end)
{
	if (!text)
		return;
	sqlite3_str_appendf(out, "<code>%s", words);
	mo_html_text(out, text);
	sqlite3_str_appendf(out, "%s</code> ", end);
}

static void put_flags(const struct page_of_schema *page, const struct box *box,
		      const struct box_line *line)
{
	sqlite3_str *out = page->out;

	if (line->is_primary)
		mo_html_element(out, "span class=\"chip\"", "PRIMARY KEY");
	if (line->is_not_null && !line->is_primary)
		mo_html_element(out, "span class=\"chip\"", "NOT NULL");
	if (line->is_unique && !line->is_primary)
		mo_html_element(out, "span class=\"chip\"", "UNIQUE");
	EACH (const struct relation, relation, &box->relations) {
		const struct constraint *constraint = relation->constraint;

		if (!constraint || relation->child != box ||
		    !mo_names_have(&constraint->columns, line->name))
			continue;
		sqlite3_str_appendall(out, "<span class=\"chip\">&rarr; ");
		put_link(out, relation->parent);
		sqlite3_str_appendall(out, "</span>");
	}
}

static void put_column(const struct page_of_schema *page, const struct box *box,
		       const struct table *table, int place)
{
	const struct column *column = table->columns.items[place];
	sqlite3_str *out = page->out;

	sqlite3_str_appendall(out, "<tr>");
	mo_html_element(out, "td class=\"name\"", mo_seen(column->object.name));
	sqlite3_str_appendall(out, "<td>");
	put_value(out, "", column->type.text, "");
	sqlite3_str_appendall(out, "</td><td>");
	put_flags(page, box, box->lines.items[place]);
	put_value(out, "DEFAULT ", column->value.text, "");
	put_value(out, "AS (", column->generated.text, column->stored ? ") STORED" : ")");
	put_value(out, "COLLATE ", column->collate, "");
	put_doc(out, column->object.doc);
	sqlite3_str_appendall(out, "</td></tr>\n");
}

static void put_columns(const struct page_of_schema *page, const struct box *box,
			const struct table *table)
{
	sqlite3_str_appendall(page->out,
			      "<table class=\"columns\">\n<thead><tr><th>Column</th>"
			      "<th>Type</th><th>What it is</th></tr></thead>\n<tbody>\n");
	for (int i = 0; i < box->lines.count; i++)
		put_column(page, box, table, i);
	sqlite3_str_appendall(page->out, "</tbody>\n</table>\n");
}

/* ---- what stands on a table ---- */

static int begin_list(sqlite3_str *out, int said, const char *head)
{
	if (!said)
		sqlite3_str_appendf(out, "<h3>%s</h3>\n<ul>\n", head);
	return 1;
}

static void end_list(sqlite3_str *out, int said)
{
	sqlite3_str_appendall(out, said ? "</ul>\n" : "");
}

/* What the columns say by themselves, and the relations, is not said again. */
static bool is_plain(const struct constraint *constraint)
{
	const bool is_key =
		constraint->kind == CONSTRAINT_PRIMARY_KEY || constraint->kind == CONSTRAINT_UNIQUE;

	if (constraint->kind == CONSTRAINT_FOREIGN_KEY)
		return true;
	if (constraint->name || constraint->doc)
		return false;
	return constraint->kind == CONSTRAINT_NOT_NULL ||
	       (is_key && constraint->terms.count == 1 && !constraint->autoincrement);
}

static void put_constraints(const struct page_of_schema *page, const struct table *table)
{
	int said = 0;

	EACH (const struct constraint, constraint, &table->constraints) {
		if (is_plain(constraint))
			continue;
		said = begin_list(page->out, said, "Constraints");
		sqlite3_str_appendall(page->out, "<li>");
		mo_html_element(page->out, "code", mo_constraint_text(page->arena, constraint));
		sqlite3_str_appendall(page->out, " ");
		put_doc(page->out, constraint->doc);
		sqlite3_str_appendall(page->out, "</li>\n");
	}
	end_list(page->out, said);
}

static void put_key(const struct page_of_schema *page, const struct relation *relation,
		    bool is_child)
{
	const struct constraint *constraint = relation->constraint;

	if (!constraint)
		return;
	sqlite3_str_appendall(page->out, is_child ? ": " : " by ");
	mo_html_element(page->out, "code",
			is_child ? mo_constraint_text(page->arena, constraint) : relation->label);
	if (!is_child || !constraint->doc)
		return;
	sqlite3_str_appendall(page->out, " ");
	put_doc(page->out, constraint->doc);
}

/* Those that refer to it, and the views that read it; or, of a view, what that reads. */
static void put_relations(const struct page_of_schema *page, const struct box *box, bool is_child,
			  bool is_of_view, const char *head)
{
	sqlite3_str *out = page->out;
	int said = 0;

	EACH (const struct relation, relation, &box->relations) {
		if ((is_child ? relation->child : relation->parent) != box ||
		    is_of_view == (relation->constraint != NULL))
			continue;
		said = begin_list(out, said, head);
		sqlite3_str_appendall(out, "<li>");
		put_link(out, is_child ? relation->parent : relation->child);
		put_key(page, relation, is_child);
		sqlite3_str_appendall(out, "</li>\n");
	}
	end_list(out, said);
}

/* An object with its statement behind it. */
static void put_statement(const struct page_of_schema *page, const struct object *object,
			  const char *words)
{
	sqlite3_str *out = page->out;

	sqlite3_str_appendall(out, "<details><summary>");
	mo_html_text(out, words);
	sqlite3_str_appendall(out, "</summary>\n");
	put_doc(out, object->doc);
	mo_html_sql(out, object->sql ? object->sql : mo_sql_create(page->arena, object));
	sqlite3_str_appendall(out, "</details>\n");
}

static void put_indexes(const struct page_of_schema *page, const struct object *object)
{
	if (object->indexes.count)
		sqlite3_str_appendall(page->out, "<h3>Indexes</h3>\n");
	EACH (const struct index, index, &object->indexes) {
		sqlite3_str *terms = sqlite3_str_new(NULL);

		sqlite3_str_appendf(terms, "%s%s (", mo_seen(index->object.name),
				    index->unique ? " UNIQUE" : "");
		mo_write_terms(terms, &index->terms);
		sqlite3_str_appendall(terms, index->where.text ? ") WHERE " : ")");
		sqlite3_str_appendall(terms, index->where.text ? index->where.text : "");
		put_statement(page, &index->object, mo_arena_take(page->arena, terms));
	}
}

static void put_triggers(const struct page_of_schema *page, const struct object *object)
{
	if (object->triggers.count)
		sqlite3_str_appendall(page->out, "<h3>Triggers</h3>\n");
	EACH (const struct trigger, trigger, &object->triggers)
		put_statement(page, &trigger->object,
			      mo_arena_format(page->arena, "%s %s", mo_seen(trigger->object.name),
					      mo_trigger_words(page->arena, trigger)));
}

/* ---- sections ---- */

static const char *what_of(const struct page_of_schema *page, const struct object *object)
{
	const struct table *table = (const struct table *)object;

	if (object->kind == KIND_VIRTUAL)
		return mo_arena_format(page->arena, "virtual table, %s",
				       ((const struct virtual_table *)object)->module);
	if (object->kind == KIND_VIEW)
		return "view";
	return mo_arena_format(page->arena, "table%s%s", table->strict ? ", STRICT" : "",
			       table->without_rowid ? ", WITHOUT ROWID" : "");
}

static void put_declared(const struct page_of_schema *page, const struct object *object)
{
	const struct rows *rows = mo_rows_of(page->schema, object->name);

	if (rows && rows->rows.count)
		sqlite3_str_appendf(page->out, "<p>The document declares %,d of its rows.</p>\n",
				    rows->rows.count);
}

static void put_section(const struct page_of_schema *page, const struct box *box)
{
	const struct object *object = box->object;
	sqlite3_str *out = page->out;

	sqlite3_str_appendall(out, "<section class=\"object\" id=\"");
	put_anchor(out, object->name);
	sqlite3_str_appendall(out, "\">\n<h2>");
	mo_html_text(out, mo_seen(object->name));
	sqlite3_str_appendall(out, " ");
	mo_html_element(out, "small", what_of(page, object));
	sqlite3_str_appendall(out, "</h2>\n");
	put_doc(out, object->doc);
	if (object->kind == KIND_TABLE) {
		put_columns(page, box, (const struct table *)object);
		put_declared(page, object);
		put_constraints(page, (const struct table *)object);
		put_relations(page, box, true, false, "Refers to");
	}
	put_relations(page, box, false, false, "Referred to by");
	put_relations(page, box, true, true, "Reads");
	put_relations(page, box, false, true, "Read by");
	put_indexes(page, object);
	put_triggers(page, object);
	if (object->kind == KIND_TABLE) {
		put_statement(page, object, "SQL");
	} else {
		sqlite3_str_appendall(out, "<h3>SQL</h3>\n");
		mo_html_sql(out, object->sql ? object->sql : mo_sql_create(page->arena, object));
	}
	sqlite3_str_appendall(out, "</section>\n");
}

static const enum kind shown[] = {KIND_TABLE, KIND_VIRTUAL, KIND_VIEW};
#define SHOWN (sizeof(shown) / sizeof(*shown))

static void put_contents(const struct page_of_schema *page)
{
	static const char *const heads[] = {"Tables", "Virtual tables", "Views"};

	sqlite3_str_appendall(page->out, "<nav aria-label=\"Contents\">\n");
	for (size_t i = 0; i < SHOWN; i++) {
		const struct list *boxes = &page->all.of[shown[i]];

		if (!boxes->count)
			continue;
		sqlite3_str_appendf(page->out, "<h2>%s</h2>\n<ul>\n", heads[i]);
		EACH (const struct box, box, boxes) {
			sqlite3_str_appendall(page->out, "<li>");
			put_link(page->out, box);
			sqlite3_str_appendall(page->out, "</li>\n");
		}
		sqlite3_str_appendall(page->out, "</ul>\n");
	}
	sqlite3_str_appendall(page->out, "</nav>\n");
}

static void put_fact(sqlite3_str *out, int count, const char *one, const char *many)
{
	if (count)
		sqlite3_str_appendf(out, "<li><b>%,d</b> %s</li>\n", count,
				    count == 1 ? one : many);
}

static void put_head(const struct page_of_schema *page, const char *name)
{
	const struct schema *schema = page->schema;
	sqlite3_str *out = page->out;

	sqlite3_str_appendall(out, "<header>\n<p class=\"kind\">Schema</p>\n");
	mo_html_element(out, "h1", name);
	sqlite3_str_appendall(out, "\n");
	put_doc(out, schema->doc);
	sqlite3_str_appendall(out, "<ul class=\"facts\">\n");
	put_fact(out, schema->objects[KIND_TABLE].count, "table", "tables");
	put_fact(out, schema->objects[KIND_VIRTUAL].count, "virtual table", "virtual tables");
	put_fact(out, schema->objects[KIND_VIEW].count, "view", "views");
	put_fact(out, schema->objects[KIND_INDEX].count, "index", "indexes");
	put_fact(out, schema->objects[KIND_TRIGGER].count, "trigger", "triggers");
	sqlite3_str_appendf(out, "<li>user_version <b>%d</b></li>\n</ul>\n</header>\n",
			    schema->pragmas.user_version);
}

static void put_page(const struct page_of_schema *page, const struct moult *m, const char *name,
		     const struct picture *picture)
{
	sqlite3_str *out = page->out;

	mo_html_begin(out, mo_arena_format(page->arena, "%s: schema", name));
	sqlite3_str_appendall(out, "<div class=\"browse\">\n");
	put_head(page, name);
	mo_html_picture(out, m, picture, "Tables and their foreign keys");
	put_contents(page);
	sqlite3_str_appendall(out, "<main>\n");
	for (size_t i = 0; i < SHOWN; i++)
		EACH (const struct box, box, &page->all.of[shown[i]])
			put_section(page, box);
	if (!page->all.boxes.count)
		mo_html_element(out, "p class=\"none\"", "There is no table and no view.");
	sqlite3_str_appendall(out, "</main>\n</div>\n");
	mo_html_end(out);
}

void mo_report_schema(sqlite3_str *out, const struct moult *m, const struct schema *schema,
		      const char *name, const moult_picture *options, struct page format)
{
	static const moult_picture everything = {.views = 1};
	struct page_of_schema page = {.out = out, .schema = schema};
	struct picture picture;
	struct style style;

	if (!mo_style_begin(&style, out, format))
		return;
	page.arena = style.arena;
	mo_picture_make(&picture, style.arena, schema, options);
	if (format.format == MOULT_HTML)
		mo_picture_make(&page.all, style.arena, schema, &everything);
	if (mo_arena_rc(style.arena) == MOULT_OK && format.format == MOULT_HTML)
		put_page(&page, m, name, &picture);
	else if (mo_arena_rc(style.arena) == MOULT_OK && format.format == MOULT_DOT)
		mo_draw_dot(out, &picture);
	else if (mo_arena_rc(style.arena) == MOULT_OK)
		mo_draw_mermaid(out, &picture);
	mo_style_end(&style);
}
