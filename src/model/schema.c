/* SPDX-License-Identifier: MIT */
/* schema.c: making a schema, and finding things in it. */
#include "model/schema.h"

#include "model/way.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static const size_t kind_sizes[] = {
	[KIND_TABLE] = sizeof(struct table),	 [KIND_VIRTUAL] = sizeof(struct virtual_table),
	[KIND_INDEX] = sizeof(struct index),	 [KIND_VIEW] = sizeof(struct view),
	[KIND_TRIGGER] = sizeof(struct trigger),
};
_Static_assert(sizeof(kind_sizes) / sizeof(*kind_sizes) == KIND_COUNT, "a size for each kind");

const char *const mo_kind_names[KIND_COUNT] = {
	[KIND_TABLE] = "table", [KIND_VIRTUAL] = "virtual table", [KIND_INDEX] = "index",
	[KIND_VIEW] = "view",	[KIND_TRIGGER] = "trigger",
};

const char *const mo_conflict_words[CONFLICT_COUNT] = {
	[CONFLICT_ROLLBACK] = "rollback", [CONFLICT_ABORT] = "abort",	  [CONFLICT_FAIL] = "fail",
	[CONFLICT_IGNORE] = "ignore",	  [CONFLICT_REPLACE] = "replace",
};

const char *const mo_action_words[ACTION_COUNT] = {
	[ACTION_NO_ACTION] = "no-action", [ACTION_RESTRICT] = "restrict",
	[ACTION_SET_NULL] = "set-null",	  [ACTION_SET_DEFAULT] = "set-default",
	[ACTION_CASCADE] = "cascade",
};

const char *const mo_defer_words[DEFER_COUNT] = {
	[DEFER_INITIALLY_DEFERRED] = "initially-deferred",
	[DEFER_INITIALLY_IMMEDIATE] = "initially-immediate",
	[DEFER_NO] = "no",
};

const char *const mo_moment_words[MOMENT_COUNT] = {
	[MOMENT_BEFORE] = "before",
	[MOMENT_AFTER] = "after",
};
const char *const mo_timing_words[TIMING_COUNT] = {
	[TIMING_BEFORE] = "before", [TIMING_AFTER] = "after", [TIMING_INSTEAD_OF] = "instead-of"};

const char *const mo_event_words[EVENT_COUNT] = {
	[EVENT_INSERT] = "insert", [EVENT_DELETE] = "delete", [EVENT_UPDATE] = "update"};

const char *const mo_undeclared_words[UNDECLARED_COUNT] = {[UNDECLARED_WARN] = "warn",
							   [UNDECLARED_KEEP] = "keep",
							   [UNDECLARED_ERROR] = "error",
							   [UNDECLARED_DROP] = "drop"};

const char *const mo_way_back_words[MO_WAY_BACK_WORDS] = {"none", "shape", "data"};

struct schema *mo_schema_new(void)
{
	struct arena *arena = mo_arena_new();
	struct schema *schema = arena ? mo_arena_make(arena, struct schema) : NULL;

	if (!schema) {
		mo_arena_free(arena);
		return NULL;
	}
	schema->arena = arena;
	mo_hash_begin(&schema->read);
	return schema;
}

void mo_schema_free(struct schema *schema)
{
	if (schema)
		mo_arena_free(schema->arena);
}

/* ---- adding ------------------------------------------------------------- */

struct object *mo_schema_add(struct schema *schema, enum kind kind, const char *name)
{
	struct object *object = mo_arena_alloc(schema->arena, kind_sizes[kind]);

	if (!object)
		return NULL;
	object->kind = kind;
	object->name = mo_arena_text(schema->arena, name);
	mo_list_add(schema->arena, &schema->objects[kind], object);
	return object;
}

void mo_schema_copy(struct schema *schema, const struct object *object)
{
	struct object *copy = mo_arena_alloc(schema->arena, kind_sizes[object->kind]);

	if (!copy)
		return;
	memcpy(copy, object, kind_sizes[object->kind]);
	mo_list_add(schema->arena, &schema->objects[object->kind], copy);
}

struct column *mo_table_add_column(struct schema *schema, struct table *table, const char *name)
{
	struct column *column = mo_arena_make(schema->arena, struct column);

	if (!column)
		return NULL;
	column->object.name = mo_arena_text(schema->arena, name);
	column->affinity = 'B';
	mo_list_add(schema->arena, &table->columns, column);
	return column;
}

struct constraint *mo_table_add_constraint(struct schema *schema, struct table *table,
					   enum constraint_kind kind, struct column *owner)
{
	struct constraint *constraint = mo_arena_make(schema->arena, struct constraint);

	if (!constraint)
		return NULL;
	constraint->kind = kind;
	constraint->owner = owner;
	mo_list_add(schema->arena, &table->constraints, constraint);
	return constraint;
}

struct term *mo_terms_add(struct arena *arena, struct list *terms, const char *column)
{
	struct term *term = mo_arena_make(arena, struct term);

	if (!term)
		return NULL;
	term->column = column;
	mo_list_add(arena, terms, term);
	return term;
}

/* ---- sealing ------------------------------------------------------------ */

static int compare_objects(const void *a, const void *b)
{
	const struct object *const *x = a;
	const struct object *const *y = b;

	return mo_compare_names((*x)->name, (*y)->name);
}

static void sort_kind(struct schema *schema, enum kind kind)
{
	struct list *sorted = &schema->sorted[kind];

	sorted->count = 0;
	for (int i = 0; i < schema->objects[kind].count; i++)
		mo_list_add(schema->arena, sorted, schema->objects[kind].items[i]);
	if (sorted->count > 1)
		qsort(sorted->items, (size_t)sorted->count, sizeof(*sorted->items),
		      compare_objects);
}

static void unlink_dependents(struct schema *schema, enum kind kind)
{
	EACH (struct object, object, &schema->objects[kind]) {
		object->indexes = (struct list){0};
		object->triggers = (struct list){0};
	}
}

/*
 * "name" in double quotes that is no column is a string to SQLite, and the index one of a
 * constant.
 */
static void settle_terms(struct index *index, const struct table *table)
{
	EACH (struct term, term, &index->terms)
		if (term->column && !mo_table_column(table, term->column))
			term->column = NULL;
}

static void link_dependents(struct schema *schema)
{
	EACH (struct index, index, &schema->objects[KIND_INDEX]) {
		struct object *table = mo_schema_find(schema, KIND_TABLE, index->table);

		if (!table)
			continue;
		settle_terms(index, (const struct table *)table);
		mo_list_add(schema->arena, &table->indexes, index);
	}
	EACH (struct trigger, trigger, &schema->objects[KIND_TRIGGER]) {
		struct object *relation = mo_schema_find_relation(schema, trigger->table);

		if (relation)
			mo_list_add(schema->arena, &relation->triggers, trigger);
	}
}

/* What follows from the whole table: affinities; and the collation that is everybody's. */
static void settle_columns(struct table *table)
{
	EACH (struct column, column, &table->columns) {
		column->affinity = mo_affinity(column->type.text, table->strict);
		if (mo_same_name(column->collate, "BINARY"))
			column->collate = NULL;
	}
}

int mo_schema_seal(struct schema *schema)
{
	if (mo_arena_rc(schema->arena))
		return MOULT_TROUBLE;
	for (int i = 0; i < schema->objects[KIND_TABLE].count; i++)
		settle_columns(schema->objects[KIND_TABLE].items[i]);
	for (int kind = 0; kind < KIND_COUNT; kind++) {
		sort_kind(schema, kind);
		unlink_dependents(schema, kind);
	}
	if (mo_arena_rc(schema->arena))
		return MOULT_TROUBLE;
	link_dependents(schema);
	return mo_arena_rc(schema->arena);
}

/* ---- finding ------------------------------------------------------------ */

int mo_schema_place(const struct schema *schema, enum kind kind, const char *name)
{
	const struct list *sorted = &schema->sorted[kind];
	int low = 0;
	int high = sorted->count;

	while (low < high) {
		int middle = low + (high - low) / 2;
		struct object *object = sorted->items[middle];
		int order = mo_compare_names(object->name, name);

		if (order == 0)
			return middle;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return -1;
}

struct object *mo_schema_find(const struct schema *schema, enum kind kind, const char *name)
{
	const int place = mo_schema_place(schema, kind, name);

	return place < 0 ? NULL : schema->sorted[kind].items[place];
}

struct object *mo_schema_find_relation(const struct schema *schema, const char *name)
{
	struct object *object = mo_schema_find(schema, KIND_TABLE, name);

	if (!object)
		object = mo_schema_find(schema, KIND_VIRTUAL, name);
	return object ? object : mo_schema_find(schema, KIND_VIEW, name);
}

bool mo_collation_is_built_in(const char *name)
{
	return !name || mo_same_name(name, "BINARY") || mo_same_name(name, "NOCASE") ||
	       mo_same_name(name, "RTRIM");
}

bool mo_terms_have(const struct list *terms, const char *column)
{
	EACH (const struct term, term, terms)
		if (mo_same_name(term->column, column))
			return true;
	return false;
}

const char *mo_object_ground(const struct object *object)
{
	if (object->kind == KIND_INDEX)
		return ((const struct index *)object)->table;
	return object->kind == KIND_TRIGGER ? ((const struct trigger *)object)->table : NULL;
}

struct table *mo_schema_table(const struct schema *schema, const char *name)
{
	return (struct table *)mo_schema_find(schema, KIND_TABLE, name);
}

struct column *mo_table_column(const struct table *table, const char *name)
{
	EACH (struct column, column, &table->columns)
		if (mo_same_name(column->object.name, name))
			return column;
	return NULL;
}

bool mo_names_have(const struct list *names, const char *name)
{
	for (int i = 0; i < names->count; i++)
		if (mo_same_name(names->items[i], name))
			return true;
	return false;
}

bool mo_schema_is_shadow(const struct schema *schema, const char *name)
{
	EACH (const struct shadow, shadow, &schema->shadows)
		if (mo_same_name(shadow->name, name))
			return true;
	return false;
}

/* ---- what constraints mean ---------------------------------------------- */

struct constraint *mo_table_primary_key(const struct table *table)
{
	EACH (struct constraint, constraint, &table->constraints)
		if (constraint->kind == CONSTRAINT_PRIMARY_KEY)
			return constraint;
	return NULL;
}

/* SQLite takes the quotes off a type. */
static bool is_integer(const char *type)
{
	return mo_same_name(type, "INTEGER") || mo_same_name(type, "\"INTEGER\"") ||
	       mo_same_name(type, "'INTEGER'") || mo_same_name(type, "[INTEGER]") ||
	       mo_same_name(type, "`INTEGER`");
}

struct column *mo_table_integer_key(const struct table *table)
{
	const struct constraint *key = mo_table_primary_key(table);
	const struct term *term = key && key->terms.count == 1 ? key->terms.items[0] : NULL;
	struct column *column;

	if (!term || !term->column || (key->owner && term->descending))
		return NULL;
	column = mo_table_column(table, term->column);
	return column && is_integer(column->type.text) ? column : NULL;
}

struct column *mo_table_rowid_column(const struct table *table)
{
	return table->without_rowid ? NULL : mo_table_integer_key(table);
}

const char *const mo_rowid_names[MO_ROWID_NAMES] = {"rowid", "_rowid_", "oid"};

bool mo_is_rowid_name(const char *name)
{
	for (int i = 0; i < MO_ROWID_NAMES; i++)
		if (mo_same_name(name, mo_rowid_names[i]))
			return true;
	return false;
}

const char *mo_table_rowid_name(const struct table *table)
{
	if (table->without_rowid)
		return NULL;
	for (int i = 0; i < MO_ROWID_NAMES; i++)
		if (!mo_table_column(table, mo_rowid_names[i]))
			return mo_rowid_names[i];
	return NULL;
}

bool mo_table_has_generated(const struct table *table)
{
	EACH (const struct column, column, &table->columns)
		if (column->generated.text)
			return true;
	return false;
}

bool mo_table_autoincrement(const struct table *table)
{
	const struct constraint *key = mo_table_primary_key(table);

	return key && key->autoincrement;
}

bool mo_column_not_null(const struct table *table, const struct column *column)
{
	EACH (const struct constraint, constraint, &table->constraints) {
		if (constraint->kind == CONSTRAINT_NOT_NULL && constraint->owner == column)
			return true;
		if (constraint->kind != CONSTRAINT_PRIMARY_KEY ||
		    !(table->without_rowid || table->strict))
			continue;
		if (mo_terms_have(&constraint->terms, column->object.name))
			return true;
	}
	return false;
}

/* The rule whose word is at text, of those before limit; limit where there is none. */
static int rule_at(const char *text, const char *const *words, int limit)
{
	const char first = mo_fold(*text);

	for (int i = 0; i < limit; i++)
		if (first == *words[i] && mo_name_has_prefix(text, words[i]))
			return i;
	return limit;
}

char mo_affinity(const char *type, bool strict)
{
	static const char *const words[] = {"int",  "char", "clob", "text",
					    "blob", "real", "floa", "doub"};
	static const char affinities[] = "ITTTBRRRN";
	int rule = (int)(sizeof(words) / sizeof(*words));

	if (!type || !*type || (strict && mo_same_name(type, "ANY")))
		return 'B';
	for (; *type && rule; type++)
		rule = rule_at(type, words, rule);
	return affinities[rule];
}

static bool is_numeric(char affinity)
{
	return affinity == 'N' || affinity == 'I';
}

bool mo_same_affinity(char a, char b)
{
	return a == b || (is_numeric(a) && is_numeric(b));
}
