/* SPDX-License-Identifier: MIT */
/*
 * script_tables.c: what a script asks of tables: as many rows as before, AUTOINCREMENT marks, values that
 * survived a new type, columns that can be computed for every row.
 */
#include "base/text.h"
#include "diff/describe.h"
#include "plan/query.h"
#include "report/script_guard.h"
#include "sql/guard_statements.h"
#include "sql/mention.h"

/* ---- what is counted ----------------------------------------------------------------------- */

static bool stays(const struct plan *plan, const struct object *table)
{
	EACH (const struct move, move, &plan->moves)
		if (move->way == WAY_DROP && move->have == (const struct table *)table)
			return false;
	return true;
}

/* Calls for each table that is there before and after. */
void mo_script_each_table(struct guarded_script *s,
			  void (*act)(struct guarded_script *, const struct table *))
{
	const struct list *tables = &s->plan->diff->renamed->objects[KIND_TABLE];

	if (!mo_script_drops_tables(s->plan))
		return;
	for (int i = 0; i < tables->count; i++)
		if (stays(s->plan, tables->items[i]))
			act(s, tables->items[i]);
}

char *mo_script_count_of(struct guarded_script *s, const char *table)
{
	return mo_arena_format(s->arena, "SELECT count(*) FROM main.%s",
			       mo_query_name(s->arena, table));
}

char *mo_script_rows_of(struct guarded_script *s, const struct table *table)
{
	return mo_arena_format(s->arena, "rows of %s", table->object.name);
}

static char *mark_of(struct guarded_script *s, const struct table *table)
{
	return mo_arena_format(s->arena, "mark of %s", table->object.name);
}

/*
 * Nothing but these statements keeps a table from having two. The file may spell its name
 * otherwise.
 */
static char *query_mark(struct guarded_script *s, const char *table)
{
	return mo_arena_format(s->arena,
			       "SELECT group_concat(seq) FROM main.sqlite_sequence"
			       " WHERE name = %Q COLLATE NOCASE",
			       table);
}

static bool keeps_mark(const struct plan *plan, const struct table *table)
{
	const struct table *want = mo_schema_table(plan->diff->goal, table->object.name);

	return want && mo_table_autoincrement(table) && mo_table_autoincrement(want);
}

void mo_script_count_table(struct guarded_script *s, const struct table *table)
{
	const char *former = mo_diff_former_table(s->plan->diff, table->object.name);

	mo_script_add(s, NULL,
		      mo_sql_guard_count(s->arena, s->schema, mo_script_rows_of(s, table),
					 mo_script_count_of(s, former)));
	if (keeps_mark(s->plan, table))
		mo_script_add(s, NULL,
			      mo_sql_guard_count(s->arena, s->schema, mark_of(s, table),
						 query_mark(s, former)));
}

void mo_script_guard_table(struct guarded_script *s, const struct table *table)
{
	const char *name = table->object.name;

	if (mo_plan_row_plan(s->plan, name)) /* mo_script_guard_rows() asks */
		return;
	mo_script_guard(s, mo_arena_format(s->arena, "rows of table %s came or went", name),
			mo_arena_format(s->arena, "(%s) = %s", mo_script_count_of(s, name),
					mo_script_before(s, mo_script_rows_of(s, table))));
	if (keeps_mark(s->plan, table))
		mo_script_guard(s,
				mo_arena_format(s->arena,
						"the AUTOINCREMENT mark of table %s is another",
						name),
				mo_arena_format(s->arena, "(%s) IS %s", query_mark(s, name),
						mo_script_before(s, mark_of(s, table))));
}

/* The shape has no tables under way. */
void mo_script_guard_work(struct guarded_script *s)
{
	EACH (const char, work, &s->plan->work)
		mo_script_guard(
			s, mo_arena_format(s->arena, "table %s is still there", work),
			mo_arena_format(
				s->arena,
				"SELECT count(*) = 0 FROM main.sqlite_master WHERE name = %Q",
				work));
}

/* ---- values -------------------------------------------------------------------------------- */

static const struct source *source_of(const struct move *move, const char *column)
{
	for (int i = 0; column && i < move->sources.count; i++) {
		const struct source *source = move->sources.items[i];

		if (mo_same_name(source->want->object.name, column))
			return source;
	}
	return NULL;
}

/*
 * One column by which a row before the copy finds the one after: as h.kN, and as w's.  The + makes
 * the key what the column of w makes of it.
 */
static bool write_key(struct guarded_script *s, sqlite3_str *keys, sqlite3_str *match, int i,
		      const char *copy, const char *name)
{
	sqlite3_str_appendf(keys, "%s AS k%d, ", copy ? copy : "NULL", i);
	sqlite3_str_appendf(match, "%sw.%s = +h.k%d", i ? " AND " : "",
			    mo_query_name(s->arena, name), i);
	return copy != NULL;
}

/* All of them: the rowid, or the primary key.  False where there is no telling. */
static bool write_keys(struct guarded_script *s, const struct move *move, sqlite3_str *keys,
		       sqlite3_str *match)
{
	const struct constraint *key = mo_table_primary_key(move->want);
	bool is_whole = true;

	if (move->rowid_want && move->rowid_have)
		return write_key(s, keys, match, 0, move->rowid_have, move->rowid_want);
	for (int i = 0; key && i < key->terms.count; i++) {
		const char *column = ((struct term *)key->terms.items[i])->column;
		const struct source *source = source_of(move, column);

		is_whole &= source && write_key(s, keys, match, i, source->copy, column);
	}
	return key && is_whole;
}

/*
 * Whether a column may store other values than it is given, and nobody consented to what that does
 * to values.
 */
static bool may_lose(struct guarded_script *s, const struct move *move, const struct source *source)
{
	const struct column *want = source->want;

	if (!(source->have || source->is_filled) || !source->copy || source->is_generated ||
	    (source->is_using && source->is_unpredictable) ||
	    (source->have && !source->is_using && source->have->affinity == want->affinity))
		return false;
	EACH (const struct hazard, hazard, &s->plan->hazards) {
		if ((hazard->id == DIAG_MD105 || hazard->id == DIAG_MD106) && hazard->consented &&
		    mo_same(hazard->subject.name, move->want->object.name) &&
		    mo_same(hazard->subject.column, want->object.name))
			return false;
	}
	return true;
}

/*
 * The value that is stored, brought back to the type that it had, must be the one that was copied.
 * A real beyond all integers would come back as the largest of them.
 */
static void guard_value(struct guarded_script *s, const struct move *move,
			const struct source *source)
{
	const char *name = mo_query_name(s->arena, source->want->object.name);
	sqlite3_str *keys = sqlite3_str_new(NULL);
	sqlite3_str *match = sqlite3_str_new(NULL);
	const bool is_whole = write_keys(s, move, keys, match);
	const char *h = mo_arena_take(s->arena, keys);
	const char *w = mo_arena_take(s->arena, match);

	mo_script_guard(
		s,
		mo_arena_format(s->arena, "values of %s would not survive their new type",
				mo_label_column(s->arena, move->want->object.name,
						source->want->object.name)),
		mo_arena_format(
			s->arena,
			"SELECT count(*) = 0 FROM (SELECT %s%s AS v FROM %s) AS h"
			" LEFT JOIN main.%s AS w ON %s WHERE CASE typeof(h.v) WHEN 'text' THEN CAST(w.%s AS TEXT)"
			" WHEN 'integer' THEN CASE WHEN typeof(w.%s) = 'real' AND w.%s >= 9223372036854775808.0"
			" THEN NULL ELSE CAST(w.%s AS INTEGER) END WHEN 'real' THEN CAST(w.%s AS REAL)"
			" ELSE w.%s END IS NOT h.v COLLATE BINARY",
			is_whole ? h : "", source->copy, move->copy_from,
			mo_query_name(s->arena, move->work), is_whole ? w : "0", name, name, name,
			name, name, name));
}

static void guard_values(struct guarded_script *s, const struct move *move)
{
	for (int i = 0; i < move->sources.count; i++)
		if (may_lose(s, move, move->sources.items[i]))
			guard_value(s, move, move->sources.items[i]);
}

void mo_script_guard_copy(struct guarded_script *s, const struct step *step)
{
	const struct move *move = step->move;

	mo_script_guard(
		s,
		mo_arena_format(s->arena, "rows of table %s were not all copied",
				move->want->object.name),
		mo_arena_format(
			s->arena, "(%s) = %s", mo_script_count_of(s, move->work),
			move->filling ? mo_arena_format(s->arena, "(%s)",
							mo_script_count_of(s, move->filling->work))
				      : mo_script_before(s, mo_script_rows_of(s, move->have))));
	guard_values(s, move);
}

/*
 * A VIRTUAL column that ALTER adds is computed when somebody reads the row, and the first is this
 * guard.
 */
void mo_script_guard_computed(struct guarded_script *s, const struct move *move)
{
	const char *table = move->want ? move->want->object.name : NULL;

	for (int i = 0; table && !mo_move_copies(move) && i < move->sources.count; i++) {
		const struct source *source = move->sources.items[i];
		const struct column *want = source->want;

		if (move->way == WAY_CREATE || !source->is_generated || !mo_source_is_new(source) ||
		    !mo_may_raise(want->generated.text))
			continue;
		mo_script_guard(
			s,
			mo_arena_format(s->arena, "%s cannot be computed for every row",
					mo_label_column(s->arena, table, want->object.name)),
			mo_arena_format(s->arena,
					"SELECT count(typeof(%s)) = count(*) FROM main.%s",
					mo_query_name(s->arena, want->object.name),
					mo_query_name(s->arena, table)));
	}
}

/*
 * SQLite looks at the type of a VIRTUAL column in a STRICT table when somebody checks the file, and
 * of no row that is written.
 */
void mo_script_guard_strict(struct guarded_script *s, const struct move *move)
{
	for (int i = 0; move->have && move->want && move->want->strict && i < move->sources.count;
	     i++) {
		const struct source *source = move->sources.items[i];
		const struct column *want = source->want;
		const char *table = move->want->object.name;

		if (!source->is_generated || !mo_query_strict_type(want) ||
		    (move->have->strict && !mo_source_is_new(source)))
			continue;
		mo_script_guard(
			s,
			mo_arena_format(s->arena, "%s would hold another type than STRICT lets it",
					mo_label_column(s->arena, table, want->object.name)),
			mo_arena_format(
				s->arena, "SELECT count(*) = 0 FROM main.%s WHERE %s",
				mo_query_name(s->arena, table),
				mo_query_is_misfit(s->arena, want,
						   mo_query_name(s->arena, want->object.name))));
	}
}
