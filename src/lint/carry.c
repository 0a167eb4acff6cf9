/* SPDX-License-Identifier: MIT */
/*
 * carry.c: values that a script takes from a table before that table, or the
 * column, goes.
 *
 *	CREATE TABLE n AS SELECT a FROM t	a is in n, unchanged: life.c follows it
 *	INSERT INTO n SELECT a || b FROM t	what was made of a and b is in n
 *	UPDATE t SET c = a || b			what was made of them is in t
 *
 * Who reads a column into what stays has thought of its values.  Whether all
 * rows went along, and what became of them, is not asked.
 */
#include "lint/carry.h"

#include "base/text.h"
#include "lint/life.h"
#include "sql/mention.h"
#include "sql/normal.h"

static int count_tokens(const struct work *work, const struct statement *statement,
			const char *name)
{
	int count = 0;

	for (int i = 0; i < statement->tokens.count; i++) {
		const struct token *token = &statement->tokens.items[i];

		count += mo_token_is_name(token) &&
			 mo_same_name(mo_token_unquote(work->arena, token), name);
	}
	return count;
}

/* UPDATE sets other columns, and says a name oftener than it sets it. */
static bool update_reads(const struct work *work, const struct statement *statement,
			 const char *column)
{
	int set = 0;

	for (int i = 0; i < statement->columns.count; i++)
		set += mo_same_name(statement->columns.items[i], column);
	return set < statement->columns.count && count_tokens(work, statement, column) > set;
}

/* A copy into a new table: columns that it names alone are followed by life.c. */
static bool copy_computes(const struct work *work, const struct statement *statement,
			  const char *column)
{
	EACH (const struct given, given, &statement->given) {
		if (!given->column && !given->is_star &&
		    mo_names_column(mo_sql_run(work->arena, given->first, given->count).text,
				    column))
			return true;
	}
	return false;
}

static bool has_star(const struct statement *statement)
{
	EACH (const struct given, given, &statement->given)
		if (given->is_star)
			return true;
	return false;
}

static bool reads(const struct work *work, const struct statement *statement,
		  const struct life *into, const struct life *from, const char *column)
{
	if (statement->act == ACT_UPDATE)
		return update_reads(work, statement, column);
	if (into && into->copied == statement && !statement->is_nested &&
	    mo_same_name(statement->from, from->name))
		return copy_computes(work, statement, column);
	return has_star(statement) || mo_mentions(statement->sql, column);
}

static void add_carried(struct work *work, const char *table, const char *column,
			const struct life *into)
{
	struct carried *carried;

	EACH (const struct carried, known, &work->carried)
		if (known->into == into && mo_same_name(known->table, table) &&
		    mo_same_name(known->column, column))
			return;
	carried = mo_arena_make(work->arena, struct carried);
	if (!carried)
		return;
	*carried = (struct carried){table, column, into};
	mo_list_add(work->arena, &work->carried, carried);
}

static void carry_from(struct work *work, const struct statement *statement,
		       const struct life *into, const struct life *from)
{
	if (!from->origin || (from == into && statement->act != ACT_UPDATE))
		return;
	EACH (const struct holding, column, &from->columns)
		if (column->origin && reads(work, statement, into, from, column->name))
			add_carried(work, from->origin, column->origin, into);
}

void mo_carry_follow(struct work *work, const struct statement *statement)
{
	const struct life *into = mo_life_of(work, statement->name);
	struct list seen = {0};

	if (statement->act != ACT_UPDATE && !statement->selects)
		return;
	for (int i = 0; i < statement->tokens.count; i++) {
		const struct token *token = &statement->tokens.items[i];
		struct life *from = mo_token_is_name(token)
					    ? mo_life_of(work, mo_token_unquote(work->arena, token))
					    : NULL;

		if (!from || mo_list_has(&seen, from))
			continue;
		mo_list_add(work->arena, &seen, from);
		carry_from(work, statement, into, from);
	}
}

/* Whether it stays, or a copy of it does. */
static bool stays(const struct work *work, const struct life *life)
{
	if (!life)
		return true;
	EACH (const struct life, last, &work->lives) {
		const struct life *one = last->name && !last->is_temp ? last : NULL;

		while (one && one != life)
			one = one->source;
		if (one)
			return true;
	}
	return false;
}

bool mo_is_carried(const struct work *work, const char *table, const char *column)
{
	EACH (const struct carried, carried, &work->carried) {
		if (stays(work, carried->into) && mo_same_name(carried->table, table) &&
		    mo_same_name(carried->column, column))
			return true;
	}
	EACH (const struct life, life, &work->lives) {
		if (life->is_original || !life->name || life->is_temp ||
		    !mo_same_name(life->origin, table))
			continue;
		EACH (const struct holding, holding, &life->columns)
			if (mo_same_name(holding->origin, column))
				return true;
	}
	return false;
}
