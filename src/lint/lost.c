/* SPDX-License-Identifier: MIT */
/*
 * lost.c: what went with a table that was dropped, and did not come back.
 *
 * An index that is dropped by name is meant to go.  A view or trigger that is
 * dropped by name in a script which rebuilds a table that it speaks of was in
 * the way of the rebuild, and had to be made again.  What speaks of a column
 * that is gone cannot come back as it was.
 */
#include "base/text.h"
#include "lint/find.h"
#include "lint/life.h"
#include "lint/lost.h"
#include "live/catalogue.h"
#include "model/form.h"
#include "plan/query.h"
#include "sql/mention.h"
#include "trial/compile.h"

static bool speaks_of_a_lost_column(const struct rebuild *rebuild, const char *sql)
{
	EACH (const struct column, column, &rebuild->have->columns) {
		const char *name = column->object.name;

		if (!mo_table_column(rebuild->want, name) && mo_mentions(sql, name))
			return true;
	}
	return false;
}

static const struct statement *find_drop(const struct work *work, enum kind kind, const char *name)
{
	for (int i = work->from; i < work->to; i++) {
		const struct statement *statement = work->script->statements.items[i];

		if (statement->act == ACT_DROP && statement->kind == kind &&
		    mo_same_name(statement->name, name))
			return statement;
	}
	return NULL;
}

/* ---- indexes ------------------------------------------------------------------------- */

static bool same_terms(const struct list *a, const struct list *b)
{
	if (a->count != b->count)
		return false;
	for (int i = 0; i < a->count; i++)
		if (!mo_same(((struct term *)a->items[i])->expr.norm,
			     ((struct term *)b->items[i])->expr.norm))
			return false;
	return true;
}

/* Whether the new table has it under another name, or as a constraint. */
static bool has_like(const struct table *table, const struct index *index)
{
	EACH (const struct index, other, &table->object.indexes) {
		if (other->unique >= index->unique &&
		    mo_same(other->where.norm, index->where.norm) &&
		    same_terms(&other->terms, &index->terms))
			return true;
	}
	for (int i = 0; !index->where.text && i < table->constraints.count; i++) {
		const struct constraint *constraint = table->constraints.items[i];

		if ((constraint->kind == CONSTRAINT_UNIQUE ||
		     constraint->kind == CONSTRAINT_PRIMARY_KEY) &&
		    same_terms(&constraint->terms, &index->terms))
			return true;
	}
	return false;
}

static void lost_index(struct work *work, const struct rebuild *rebuild, const struct index *index)
{
	const char *name = index->object.name;

	if (mo_schema_find(work->after, KIND_INDEX, name) || has_like(rebuild->want, index) ||
	    find_drop(work, KIND_INDEX, name) ||
	    speaks_of_a_lost_column(rebuild, index->object.sql))
		return;
	mo_list_add(work->arena, &work->lost, &index->object);
	if (mo_find(work, DIAG_LN112, mo_spot(rebuild->former->dropped),
		    mo_arena_format(work->arena, "index %s", name),
		    "index %s goes with the table, and is not made again%s", name,
		    index->unique ? ": nothing keeps duplicates out any more" : ""))
		mo_find_hint(work, "behind the rename write: %s", index->object.sql);
}

/* ---- triggers and views ------------------------------------------------------------------ */

/*
 * The rebuilt table that a view or trigger speaks of or stands on, and none of whose lost columns
 * it names.
 */
static const struct rebuild *in_the_way(const struct work *work, const struct object *object)
{
	const struct rebuild *found = NULL;

	EACH (const struct rebuild, rebuild, &work->rebuilds) {
		if (!mo_mentions(object->sql, rebuild->have->object.name))
			continue;
		if (speaks_of_a_lost_column(rebuild, object->sql))
			return NULL;
		found = found ? found : rebuild;
	}
	return found;
}

/* A trigger goes with the table or view that it stands on. */
static bool has_ground(const struct work *work, const struct object *object)
{
	const char *ground =
		object->kind == KIND_TRIGGER ? ((const struct trigger *)object)->table : NULL;

	return !ground || mo_schema_find_relation(work->after, ground) ||
	       mo_rebuild_from(work, ground);
}

static void lost_object(struct work *work, const struct object *object)
{
	const struct rebuild *rebuild = mo_schema_find(work->after, object->kind, object->name)
						? NULL
						: in_the_way(work, object);
	const struct statement *drop = find_drop(work, object->kind, object->name);
	const char *kind = mo_kind_names[object->kind];

	if (!rebuild || !has_ground(work, object))
		return;
	mo_list_add(work->arena, &work->lost, object);
	if (mo_find(work, object->kind == KIND_VIEW ? DIAG_LN113 : DIAG_LN111,
		    mo_spot(drop ? drop : rebuild->former->dropped),
		    mo_arena_format(work->arena, "%s %s", kind, object->name),
		    "%s %s %s, and is not made again", kind, object->name,
		    drop ? "is dropped" : "goes with the table"))
		mo_find_hint(work, "behind the rename write: %s", object->sql);
}

static void lost_statistics(struct work *work, const struct rebuild *rebuild)
{
	bool has = false;

	if (work->analyzes || work->writes_statistics ||
	    mo_catalogue_has(&has, work->scene->db, "sqlite_stat1", &work->m->diags) != MOULT_OK ||
	    !has)
		return;
	if (mo_find(work, DIAG_LN116, mo_spot(rebuild->former->dropped),
		    mo_arena_format(work->arena, "table %s", rebuild->want->object.name),
		    "what ANALYZE found out about %s goes with the table: queries may be planned otherwise, and be slow",
		    rebuild->want->object.name))
		mo_find_hint(work, "behind the rename write: ANALYZE %s",
			     mo_query_name(work->arena, rebuild->want->object.name));
}

/* ---- the order of the renames ---------------------------------------------------------------- */

/* The statement that renamed a table of before to a name. */
const struct statement *mo_lost_rename(const struct work *work, const char *name)
{
	for (int i = work->from; i < work->to; i++) {
		const struct statement *statement = work->script->statements.items[i];

		if (statement->act == ACT_RENAME && mo_same_name(statement->other, name))
			return statement;
	}
	return NULL;
}

static void follows(struct work *work, const struct statement *rename, const char *label)
{
	if (mo_find(work, DIAG_LN121, mo_spot(rename), label,
		    "%s follows the rename, and speaks of %s ever after, which is no more", label,
		    rename->other))
		mo_find_hint(
			work,
			"make the new table under another name, copy, drop %s, and rename the new one to %s",
			rename->name, rename->name);
}

static void dangling(struct work *work, const struct table *child)
{
	EACH (const struct constraint, key, &child->constraints) {
		const struct statement *rename;

		if (key->kind != CONSTRAINT_FOREIGN_KEY ||
		    mo_schema_find_relation(work->after, key->reference.table))
			continue;
		rename = mo_lost_rename(work, key->reference.table);
		if (rename)
			follows(work, rename,
				mo_arena_format(work->arena, "the foreign key of table %s",
						child->object.name));
	}
}

/* ---- what compiles no more ----------------------------------------------------------------- */

/* The last statement that changes something which an object speaks of. */
static struct lint_spot broken_by(const struct work *work, const struct object *object)
{
	for (int i = work->to - 1; i >= work->from; i--) {
		const struct statement *statement = work->script->statements.items[i];

		if (statement->act != ACT_CREATE && mo_changes_schema(statement) &&
		    mo_mentions(object->sql, statement->name))
			return mo_spot(statement);
		if (statement->act == ACT_CREATE && mo_same_name(statement->name, object->name))
			return mo_spot(statement);
	}
	return (struct lint_spot){work->schema, NULL, 0};
}

static const struct statement *rename_in(const struct work *work, const char *sql)
{
	for (int i = work->from; i < work->to; i++) {
		const struct statement *statement = work->script->statements.items[i];

		if (statement->act == ACT_RENAME && mo_mentions(sql, statement->other) &&
		    !mo_schema_find_relation(work->after, statement->other))
			return statement;
	}
	return NULL;
}

static void broken(struct work *work, const struct broken *one)
{
	const struct statement *rename = rename_in(work, one->object->sql);
	const char *label = mo_arena_format(work->arena, "%s %s", mo_kind_names[one->object->kind],
					    one->object->name);

	if (one->column) {
		if (mo_find(work, DIAG_MF114, broken_by(work, one->object), label,
			    "%s can never fire for it: %s", label, one->message))
			mo_find_hint(work, "make it again behind, with a column that is there");
		return;
	}
	if (rename) {
		follows(work, rename, label);
		return;
	}
	if (!mo_schema_find(work->before, one->object->kind, one->object->name)) {
		if (mo_find(work, DIAG_MS101, broken_by(work, one->object), label,
			    "%s does not compile: %s", label, one->message))
			mo_find_hint(work, "correct it, or make it behind what it speaks of");
		return;
	}
	if (mo_find(work, DIAG_MF114, broken_by(work, one->object), label,
		    "%s does not compile any more: %s", label, one->message))
		mo_find_hint(work, "drop it before, and make it again to fit behind");
}

int mo_lost_compile(struct work *work, struct list *found, const struct schema *schema)
{
	return mo_compile(found, NULL, work->arena, work->m, work->scene->db, schema);
}

int mo_lost_judge(struct work *work)
{
	static const enum kind kinds[] = {KIND_VIEW, KIND_TRIGGER};
	struct list after = {0};
	int rc = mo_lost_compile(work, &after, work->after);

	EACH (const struct rebuild, rebuild, &work->rebuilds) {
		for (int j = 0; j < rebuild->have->object.indexes.count; j++)
			lost_index(work, rebuild, rebuild->have->object.indexes.items[j]);
		lost_statistics(work, rebuild);
	}
	for (int k = 0; k < 2; k++)
		for (int i = 0; i < work->before->objects[kinds[k]].count; i++)
			lost_object(work, work->before->objects[kinds[k]].items[i]);
	for (int i = 0; i < work->after->objects[KIND_TABLE].count; i++)
		dangling(work, work->after->objects[KIND_TABLE].items[i]);
	for (int i = 0; i < after.count; i++)
		if (!mo_was_broken(&work->broken, after.items[i]))
			broken(work, after.items[i]);
	return rc;
}
