/* SPDX-License-Identifier: MIT */
/* sample.c: see sample.h. */
#include "compat/sample.h"

#include "sql/mention.h"
#include "sql/token.h"

#define NULLS 2	     /* the sample that has NULL wherever it may be */
#define PLAIN_ONES 7 /* those that no CHECK is asked for */
#define LITERALS 32  /* of one column's CHECKs, that are looked at */

/* By affinity: text, integer or numeric, real, none. */
static const char *const plain[PLAIN_ONES][4] = {
	{"'a'", "1", "1.5", "x'61'"},
	{"'b2'", "2", "2.5", "x'6232'"},
	{"'c'", "3", "3.5", "x'63'"},
	{"''", "0", "0.0", "x''"},
	{"'2026-01-31'", "-1", "-1.5", "x'00ff'"},
	{"'another type'", "'another type'", "'another type'", "'another type'"},
	{"'{}'", "1000000", "1e9", "x'7b7d'"},
};

static int place_of(char affinity)
{
	switch (affinity) {
	case 'T':
		return 0;
	case 'I':
	case 'N':
		return 1;
	case 'R':
		return 2;
	default:
		return 3;
	}
}

/* The number or string, or for a number a neighbour of it. */
static const char *near(struct arena *arena, const struct token *token, int which)
{
	if (token->kind == TOKEN_STRING || !which)
		return mo_arena_slice(arena, token->text, (size_t)token->length);
	return mo_arena_format(arena, "(%.*s %c 1)", token->length, token->text,
			       which == 1 ? '+' : '-');
}

static int take_literals(const struct token *literals[LITERALS], int count,
			 const struct tokens *tokens)
{
	for (int i = 0; i < tokens->count && count < LITERALS; i++)
		if (tokens->items[i].kind == TOKEN_STRING || tokens->items[i].kind == TOKEN_NUMBER)
			literals[count++] = &tokens->items[i];
	return count;
}

/* One out of the CHECKs that speak of the column; NULL where they have none. */
static const char *from_checks(struct arena *arena, const struct table *table, const char *column,
			       int i)
{
	const struct token *literals[LITERALS];
	int count = 0;

	EACH (const struct constraint, constraint, &table->constraints) {
		struct tokens tokens;

		if (constraint->kind != CONSTRAINT_CHECK ||
		    !mo_mentions(constraint->check.text, column))
			continue;
		tokens = mo_tokens(arena, constraint->check.text);
		count = take_literals(literals, count, &tokens);
	}
	return count ? near(arena, literals[i / 3 % count], i % 3) : NULL;
}

const char *mo_sample(struct arena *arena, const struct table *table, const char *name, int i)
{
	const struct column *column = table ? mo_table_column(table, name) : NULL;
	const char *literal = NULL;

	if (!column)
		return i == NULLS ? "NULL" : plain[i % PLAIN_ONES][i % 2];
	if (column == mo_table_rowid_column(table))
		return mo_arena_format(arena, "%d", 1000 + i);
	if (i == NULLS && !mo_column_not_null(table, column))
		return "NULL";
	if (i >= PLAIN_ONES)
		literal = from_checks(arena, table, name, i - PLAIN_ONES);
	return literal ? literal
		       : plain[i < PLAIN_ONES ? i : i % NULLS][place_of(column->affinity)];
}
