/* SPDX-License-Identifier: MIT */
/* in_step.c: see in_step.h. */
#include "sql/in_step.h"

#include "sql/write.h"

/* ---- pieces -------------------------------------------------------------------------------- */

static void write_same(sqlite3_str *out, const struct stepped *one)
{
	if (one->is_copy) {
		sqlite3_str_appendall(out, "typeof(");
		mo_write_name(out, one->name);
		sqlite3_str_appendf(out, ") IS typeof(%s) AND ", one->value);
	}
	mo_write_name(out, one->name);
	sqlite3_str_appendf(out, " COLLATE BINARY IS (%s)", one->value);
}

/* One column in a template: $ is its name, @ its value, # what it is where nothing is given. */
static void write_one(sqlite3_str *out, const struct stepped *one, const char *template)
{
	for (; *template; template ++)
		switch (*template) {
		case '$':
			mo_write_name(out, one->name);
			break;
		case '@':
			sqlite3_str_appendf(out, "(%s)", one->value);
			break;
		case '#':
			sqlite3_str_appendall(out, one->fallback ? one->fallback : "NULL");
			break;
		case '~':
			write_same(out, one);
			break;
		default:
			sqlite3_str_appendchar(out, 1, *template);
		}
}

/* A template for each column of a side. */
static char *each(struct arena *arena, const struct list *side, const char *between,
		  const char *template)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	EACH (const struct stepped, one, side) {
		if (one_at)
			sqlite3_str_appendall(out, between);
		write_one(out, one, template);
	}
	return mo_arena_take(arena, out);
}

#define IS_UNSET "$ IS " MO_UNSET
#define OR_FALLBACK "$ = CASE WHEN $ IS " MO_UNSET " THEN # ELSE $ END"
#define IS_CHANGED "new.$ COLLATE BINARY IS NOT old.$ OR typeof(new.$) IS NOT typeof(old.$)"
#define STAYS "new.$ COLLATE BINARY IS old.$ AND typeof(new.$) IS typeof(old.$)"

/* Whether the row is what one side of it becomes. */
static char *is_in_step(struct arena *arena, const struct in_step *group)
{
	return mo_arena_format(arena, "(%s) OR (%s)", each(arena, &group->news, " AND ", "~"),
			       each(arena, &group->olds, " AND ", "~"));
}

/* UPDATE of the row that a trigger is about. */
static void write_update(sqlite3_str *out, const struct in_step *group, const char *set,
			 const char *where)
{
	sqlite3_str_appendall(out, "UPDATE ");
	mo_write_name(out, group->table);
	sqlite3_str_appendf(out, " SET %s\n WHERE %s = new.%s AND %s;\n", set, group->rowid,
			    group->rowid, where);
}

static void write_guard(sqlite3_str *out, struct arena *arena, const struct in_step *group,
			const char *is_wrong)
{
	const char *words =
		mo_arena_format(arena, "moult: the columns of %s are out of step", group->table);

	sqlite3_str_appendf(out, "SELECT RAISE(ABORT, %Q)\n FROM ", words ? words : "");
	mo_write_name(out, group->table);
	sqlite3_str_appendf(out, " WHERE %s = new.%s AND (%s);", group->rowid, group->rowid,
			    is_wrong);
}

char *mo_sql_unless_unset(struct arena *arena, const struct list *stepped, const char *before,
			  const char *condition, int otherwise)
{
	const char *template =
		mo_arena_format(arena, "%s$ IS " MO_UNSET " OR %s$ IS " MO_HIDDEN, before, before);

	return mo_arena_format(arena, "CASE WHEN %s THEN %d ELSE (%s) END",
			       template ? each(arena, stepped, " OR ", template) : "", otherwise,
			       condition);
}

/* ---- a row that comes ---------------------------------------------------------------------- */

/* As SQLite says it of a column without a DEFAULT; where may be NULL. */
static void write_required(sqlite3_str *out, struct arena *arena, const struct in_step *group,
			   const struct list *side, const char *where)
{
	EACH (const struct stepped, one, side) {
		const char *words = mo_arena_format(arena, "NOT NULL constraint failed: %s.%s",
						    group->table, one->name);

		if (one->fallback || !one->is_unset)
			continue;
		sqlite3_str_appendf(out, "SELECT RAISE(ABORT, %Q) WHERE new.", words ? words : "");
		mo_write_name(out, one->name);
		sqlite3_str_appendf(out, " IS " MO_UNSET "%s%s%s;\n", where ? " AND (" : "",
				    where ? where : "", where ? ")" : "");
	}
}

/* What old code gave becomes the new columns; or its DEFAULTs do, where nothing was given. */
static void write_forward(sqlite3_str *out, struct arena *arena, const struct in_step *group)
{
	const char *none = each(arena, &group->news, " AND ", IS_UNSET);

	write_required(out, arena, group, &group->olds,
		       each(arena, &group->news, " AND ", "new.$ IS " MO_UNSET));
	write_update(out, group, each(arena, &group->news, ", ", "$ = @"), none);
}

/* What new code gave becomes the old columns. */
static void write_backward(sqlite3_str *out, struct arena *arena, const struct in_step *group)
{
	const char *given = each(arena, &group->news, " OR ", "new.$ IS NOT " MO_UNSET);
	const char *unset = each(arena, &group->olds, " OR ", IS_UNSET);
	const char *due = mo_arena_format(arena, "(%s) AND CASE WHEN %s THEN 1 ELSE NOT (%s) END",
					  given, unset, each(arena, &group->news, " AND ", "~"));

	if (group->news.count > 1) {
		write_required(out, arena, group, &group->news, given);
		write_update(out, group, each(arena, &group->news, ", ", OR_FALLBACK),
			     mo_arena_format(arena, "(%s)",
					     each(arena, &group->news, " OR ", IS_UNSET)));
	}
	if (group->hides) {
		write_update(out, group, each(arena, &group->olds, ", ", "$ = " MO_HIDDEN), due);
		due = each(arena, &group->olds, " AND ", "$ IS " MO_HIDDEN);
	}
	write_update(out, group, each(arena, &group->olds, ", ", "$ = @"), due);
}

static char *inserted(struct arena *arena, const struct in_step *group)
{
	const struct list *one = group->news.count ? &group->news : &group->olds;
	sqlite3_str *out = sqlite3_str_new(NULL);

	if (group->olds.count && group->news.count) {
		write_forward(out, arena, group);
		write_backward(out, arena, group);
	} else {
		write_update(out, group, each(arena, one, ", ", "$ = @"),
			     each(arena, one, " AND ", IS_UNSET));
	}
	write_guard(out, arena, group,
		    mo_arena_format(arena, "%s%s%s", each(arena, &group->olds, " OR ", IS_UNSET),
				    group->olds.count && group->news.count ? " OR " : "",
				    each(arena, &group->news, " OR ", IS_UNSET)));
	return mo_arena_take(arena, out);
}

/* ---- a row that is changed ----------------------------------------------------------------- */

/*
 * One side was written, and the other follows, where the row is not in step already.  Of a row that is
 * not filled yet only old code is heard of.
 */
static char *written(struct arena *arena, const struct in_step *group, const struct list *side,
		     const struct list *other)
{
	const char *filled = each(arena, &group->news, " AND ", "old.$ IS NOT " MO_UNSET);
	sqlite3_str *out = sqlite3_str_new(NULL);

	write_required(out, arena, group, side, NULL);
	if (side == &group->news)
		write_update(out, group, each(arena, side, ", ", OR_FALLBACK),
			     mo_arena_format(arena, "(%s)", each(arena, side, " OR ", IS_UNSET)));
	write_update(
		out, group, each(arena, other, ", ", "$ = @"),
		mo_arena_format(arena, "%s AND NOT (%s)", filled, each(arena, side, " AND ", "~")));
	write_guard(out, arena, group,
		    mo_arena_format(arena, "%s AND (%s OR NOT (%s))", filled,
				    each(arena, &group->news, " OR ", IS_UNSET),
				    is_in_step(arena, group)));
	return mo_arena_take(arena, out);
}

/*
 * Where old code wrote, the new columns follow unless the old ones are what those become: that is
 * our own UPDATE, whose echo would lose what the conversion loses.
 */
char *mo_in_step_body(struct arena *arena, const struct in_step *group, enum step_trigger which)
{
	switch (which) {
	case STEP_OLD_WRITTEN:
		return written(arena, group, &group->olds, &group->news);
	case STEP_NEW_WRITTEN:
		return written(arena, group, &group->news, &group->olds);
	case STEP_INSERTED:
	case STEP_TRIGGERS:
		break;
	}
	return inserted(arena, group);
}

char *mo_in_step_when(struct arena *arena, const struct in_step *group, enum step_trigger which)
{
	if (which == STEP_INSERTED)
		return NULL;
	if (which == STEP_NEW_WRITTEN)
		return mo_arena_format(
			arena, "(%s) AND %s", each(arena, &group->news, " OR ", IS_CHANGED),
			each(arena, &group->news, " AND ", "old.$ IS NOT " MO_UNSET));
	return mo_arena_format(arena, "(%s) AND %s AND %s",
			       each(arena, &group->olds, " OR ", IS_CHANGED),
			       each(arena, &group->olds, " AND ",
				    "old.$ IS NOT " MO_UNSET " AND old.$ IS NOT " MO_HIDDEN
				    " AND new.$ IS NOT " MO_HIDDEN),
			       each(arena, &group->news, " AND ", STAYS));
}

bool mo_in_step_needs(const struct in_step *group, enum step_trigger which)
{
	return which == STEP_INSERTED || (group->olds.count && group->news.count);
}

char *mo_in_step_name(struct arena *arena, const struct in_step *group, enum step_trigger which)
{
	static const char *const words[] = {"inserted", "old_written", "new_written"};

	return mo_arena_format(arena, "_moult_%s_%d_%s", words[which], group->number, group->table);
}

/* ---- many rows ----------------------------------------------------------------------------- */

char *mo_in_step_fill(struct arena *arena, const struct in_step *group)
{
	return mo_arena_format(arena, "UPDATE main.\"%w\" SET %s WHERE %s BETWEEN ?1 AND ?2 AND %s",
			       group->table, each(arena, &group->news, ", ", "$ = @"), group->rowid,
			       each(arena, &group->news, " AND ", IS_UNSET));
}

char *mo_in_step_count(struct arena *arena, const struct in_step *group)
{
	const bool both = group->olds.count && group->news.count;
	const char *unset =
		each(arena, group->news.count ? &group->news : &group->olds, " OR ", IS_UNSET);

	if (both)
		unset = mo_arena_format(arena, "%s OR %s OR NOT (%s)", unset,
					each(arena, &group->olds, " OR ", IS_UNSET),
					is_in_step(arena, group));
	return mo_arena_format(
		arena, "SELECT count(*) FROM main.\"%w\" WHERE %s BETWEEN ?1 AND ?2 AND (%s)",
		group->table, group->rowid, unset);
}

char *mo_in_step_bound(struct arena *arena, const struct in_step *group)
{
	return mo_arena_format(arena,
			       "SELECT max(r) FROM (SELECT %s AS r FROM main.\"%w\" WHERE %s >= ?1"
			       " ORDER BY %s LIMIT ?2)",
			       group->rowid, group->table, group->rowid, group->rowid);
}

char *mo_in_step_trial(struct arena *arena, const struct table *table, const char *expression)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendall(out, "CREATE TABLE t(");
	EACH (const struct column, column, &table->columns)
		sqlite3_str_appendf(out, "%s\"%w\"", column_at ? ", " : "", column->object.name);
	sqlite3_str_appendf(out, "); CREATE INDEX i ON t((%s))", expression);
	return mo_arena_take(arena, out);
}
