/* SPDX-License-Identifier: MIT */
/*
 * gone.c: tables and columns that go, with their values, or that old code
 * still says.
 *
 *	of before, a table or column	in after
 *	has values			is nowhere		MD101, MD102
 *	has none, or they are carried	is nowhere		MC103
 *	any				has another name	MC101, MC102
 *	comes				is required		MC104
 *
 * It goes by the lives of the tables and not by their names, so that DROP TABLE
 * and CREATE TABLE of one name lose the rows, and so does DROP COLUMN and ADD
 * COLUMN.  With a file its rows are counted.  Of a column that the copy of a
 * rebuild leaves out, though both tables have it, LN123 speaks.
 */
#include "lint/gone.h"

#include "base/text.h"
#include "diff/describe.h"
#include "diff/verdict.h"
#include "lint/add.h"
#include "lint/carry.h"
#include "lint/find.h"
#include "lint/life.h"
#include "live/connect.h"
#include "model/form.h"
#include "plan/plan.h"
#include "sql/mention.h"

/* A table of before, and what has become of it. */
struct passing {
	struct work *work;
	const struct table *have;
	const struct life *former; /* its life in the script */
	const struct life *heir;   /* the life that has its rows at the end; NULL: none */
	const struct table *want;  /* that in after */
};

/* ---- values ---------------------------------------------------------------------------- */

/* How many rows of the file have a value, or how many there are; -1 where nobody can tell. */
static long long count_values(const struct passing *passing, const char *column)
{
	struct work *work = passing->work;
	const char *table = passing->have->object.name;
	int rc = SQLITE_NOMEM;
	long long count = -1;
	const char *sql;

	if (!work->live)
		return -1;
	sql = column ? mo_arena_format(work->arena, "SELECT count(\"%w\") FROM main.\"%w\"", column,
				       table)
		     : mo_arena_format(work->arena, "SELECT count(*) FROM main.\"%w\"", table);
	if (sql)
		count = mo_query_integer(work->live, sql, -1, &rc);
	work->scene->starved |= (rc & 0xff) == SQLITE_NOMEM;
	return count;
}

static const char *in_words(struct work *work, long long count, const char *what)
{
	return count < 0 ? ""
			 : mo_arena_format(work->arena, " (%lld %s%s)", count, what,
					   count == 1 ? "" : "s");
}

static void set_count(struct work *work, long long count)
{
	if (count >= 0 && mo_diag_last(&work->lint->findings))
		mo_diag_last(&work->lint->findings)->count = count;
}

/* ---- tables -------------------------------------------------------------------------------- */

/* The columns whose values are nowhere, with commas between; NULL where there are none. */
static const char *nowhere(const struct passing *passing)
{
	struct work *work = passing->work;
	const char *names = NULL;

	EACH (const struct column, column, &passing->have->columns) {
		const char *name = column->object.name;

		if (column->generated.text || mo_is_carried(work, passing->have->object.name, name))
			continue;
		names = names ? mo_arena_format(work->arena, "%s, %s", names, name) : name;
	}
	return names;
}

static bool is_all(const struct passing *passing)
{
	EACH (const struct column, column, &passing->have->columns)
		if (mo_is_carried(passing->work, passing->have->object.name, column->object.name))
			return false;
	return true;
}

static void old_code(struct work *work, struct lint_spot spot, const char *label, const char *name)
{
	if (mo_find(work, DIAG_MC103, spot, label, "%s is dropped: code that says %s will fail",
		    label, name))
		mo_find_hint(
			work,
			"drop it when no such code runs any more, and say so: -- moult:allow MC103 and why");
}

static void table_is_gone(const struct passing *passing)
{
	struct work *work = passing->work;
	const char *label = mo_label_object(work->arena, &passing->have->object);
	const char *names = nowhere(passing);
	const long long count = names ? count_values(passing, NULL) : 0;
	const struct lint_spot spot = mo_spot(passing->former->dropped);

	if (!count) {
		old_code(work, spot, label, passing->have->object.name);
		return;
	}
	if (!mo_find(work, DIAG_MD101, spot, label, "%s is dropped with %s%s%s", label,
		     is_all(passing) ? "its rows" : "the values of ", is_all(passing) ? "" : names,
		     in_words(work, count, "row")))
		return;
	set_count(work, count);
	mo_find_hint(
		work,
		"copy first what is needed; if it is meant to go: -- moult:allow MD101:%s and why",
		mo_hazard_target(work->arena, passing->have->object.name, NULL));
}

/* A view of the former name, or a table with the same rows, helps old code over. */
static bool is_helped(const struct work *work, const char *name)
{
	const struct life *life = mo_life_of(work, name);

	return mo_schema_find(work->after, KIND_VIEW, name) ||
	       (life && mo_same_name(life->origin, name)) ||
	       (!life && mo_schema_find_relation(work->after, name));
}

static void table_is_renamed(const struct passing *passing)
{
	struct work *work = passing->work;
	const char *name = passing->have->object.name;

	if (is_helped(work, name))
		return;
	if (mo_find(work, DIAG_MC101,
		    mo_spot(passing->heir->renamed ? passing->heir->renamed : passing->heir->made),
		    mo_label_object(work->arena, &passing->want->object),
		    "%s is renamed to %s: code that says %s will fail", name, passing->heir->name,
		    name))
		mo_find_hint(work, "a view of the former name can help it over");
}

/* ---- columns ------------------------------------------------------------------------------- */

static const struct holding *holding_from(const struct list *columns, const char *origin)
{
	EACH (const struct holding, holding, columns)
		if (mo_same_name(holding->origin, origin))
			return holding;
	return NULL;
}

static const struct holding *holding_called(const struct life *life, const char *name)
{
	EACH (const struct holding, holding, &life->columns)
		if (mo_same_name(holding->name, name))
			return holding;
	return NULL;
}

/* Where a column goes: its DROP COLUMN, or the table that is made without it. */
static struct lint_spot spot_of(const struct passing *passing, const char *column)
{
	const struct holding *gone = holding_from(&passing->heir->gone, column);

	if (!gone)
		gone = holding_from(&passing->former->gone, column);
	if (gone)
		return mo_spot_name(gone->changed, gone->name);
	return mo_spot(passing->heir->made);
}

/* Where a column comes, or gets its name. */
static struct lint_spot spot_of_new(const struct passing *passing, const struct holding *holding)
{
	if (holding->changed)
		return mo_spot_name(holding->changed, holding->name);
	return passing->heir->made ? mo_spot_name(passing->heir->made, holding->name)
				   : (struct lint_spot){passing->work->schema, NULL, 0};
}

static void column_is_renamed(const struct passing *passing, const struct holding *holding,
			      const char *name)
{
	struct work *work = passing->work;
	const char *label = mo_label_column(work->arena, passing->want->object.name, holding->name);

	if (mo_find(work, DIAG_MC102, spot_of_new(passing, holding), label,
		    "%s is renamed to %s: code that says %s will fail", name, holding->name, name))
		mo_find_hint(
			work,
			"change the code first, or keep the former name as a generated column for a while");
}

static void column_is_gone(const struct passing *passing, const struct column *column)
{
	struct work *work = passing->work;
	const char *name = column->object.name;
	const char *table = passing->have->object.name;
	const char *label = mo_label_column(work->arena, passing->want->object.name, name);
	const bool is_lost = !column->generated.text && !mo_is_carried(work, table, name);
	const long long count = is_lost ? count_values(passing, name) : 0;
	const struct lint_spot spot = spot_of(passing, name);

	if (!count) {
		if (!mo_table_column(passing->want, name))
			old_code(work, spot, label, name);
		return;
	}
	if (!mo_find(work, DIAG_MD102, spot, label, "%s is dropped with its values%s", label,
		     in_words(work, count, "value")))
		return;
	set_count(work, count);
	mo_find_hint(
		work,
		"keep it, or copy first what is needed; if it is meant to go: -- moult:allow MD102:%s and why",
		mo_hazard_target(work->arena, passing->want->object.name, name));
}

/* Whether the new table has a column of that name, which the copy fills, or leaves out. */
static bool is_judged_as_copy(const struct passing *passing, const char *name)
{
	const struct holding *holding = holding_called(passing->heir, name);

	return holding && passing->heir->copied && !holding_from(&passing->heir->gone, name);
}

static bool rolls_back(const struct work *work)
{
	for (int i = work->from; i < work->to; i++) {
		const struct statement *statement = work->script->statements.items[i];

		if (statement->act == ACT_ROLLBACK || statement->act == ACT_ROLLBACK_TO)
			return true;
	}
	return false;
}

static void judge_column(const struct passing *passing, const struct column *column)
{
	const char *name = column->object.name;
	const struct holding *holding = holding_from(&passing->heir->columns, name);

	if (holding) {
		if (!mo_same_name(holding->name, name) && !mo_table_column(passing->want, name))
			column_is_renamed(passing, holding, name);
		return;
	}
	if (!holding_called(passing->heir, name) && mo_table_column(passing->want, name) &&
	    rolls_back(passing->work))
		return;
	if (!is_judged_as_copy(passing, name))
		column_is_gone(passing, column);
}

/* Where rows have nothing to put there, MF103 speaks of it. */
static bool has_what_rows_get(const struct passing *passing, const struct holding *holding)
{
	return (passing->heir->made && !holding->is_void) ||
	       !mo_has_rows(passing->work, passing->heir);
}

static void required(const struct passing *passing, const struct column *column)
{
	struct work *work = passing->work;
	const struct holding *holding = holding_called(passing->heir, column->object.name);

	if (mo_table_column(passing->have, column->object.name) || !holding || holding->origin ||
	    column->generated.text || column == mo_table_rowid_column(passing->want) ||
	    !mo_column_not_null(passing->want, column) || !mo_is_null_default(column->value.text) ||
	    !has_what_rows_get(passing, holding))
		return;
	if (mo_find(work, DIAG_MC104, spot_of_new(passing, holding),
		    mo_label_column(work->arena, passing->want->object.name, column->object.name),
		    "a required column is added: %s",
		    mo_verdict_of_writes(VERDICT_COLUMN_REQUIRED)))
		mo_find_hint(work, "give it a DEFAULT");
}

/* ---- what nobody has shown ------------------------------------------------------------------ */

static bool is_made_before(const struct work *work, int index)
{
	const struct statement *drop = work->script->statements.items[index];

	for (int i = work->from; i < index; i++) {
		const struct statement *statement = work->script->statements.items[i];

		if ((statement->act == ACT_CREATE && mo_same_name(statement->name, drop->name)) ||
		    (statement->act == ACT_RENAME && mo_same_name(statement->other, drop->name)))
			return true;
	}
	return false;
}

static void unknown_goes(struct work *work, const struct statement *statement)
{
	if (statement->act == ACT_DROP_COLUMN)
		mo_find(work, DIAG_MD102, mo_spot_name(statement, statement->column),
			mo_label_column(work->arena, statement->name, statement->column),
			"column %s.%s is dropped with its values", statement->name,
			statement->column);
	else
		mo_find(work, DIAG_MD101, mo_spot(statement),
			mo_arena_format(work->arena, "table %s", statement->name),
			"table %s is dropped with its rows", statement->name);
}

/* Of a script that stands alone nobody knows the tables that it finds. */
static void judge_unknown(struct work *work)
{
	if (work->before->objects[KIND_TABLE].count || work->live)
		return;
	for (int i = work->from; i < work->to; i++) {
		const struct statement *statement = work->script->statements.items[i];
		const bool drops = statement->act == ACT_DROP && statement->kind == KIND_TABLE &&
				   !mo_tokens_have(&statement->tokens, "EXISTS");

		if ((drops || (statement->act == ACT_DROP_COLUMN && statement->column)) &&
		    statement->name && !statement->is_temp && !is_made_before(work, i))
			unknown_goes(work, statement);
	}
}

/* ---- all of it ----------------------------------------------------------------------------- */

static const struct life *heir_of(const struct work *work, const struct life *former)
{
	const struct rebuild *rebuild = mo_rebuild_from(work, former->origin);

	return rebuild ? rebuild->life : former->name ? former : NULL;
}

static void judge_table(const struct passing *passing)
{
	if (!mo_same_name(passing->heir->name, passing->have->object.name))
		table_is_renamed(passing);
	for (int i = 0; i < passing->have->columns.count; i++)
		judge_column(passing, passing->have->columns.items[i]);
	for (int i = 0; i < passing->want->columns.count; i++)
		required(passing, passing->want->columns.items[i]);
}

/* Nothing is judged of a table whose statements were rolled back, or refused. */
static void judge_life(struct work *work, const struct life *former)
{
	struct passing passing = {work, mo_schema_table(work->before, former->origin), former,
				  heir_of(work, former), NULL};

	if (passing.heir)
		passing.want = mo_schema_table(work->after, passing.heir->name);
	if (!passing.have)
		return;
	if (passing.want)
		judge_table(&passing);
	else if (!passing.heir && former->dropped &&
		 (mo_life_of(work, former->origin) ||
		  !mo_schema_table(work->after, former->origin)))
		table_is_gone(&passing);
}

void mo_gone_judge(struct work *work)
{
	EACH (const struct life, life, &work->lives)
		if (life->is_original)
			judge_life(work, life);
	judge_unknown(work);
}
