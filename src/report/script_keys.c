/* SPDX-License-Identifier: MIT */
/*
 * script_keys.c: violated foreign keys, as a script counts them: (what, n) for
 * each pair of child and parent, so that what was broken before is not blamed.
 *
 * pragma_foreign_key_check can be asked in a query in SQLite 3.21, and not in 3.18.  For
 * older ones each key is a query of its own, which compares as the parent's
 * column does; it takes two spellings of one number for the same key.
 */
#include "base/text.h"
#include "plan/query.h"
#include "plan/row_plan.h"
#include "report/script_lines.h"

#define VERSION_CHECK_IN_QUERY 3021000

/* So do rows that are set aside: a table that is filled may come before its parents. */
bool mo_script_drops_tables(const struct plan *plan)
{
	if (plan->fillings.count)
		return true;
	EACH (const struct move, move, &plan->moves)
		if (move->way == WAY_REBUILD || move->way == WAY_DROP)
			return true;
	return false;
}

static bool has_data(const struct plan *plan)
{
	EACH (const struct step, step, &plan->steps)
		if (step->kind == STEP_DATA)
			return true;
	return false;
}

static bool adds_reference(const struct plan *plan)
{
	EACH (const struct change, change, &plan->diff->changes) {
		if (change->part == PART_CONSTRAINT && change->want_constraint &&
		    change->want_constraint->kind == CONSTRAINT_FOREIGN_KEY)
			return true;
	}
	return false;
}

bool mo_script_judges_references(const struct plan *plan)
{
	return !plan->is_blind && (mo_script_drops_tables(plan) || adds_reference(plan) ||
				   mo_plan_writes_rows(plan) || has_data(plan));
}

/* ---- by the pragma ---- */

/* A table of pragma_foreign_key_check by the name that it will have. */
static char *present_name(struct arena *arena, const struct plan *plan, const char *column)
{
	const struct list *renames = &plan->diff->renames;
	sqlite3_str *out = sqlite3_str_new(NULL);
	int cases = 0;

	EACH (const struct rename, rename, renames) {
		if (rename->table)
			continue;
		if (!cases++)
			sqlite3_str_appendf(out, "CASE lower(%s)", column);
		sqlite3_str_appendf(out, " WHEN lower(%Q) THEN lower(%Q)", rename->have,
				    rename->want);
	}
	sqlite3_str_appendf(out, cases ? " ELSE lower(%s) END" : "lower(%s)", column);
	return mo_arena_take(arena, out);
}

/* The tables whose rows get other rowids: those tell nothing. */
static char *renumbered_tables(struct arena *arena, const struct plan *plan)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	EACH (const struct move, move, &plan->moves)
		if (move->way == WAY_CREATE ||
		    (mo_move_copies(move) && !mo_move_keeps_rowids(move)))
			sqlite3_str_appendf(out, "%slower(%Q)", sqlite3_str_length(out) ? ", " : "",
					    move->want->object.name);
	return mo_arena_take(arena, out);
}

/* An orphan that goes makes no room for another: each is told by its rowid, where that is kept. */
static char *by_pragma(struct arena *arena, const struct plan *plan, bool is_before)
{
	const char *child = is_before ? present_name(arena, plan, "\"table\"") : "lower(\"table\")";
	const char *parent = is_before ? present_name(arena, plan, "parent") : "lower(parent)";

	return mo_arena_format(
		arena,
		"SELECT 'orphans of ' || %s || ' without ' || %s || CASE WHEN %s IN (%s) THEN ''"
		" ELSE ifnull(' row ' || rowid, '') END AS what, count(*) AS n"
		" FROM main.pragma_foreign_key_check GROUP BY 1",
		child, parent, child, renumbered_tables(arena, plan));
}

/* ---- key by key ---- */

static const char *parent_column(const struct constraint *key, const struct table *parent, int i)
{
	const struct constraint *primary = mo_table_primary_key(parent);

	if (i < key->reference.columns.count)
		return key->reference.columns.items[i];
	return primary && i < primary->terms.count
		       ? ((struct term *)primary->terms.items[i])->column
		       : NULL;
}

/* Rows of a table without their parents, under one key. */
static void write_orphans(sqlite3_str *out, struct arena *arena, const struct table *child,
			  const struct constraint *key, const struct table *parent)
{
	sqlite3_str_appendf(out, "count(*) AS n FROM main.%s AS c WHERE 1",
			    mo_query_name(arena, child->object.name));
	for (int i = 0; i < key->columns.count; i++)
		sqlite3_str_appendf(out, " AND c.%s IS NOT NULL",
				    mo_query_name(arena, key->columns.items[i]));
	if (!parent)
		return;
	sqlite3_str_appendf(out, " AND NOT EXISTS (SELECT 1 FROM main.%s AS p WHERE 1",
			    mo_query_name(arena, parent->object.name));
	for (int i = 0; i < key->columns.count; i++) {
		const char *column = parent_column(key, parent, i);

		if (column)
			sqlite3_str_appendf(out, " AND p.%s = c.%s", mo_query_name(arena, column),
					    mo_query_name(arena, key->columns.items[i]));
	}
	sqlite3_str_appendchar(out, 1, ')');
}

static int write_keys(sqlite3_str *out, struct arena *arena, const struct plan *plan,
		      const struct schema *schema, const struct table *child, int count)
{
	EACH (const struct constraint, key, &child->constraints) {
		if (key->kind != CONSTRAINT_FOREIGN_KEY)
			continue;
		sqlite3_str_appendf(
			out, "%s\n  SELECT lower(%Q) AS what, ", count++ ? " UNION ALL" : "",
			mo_arena_format(arena, "orphans of %s without %s",
					mo_diff_present_table(plan->diff, child->object.name),
					mo_diff_present_table(plan->diff, key->reference.table)));
		write_orphans(out, arena, child, key,
			      mo_schema_table(schema, key->reference.table));
	}
	return count;
}

static char *by_keys(struct arena *arena, const struct plan *plan, const struct schema *schema)
{
	sqlite3_str *out = sqlite3_str_new(NULL);
	int count = 0;

	sqlite3_str_appendall(out, "SELECT what, sum(n) AS n FROM (");
	for (int i = 0; i < schema->objects[KIND_TABLE].count; i++)
		count = write_keys(out, arena, plan, schema, schema->objects[KIND_TABLE].items[i],
				   count);
	sqlite3_str_appendall(out, count ? ") GROUP BY 1" : "SELECT '' AS what, 0 AS n)");
	return mo_arena_take(arena, out);
}

char *mo_script_orphans(struct arena *arena, const struct plan *plan, bool is_before)
{
	if (plan->facts.sqlite >= VERSION_CHECK_IN_QUERY)
		return by_pragma(arena, plan, is_before);
	return by_keys(arena, plan, is_before ? plan->diff->have : plan->diff->goal);
}
