/* SPDX-License-Identifier: MIT */
/*
 * claims.c: what is wrong only when the whole document is known.
 *
 * Everything that claims a name, present or former, goes into a list; sorted,
 * two claims on one name are neighbours.  Tables, views and indexes share one
 * space of names in SQLite, triggers have another, and the columns of each
 * table are one of their own.
 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "model/rows.h"
#include "sql/own_table.h"
#include "xml/reader.h"

struct claim {
	const char *name;
	const struct object *object;
	struct moult_place place;
	int order;
};

struct claims {
	struct reader *r;
	const struct table *table; /* whose columns they are; NULL: objects */
	struct claim *items;
	int count;
};

/* ---- collecting ------------------------------------------------------------ */

static bool claims_init(struct claims *claims, struct reader *r, const struct table *table,
			int room)
{
	claims->r = r;
	claims->table = table;
	claims->count = 0;
	claims->items = mo_arena_alloc(r->scratch, ((size_t)room + 1) * sizeof(*claims->items));
	return claims->items != NULL;
}

static void claim(struct claims *claims, const char *name, const struct object *object)
{
	struct claim *item = &claims->items[claims->count];

	*item = (struct claim){name, object, object->place, claims->count};
	claims->count++;
}

static const char *object_path(struct reader *r, const struct object *object)
{
	return mo_arena_format(r->scratch, "%s %s", mo_kind_names[object->kind], object->name);
}

/* "column t.a", "view v" */
static const char *path_of(struct claims *claims, const struct object *object)
{
	if (!claims->table)
		return object_path(claims->r, object);
	return mo_arena_format(claims->r->scratch, "column %s.%s", claims->table->object.name,
			       object->name);
}

static int compare_claims(const void *a, const void *b)
{
	const struct claim *x = a;
	const struct claim *y = b;
	int order = mo_compare_names(x->name, y->name);

	if (order == 0 && mo_same(x->place.file, y->place.file))
		order = x->place.line != y->place.line ? x->place.line - y->place.line
						       : x->place.column - y->place.column;
	return order ? order : x->order - y->order;
}

static void sort(struct claims *claims)
{
	if (claims->count > 1)
		qsort(claims->items, (size_t)claims->count, sizeof(*claims->items), compare_claims);
}

/* ---- declared twice -------------------------------------------------------- */

static void report_twice(struct claims *claims)
{
	sort(claims);
	for (int i = 1; i < claims->count; i++) {
		const struct claim *first = &claims->items[i - 1];
		const struct claim *second = &claims->items[i];
		const char *name = *second->name ? second->name : "\"\"";
		const char *path, *other;

		if (!mo_same_name(first->name, second->name))
			continue;
		path = path_of(claims, second->object);
		other = path_of(claims, first->object);
		if (mo_same_name(path, other))
			mo_diag(claims->r->diags, DIAG_DOC013, &second->place, path,
				"%s is declared already", name);
		else
			mo_diag(claims->r->diags, DIAG_DOC013, &second->place, path,
				"%s is already the name of %s", name, other);
		mo_diag_have(claims->r->diags, &first->place);
	}
}

/* Tables of moult's own must be what moult made, and are no part of a schema. */
static void check_own(struct reader *r, const struct object *object)
{
	if (!mo_own_table(object->name))
		return;
	mo_diag(r->diags, DIAG_DOC013, &object->place, object_path(r, object),
		"%s is the name of a table that moult keeps in the file", object->name);
	mo_diag_hint(r->diags, "give it another name");
}

static void claim_kind(struct claims *claims, enum kind kind)
{
	const struct list *objects = &claims->r->schema->objects[kind];

	EACH (const struct object, object, objects) {
		if (kind != KIND_TRIGGER)
			check_own(claims->r, object);
		claim(claims, object->name, object);
	}
}

static void check_objects(struct reader *r)
{
	const struct list *objects = r->schema->objects;
	struct claims claims;

	if (claims_init(&claims, r, NULL,
			objects[KIND_TABLE].count + objects[KIND_VIRTUAL].count +
				objects[KIND_VIEW].count + objects[KIND_INDEX].count)) {
		claim_kind(&claims, KIND_TABLE);
		claim_kind(&claims, KIND_VIRTUAL);
		claim_kind(&claims, KIND_VIEW);
		claim_kind(&claims, KIND_INDEX);
		report_twice(&claims);
	}
	if (claims_init(&claims, r, NULL, objects[KIND_TRIGGER].count)) {
		claim_kind(&claims, KIND_TRIGGER);
		report_twice(&claims);
	}
}

static void check_columns(struct reader *r, const struct table *table)
{
	struct claims claims;

	if (!claims_init(&claims, r, table, table->columns.count))
		return;
	EACH (const struct column, column, &table->columns)
		claim(&claims, column->object.name, &column->object);
	report_twice(&claims);
}

/* ---- former names ---------------------------------------------------------- */

static void claim_former(struct claims *claims, const struct object *object)
{
	for (int i = 0; i < object->was.count; i++)
		claim(claims, object->was.items[i], object);
}

static void report_former(struct claims *claims)
{
	sort(claims);
	for (int i = 1; i < claims->count; i++) {
		const struct claim *first = &claims->items[i - 1];
		const struct claim *second = &claims->items[i];

		if (first->object == second->object || !mo_same_name(first->name, second->name))
			continue;
		mo_diag(claims->r->diags, DIAG_DOC017, &second->place,
			path_of(claims, second->object), "%s was also %s",
			path_of(claims, first->object), second->name);
		mo_diag_hint(claims->r->diags, "only one can have been it: take it out of one was");
		mo_diag_have(claims->r->diags, &first->place);
	}
}

static const struct object *find_renamed(const struct schema *schema, const char *name)
{
	const struct object *object = mo_schema_find(schema, KIND_TABLE, name);

	return object ? object : mo_schema_find(schema, KIND_VIRTUAL, name);
}

#define LONGEST_ROUND 32 /* objects */

static const struct object *find_declared(const struct schema *schema, const struct table *table,
					  const char *name)
{
	const struct column *column = table ? mo_table_column(table, name) : NULL;

	return column ? &column->object : table ? NULL : find_renamed(schema, name);
}

/*
 * The object that takes the name of start, where start takes that of object, and so on.  All others
 * have names behind that of start, so that one of them says it.
 */
static const struct object *find_round(const struct reader *r, const struct table *table,
				       const struct object *start, const struct object *object,
				       int depth)
{
	const struct object *last = NULL;

	for (int i = 0; !last && depth < LONGEST_ROUND && i < object->was.count; i++) {
		const struct object *other = find_declared(r->schema, table, object->was.items[i]);

		if (!other || other == object)
			continue;
		if (other == start)
			last = object;
		else if (mo_compare_names(other->name, start->name) > 0)
			last = find_round(r, table, start, other, depth + 1);
	}
	return last;
}

/* Those that take each other's names cannot be told from those that keep their own. */
static void report_round(struct reader *r, const struct table *table, const struct object *object,
			 const char *path)
{
	const struct object *other = find_round(r, table, object, object, 0);

	if (!other)
		return;
	mo_diag(r->diags, DIAG_DOC017, &object->place, path,
		"%s and %s cannot take each other's names in one step", object->name, other->name);
	mo_diag_have(r->diags, &other->place);
	mo_diag_hint(r->diags,
		     "write two documents: give one of them a name of its own in the first");
}

static void check_former_objects(struct reader *r)
{
	static const enum kind kinds[] = {KIND_TABLE, KIND_VIRTUAL};
	struct claims claims;
	int room = 0;

	for (int k = 0; k < 2; k++)
		for (int i = 0; i < r->schema->objects[kinds[k]].count; i++)
			room += ((const struct object *)r->schema->objects[kinds[k]].items[i])
					->was.count;
	if (!room || !claims_init(&claims, r, NULL, room))
		return;
	for (int k = 0; k < 2; k++)
		EACH (const struct object, object, &r->schema->objects[kinds[k]]) {
			const char *path = object_path(r, object);

			claim_former(&claims, object);
			report_round(r, NULL, object, path);
		}
	report_former(&claims);
}

static void check_former_columns(struct reader *r, const struct table *table)
{
	struct claims claims;
	int room = 0;

	EACH (const struct column, column, &table->columns)
		room += column->object.was.count;
	if (!room || !claims_init(&claims, r, table, room))
		return;
	EACH (const struct column, column, &table->columns) {
		const struct object *object = &column->object;
		const char *path = path_of(&claims, object);

		claim_former(&claims, object);
		report_round(r, table, object, path);
	}
	report_former(&claims);
}

/* ---- tombstones ------------------------------------------------------------ */

static void report_tombstone(struct reader *r, const struct tombstone *tombstone,
			     const struct object *object, const char *what)
{
	const char *name = tombstone->column ? tombstone->column : tombstone->name;

	if (!object)
		return;
	mo_diag(r->diags, DIAG_DOC016, &tombstone->place, NULL, "%s is dropped here and %s there",
		name, what);
	mo_diag_have(r->diags, &object->place);
	mo_diag_hint(r->diags, "keep one of the two");
}

static const struct object *renamed_from(const struct list *objects, const char *name)
{
	for (int i = 0; i < objects->count; i++)
		if (mo_names_have(&((const struct object *)objects->items[i])->was, name))
			return objects->items[i];
	return NULL;
}

static void check_column_tombstone(struct reader *r, const struct tombstone *tombstone)
{
	const struct table *table = mo_schema_table(r->schema, tombstone->table);
	const struct column *column = table ? mo_table_column(table, tombstone->column) : NULL;

	if (!table)
		return;
	report_tombstone(r, tombstone, column ? &column->object : NULL, "declared");
	report_tombstone(r, tombstone, renamed_from(&table->columns, tombstone->column), "renamed");
}

static void check_tombstones(struct reader *r)
{
	for (int i = 0; i < r->schema->tombstones.count && !mo_reader_is_full(r); i++) {
		const struct tombstone *tombstone = r->schema->tombstones.items[i];

		if (tombstone->column) {
			check_column_tombstone(r, tombstone);
			continue;
		}
		report_tombstone(r, tombstone,
				 mo_schema_find(r->schema, tombstone->kind, tombstone->name),
				 "declared");
		if (tombstone->kind != KIND_TABLE)
			continue;
		report_tombstone(r, tombstone,
				 mo_schema_find(r->schema, KIND_VIRTUAL, tombstone->name),
				 "declared");
		report_tombstone(r, tombstone,
				 renamed_from(&r->schema->objects[KIND_TABLE], tombstone->name),
				 "renamed");
		report_tombstone(r, tombstone,
				 renamed_from(&r->schema->objects[KIND_VIRTUAL], tombstone->name),
				 "renamed");
	}
}

/* ---- triggers -------------------------------------------------------------- */

/* INSTEAD OF is for views, BEFORE and AFTER are for tables. */
static void check_trigger(struct reader *r, const struct trigger *trigger)
{
	const struct object *on = mo_schema_find_relation(r->schema, trigger->table);
	const bool instead = trigger->timing == TIMING_INSTEAD_OF;

	if (!on || (on->kind == KIND_VIEW) == instead)
		return;
	mo_diag(r->diags, DIAG_DOC016, &trigger->object.place, object_path(r, &trigger->object),
		instead ? "instead-of is for triggers on views, and %s is none"
			: "a trigger on a view must be instead-of, and %s is a view",
		on->name);
	mo_diag_have(r->diags, &on->place);
}

static void tell_twice(struct reader *r, const char *kind, const char *name,
		       const struct moult_place *second, const struct moult_place *first)
{
	mo_diag(r->diags, DIAG_DOC013, second, NULL, "%s %s is declared already", kind, name);
	mo_diag_have(r->diags, first);
}

/* Requirements are told by their names. */
static void check_requirements(struct reader *r)
{
	const struct list *list = &r->schema->requirements;

	for (int i = 1; i < list->count; i++) {
		const struct requirement *second = list->items[i];
		const struct requirement *first = list->items[0];
		int j = 0;

		while (j < i && !mo_same_name(first->name, second->name))
			first = list->items[++j];
		if (j < i)
			tell_twice(r, "require", second->name, &second->place, &first->place);
	}
}

static bool writes(const struct data_step *step, const char *table)
{
	EACH (const struct data_statement, statement, &step->statements)
		if (mo_same_name(statement->table, table))
			return true;
	return mo_names_have(&step->writes, table);
}

/* moult's own tables are moult's to write, where the document does not declare another of that name. */
static void check_own_writes(struct reader *r, const struct data_step *step)
{
	for (int i = 0; i < mo_own_table_count; i++) {
		const char *name = mo_own_tables[i].name;

		if (!writes(step, name) || mo_schema_table(r->schema, name))
			continue;
		mo_diag(r->diags, DIAG_DOC016, &step->place, NULL,
			"step %s writes table %s, which is moult's own", step->name, name);
		mo_diag_hint(r->diags, "leave it out; --steps says what a file has behind it");
	}
}

/* What a step made of declared rows would be somebody's change, or gone again with the next run. */
static void check_writes(struct reader *r, const struct data_step *step)
{
	EACH (const struct rows, rows, &r->schema->rows) {
		if (!writes(step, rows->table))
			continue;
		mo_diag(r->diags, DIAG_DOC016, &step->place, NULL,
			"step %s writes table %s, whose rows are declared", step->name,
			rows->table);
		mo_diag_hint(r->diags, "say in <rows> what these rows shall be; or let the step "
				       "run by a document before the one that declares them");
		mo_diag_have(r->diags, &rows->place);
	}
}

/* And so are steps, by which a file remembers them. */
static void check_steps(struct reader *r)
{
	const struct list *list = &r->schema->data_steps;

	EACH (const struct data_step, step, list) {
		check_writes(r, step);
		check_own_writes(r, step);
	}
	for (int i = 1; i < list->count; i++) {
		const struct data_step *second = list->items[i];
		const struct data_step *first = list->items[0];
		int j = 0;

		while (j < i && !mo_same_name(first->name, second->name))
			first = list->items[++j];
		if (j < i)
			tell_twice(r, "step", second->name, &second->place, &first->place);
	}
}

void mo_check_claims(struct reader *r)
{
	const struct list *tables = &r->schema->objects[KIND_TABLE];
	const struct list *triggers = &r->schema->objects[KIND_TRIGGER];

	check_objects(r);
	check_former_objects(r);
	check_tombstones(r);
	check_requirements(r);
	check_steps(r);
	for (int i = 0; i < tables->count && !mo_reader_is_full(r); i++) {
		check_columns(r, tables->items[i]);
		check_former_columns(r, tables->items[i]);
	}
	for (int i = 0; i < triggers->count && !mo_reader_is_full(r); i++)
		check_trigger(r, triggers->items[i]);
}
