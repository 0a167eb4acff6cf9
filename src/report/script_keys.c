/* SPDX-License-Identifier: MIT */
/*
 * script_keys.c: violated foreign keys, as a script counts them: (what, n), so that what was broken
 * before is not blamed, of the tables that `apply` asks (proof/foreign.h).
 *
 *	orphans of child (a, b) without parent			where nothing tells the rows
 *	orphans of child (a, b) without parent row 7		by the rowid
 *	orphans of child (a, b) without parent row 7, 'a'	by the key, without a rowid
 *
 * Of several keys with these columns the one counts that has most.  pragma_foreign_key_check can be
 * asked in a query in SQLite 3.21, and not in 3.18; it tells no row without a rowid, and fails where
 * any key of the file cannot work.  So each key is asked by itself.  As in SQLite's own check the
 * value of a child, to which the + leaves no affinity, gets that of the parent's column.
 */
#include "base/text.h"
#include "plan/parent_key.h"
#include "plan/query.h"
#include "plan/row_plan.h"
#include "proof/foreign.h"
#include "report/script_lines.h"

/* SQLite takes 500 in one query; a table is not divided. */
#define KEYS_IN_A_QUERY 200

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

/* Where a key cannot work, `apply` judges none. */
static bool is_blind(struct arena *arena, const struct plan *plan)
{
	const struct list tables = tables_of(arena, plan, plan->diff->renamed);

	EACH (const struct table, table, &tables) {
		EACH (const struct constraint, key, &table->constraints)
			if (key->kind == CONSTRAINT_FOREIGN_KEY &&
			    mo_key_is_mismatched(plan, plan->diff->renamed, key))
				return true;
	}
	return plan->is_blind && !mo_plan_brings_first_rows(plan);
}

bool mo_script_judges_references(struct arena *arena, const struct plan *plan)
{
	return (mo_script_drops_tables(plan) || adds_reference(plan) || mo_plan_writes_rows(plan) ||
		mo_plan_has_data(plan)) &&
	       !is_blind(arena, plan);
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
	sqlite3_str_appendf(out, " FROM main.%s AS c WHERE 1",
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
			sqlite3_str_appendf(out, " AND p.%s = +c.%s", mo_query_name(arena, column),
					    mo_query_name(arena, key->columns.items[i]));
	}
	sqlite3_str_appendchar(out, 1, ')');
}

/* What the orphans of a key are called, under the names that there will be. */
static char *words_of(struct arena *arena, const struct plan *plan, const char *child,
		      const struct constraint *key, bool is_before)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendf(out, "orphans of %s (", child);
	for (int i = 0; i < key->columns.count; i++) {
		const char *column = key->columns.items[i];

		sqlite3_str_appendf(out, "%s%s", i ? ", " : "",
				    is_before ? mo_diff_present_column(plan->diff, child, column)
					      : column);
	}
	sqlite3_str_appendf(out, ") without %s",
			    is_before ? mo_diff_present_table(plan->diff, key->reference.table)
				      : key->reference.table);
	return mo_arena_take(arena, out);
}

/* An orphan that goes makes no room for another: each is told, where its rowid or its key stays. */
static void write_what(sqlite3_str *out, struct arena *arena, const struct table *child,
		       const char *words, bool is_told)
{
	const struct list *terms =
		child->without_rowid ? &mo_table_primary_key(child)->terms : NULL;
	const char *rowid = mo_table_rowid_name(child);

	sqlite3_str_appendf(out, "lower(%Q)", words);
	if (!is_told || !(terms || rowid)) {
		sqlite3_str_appendall(out, " AS what, count(*) AS n");
		return;
	}
	if (!terms)
		sqlite3_str_appendf(out, " || ' row ' || c.%s", rowid);
	for (int i = 0; terms && i < terms->count; i++)
		sqlite3_str_appendf(
			out, " || '%s' || quote(c.%s)", i ? ", " : " row ",
			mo_query_name(arena, ((const struct term *)terms->items[i])->column));
	sqlite3_str_appendall(out, " AS what, 1 AS n");
}

static int write_keys(sqlite3_str *out, struct arena *arena, const struct plan *plan,
		      const struct table *child, bool is_before, int count)
{
	const char *present = is_before ? mo_diff_present_table(plan->diff, child->object.name)
					: child->object.name;

	EACH (const struct constraint, key, &child->constraints) {
		if (key->kind != CONSTRAINT_FOREIGN_KEY)
			continue;
		sqlite3_str_appendall(out, count++ ? " UNION ALL\n  SELECT " : "\n  SELECT ");
		write_what(out, arena, child, words_of(arena, plan, present, key, is_before),
			   mo_foreign_tells_rows(plan, present));
		write_orphans(out, arena, child, key,
			      mo_schema_table(is_before ? plan->diff->have : plan->diff->goal,
					      key->reference.table));
	}
	return count;
}

static void end_query(struct list *queries, struct arena *arena, sqlite3_str *keys)
{
	const char *text = mo_arena_take(arena, keys);

	if (text)
		mo_list_add(arena, queries,
			    mo_arena_format(arena,
					    "SELECT what, max(n) AS n FROM (%s) GROUP BY what",
					    text));
}

struct list mo_script_orphans(struct arena *arena, const struct plan *plan, bool is_before)
{
	const struct list tables =
		tables_of(arena, plan, is_before ? plan->diff->have : plan->diff->goal);
	struct list queries = {0};
	sqlite3_str *out = NULL;
	int count = 0;

	EACH (const struct table, table, &tables) {
		out = out ? out : sqlite3_str_new(NULL);
		count = write_keys(out, arena, plan, table, is_before, count);
		if (count < KEYS_IN_A_QUERY)
			continue;
		end_query(&queries, arena, out);
		out = NULL;
		count = 0;
	}
	if (out)
		end_query(&queries, arena, out);
	return queries;
}
