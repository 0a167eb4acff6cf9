/* SPDX-License-Identifier: MIT */
/* shapes.c: see shapes.h. */
#include "trial/shapes.h"

#include "base/text.h"
#include "diff/describe.h"
#include "live/catalogue.h"
#include "live/connect.h"
#include "live/reference.h"
#include "live/shape_lines.h"
#include "sql/guard_statements.h"

/* ---- whose a table is ---- */

static bool has_shadow(const struct nobodys *nobodys, const struct shadow *shadow)
{
	EACH (const struct shadow, other, &nobodys->shadows) {
		if (mo_same_name(other->name, shadow->name) &&
		    mo_same_name(other->owner, shadow->owner) && mo_same(other->text, shadow->text))
			return true;
	}
	return false;
}

/* The names are copied: they last as long as the plan. */
static void add_lists(struct nobodys *nobodys, struct arena *arena, const struct list *shadows,
		      const struct list *closed)
{
	EACH (const struct shadow, shadow, shadows) {
		struct shadow *copy;

		if (!shadow->owner || has_shadow(nobodys, shadow))
			continue;
		copy = mo_arena_make(arena, struct shadow);
		if (!copy)
			return;
		copy->owner = mo_arena_text(arena, shadow->owner);
		copy->name = mo_arena_text(arena, shadow->name);
		copy->text = mo_arena_text(arena, shadow->text);
		copy->renamed = mo_arena_text(arena, shadow->renamed);
		mo_list_add(arena, &nobodys->shadows, copy);
	}
	for (int i = 0; i < closed->count; i++)
		if (!mo_names_have(&nobodys->closed, closed->items[i]))
			mo_list_add(arena, &nobodys->closed,
				    mo_arena_text(arena, closed->items[i]));
}

static bool is_ignored(const struct nobodys *nobodys, const char *name)
{
	for (int i = 0; i < nobodys->ignored.count; i++)
		if (mo_glob(nobodys->ignored.items[i], name))
			return true;
	return false;
}

static void add_declared(struct nobodys *nobodys, struct arena *arena, const struct schema *want)
{
	for (int kind = 0; kind < KIND_COUNT; kind++)
		EACH (const struct object, object, &want->objects[kind]) {
			const char *name = object->name;

			if (is_ignored(nobodys, name))
				mo_list_add(arena, &nobodys->declared, (void *)name);
		}
}

static void add_schema(struct nobodys *nobodys, struct arena *arena, const struct schema *schema)
{
	add_lists(nobodys, arena, &schema->shadows, &schema->closed);
}

/* A table that is the application's here, and that a virtual table makes its own elsewhere. */
static int check_schema(struct arena *arena, struct moult *m, const struct nobodys *nobodys,
			const struct schema *schema)
{
	int rc = MOULT_OK;

	for (int i = 0; !rc && i < nobodys->shadows.count; i++) {
		const struct shadow *shadow = nobodys->shadows.items[i];
		const struct object *table = mo_schema_find(schema, KIND_TABLE, shadow->name);

		if (!table || shadow->text || !mo_schema_find(schema, KIND_VIRTUAL, shadow->owner))
			continue;
		rc = mo_diag(
			&m->diags, DIAG_RUN043, &table->place, mo_label_object(arena, table),
			"a script cannot tell table %s from one that virtual table %s keeps its "
			"content in before or after the migration",
			table->name, shadow->owner);
		mo_diag_hint(&m->diags,
			     "drop it or give it another name in a migration of its own");
	}
	return rc;
}

static int check_plan(const struct plan *plan, struct moult *m, const struct nobodys *nobodys)
{
	const int rc = check_schema(plan->arena, m, nobodys, plan->diff->have);

	return rc ? rc : check_schema(plan->arena, m, nobodys, plan->diff->goal);
}

/* ---- names that hide pragmas ---- */

/* A script asks pragmas as tables, and a table of that name would answer in their place. */
static int check_names(const struct plan *plan, struct moult *m)
{
	static const enum kind kinds[] = {KIND_TABLE, KIND_VIRTUAL, KIND_VIEW};
	const struct schema *const schemas[] = {plan->diff->have, plan->diff->goal};

	for (int i = 0; i < 6; i++) {
		const struct list *objects = &schemas[i / 3]->objects[kinds[i % 3]];

		EACH (const struct object, object, objects) {
			if (!mo_name_has_prefix(object->name, "pragma_"))
				continue;
			mo_diag(&m->diags, DIAG_RUN040, &object->place, object->name,
				"%s would hide from a script or unit what it asks SQLite",
				object->name);
			mo_diag_hint(&m->diags, "give it a name that does not begin with pragma_, "
						"or migrate with apply");
			return MOULT_TROUBLE;
		}
	}
	return MOULT_OK;
}

/* ---- the question ---- */

static int write_query(struct plan *plan, struct moult *m)
{
	plan->shapes.query = mo_sql_shape(plan->arena, plan->facts.sqlite, &plan->shapes.nobodys,
					  plan->facts.in_order, plan->facts.statements);
	return plan->shapes.query ? MOULT_OK : mo_diag_memory(&m->diags);
}

/* The guards of an array of statements stand in the file while it runs. */
static void add_guards(struct nobodys *nobodys, struct arena *arena)
{
	mo_list_add(arena, &nobodys->ignored, MO_GUARD_TABLE);
	mo_list_add(arena, &nobodys->ignored, MO_BEFORE_TABLE);
}

static int begin_query(struct plan *plan, struct moult *m, sqlite3 *fresh)
{
	struct nobodys *nobodys = &plan->shapes.nobodys;
	struct schema *want = NULL;
	int rc = mo_catalogue_read(&want, m, fresh);

	if (rc)
		return rc;
	mo_diff_nobodys(&nobodys->ignored, plan->arena, plan->diff->want);
	if (plan->facts.statements)
		add_guards(nobodys, plan->arena);
	add_declared(nobodys, plan->arena, plan->diff->want);
	add_schema(nobodys, plan->arena, plan->diff->have);
	add_schema(nobodys, plan->arena, plan->diff->renamed);
	add_schema(nobodys, plan->arena, want);
	mo_schema_free(want);
	rc = check_plan(plan, m, nobodys);
	return rc ? rc : write_query(plan, m);
}

int mo_shapes_read(const char **shape, struct plan *plan, struct moult *m, sqlite3 *db)
{
	char *text = NULL;
	int rc = plan->facts.script
			 ? mo_shape_read(&text, plan->arena, db, plan->shapes.query, &m->diags)
			 : MOULT_OK;

	*shape = text;
	return rc;
}

int mo_shapes_begin(struct plan *plan, struct moult *m, sqlite3 *db)
{
	sqlite3 *fresh = NULL;
	int rc;

	if (!plan->facts.script)
		return MOULT_OK;
	rc = check_names(plan, m);
	if (rc)
		return rc;
	rc = mo_reference_build(&fresh, m, plan->diff->want);
	if (!rc)
		rc = begin_query(plan, m, fresh);
	if (!rc)
		rc = mo_shapes_read(&plan->shapes.fresh, plan, m, fresh);
	mo_disconnect(fresh);
	return rc ? rc : mo_shapes_read(&plan->shapes.have, plan, m, db);
}

int mo_shapes_join(const struct list *plans, struct moult *m)
{
	struct plan *first = plans->items[0];
	struct nobodys *nobodys = &first->shapes.nobodys;
	int rc = MOULT_OK;

	for (int i = 1; i < plans->count; i++) {
		const struct nobodys *other = &((struct plan *)plans->items[i])->shapes.nobodys;

		add_lists(nobodys, first->arena, &other->shadows, &other->closed);
	}
	for (int i = 0; !rc && i < plans->count; i++)
		rc = check_plan(plans->items[i], m, nobodys);
	return rc ? rc : write_query(first, m);
}
