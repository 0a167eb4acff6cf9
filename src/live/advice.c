/* SPDX-License-Identifier: MIT */
/* advice.c: see advice.h. */
#include "live/advice.h"

#include <string.h>

#include "base/text.h"
#include "live/connect.h"
#include "sql/elsewhere.h"
#include "sql/mention.h"

#define STRICT_TYPES "INT, INTEGER, REAL, TEXT, BLOB or ANY"

struct advice {
	struct arena *arena;
	const struct schema *schema;
	const struct object *object;
};

/* ---- names that are near --------------------------------------------------- */

const char *mo_advice_nearest(struct arena *arena, const struct list *objects, const char *name)
{
	const char **names = mo_arena_alloc(arena, sizeof(*names) * (size_t)(objects->count + 1));

	for (int i = 0; names && i < objects->count; i++)
		names[i] = ((const struct object *)objects->items[i])->name;
	return names ? mo_nearest(name, names, objects->count) : NULL;
}

/* Which of several had the name before; NULL where none had. */
static const struct object *renamed(const struct list *objects, const char *name)
{
	EACH (const struct object, object, objects)
		if (mo_names_have(&object->was, name))
			return object;
	return NULL;
}

const char *mo_advice_column(struct arena *arena, const struct table *table, const char *name)
{
	const struct object *present = renamed(&table->columns, name);

	return present ? present->name : mo_advice_nearest(arena, &table->columns, name);
}

const char *mo_advice_in_place(struct arena *arena, const struct table *table, const char *name)
{
	const struct object *present = renamed(&table->columns, name);
	const char *near;

	if (present)
		return mo_arena_format(arena, "write %s, as the column is called now",
				       present->name);
	near = mo_advice_nearest(arena, &table->columns, name);
	return near ? mo_arena_format(arena, "did you mean %s?", near) : NULL;
}

static struct list relations(struct arena *arena, const struct schema *schema)
{
	static const enum kind kinds[] = {KIND_TABLE, KIND_VIRTUAL, KIND_VIEW};
	struct list all = {0};

	for (size_t k = 0; k < sizeof(kinds) / sizeof(*kinds); k++)
		EACH (const struct object, object, &schema->objects[kinds[k]])
			mo_list_add(arena, &all, object);
	return all;
}

const char *mo_advice_relation(struct arena *arena, const struct schema *schema, const char *name)
{
	const struct list all = relations(arena, schema);
	const struct object *present = renamed(&all, name);

	return present ? present->name : mo_advice_nearest(arena, &all, name);
}

/* ---- what an object speaks of ---------------------------------------------- */

static const struct table *own_table(const struct advice *a)
{
	const char *name = mo_object_ground(a->object);

	if (a->object->kind == KIND_TABLE)
		return (const struct table *)a->object;
	return name ? mo_schema_table(a->schema, name) : NULL;
}

static const char *text_of(const struct object *object)
{
	if (object->kind == KIND_VIEW)
		return ((const struct view *)object)->select.text;
	return object->kind == KIND_TRIGGER ? ((const struct trigger *)object)->body.text : NULL;
}

/* "nam" or "t.nam", of the object's own table or of those that it names. */
static const char *column_advice(const struct advice *a, const char *name)
{
	const struct table *own = a->object ? own_table(a) : NULL;
	const char *text = a->object ? text_of(a->object) : NULL;
	const char *dot = strrchr(name, '.');
	const char *hint;

	name = dot ? dot + 1 : name;
	hint = own ? mo_advice_in_place(a->arena, own, name) : NULL;
	for (int i = 0; !hint && text && i < a->schema->objects[KIND_TABLE].count; i++) {
		const struct table *table = a->schema->objects[KIND_TABLE].items[i];

		if (mo_mentions(text, table->object.name))
			hint = mo_advice_in_place(a->arena, table, name);
	}
	return hint;
}

static const char *relation_advice(const struct advice *a, const char *name)
{
	const struct list all = relations(a->arena, a->schema);
	const struct object *present;
	const char *near;

	if (strncmp(name, "main.", 5) == 0)
		name += 5;
	present = renamed(&all, name);
	if (present)
		return mo_arena_format(a->arena, "write %s, as the table is called now",
				       present->name);
	near = mo_advice_nearest(a->arena, &all, name);
	return near ? mo_arena_format(a->arena, "did you mean %s?", near) : NULL;
}

/* ---- functions, collations, modules, types ----------------------------------- */

static const char *function_advice(const struct advice *a, const char *name)
{
	const char *here = mo_sql_function_of_elsewhere(name);

	return here ? mo_arena_format(a->arena, "SQLite has %s for it", here) : NULL;
}

static const char *collation_advice(const struct advice *a, const char *name)
{
	static const char *const names[] = {"BINARY", "NOCASE", "RTRIM"};
	const char *near = mo_nearest(name, names, 3);

	return near ? mo_arena_format(a->arena, "did you mean %s?", near) : NULL;
}

static const char *module_advice(const struct advice *a, const char *name)
{
	static const char *const names[] = {"fts3",	 "fts4",    "fts5",  "rtree",
					    "rtree_i32", "geopoly", "dbstat"};
	const char *near = mo_nearest(name, names, sizeof(names) / sizeof(*names));

	return near ? mo_arena_format(a->arena, "did you mean %s?", near) : NULL;
}

/* t.a: "VARCHAR(20)" */
static const char *type_advice(const struct advice *a, const char *name)
{
	return mo_arena_format(a->arena,
			       "write type=\"%s\": in a STRICT table a type is " STRICT_TYPES,
			       mo_sql_strict_type(mo_error_quoted(a->arena, name)));
}

static const char *no_type_advice(const struct advice *a, const char *name)
{
	(void)name;
	return mo_arena_format(a->arena,
			       "write type=\"ANY\": in a STRICT table a type is " STRICT_TYPES);
}

static const char *key_advice(const struct advice *a, const char *name)
{
	(void)name;
	return mo_arena_format(a->arena, "write type=\"INTEGER\"");
}

/* ---- messages ---------------------------------------------------------------- */

typedef const char *advise(const struct advice *, const char *);

/* What stands behind the words of a message, up to one of ends. */
struct wording {
	const char *words;
	const char *ends;
	advise *advise;
};

static const struct wording wordings[] = {
	{"no such column: ", "", column_advice},
	{"has no column named ", "", column_advice},
	{"unknown column \"", "\"", column_advice},
	{"no such table: ", "", relation_advice},
	{"no such function: ", "", function_advice},
	{"no such collation sequence: ", "", collation_advice},
	{"no such module: ", "", module_advice},
	{"unknown datatype for ", "", type_advice},
	{"missing datatype for ", "", no_type_advice},
	{"AUTOINCREMENT is only allowed on an INTEGER PRIMARY KEY", "", key_advice},
};

const char *mo_advice(struct arena *arena, const struct schema *schema, const struct object *object,
		      const char *message)
{
	const struct advice a = {arena, schema, object};

	for (size_t i = 0; message && i < sizeof(wordings) / sizeof(*wordings); i++) {
		const char *found = strstr(message, wordings[i].words);
		const char *name;

		if (!found)
			continue;
		name = found + strlen(wordings[i].words);
		name = mo_arena_slice(arena, name,
				      *wordings[i].ends ? strcspn(name, wordings[i].ends)
							: strlen(name));
		return name ? wordings[i].advise(&a, name) : NULL;
	}
	return NULL;
}
