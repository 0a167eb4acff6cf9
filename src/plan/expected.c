/* SPDX-License-Identifier: MIT */
/*
 * expected.c: the rows that a table will hold, as queries over the file as it is.
 *
 * Each column gets what its source says (source.c).  A generated column that changes, or reads
 * one that does, is computed from those values by a SELECT around them:
 *
 *	SELECT *, _moult_affinity((a || b), 'B') AS c FROM (SELECT a AS a, b AS b FROM t) AS t
 *
 * The same rows as they are *given* have the values before the columns make of them what they
 * store, with the keys of the old rows beside: a repair asks them what is in the way.
 */
#include "plan/expected.h"
#include "plan/query.h"
#include "sql/as_stored.h"
#include "sql/aside_table.h"
#include "sql/mention.h"
#include "sql/old_row.h"
#include "sql/write.h"

struct rows {
	const struct plan *plan;
	struct arena *arena;
	const struct move *move;
	bool given;
	bool is_keyed;		  /* with what finds each row again in the file */
	bool is_stored;		  /* read from the table, not from an index that has all of them */
	const struct list *asked; /* of struct hazard: what is asked of the file beside; or NULL */
	bool is_once;		  /* expressions that call functions are computed once a row */
};

bool mo_source_is_converted(const struct source *source)
{
	const bool is_plain = source->have && !source->is_using;

	return !source->is_generated &&
	       !(is_plain && mo_same_affinity(source->have->affinity, source->want->affinity));
}

/*
 * A generated column that stays as it is can be read from the file; any other is computed from the
 * expected row.
 */
static bool is_kept_generated(const struct source *source)
{
	return source->is_generated && !mo_source_is_new(source);
}

static void write_item(sqlite3_str *out, bool *first, const char *expression, const char *name)
{
	sqlite3_str_appendf(out, "%s%s AS ", *first ? "" : ", ", expression);
	mo_write_name(out, name);
	*first = false;
}

/* A value under the collation of its column. */
static const char *collated(const struct rows *r, const char *value, const struct column *want)
{
	sqlite3_str *out;

	if (!want->collate)
		return value;
	out = sqlite3_str_new(NULL);
	sqlite3_str_appendf(out, "%s COLLATE ", value);
	mo_write_name(out, want->collate);
	return mo_arena_take(r->arena, out);
}

/* ---- the values of the sources ---- */

static void write_keys(const struct rows *r, sqlite3_str *out, bool *first)
{
	for (int i = 0; i < r->move->key.count; i++)
		write_item(out, first, r->move->key.items[i],
			   mo_sql_aside_key(r->arena, r->move->key_stem, i));
}

static void write_value(const struct rows *r, sqlite3_str *out, bool *first,
			const struct source *source)
{
	const struct move *move = r->move;
	const char *name = source->want->object.name;

	if (!source->is_generated)
		write_item(out, first,
			   r->given			? collated(r, source->raw, source->want)
			   : r->is_once && source->once ? source->expected_once
							: source->expected,
			   name);
	else if (move->have && is_kept_generated(source))
		write_item(out, first, mo_query_former(r->arena, r->plan, move, source->have),
			   name);
}

static void write_table(const struct rows *r, sqlite3_str *out)
{
	sqlite3_str_appendall(out, " FROM ");
	mo_write_name(out, r->move->former);
	sqlite3_str_appendall(out,
			      r->is_stored ? " AS " MO_OLD_ROW " NOT INDEXED" : " AS " MO_OLD_ROW);
}

/*
 * The rows of the file with the values of expressions beside.  The LIMIT keeps SQLite from putting
 * the expressions in the place of their names: https://sqlite.org/optoverview.html#flattening
 */
static void write_rows_once(const struct rows *r, sqlite3_str *out)
{
	const struct move *move = r->move;

	sqlite3_str_appendall(out, " FROM (SELECT *");
	if (move->rowid_have)
		sqlite3_str_appendf(out, ", %s AS %s", move->rowid_have, move->rowid_have);
	EACH (const struct source, source, &move->sources)
		if (source->once)
			sqlite3_str_appendf(out, ", %s AS %s", source->raw, source->once);
	write_table(r, out);
	sqlite3_str_appendall(out, " LIMIT -1) AS " MO_OLD_ROW);
}

static void write_old_rows(const struct rows *r, sqlite3_str *out, const char *condition)
{
	if (r->is_once)
		write_rows_once(r, out);
	else
		write_table(r, out);
	if (condition)
		sqlite3_str_appendf(out, " WHERE %s", condition);
}

static void write_asked(const struct rows *r, sqlite3_str *out, bool *first)
{
	for (int i = 0; r->asked && i < r->asked->count; i++) {
		const struct hazard *hazard = r->asked->items[i];
		const bool is_once = r->is_once && hazard->condition_once;

		if (hazard->move)
			write_item(out, first,
				   mo_arena_format(r->arena, "CASE WHEN %s THEN 1 END",
						   is_once ? hazard->condition_once
							   : hazard->condition),
				   mo_plan_asked(r->arena, i));
	}
}

static char *values(const struct rows *r, const char *condition)
{
	const struct move *move = r->move;
	sqlite3_str *out = sqlite3_str_new(NULL);
	bool first = true;

	sqlite3_str_appendall(out, "SELECT ");
	if (r->given || r->is_keyed)
		write_keys(r, out, &first);
	if (move->rowid_have)
		write_item(out, &first, move->rowid_have, move->rowid_want);
	EACH (const struct source, source, &move->sources)
		write_value(r, out, &first, source);
	write_asked(r, out, &first);
	if (move->filling)
		sqlite3_str_appendf(out, " FROM %s", move->copy_from);
	else if (move->have)
		write_old_rows(r, out, condition);
	else
		sqlite3_str_appendall(out, " WHERE 0");
	return mo_arena_take(r->arena, out);
}

/* ---- what their columns make of them, where no function does it ---- */

static bool converts_any(const struct move *move)
{
	EACH (const struct source, source, &move->sources)
		if (mo_source_is_converted(source))
			return true;
	return false;
}

/*
 * One SELECT around the rows as they are given, with what their columns make of the values: a
 * script has no function for it.
 */
static char *add_affinities(const struct rows *r, const char *rows)
{
	const struct move *move = r->move;
	sqlite3_str *out = sqlite3_str_new(NULL);
	bool first = true;

	sqlite3_str_appendall(out, "SELECT ");
	for (int i = 0; i < move->key.count; i++) {
		const char *name = mo_sql_aside_key(r->arena, move->key_stem, i);

		write_item(out, &first, name, name);
	}
	if (move->rowid_have)
		write_item(out, &first, move->rowid_want, move->rowid_want);
	EACH (const struct source, source, &move->sources) {
		const char *name = source->want->object.name;
		const char *value = mo_query_name(r->arena, name);

		if (mo_source_is_converted(source))
			value = collated(r,
					 mo_sql_as_stored(r->arena, value, source->want->affinity),
					 source->want);
		if (!source->is_generated || is_kept_generated(source))
			write_item(out, &first, value, name);
	}
	sqlite3_str_appendf(out, " FROM (%s)", rows);
	return mo_arena_take(r->arena, out);
}

/* ---- generated columns ---- */

/* Whether a generated column reads another one that has no value yet, as far as names tell. */
static bool must_wait(const struct list *waiting, const struct source *source)
{
	EACH (const struct source, other, waiting) {
		if (other != source &&
		    mo_mentions(source->want->generated.text, other->want->object.name))
			return true;
	}
	return false;
}

static bool all_must_wait(const struct list *waiting)
{
	for (int i = 0; i < waiting->count; i++)
		if (!must_wait(waiting, waiting->items[i]))
			return false;
	return true;
}

/* A generated column, as it is stored. */
static const char *computed(const struct rows *r, const struct column *want)
{
	const char *value = mo_arena_format(r->arena, "(%s)", want->generated.text);

	return r->given ? mo_sql_as_stored(r->arena, value, want->affinity)
			: mo_arena_format(r->arena, "_moult_affinity(%s, '%c')", value,
					  want->affinity);
}

/*
 * One SELECT around the rows, with those generated columns that can be computed from them; the
 * rest waits.
 */
static char *add_generated(const struct rows *r, const char *rows, struct list *waiting)
{
	const bool is_knot = all_must_wait(waiting); /* of words that are no columns */
	sqlite3_str *out = sqlite3_str_new(NULL);
	struct list later = {0};

	sqlite3_str_appendall(out, "SELECT *");
	EACH (const struct source, source, waiting) {
		if (!is_knot && must_wait(waiting, source)) {
			mo_list_add(r->arena, &later, (void *)source);
			continue;
		}
		sqlite3_str_appendf(out, ", %s AS ", computed(r, source->want));
		mo_write_name(out, source->want->object.name);
	}
	sqlite3_str_appendf(out, " FROM (%s) AS ", rows);
	mo_write_name(out, r->move->want->object.name);
	*waiting = later;
	return mo_arena_take(r->arena, out);
}

/* ---- the queries ---- */

static char *query(const struct rows *r, const char *condition)
{
	const struct move *move = r->move;
	struct list waiting = {0};
	char *rows = values(r, condition);

	EACH (struct source, source, &move->sources)
		if (source->is_generated && !is_kept_generated(source))
			mo_list_add(r->arena, &waiting, source);
	if (rows && r->given && (move->have || move->filling) && converts_any(move))
		rows = add_affinities(r, rows);
	while (rows && waiting.count)
		rows = add_generated(r, rows, &waiting);
	return rows;
}

void mo_plan_expect(struct plan *plan, struct move *move)
{
	struct rows r = {.plan = plan, .arena = plan->arena, .move = move};

	move->expected = query(&r, NULL);
	r.is_stored = true;
	move->stored = mo_move_is_covered(move) ? query(&r, NULL) : NULL;
}

char *mo_plan_expected_where(struct arena *arena, const struct plan *plan, const struct move *move,
			     const char *condition)
{
	const struct rows r = {.plan = plan, .arena = arena, .move = move};

	return query(&r, condition);
}

const char *mo_plan_asked(struct arena *arena, int number)
{
	return mo_arena_format(arena, "_moult_asked_%d", number);
}

bool mo_plan_computes_once(const struct move *move)
{
	EACH (const struct source, source, &move->sources)
		if (source->once)
			return true;
	return false;
}

char *mo_plan_expected_asked(struct plan *plan, const struct move *move, const struct list *hazards)
{
	const struct rows r = {.plan = plan,
			       .arena = plan->arena,
			       .move = move,
			       .is_stored = mo_move_is_covered(move),
			       .asked = hazards,
			       .is_once = mo_plan_computes_once(move)};

	return query(&r, NULL);
}

char *mo_plan_expected_keyed(struct plan *plan, const struct move *move)
{
	const struct rows r = {.plan = plan, .arena = plan->arena, .move = move, .is_keyed = true};

	return query(&r, NULL);
}

const char *mo_plan_given(struct plan *plan, const struct table *table)
{
	struct move *move = (struct move *)mo_plan_move(plan, table->object.name);
	const struct rows r = {.plan = plan, .arena = plan->arena, .move = move, .given = true};

	if (!move)
		return mo_query_name(plan->arena, table->object.name);
	if (!move->given)
		move->given = mo_arena_format(plan->arena, "(%s)", query(&r, NULL));
	return move->given;
}
