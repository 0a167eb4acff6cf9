/* SPDX-License-Identifier: MIT */
/*
 * source.c: where each column of a table that changes gets its values.
 *
 * Each source is written twice: for the copy, which runs after the renames,
 * and as a query over the file as it is before the first write (expected.c), so that
 * the rows can be asked in advance what they will be:
 *
 *	SELECT rowid AS rowid, a AS a, _moult_affinity(b, 'I') AS b FROM t
 *
 * A document's own expression (`using`) speaks of the old row by its old names, and
 * may call it `old`.  Where the table has renames the copy gives it a row with those:
 *
 *	INSERT ... SELECT upper(name) FROM (SELECT rowid AS rowid, full_name AS name FROM t) AS t
 *
 * One that reads tables is evaluated before the first step, and the copy looks its
 * values up (aside.c).
 *
 * A document is for files of any age, and old names are those of one of them:
 * a name that this file does not have is put right where `was` knows it.
 *
 *	using		the column is			the expression counts for
 *			added, renamed, retyped		all rows
 *			NOT NULL from now on		rows that are NULL there
 *			under a new constraint		rows that it has something against (in_the_way.c)
 *			nothing of that			no row
 *			there, and the expression	no row
 *			has run on this file
 */
#include "base/text.h"
#include "plan/expected.h"
#include "plan/in_the_way.h"
#include "plan/query.h"
#include "plan/source.h"
#include "plan/way_forth.h"
#include "sql/aside_table.h"
#include "sql/done_table.h"
#include "sql/mention.h"
#include "sql/old_row.h"
#include "sql/rebuild.h"
#include "sql/write.h"

#define MOST_COLUMNS 2000 /* SQLITE_MAX_COLUMN as it is built: https://sqlite.org/limits.html */

struct sources {
	struct plan *plan;
	struct arena *arena;
	struct move *move;
	const struct table *file; /* the table in the file as it is; NULL for a new one */
	bool has_old_names;	  /* the copy reads from a row with the old names */
};

static const char *former_column(const struct sources *s, const struct column *have)
{
	return mo_diff_former_column(s->plan->diff, s->move->have->object.name, have->object.name);
}

/* ---- rowids --------------------------------------------------------------------------- */

/* A name for the rowid that is no column's before or after the renames. */
static const char *free_rowid_name(const struct sources *s)
{
	if (s->move->have->without_rowid)
		return NULL;
	for (int i = 0; i < MO_ROWID_NAMES; i++)
		if (!mo_table_column(s->move->have, mo_rowid_names[i]) &&
		    !mo_table_column(s->file, mo_rowid_names[i]))
			return mo_rowid_names[i];
	return NULL;
}

/* Whether a name is the rowid of a table, and no column. */
static bool is_rowid(const struct table *table, const char *name)
{
	return mo_is_rowid_name(name) && !table->without_rowid && !mo_table_column(table, name);
}

/*
 * A SELECT has no more result columns than a table may have columns, so the widest table leaves no
 * room for the rowid.
 */
static bool has_room_for_rowid(const struct table *table)
{
	return table->columns.count < MOST_COLUMNS;
}

const char *mo_plan_rowid_name(const struct table *table)
{
	return has_room_for_rowid(table) ? mo_table_rowid_name(table) : NULL;
}

/*
 * The primary key of a table without rowid, or the column that is a rowid which has no other name.
 */
static void add_key_columns(struct sources *s)
{
	const struct constraint *key = mo_table_primary_key(s->move->have);
	const struct column *rowid = mo_table_rowid_column(s->move->have);

	for (int i = 0; key && (rowid || s->move->have->without_rowid) && i < key->terms.count;
	     i++) {
		const char *name = ((struct term *)key->terms.items[i])->column;

		mo_list_add(s->arena, &s->move->key,
			    mo_query_name(s->arena,
					  mo_diff_former_column(s->plan->diff,
								s->move->have->object.name, name)));
	}
	s->move->key_is_rowid = rowid != NULL;
}

static void choose_key(struct sources *s)
{
	s->move->key_stem = mo_sql_aside_stem(s->arena, &s->move->want->columns);
	if (!s->move->rowid_name) {
		add_key_columns(s);
		return;
	}
	mo_list_add(s->arena, &s->move->key, s->move->rowid_name);
	s->move->key_is_rowid = true;
}

static void choose_rowids(struct sources *s)
{
	struct move *move = s->move;

	if (!move->have)
		return;
	move->rowid_name = free_rowid_name(s);
	choose_key(s);
	if (move->want->without_rowid || mo_table_rowid_column(move->want))
		return;
	move->rowid_have = move->rowid_name;
	move->rowid_want = move->rowid_have ? mo_plan_rowid_name(move->want) : NULL;
	if (!move->rowid_want)
		move->rowid_have = NULL;
}

/* ---- one column -------------------------------------------------------------------------- */

static bool is_retyped(const struct column *have, const struct column *want)
{
	return !mo_same(have->type.norm, want->type.norm);
}

static bool becomes_not_null(const struct sources *s, const struct column *have,
			     const struct column *want)
{
	return mo_column_not_null(s->move->want, want) && !mo_column_not_null(s->move->have, have);
}

static bool is_rewritten(const struct sources *s, const struct column *have,
			 const struct column *want)
{
	return is_retyped(have, want) || !mo_same(former_column(s, have), have->object.name);
}

/* Which rows the expression of a column counts for. */
static void choose_use(const struct sources *s, struct source *source)
{
	const struct column *have = source->have;
	const struct column *want = source->want;

	/* A table that is made has no old row. */
	if (!want->using.text || want->generated.text || !s->move->have)
		return;
	/* What is parked for a value comes back whatever is otherwise the same of its column. */
	source->is_using = !have || is_rewritten(s, have, want) || s->plan->diff->want->way_back;
	if (!source->is_using && !have->generated.text &&
	    mo_table_rowid_column(s->move->have) != have) {
		source->repairs = mo_plan_is_tighter(s->plan, s->move, want) && s->move->key.count;
		source->fills_nulls = !source->repairs && becomes_not_null(s, have, want);
		source->is_using = source->repairs || source->fills_nulls;
	}
	source->is_done =
		source->is_using && have &&
		mo_done_has(s->plan->diff->have, s->move->former, former_column(s, have), want);
	if (source->is_done)
		source->is_using = source->repairs = source->fills_nulls = false;
	source->runs = source->is_using;
}

/* Where a value is repaired, or stays, nothing was parked of it. */
static void choose_kept(const struct sources *s, struct source *source)
{
	if (s->move->have && s->move->key.count && !source->repairs && !source->fills_nulls)
		source->kept = mo_kept_of(s->plan, s->move, source->want);
}

/* What a column is called in the file, where it has that name and not the given one; else NULL. */
static const char *name_in_file(const struct sources *s, const struct column *column,
				const char *name)
{
	const struct column *have = mo_table_column(s->move->have, column->object.name);
	const bool is_known =
		mo_same_name(column->object.name, name) || mo_names_have(&column->object.was, name);

	if (!have || !is_known || mo_table_column(s->file, name) || is_rowid(s->file, name))
		return NULL;
	return former_column(s, have);
}

/*
 * What the rowid can be called wherever the expression is evaluated: a name that is free, or the
 * column that it is.
 */
static const char *rowid_instead(const struct sources *s)
{
	const struct column *column = mo_table_rowid_column(s->move->have);

	if (s->move->rowid_name)
		return s->move->rowid_name;
	return column ? former_column(s, column) : NULL;
}

/* The row that the copy reads has one name for the rowid, and the expression may have another. */
static const char *with_one_rowid(const struct sources *s, const char *expression)
{
	const char *instead = rowid_instead(s);

	for (int i = 0; instead && expression && i < MO_ROWID_NAMES; i++)
		if (is_rowid(s->file, mo_rowid_names[i]) && !mo_same(mo_rowid_names[i], instead) &&
		    mo_mentions(expression, mo_rowid_names[i]))
			expression =
				mo_sql_rename_in(s->arena, expression, mo_rowid_names[i], instead);
	return expression;
}

bool mo_plan_lacks_rowid(struct plan *plan, const struct move *move, const char *expression)
{
	const struct table *file = mo_schema_table(plan->diff->have, move->former);

	for (int i = 0; !move->key.count && file && i < MO_ROWID_NAMES; i++)
		if (is_rowid(file, mo_rowid_names[i]) && mo_mentions(expression, mo_rowid_names[i]))
			return true;
	return false;
}

/* The expression with each name that a column has elsewhere as it is in this file. */
static const char *in_names_of_file(const struct sources *s, const char *expression)
{
	const struct list *columns = &s->move->want->columns;

	for (int i = 0; s->move->have && i < columns->count; i++) {
		const struct column *column = columns->items[i];

		for (int j = -1; j < column->object.was.count; j++) {
			const char *name =
				j < 0 ? column->object.name : column->object.was.items[j];
			const char *instead = name_in_file(s, column, name);

			if (instead && expression && mo_mentions(expression, name))
				expression = mo_sql_rename_in(s->arena, expression, name, instead);
		}
	}
	return s->move->have ? with_one_rowid(s, expression) : expression;
}

/* The value as the column will store it, compared as the column will compare it. */
static char *as_stored(struct arena *arena, const char *expression, const struct source *source)
{
	const struct column *have = source->have;
	const struct column *want = source->want;
	const bool plain = have && !source->is_using;
	const char *value = expression;
	sqlite3_str *out;

	if (!plain || !mo_same_affinity(have->affinity, want->affinity))
		value = mo_arena_format(arena, "_moult_affinity(%s, '%c')", expression,
					want->affinity);
	if (plain ? mo_same_name(have->collate, want->collate) : !want->collate)
		return (char *)value;
	out = sqlite3_str_new(NULL);
	sqlite3_str_appendf(out, "%s COLLATE ", value);
	mo_write_name(out, want->collate ? want->collate : "BINARY");
	return mo_arena_take(arena, out);
}

static void fill_from_default(struct sources *s, struct source *source)
{
	const struct column *want = source->want;
	const bool is_rowid = s->move->have && mo_table_rowid_column(s->move->want) == want;
	const char *rowid = is_rowid ? s->move->rowid_name : NULL;

	if (rowid) {
		source->copy = source->raw = rowid;
		return;
	}
	source->raw = want->value.text ? mo_sql_default_value(s->arena, want->value.text) : "NULL";
	source->is_unpredictable = is_rowid || !mo_is_deterministic(source->raw);
}

/* Keys that are NULL in the old row are given out by SQLite; one that is new is the rowid. */
static bool gets_new_keys(const struct sources *s, const struct source *source)
{
	const struct table *have = s->move->have;

	if (mo_table_rowid_column(s->move->want) != source->want)
		return false;
	return source->is_using || (source->have && mo_table_rowid_column(have) != source->have &&
				    !mo_column_not_null(have, source->have));
}

/*
 * An expression that reads tables stands as it is.  Where it has the table's own name in front
 * of a column, the row is there under that name too.
 */
static char *over_tables(const struct sources *s, const char *using)
{
	const struct move *move = s->move;
	const char *name = mo_query_name(s->arena, move->former);
	sqlite3_str *out;

	if (!move->key.count || mo_same_name(move->former, MO_OLD_ROW) ||
	    !mo_qualifies(s->arena, using, move->former))
		return mo_arena_format(s->arena, "(%s)", using);
	out = sqlite3_str_new(NULL);
	sqlite3_str_appendf(out, "(SELECT (%s) FROM %s", using, name);
	for (int i = 0; i < move->key.count; i++) {
		const char *key = move->key.items[i];

		sqlite3_str_appendf(out, " %s %s.%s = " MO_OLD_ROW ".%s", i ? "AND" : "WHERE", name,
				    key, key);
	}
	sqlite3_str_appendchar(out, 1, ')');
	return mo_arena_take(s->arena, out);
}

/* A plain one, in the names of the file, with nothing in front of them. */
static char *over_row(const struct sources *s, const char *using)
{
	const char *const names[] = {MO_OLD_ROW, s->move->former, s->move->want->object.name};

	for (size_t i = 0; using && i < sizeof(names) / sizeof(*names); i++)
		using = names[i] ? mo_sql_unqualified(s->arena, using, names[i]) : using;
	return mo_arena_format(s->arena, "(%s)", in_names_of_file(s, using));
}

static char *over_old_row(const struct sources *s, const char *using)
{
	return mo_reads_tables(using) ? over_tables(s, using) : over_row(s, using);
}

/* Views are looked at once each: a column that has the name of one makes circles of them. */
bool mo_plan_foretells(const struct plan *plan, const char *sql)
{
	struct list read = {0};

	for (int i = 0; mo_is_deterministic(sql); i++) {
		EACH (const struct view, view, &plan->diff->have->objects[KIND_VIEW])
			if (!mo_list_has(&read, view) && mo_mentions(sql, view->object.name))
				mo_list_add(plan->arena, &read, view);
		if (i >= read.count)
			return true;
		sql = ((const struct view *)read.items[i])->select.text;
	}
	return false;
}

static void fill_by_expression(struct sources *s, struct source *source)
{
	const char *using = source->want->using.text;

	source->raw = over_old_row(s, using);
	source->is_aside = s->move->have && mo_reads_tables(using);
	if (source->fills_nulls)
		source->raw = mo_arena_format(
			s->arena, "coalesce(%s, %s)",
			mo_query_former(s->arena, s->plan, s->move, source->have), source->raw);
	source->copy = source->raw;
	source->is_unpredictable = !mo_plan_foretells(s->plan, using);
}

/*
 * SQLite 3.40.1 computes a VIRTUAL column of type REAL as 5.0, and INSERT ... SELECT hands it on as
 * the integer 5, which no other column makes real again.
 */
static const char *kept_real(const struct sources *s, const struct source *source, const char *name)
{
	const struct column *have = source->have;

	if (!have->generated.text || have->stored || have->affinity != 'R' ||
	    source->want->affinity == 'R')
		return name;
	return mo_arena_format(s->arena,
			       "CASE typeof(%s) WHEN 'real' THEN CAST(%s AS REAL) ELSE %s END",
			       name, name, name);
}

static void fill_from_column(struct sources *s, struct source *source)
{
	source->raw = mo_query_former(s->arena, s->plan, s->move, source->have);
	source->copy = kept_real(s, source,
				 s->has_old_names || s->plan->by_copy
					 ? source->raw
					 : mo_query_name(s->arena, source->have->object.name));
}

/* What is parked for a row, else what the column would get. */
static void give_back(struct sources *s, struct source *source)
{
	source->raw = mo_arena_format(s->arena, "(%s)",
				      mo_kept_value(s->plan, source->kept, source->raw));
	source->copy = source->raw;
	source->is_using = source->is_aside = true;
}

static void fill(struct sources *s, struct source *source)
{
	if (source->want->generated.text) {
		source->is_generated = true;
	} else if (source->is_using && !source->repairs) {
		fill_by_expression(s, source);
	} else if (s->move->have && source->have) {
		fill_from_column(s, source);
	} else {
		fill_from_default(s, source);
	}
	if (source->kept)
		give_back(s, source);
	if (s->move->have && gets_new_keys(s, source))
		source->is_unpredictable = true;
	if (source->is_generated)
		return;
	source->expected = as_stored(s->arena, source->raw, source);
	if (source->is_using && !source->is_aside && !source->repairs &&
	    mo_may_raise(source->want->using.text)) {
		source->once = mo_query_name(s->arena, mo_arena_format(s->arena, "_moult_once_%s",
								       source->want->object.name));
		source->expected_once = as_stored(s->arena, source->once, source);
	}
}

static struct source *add_source(struct sources *s, const struct column *want)
{
	struct source *source = mo_arena_make(s->arena, struct source);

	if (!source)
		return NULL;
	source->want = want;
	source->have = s->move->have ? mo_table_column(s->move->have, want->object.name) : NULL;
	choose_use(s, source);
	choose_kept(s, source);
	mo_list_add(s->arena, &s->move->sources, source);
	return source;
}

/* Whether a generated column is another one than it was, or reads one whose values may be. */
static bool must_compute(const struct list *sources, const struct source *generated)
{
	const struct column *have = generated->have;
	const char *expression = generated->want->generated.text;

	if (have && !mo_same(have->generated.norm, generated->want->generated.norm))
		return true;
	EACH (const struct source, source, sources) {
		if (source != generated && mo_source_is_new(source) &&
		    mo_mentions(expression, source->want->object.name))
			return true;
	}
	return false;
}

/* One column may lead to the next. */
static void find_recomputed(const struct list *sources)
{
	bool any = true;

	while (any) {
		any = false;
		EACH (struct source, source, sources) {
			if (!source->is_generated || mo_source_is_new(source))
				continue;
			source->is_recomputed = must_compute(sources, source);
			any |= source->is_recomputed;
		}
	}
}

/* ---- the pass ----------------------------------------------------------------------------- */

static bool is_renamed(const struct sources *s)
{
	const struct table *have = s->move->have;

	if (!mo_same(s->move->former, have->object.name))
		return true;
	EACH (const struct column, column, &have->columns)
		if (former_column(s, column) != column->object.name)
			return true;
	return false;
}

static struct sources sources_of(struct plan *plan, struct move *move)
{
	return (struct sources){.plan = plan,
				.arena = plan->arena,
				.move = move,
				.file = move->have ? mo_schema_table(plan->diff->have, move->former)
						   : NULL,
				.has_old_names = move->has_old_names};
}

/* The copy reads old names for an expression that is evaluated there. */
static bool needs_old_names(const struct sources *s)
{
	bool any = false;

	EACH (const struct source, source, &s->move->sources) {
		any |= source->is_using && !source->repairs &&
		       !mo_reads_tables(source->want->using.text);
	}
	return any && s->move->have && !s->plan->by_copy && is_renamed(s);
}

void mo_plan_sources(struct plan *plan, struct move *move)
{
	struct sources s = sources_of(plan, move);

	if (!move->want)
		return;
	choose_rowids(&s);
	for (int i = 0; i < move->want->columns.count; i++)
		add_source(&s, move->want->columns.items[i]);
	s.has_old_names = move->has_old_names = needs_old_names(&s);
	for (int i = 0; i < move->sources.count; i++)
		fill(&s, move->sources.items[i]);
	find_recomputed(&move->sources);
	mo_plan_expect(plan, move);
}

/* ---- rows that a new constraint has something against ---- */

/* CASE WHEN rowid IN (keys in the way) THEN (the expression) ELSE (the value) END */
static void repair(struct sources *s, struct source *source)
{
	struct list queries = {0};
	sqlite3_str *out = sqlite3_str_new(NULL);

	mo_plan_in_the_way(&queries, s->plan, s->move, source->want);
	sqlite3_str_appendall(out, "CASE WHEN ");
	for (int i = 0; i < queries.count; i++) {
		sqlite3_str_appendall(out, i ? " OR (" : "(");
		for (int j = 0; j < s->move->key.count; j++)
			sqlite3_str_appendf(out, "%s%s", j ? ", " : "",
					    (const char *)s->move->key.items[j]);
		sqlite3_str_appendf(out, ") IN (%s)", (const char *)queries.items[i]);
	}
	sqlite3_str_appendf(out, " THEN %s ELSE %s END", over_old_row(s, source->want->using.text),
			    mo_query_former(s->arena, s->plan, s->move, source->have));
	source->raw = source->copy = mo_arena_take(s->arena, out);
	source->is_aside = true;
	source->is_unpredictable = !mo_plan_foretells(s->plan, source->want->using.text);
	source->expected = as_stored(s->arena, source->raw, source);
}

static bool repairs_any(const struct move *move)
{
	for (int i = 0; i < move->sources.count; i++)
		if (((struct source *)move->sources.items[i])->repairs)
			return true;
	return false;
}

/* What is in the way is asked of all rows as they are given, before any expression repairs one. */
void mo_plan_repair(struct plan *plan)
{
	EACH (const struct move, move, &plan->moves)
		if (repairs_any(move))
			mo_plan_given(plan, move->want);
	for (int i = 0; i < plan->moves.count; i++) {
		struct sources s = sources_of(plan, plan->moves.items[i]);

		if (!repairs_any(s.move))
			continue;
		EACH (struct source, source, &s.move->sources)
			if (source->repairs)
				repair(&s, source);
		mo_plan_expect(plan, s.move);
	}
}

/* ---- what the copy reads ---- */

const char *mo_plan_copy_alias(const struct plan *plan, const struct move *move)
{
	return move->has_old_names || plan->by_copy ? move->former : move->have->object.name;
}

/* The widest table leaves no room for a rowid that nothing reads. */
static bool must_have_rowid(const struct move *move)
{
	if (has_room_for_rowid(move->have) || move->aside)
		return true;
	EACH (const struct source, source, &move->sources)
		if (source->copy && mo_mentions(source->copy, move->rowid_name))
			return true;
	return false;
}

static void write_item(sqlite3_str *out, bool *first, const char *expression, const char *name)
{
	sqlite3_str_appendf(out, "%s%s AS ", *first ? "" : ", ", expression);
	mo_write_name(out, name);
	*first = false;
}

/* The table, or a row of it with the old names. */
char *mo_plan_copy_from(struct plan *plan, const struct move *move)
{
	const struct table *have = move->have;
	sqlite3_str *out = sqlite3_str_new(NULL);
	bool first = true;

	if (!move->has_old_names) {
		mo_write_name(out, mo_plan_copy_alias(plan, move));
		if (mo_move_is_covered(move))
			sqlite3_str_appendall(out, " NOT INDEXED");
		return mo_arena_take(plan->arena, out);
	}
	sqlite3_str_appendall(out, "(SELECT ");
	if (move->rowid_name && must_have_rowid(move))
		write_item(out, &first, move->rowid_name, move->rowid_name);
	EACH (const struct column, column, &have->columns) {
		write_item(
			out, &first, mo_query_name(plan->arena, column->object.name),
			mo_diff_former_column(plan->diff, have->object.name, column->object.name));
	}
	sqlite3_str_appendall(out, " FROM ");
	mo_write_name(out, have->object.name);
	sqlite3_str_appendall(out, mo_move_is_covered(move) ? " NOT INDEXED) AS " : ") AS ");
	mo_write_name(out, move->former);
	return mo_arena_take(plan->arena, out);
}
