/* SPDX-License-Identifier: MIT */
/*
 * refill_hazards.c: rows of a virtual table that is made anew, and that nothing makes again (MD119).
 *
 * A <populate> says how the table was filled first.  What was inserted since, nobody said; and one
 * that stands in a document for years is seldom looked at again.  So the rows that are there are
 * held against the rows that it will make:
 *
 *	SELECT a, b FROM f EXCEPT SELECT c0, c1 FROM r	of a full-text table, by the columns that stay
 *	count(*) of f, less count(*) of r		of any
 *
 * Commands of full-text tables, INSERT INTO f(f) VALUES ('rebuild'), make no row that was in f
 * itself.  A table that has its content elsewhere loses nothing, and to what forgets it FTS4 knows
 * no number of rows.
 */
#include "base/text.h"
#include "hazard/hazards.h"
#include "plan/query.h"
#include "sql/full_text.h"
#include "sql/write.h"

struct refill {
	struct plan *plan;
	const struct virtual_table *want;
	struct list stay;  /* of char *: columns before and after; none where they are not known */
	struct list after; /* all columns after */
	struct list queries; /* of char *: each gives rows that are made, as _moult_made(c0, ...) */
	struct list values;  /* of char *: and what those are in the columns that stay */
};

static void list_columns(struct refill *refill, const struct virtual_table *have)
{
	struct arena *arena = refill->plan->arena;
	struct list before = {0};

	if (!mo_full_text_columns(&before, arena, have) ||
	    !mo_full_text_indexed(&refill->after, arena, refill->want))
		return;
	EACH (const char, name, &before)
		if (mo_names_have(&refill->after, name))
			mo_list_add(arena, &refill->stay, (void *)name);
}

/* (c0, c1, ...) */
static const char *name_columns(struct arena *arena, int count)
{
	const char *names = "c0";

	for (int i = 1; i < count; i++)
		names = mo_arena_format(arena, "%s, c%d", names, i);
	return names;
}

static int position_in(const struct list *names, const char *name)
{
	for (int i = 0; i < names->count; i++)
		if (mo_same_name(names->items[i], name))
			return i;
	return -1;
}

/* A command has the name of the table among its columns. */
static bool makes_rows(const struct fill *fill)
{
	return fill->rows && fill->width > 0 &&
	       position_in(&fill->into, fill->table->object.name) < 0;
}

static void add_populate(struct refill *refill, const struct fill *fill)
{
	struct arena *arena = refill->plan->arena;
	const struct list *into = fill->into.count ? &fill->into : &refill->after;
	sqlite3_str *values = sqlite3_str_new(NULL);

	for (int i = 0; i < refill->stay.count; i++) {
		const int position = position_in(into, refill->stay.items[i]);

		sqlite3_str_appendall(values, i ? ", " : "");
		if (position < 0 || position >= fill->width)
			sqlite3_str_appendall(values, "NULL");
		else
			sqlite3_str_appendf(values, "c%d", position);
	}
	mo_list_add(arena, &refill->values, mo_arena_take(arena, values));
	mo_list_add(arena, &refill->queries,
		    mo_arena_format(arena, "WITH _moult_made(%s) AS (%s)",
				    name_columns(arena, fill->width), fill->rows));
}

/* The table that has the content from now on, where it is there now. */
static void add_content(struct refill *refill)
{
	struct plan *plan = refill->plan;
	const char *content = mo_full_text_content(plan->arena, refill->want);
	const struct table *table = mo_schema_table(plan->diff->renamed, content);
	sqlite3_str *values = sqlite3_str_new(NULL);
	bool has_all = table != NULL;

	for (int i = 0; table && i < refill->stay.count; i++) {
		const char *name = refill->stay.items[i];

		has_all &= mo_table_column(table, name) != NULL;
		sqlite3_str_appendall(values, i ? ", " : "");
		mo_write_name(values, mo_diff_former_column(plan->diff, content, name));
	}
	mo_list_add(plan->arena, &refill->values, mo_arena_take(plan->arena, values));
	if (has_all)
		mo_list_add(
			plan->arena, &refill->queries,
			mo_arena_format(plan->arena, "WITH _moult_made AS (SELECT * FROM %s)",
					mo_query_name(plan->arena,
						      mo_diff_former_table(plan->diff, content))));
}

static const char *count_lost(const struct refill *refill, const char *former)
{
	struct arena *arena = refill->plan->arena;
	const char *name = mo_query_name(arena, former);
	sqlite3_str *fewer = sqlite3_str_new(NULL);
	sqlite3_str *others = sqlite3_str_new(NULL);

	sqlite3_str_appendf(fewer, "(SELECT count(*) FROM %s)", name);
	sqlite3_str_appendall(others, "SELECT ");
	mo_write_names(others, &refill->stay);
	sqlite3_str_appendf(others, " FROM %s", name);
	for (int i = 0; i < refill->queries.count; i++) {
		const char *query = refill->queries.items[i];

		sqlite3_str_appendf(fewer, " - (%s SELECT count(*) FROM _moult_made)", query);
		sqlite3_str_appendf(others, " EXCEPT SELECT * FROM (%s SELECT %s FROM _moult_made)",
				    query, (const char *)refill->values.items[i]);
	}
	if (!refill->stay.count) {
		sqlite3_free(sqlite3_str_finish(others));
		return mo_arena_format(arena, "SELECT max(0, %s)", mo_arena_take(arena, fewer));
	}
	return mo_arena_format(arena, "SELECT max(%s, (SELECT count(*) FROM (%s)))",
			       mo_arena_take(arena, fewer), mo_arena_take(arena, others));
}

/* Of what forgets its content FTS5 has the number of rows, and FTS4 nothing. */
static bool can_be_counted(struct arena *arena, const struct virtual_table *have)
{
	return mo_same_name(have->module, "fts5") || !mo_full_text_content(arena, have);
}

static const char *hint_for(const struct refill *refill)
{
	struct arena *arena = refill->plan->arena;
	const char *content = mo_full_text_content(arena, refill->want);

	if (!refill->want->populate.text)
		return mo_arena_format(arena, "bring the rows into %s first, or leave content= out",
				       mo_query_name(arena, content));
	if (refill->stay.count && !content)
		return "leave <populate> out, and its content is carried over";
	return mo_arena_format(
		arena, "have its <populate> take them along: INSERT INTO %s ... SELECT ... FROM %s",
		mo_query_name(arena, refill->want->object.name),
		mo_query_name(arena,
			      mo_diff_former_table(refill->plan->diff, refill->want->object.name)));
}

void mo_plan_refill_hazard(struct plan *plan, const struct virtual_table *have,
			   const struct virtual_table *want)
{
	struct refill refill = {.plan = plan, .want = want};
	const char *content = mo_full_text_content(plan->arena, have);
	struct hazard *hazard;

	if ((content && *content) || !can_be_counted(plan->arena, have))
		return;
	list_columns(&refill, have);
	EACH (const struct fill, fill, &plan->fills)
		if (fill->table == want && makes_rows(fill))
			add_populate(&refill, fill);
	if (!want->populate.text)
		add_content(&refill);
	hazard = mo_hazard_of(
		plan, DIAG_MD119, &have->object,
		"the virtual table is made anew, and rows that it has are not made again");
	if (!hazard)
		return;
	hazard->count_sql =
		count_lost(&refill, mo_diff_former_table(plan->diff, have->object.name));
	hazard->place = want->object.place;
	hazard->hint = hint_for(&refill);
}

/* ---- settings ---- */

/* A command, INSERT INTO f(f, rank) VALUES ('rank', ...), is taken to say them. */
static bool gives_commands(const struct plan *plan, const struct virtual_table *table)
{
	EACH (const struct fill, fill, &plan->fills)
		if (fill->table == table && position_in(&fill->into, table->object.name) >= 0)
			return true;
	return false;
}

/* FTS5 keeps what it was told by commands, beside the version of its format: f_config. */
void mo_plan_settings_hazard(struct plan *plan, const struct virtual_table *have,
			     const struct virtual_table *want)
{
	const char *former = mo_diff_former_table(plan->diff, have->object.name);
	const char *config = mo_arena_format(plan->arena, "%s_config", former);
	const char *name = mo_query_name(plan->arena, want->object.name);
	struct hazard *hazard;

	if (!mo_same_name(have->module, "fts5") || !mo_same_name(want->module, "fts5") ||
	    !mo_schema_is_shadow(plan->diff->have, config) || gives_commands(plan, want))
		return;
	hazard = mo_hazard_of(plan, DIAG_MD119, &have->object,
			      "the virtual table is made anew, and its settings go");
	if (!hazard)
		return;
	config = mo_query_name(plan->arena, config);
	hazard->count_sql = mo_arena_format(plan->arena,
					    "SELECT count(*) FROM %s WHERE k <> 'version'", config);
	hazard->sample_sql = mo_arena_format(
		plan->arena, "SELECT k || ' ' || quote(v) FROM %s WHERE k <> 'version' LIMIT 5",
		config);
	hazard->place = want->object.place;
	hazard->hint = mo_arena_format(
		plan->arena,
		"give them again afterwards: INSERT INTO %s(%s, rank) VALUES ('rank', ...)", name,
		name);
}

/* ---- what stands on its tables ---- */

static void goes_with(struct plan *plan, const struct change *change, const struct stray *stray)
{
	const char *kind = mo_kind_names[stray->kind];
	const char *name = mo_query_name(plan->arena, stray->name);
	struct hazard *hazard = mo_hazard_of(
		plan, DIAG_MD119, change->have,
		mo_arena_format(
			plan->arena,
			"%s %s stands on %s, which belongs to the virtual table, and goes with it",
			kind, stray->name, stray->table));

	if (!hazard)
		return;
	if (change->want)
		hazard->place = change->want->place;
	hazard->hint = mo_arena_format(
		plan->arena, "drop it first, with DROP %s %s%s",
		stray->kind == KIND_TRIGGER ? "TRIGGER" : "INDEX", name,
		change->want ? ", and make it again afterwards: no document can declare it" : "");
}

void mo_plan_stray_hazards(struct plan *plan)
{
	EACH (const struct stray, stray, &plan->diff->have->strays) {
		EACH (const struct change, change, &plan->diff->changes) {
			const struct object *have = change->have;

			if (change->part == PART_OBJECT && have && have->kind == KIND_VIRTUAL &&
			    mo_same_name(stray->owner,
					 mo_diff_former_table(plan->diff, have->name)))
				goes_with(plan, change, stray);
		}
	}
}
