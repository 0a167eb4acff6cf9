/* SPDX-License-Identifier: MIT */
/*
 * script_keys.c: violated foreign keys, as a script counts them: (what, n) for
 * each pair of child and parent, so that what was broken before is not blamed, of the tables
 * that `apply` asks (proof/foreign.h).
 *
 *	orphans of child without parent			where nothing tells the rows
 *	orphans of child without parent row 7		by the rowid
 *	orphans of child without parent row 7, 'a'	by the key, without a rowid
 *
 * pragma_foreign_key_check can be asked in a query in SQLite 3.21, and not in 3.18.  For
 * older ones, beside a key that cannot work, and for rows without rowid, each foreign key is a query
 * of its own, which compares as the parent's column does; it takes two spellings of one number for
 * the same key.
 */
#include "base/text.h"
#include "plan/parent_key.h"
#include "plan/query.h"
#include "plan/row_plan.h"
#include "proof/foreign.h"
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

/* The tables whose keys are judged: of the file, or of what becomes of it. */
static struct list tables_of(struct arena *arena, const struct plan *plan,
			     const struct schema *schema)
{
	const struct diff *renames = schema == plan->diff->have ? plan->diff : NULL;
	struct list tables = {0};

	EACH (struct table, table, &schema->objects[KIND_TABLE])
		if (mo_foreign_is_of_interest(plan, arena, renames, table))
			mo_list_add(arena, &tables, table);
	return tables;
}

/* Whether a key of these tables (of struct table) cannot work: SQLite checks none of the file then. */
static bool have_a_mismatch(const struct plan *plan, const struct list *tables)
{
	EACH (const struct table, table, tables) {
		EACH (const struct constraint, key, &table->constraints)
			if (key->kind == CONSTRAINT_FOREIGN_KEY &&
			    mo_key_is_mismatched(plan, plan->diff->renamed, key))
				return true;
	}
	return false;
}

/* As `apply` is. */
static bool is_blind(struct arena *arena, const struct plan *plan)
{
	const struct list tables = tables_of(arena, plan, plan->diff->renamed);

	return plan->is_blind || have_a_mismatch(plan, &tables);
}

bool mo_script_judges_references(struct arena *arena, const struct plan *plan)
{
	return (mo_script_drops_tables(plan) || adds_reference(plan) || mo_plan_writes_rows(plan) ||
		has_data(plan)) &&
	       !is_blind(arena, plan);
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

/*
 * An orphan that goes makes no room for another: each is told by its rowid, where that is kept.  The
 * values are the table's name, the name that it will have, and whether its rows are told.
 */
static void by_pragma(sqlite3_str *out, struct arena *arena, const struct plan *plan,
		      const struct list *tables, bool is_before)
{
	int count = 0;

	sqlite3_str_appendf(
		out,
		"SELECT 'orphans of ' || t.column2 || ' without ' || %s || CASE t.column3 WHEN 1"
		" THEN ifnull(' row ' || k.rowid, '') ELSE '' END AS what, count(*) AS n FROM (VALUES ",
		is_before ? present_name(arena, plan, "k.parent") : "lower(k.parent)");
	EACH (const struct table, table, tables) {
		const char *name = table->object.name;
		const char *present = is_before ? mo_diff_present_table(plan->diff, name) : name;

		sqlite3_str_appendf(out, "%s(%Q, lower(%Q), %d)", count++ ? ", " : "", name,
				    present, mo_foreign_tells_rows(plan, present));
	}
	sqlite3_str_appendall(
		out,
		") AS t JOIN main.pragma_foreign_key_check AS k ON t.column1 = k.\"table\" COLLATE NOCASE"
		" GROUP BY 1");
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
	sqlite3_str_appendf(out, " AS what FROM main.%s AS c WHERE 1",
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

/* " row " and the rowid, or the columns of the primary key; nothing where those tell nothing. */
static void write_row(sqlite3_str *out, struct arena *arena, const struct plan *plan,
		      const struct table *child, const char *present)
{
	const struct list *terms =
		child->without_rowid ? &mo_table_primary_key(child)->terms : NULL;
	const char *rowid = mo_table_rowid_name(child);

	if (!mo_foreign_tells_rows(plan, present))
		return;
	if (!terms && rowid)
		sqlite3_str_appendf(out, " || ' row ' || c.%s", rowid);
	for (int i = 0; terms && i < terms->count; i++)
		sqlite3_str_appendf(
			out, " || '%s' || quote(c.%s)", i ? ", " : " row ",
			mo_query_name(arena, ((const struct term *)terms->items[i])->column));
}

/* What the pragma was asked it tells, but for rows without rowid. */
static int write_keys(sqlite3_str *out, struct arena *arena, const struct plan *plan,
		      const struct schema *schema, const struct table *child, bool is_asked,
		      int count)
{
	const char *present = schema == plan->diff->have
				      ? mo_diff_present_table(plan->diff, child->object.name)
				      : child->object.name;

	if (is_asked && !(child->without_rowid && mo_foreign_tells_rows(plan, present)))
		return count;
	EACH (const struct constraint, key, &child->constraints) {
		if (key->kind != CONSTRAINT_FOREIGN_KEY)
			continue;
		sqlite3_str_appendf(
			out, "%s\n  SELECT lower(%Q)", count++ ? " UNION ALL" : "",
			mo_arena_format(arena, "orphans of %s without %s", present,
					mo_diff_present_table(plan->diff, key->reference.table)));
		write_row(out, arena, plan, child, present);
		write_orphans(out, arena, child, key,
			      mo_schema_table(schema, key->reference.table));
	}
	return count;
}

static void by_keys(sqlite3_str *out, struct arena *arena, const struct plan *plan,
		    const struct schema *schema, const struct list *tables, bool is_asked)
{
	int count = 0;

	sqlite3_str_appendall(out, "SELECT what, count(*) AS n FROM (");
	EACH (const struct table, table, tables)
		count = write_keys(out, arena, plan, schema, table, is_asked, count);
	sqlite3_str_appendall(out, count ? ") GROUP BY 1" : "SELECT '' AS what) WHERE 0");
}

char *mo_script_orphans(struct arena *arena, const struct plan *plan, bool is_before)
{
	const struct schema *schema = is_before ? plan->diff->have : plan->diff->goal;
	const struct list tables = tables_of(arena, plan, schema);
	const bool is_asked = plan->facts.sqlite >= VERSION_CHECK_IN_QUERY && tables.count &&
			      !have_a_mismatch(plan, &plan->diff->renamed->objects[KIND_TABLE]);
	sqlite3_str *out = sqlite3_str_new(NULL);

	if (is_asked)
		by_pragma(out, arena, plan, &tables, is_before);
	if (is_asked)
		sqlite3_str_appendall(out, " UNION ALL ");
	by_keys(out, arena, plan, schema, &tables, is_asked);
	return mo_arena_take(arena, out);
}
