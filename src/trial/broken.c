/* SPDX-License-Identifier: MIT */
/* broken.c: see broken.h. */
#include "trial/broken.h"

#include "base/text.h"
#include "diff/describe.h"
#include "hazard/hint.h"
#include "live/advice.h"
#include "live/connect.h"
#include "model/form.h"
#include "sql/mention.h"
#include "trial/compile.h"
#include "trial/meaning.h"
#include "trial/quoted.h"

/* ---- what compiles no more ------------------------------------------------------------------- */

static const char *what_fails(const struct broken *one, bool unchanged)
{
	if (one->column)
		return unchanged ? "could never fire again" : "can never fire";
	if (one->object->kind == KIND_VIRTUAL)
		return unchanged ? "could be read no more" : "cannot be read";
	return unchanged ? "would compile no more" : "does not compile";
}

/* ---- what it lacks --------------------------------------------------------------------------- */

/* The name at the end of what SQLite says: a of "no such column: new.a", t of "no such table: main.t". */
static const char *name_in(const char *message)
{
	const char *name = message ? strrchr(message, ' ') : NULL;
	const char *dot = name ? strrchr(name, '.') : NULL;

	return dot ? dot + 1 : name ? name + 1 : "";
}

/* What a table or column of the file is called now; NULL where it has gone, or never was. */
static const char *present_name(const struct diff *diff, const char *name)
{
	EACH (const struct rename, rename, &diff->renames)
		if (mo_same_name(rename->have, name))
			return rename->want;
	return NULL;
}

static bool has_column(const struct schema *schema, const char *name)
{
	EACH (const struct table, table, &schema->objects[KIND_TABLE])
		if (mo_table_column(table, name))
			return true;
	return false;
}

/* Whether the file has a table or column of that name, which the plan takes away or renames. */
static bool is_taken_away(const struct plan *plan, const char *name)
{
	const struct diff *diff = plan->diff;

	return (mo_schema_find_relation(diff->have, name) &&
		!mo_schema_find_relation(diff->goal, name)) ||
	       (has_column(diff->have, name) &&
		(present_name(diff, name) || !has_column(diff->goal, name)));
}

/* A document that declares a thing cannot drop it, and one that does not can only do so. */
const char *mo_broken_hint(const struct plan *plan, const struct object *object)
{
	const char *dropped = mo_hint_dropped(plan->arena, object->kind, object->name);

	if (object->kind == KIND_TABLE)
		return "name a column that is there, or leave it out";
	if (!mo_schema_find(plan->diff->want, object->kind, object->name))
		return mo_arena_format(
			plan->arena, "declare it as it must be then, or drop it with %s", dropped);
	if (!mo_schema_find(plan->diff->renamed, object->kind, object->name))
		return "change it, or leave it out";
	return mo_arena_format(plan->arena, "change it, or leave it out and drop it with %s",
			       dropped);
}

static const char *hint_of(const struct plan *plan, const struct broken *one)
{
	const struct table *table =
		one->column ? mo_schema_table(plan->diff->goal,
					      ((const struct trigger *)one->object)->table)
			    : NULL;
	const char *words = table ? mo_advice_in_place(plan->arena, table, one->column) : NULL;
	const char *name = one->column ? NULL : name_in(one->message);
	const char *present = name ? present_name(plan->diff, name) : NULL;

	if (present)
		words = mo_arena_format(plan->arena, "write %s, as %s is called now", present,
					name);
	if (!words && mo_schema_find(plan->diff->want, one->object->kind, one->object->name))
		words = mo_advice(plan->arena, plan->diff->goal, one->object, one->message);
	return words ? words : mo_broken_hint(plan, one->object);
}

/*
 * What was there before is broken by the plan where it is as it was but for the renames, or lacks
 * what the plan takes away or renames.  What the document itself says anew is the document's own
 * affair: schemas exist that speak of tables which the application makes later.
 */
static bool is_by_plan(const struct plan *plan, const struct broken *one, bool unchanged)
{
	return unchanged ||
	       (mo_schema_find(plan->diff->renamed, one->object->kind, one->object->name) &&
		is_taken_away(plan, name_in(one->message)));
}

/*
 * A trigger on a table of the file that names a column which the table has not will never fire.
 * (On a table that is made in a file with it this is a warning: a document that was dumped makes
 * the file that it is from.)
 */
static bool is_silent(const struct plan *plan, const struct broken *one)
{
	return one->column &&
	       (!*plan->facts.exact ||
		mo_schema_find_relation(plan->diff->renamed,
					((const struct trigger *)one->object)->table));
}

static void add_hazard(struct plan *plan, const struct broken *one)
{
	const struct object *before =
		mo_schema_find(plan->diff->renamed, one->object->kind, one->object->name);
	const bool unchanged = before && mo_same(mo_form_object(plan->arena, before),
						 mo_form_object(plan->arena, one->object));
	const bool by_plan = is_by_plan(plan, one, unchanged);
	const char *reason = mo_diff_broken_by_rename(plan->diff, one->object);
	struct hazard *hazard = mo_hazard_of(
		plan, by_plan || is_silent(plan, one) ? DIAG_MF114 : DIAG_MS101, one->object,
		mo_arena_format(plan->arena, "it %s: %s", what_fails(one, by_plan),
				by_plan && reason ? reason : one->message));

	if (!hazard)
		return;
	hazard->place = one->object->place;
	hazard->hint = hint_of(plan, one);
}

static int look(struct before *found, struct plan *plan, struct moult *m, sqlite3 *db,
		const struct schema *schema)
{
	int rc = mo_compile(&found->broken, &found->readings, plan->arena, m, db, schema);

	mo_sort_readings(&found->readings);
	return rc;
}

int mo_broken_before(struct before *before, struct plan *plan, struct moult *m, sqlite3 *db)
{
	return look(before, plan, m, db, plan->diff->have);
}

int mo_broken_judge(struct plan *plan, struct moult *m, const struct before *before, sqlite3 *db)
{
	struct before after = {{0}, {0}};
	int rc = look(&after, plan, m, db, plan->diff->goal);

	for (int i = 0; !rc && i < after.broken.count; i++) {
		const struct broken *one = after.broken.items[i];

		if (!one->is_unknown && !mo_was_broken(&before->broken, one))
			add_hazard(plan, one);
	}
	if (!rc)
		rc = mo_quoted_judge(plan, m, before, &after, db);
	return rc ? rc : mo_meaning_judge(plan, m, before, &after, db);
}
