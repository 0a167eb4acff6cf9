/* SPDX-License-Identifier: MIT */
/*
 * read.c: a document into the model, from the root down.
 *
 *	mo_document_read
 *	    mo_read_file	  for the document and for each file it includes
 *	        read_root	  the elements of the top, by a table
 *	            mo_read_table_element, read_view, ...
 *	    mo_check_claims
 *
 * Elements that lack their name were reported by validate.c and are passed over.
 */
#include <string.h>

#include "base/text.h"
#include "sql/parse.h"
#include "sql/script.h"
#include "sql/write.h"
#include "xml/clause.h"

#define BLANKS " \t\r\n"

/* ---- objects --------------------------------------------------------------- */

static struct object *add_object(struct reader *r, const xmlNode *node, enum kind kind)
{
	const char *name = mo_node_value(node, "name");
	struct object *object = name ? mo_schema_add(r->schema, kind, name) : NULL;

	if (!object)
		return NULL;
	object->place = mo_reader_place(r, node);
	mo_fill(r, node, (enum element)mo_node_tag(node)->rule, object);
	return object;
}

void mo_read_index_element(struct reader *r, const xmlNode *node, const char *table)
{
	struct index *index;

	if (!table)
		return;
	index = (struct index *)add_object(r, node, KIND_INDEX);
	if (index)
		index->table = mo_arena_text(r->schema->arena, table);
}

/* The names behind "update of". */
static void read_event_columns(struct reader *r, const struct clause *clause, const char *text,
			       struct trigger *trigger)
{
	struct moult_place place;

	if (mo_is_blank(text) || mo_read_names(r->schema->arena, &trigger->columns, text) ||
	    mo_arena_rc(r->schema->arena))
		return;
	text += strspn(text, BLANKS);
	place = mo_clause_place(r, clause, (size_t)(text - clause->text), strlen(text));
	mo_diag(r->diags, DIAG_DOC012, &place, mo_reader_path(r, clause->node),
		"%s: %.60s is not a list of names", clause->name, text);
}

/* insert | delete | update [of names] */
static void read_event(struct reader *r, const xmlNode *node, enum timing timing,
		       struct trigger *trigger)
{
	struct clause clause = mo_clause(r, node, mo_timing_words[timing]);
	const char *text = clause.text ? clause.text + strspn(clause.text, BLANKS) : NULL;
	const size_t length = text ? strcspn(text, BLANKS) : 0;
	const char *of = text ? strstr(text + length, "of") : NULL;

	if (!text)
		return;
	trigger->timing = timing;
	for (int i = 0; i < EVENT_COUNT; i++)
		if (strlen(mo_event_words[i]) == length &&
		    strncmp(text, mo_event_words[i], length) == 0)
			trigger->event = (enum event)i;
	if (of && trigger->event == EVENT_UPDATE)
		read_event_columns(r, &clause, of + strlen("of"), trigger);
}

void mo_read_trigger_element(struct reader *r, const xmlNode *node, const char *table)
{
	struct clause body = mo_clause_text(r, node);
	struct trigger *trigger;

	if (!table)
		return;
	trigger = (struct trigger *)add_object(r, node, KIND_TRIGGER);
	if (!trigger)
		return;
	trigger->table = mo_arena_text(r->schema->arena, table);
	for (int timing = 0; timing < TIMING_COUNT; timing++)
		read_event(r, node, (enum timing)timing, trigger);
	if (!mo_is_blank(body.text))
		trigger->body = mo_clause_sql(r, &body, VALUE_BODY);
}

static void read_top_index(struct reader *r, const xmlNode *node)
{
	mo_read_index_element(r, node, mo_node_value(node, "on"));
}

static void read_top_trigger(struct reader *r, const xmlNode *node)
{
	mo_read_trigger_element(r, node, mo_node_value(node, "on"));
}

static void read_view(struct reader *r, const xmlNode *node)
{
	struct view *view = (struct view *)add_object(r, node, KIND_VIEW);
	struct clause select = mo_clause_text(r, node);

	if (!view)
		return;
	if (!mo_is_blank(select.text))
		view->select = mo_clause_sql(r, &select, VALUE_SELECT);
	for (const xmlNode *child = node->children; child; child = child->next)
		if (child->type == XML_ELEMENT_NODE && mo_node_tag(child)->rule == E_TRIGGER)
			mo_read_trigger_element(r, child, view->object.name);
}

/* It fills its table, and does nothing else. */
static void check_populate(struct reader *r, const struct clause *clause, const char *table)
{
	struct list statements = {0};
	struct list remarks = {0};
	sqlite3_str *out = sqlite3_str_new(NULL);
	const char *name;

	mo_write_name(out, table);
	name = mo_arena_take(r->scratch, out);
	mo_script_read(r->scratch, &statements, &remarks, clause->text);
	EACH (const struct statement, statement, &statements) {
		struct moult_place place;

		if (statement->act == ACT_INSERT && !statement->is_temp &&
		    mo_same_name(statement->name, table))
			continue;
		place = mo_clause_place(r, clause, (size_t)(statement->text - clause->text),
					statement->length);
		mo_diag(r->diags, DIAG_DOC012, &place, mo_reader_path(r, clause->node),
			"populate: this is no INSERT into %s", table);
		mo_diag_hint(
			r->diags,
			"write only INSERT INTO %s ... in it; what is to be done to other rows is no "
			"part of a schema",
			name);
	}
}

static void read_virtual_table(struct reader *r, const xmlNode *node)
{
	struct virtual_table *table = (struct virtual_table *)add_object(r, node, KIND_VIRTUAL);
	struct clause populate = mo_clause(r, node, "populate");

	if (!table || !populate.text)
		return;
	table->populate = mo_clause_sql(r, &populate, VALUE_BODY);
	mo_clause_check_calls(r, &populate);
	if (table->populate.text)
		check_populate(r, &populate, table->object.name);
}

/* ---- the rest of the top --------------------------------------------------- */

void mo_read_dropped_element(struct reader *r, const xmlNode *node, const char *table)
{
	static const struct {
		const char *name;
		enum kind kind;
	} things[] = {{"table", KIND_TABLE},
		      {"view", KIND_VIEW},
		      {"index", KIND_INDEX},
		      {"trigger", KIND_TRIGGER},
		      {"column", KIND_TABLE}};
	const struct clause back = mo_clause(r, node, "back");
	struct arena *arena = r->schema->arena;

	for (size_t i = 0; i < sizeof(things) / sizeof(*things); i++) {
		const char *name = mo_node_value(node, things[i].name);
		const bool column = mo_same(things[i].name, "column");
		struct tombstone *tombstone = name ? mo_arena_make(arena, struct tombstone) : NULL;

		if (!tombstone)
			continue;
		tombstone->kind = things[i].kind;
		tombstone->table = mo_arena_text(arena, table);
		mo_clause_check_calls(r, &back);
		*(column ? &tombstone->column : &tombstone->name) = mo_arena_text(arena, name);
		tombstone->place = mo_reader_place(r, node);
		if (column)
			mo_fill(r, node, E_DROPPED_PART, tombstone);
		mo_list_add(arena, &r->schema->tombstones, tombstone);
		return;
	}
}

static void read_top_dropped(struct reader *r, const xmlNode *node)
{
	mo_read_dropped_element(r, node, NULL);
}

static void read_top_rows(struct reader *r, const xmlNode *node)
{
	mo_read_rows_element(r, node, mo_node_value(node, "on"));
}

static void read_ignore(struct reader *r, const xmlNode *node)
{
	const char *glob = mo_node_value(node, "name");

	if (glob)
		mo_list_add(r->schema->arena, &r->schema->ignored, mo_trim(r->schema->arena, glob));
}

/* A document may say each pragma once, in whatever file. */
static void read_pragma(struct reader *r, const xmlNode *node)
{
	struct pragmas *pragmas = &r->schema->pragmas;
	const struct attribute_rule *rules = mo_language[E_PRAGMA].attributes;

	mo_fill(r, node, E_PRAGMA, pragmas);
	pragmas->has_user_version |= mo_node_value(node, "user-version") != NULL;
	pragmas->has_application_id |= mo_node_value(node, "application-id") != NULL;
	pragmas->has_foreign_keys |= mo_node_value(node, "foreign-keys") != NULL;
	for (int i = 0; i < MO_PRAGMAS && rules[i].name; i++) {
		const xmlAttr *attribute = mo_node_attribute(node, rules[i].name);
		struct moult_place place;

		if (!attribute)
			continue;
		place = mo_reader_attribute_place(r, attribute);
		if (r->pragmas[i].file) {
			mo_diag(r->diags, DIAG_DOC013, &place, NULL, "%s is said twice",
				rules[i].name);
			mo_diag_have(r->diags, &r->pragmas[i]);
		} else {
			r->pragmas[i] = place;
		}
	}
}

static void read_root(struct reader *r, const xmlNode *root)
{
	static void (*const readers[E_COUNT])(struct reader *, const xmlNode *) = {
		[E_PRAGMA] = read_pragma,
		[E_INCLUDE] = mo_read_include,
		[E_IGNORE] = read_ignore,
		[E_DROPPED_OBJECT] = read_top_dropped,
		[E_ALLOW] = mo_read_allow_element,
		[E_REQUIRE] = mo_read_require_element,
		[E_STEP] = mo_read_step_element,
		[E_TABLE] = mo_read_table_element,
		[E_VIEW] = read_view,
		[E_VIRTUAL_TABLE] = read_virtual_table,
		[E_TOP_INDEX] = read_top_index,
		[E_TOP_TRIGGER] = read_top_trigger,
		[E_TOP_ROWS] = read_top_rows,
	};

	for (const xmlNode *node = root->children; node && !mo_reader_is_full(r); node = node->next)
		if (node->type == XML_ELEMENT_NODE && readers[mo_node_tag(node)->rule])
			readers[mo_node_tag(node)->rule](r, node);
}

/* ---- files and the whole --------------------------------------------------- */

void mo_read_file(struct reader *r, struct file *file, const char *name, const char *text,
		  size_t size)
{
	struct file *includer = r->file;

	mo_list_add(r->scratch, &r->files, file);
	if (mo_load(file, r->schema->arena, r->scratch, name, text, size, r->diags))
		return;
	r->file = file;
	file->open = true;
	if (mo_check_tree(r)) {
		const xmlNode *root = xmlDocGetRootElement(file->doc);

		if (!includer)
			mo_fill(r, root, E_DATABASE, r->schema);
		read_root(r, root);
	}
	file->open = false;
	r->file = includer;
	mo_unload(file);
}

static void read_all(struct reader *r)
{
	struct file *file = mo_arena_make(r->scratch, struct file);

	if (!file)
		return;
	file->directory = r->source->directory;
	r->size = r->source->size;
	mo_read_file(r, file, r->source->name, r->source->text, r->source->size);
	if (mo_schema_seal(r->schema) == MOULT_OK) {
		mo_check_claims(r);
		mo_check_rows(r);
	}
}

static int outcome(const struct reader *r)
{
	if (mo_arena_rc(r->schema->arena) || mo_arena_rc(r->scratch) || r->diags->starved)
		return mo_diag_memory(r->diags);
	if (mo_reader_is_full(r) && !mo_diag_last(r->diags)->hint)
		mo_diag_hint(r->diags, "these are the first mistakes; there may be more");
	return mo_diag_errors(r->diags, r->first) ? MOULT_TROUBLE : MOULT_OK;
}

int mo_document_read(struct schema **schema, const struct document_source *source,
		     struct diags *diags)
{
	struct reader reader = {.diags = diags, .source = source, .first = diags->list.count};
	int rc;

	reader.schema = mo_schema_new();
	reader.scratch = mo_arena_new();
	if (!reader.schema || !reader.scratch) {
		rc = mo_diag_memory(diags);
	} else {
		read_all(&reader);
		rc = outcome(&reader);
	}
	mo_arena_free(reader.scratch);
	if (rc)
		mo_schema_free(reader.schema);
	else
		*schema = reader.schema;
	return rc;
}
