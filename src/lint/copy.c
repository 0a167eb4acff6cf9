/* SPDX-License-Identifier: MIT */
/* copy.c: what the copy of a rebuild leaves behind, eats, or puts in the wrong place. */
#include "base/text.h"
#include "lint/add.h"
#include "lint/copy.h"
#include "lint/find.h"
#include "plan/query.h"
#include "sql/mention.h"
#include "sql/rebuild.h"

struct copy {
	struct work *work;
	const struct rebuild *rebuild;
	const struct statement *statement;
	const char *object;
};

static const struct holding *holding_of(const struct life *life, const char *name)
{
	EACH (const struct holding, holding, &life->columns)
		if (mo_same_name(holding->name, name))
			return holding;
	return NULL;
}

/* ---- columns ---------------------------------------------------------------------------- */

static void left_out(const struct copy *copy, const struct column *want)
{
	const struct holding *holding = holding_of(copy->rebuild->life, want->object.name);

	if (want->generated.text || !holding || holding->is_filled ||
	    !mo_table_column(copy->rebuild->have, want->object.name))
		return;
	if (mo_find(copy->work, DIAG_LN123, mo_spot(copy->statement), copy->object,
		    "the copy leaves out column %s, which both tables have: its values are gone, and each row gets %s",
		    want->object.name, want->value.text ? want->value.text : "NULL"))
		mo_find_hint(copy->work, "add %s to the columns of the INSERT and of the SELECT",
			     mo_query_name(copy->work->arena, want->object.name));
}

/* a goes to b, though there is an a to go to, and b had values of its own. */
static void crossed(const struct copy *copy, const struct holding *holding)
{
	const struct table *have = copy->rebuild->have;
	const struct table *want = copy->rebuild->want;

	if (!holding->origin || mo_same_name(holding->origin, holding->name) ||
	    !mo_table_column(have, holding->name) || !mo_table_column(want, holding->origin))
		return;
	if (mo_find(copy->work, DIAG_LN124, mo_spot(copy->statement), copy->object,
		    "the copy puts the values of column %s into column %s, and the table has both",
		    holding->origin, holding->name))
		mo_find_hint(copy->work,
			     "put the columns of the INSERT and of the SELECT into one order");
}

/* Rows without an INTEGER PRIMARY KEY are numbered anew unless their numbers go along. */
static void lost_rowids(const struct copy *copy)
{
	const struct table *have = copy->rebuild->have;
	const struct table *want = copy->rebuild->want;
	const char *rowid = mo_table_rowid_name(have);

	if (have->without_rowid || want->without_rowid || mo_table_rowid_column(have) ||
	    mo_table_rowid_column(want) || !rowid)
		return;
	EACH (const struct holding, column, &copy->rebuild->life->columns)
		if (mo_same_name(column->origin, "rowid"))
			return;
	if (mo_find(copy->work, DIAG_LN114, mo_spot(copy->statement), copy->object,
		    "the copy numbers the rows anew: a full-text index, or whatever else holds rowids of %s, points to other rows then",
		    have->object.name))
		mo_find_hint(copy->work,
			     "let them go along: INSERT INTO %s (%s, ...) SELECT %s, ...",
			     mo_query_name(copy->work->arena, copy->statement->name), rowid, rowid);
}

/* ---- rows --------------------------------------------------------------------------------- */

static const struct constraint *eats(const struct table *table)
{
	EACH (const struct constraint, constraint, &table->constraints) {
		if (constraint->conflict == CONFLICT_IGNORE ||
		    constraint->conflict == CONFLICT_REPLACE)
			return constraint;
	}
	return NULL;
}

static void eaten(const struct copy *copy)
{
	const struct statement *statement = copy->statement;
	const bool says =
		statement->conflict == CONFLICT_IGNORE || statement->conflict == CONFLICT_REPLACE;
	const char *word = statement->conflict == CONFLICT_REPLACE ? "REPLACE" : "IGNORE";

	if (says || statement->upserts) {
		if (mo_find(copy->work, DIAG_LN125,
			    says ? mo_spot_name(statement, word) : mo_spot(statement), copy->object,
			    "rows that the new table would refuse are lost without a word: %s",
			    says ? word : "ON CONFLICT"))
			mo_find_hint(
				copy->work,
				"write INSERT OR ABORT, so that such a row stops the script, and settle the rows first");
		return;
	}
	if (statement->conflict != CONFLICT_NONE || !eats(copy->rebuild->want))
		return;
	if (mo_find(copy->work, DIAG_LN125, mo_spot(statement), copy->object,
		    "a constraint of the new table says ON CONFLICT %s, and its clause holds for the copy too: rows are lost without a word",
		    eats(copy->rebuild->want)->conflict == CONFLICT_IGNORE ? "IGNORE" : "REPLACE"))
		mo_find_hint(copy->work, "write INSERT OR ABORT, which overrules it");
}

/* The word behind which a SELECT has fewer rows than its table; NULL where there is none. */
static const struct token *leaving(const struct statement *copy)
{
	static const char *const words[] = {"DISTINCT", "WHERE", "GROUP",  "HAVING",
					    "LIMIT",	"JOIN",	 "EXCEPT", "INTERSECT"};
	int depth = 0;
	bool selects = false;

	for (int i = 0; i < copy->tokens.count; i++) {
		const struct token *token = &copy->tokens.items[i];

		depth += mo_token_is(token, "(") - mo_token_is(token, ")");
		selects = selects || (!depth && mo_token_is(token, "SELECT"));
		for (size_t w = 0; selects && !depth && w < sizeof(words) / sizeof(*words); w++)
			if (mo_token_is(token, words[w]))
				return token;
	}
	return NULL;
}

static bool is_outer(const struct token *join)
{
	return mo_token_is(join, "JOIN") &&
	       (mo_token_is(&join[-1], "LEFT") || mo_token_is(&join[-1], "OUTER"));
}

/* Another copy may have the rest, and a query inside says what nobody can see from outside. */
static void left_behind(const struct copy *copy)
{
	const struct life *life = copy->rebuild->life;
	const struct token *word = leaving(copy->statement);

	if (!word || is_outer(word) || life->is_copied_more || copy->statement->is_nested ||
	    copy->statement->upserts || !mo_has_rows(copy->work, copy->rebuild->former))
		return;
	if (mo_find(copy->work, DIAG_LN127, mo_spot_token(copy->statement, word), copy->object,
		    "the copy may leave rows out (%.*s), and they go with %s", word->length,
		    word->text, copy->rebuild->have->object.name))
		mo_find_hint(
			copy->work,
			"copy all rows, and delete what is not wanted in a statement of its own; if it is meant: -- moult:allow LN127 and why");
}

/* ---- all of it ----------------------------------------------------------------------------- */

/* Whether a statement writes sqlite_sequence in the name of the new table. */
static bool carries_mark(const struct work *work, const struct rebuild *rebuild)
{
	for (int i = work->from; i < work->to; i++) {
		const struct statement *statement = work->script->statements.items[i];

		if ((statement->act == ACT_INSERT || statement->act == ACT_UPDATE) &&
		    mo_same_name(statement->name, "sqlite_sequence") &&
		    (mo_mentions(statement->sql, rebuild->life->made->name) ||
		     mo_mentions(statement->sql, rebuild->want->object.name)))
			return true;
	}
	return false;
}

/*
 * An AUTOINCREMENT that goes on from the largest id in use gives out ids again that were deleted.
 */
static void lost_mark(struct work *work, const struct rebuild *rebuild, const char *object)
{
	const char *want = rebuild->want->object.name;

	if (!mo_table_autoincrement(rebuild->have) ||
	    (mo_table_autoincrement(rebuild->want) && carries_mark(work, rebuild)))
		return;
	if (!mo_table_autoincrement(rebuild->want)) {
		if (mo_find(work, DIAG_LN115, mo_spot(rebuild->life->made), object,
			    "the new table is without AUTOINCREMENT: ids of rows that were deleted are given out again"))
			mo_find_hint(work, "write INTEGER PRIMARY KEY AUTOINCREMENT");
		return;
	}
	if (mo_find(work, DIAG_LN115, mo_spot(rebuild->former->dropped), object,
		    "the AUTOINCREMENT mark of %s goes with the table: ids of rows that were deleted are given out again",
		    want))
		mo_find_hint(work, "carry it over before the DROP: %s; %s",
			     mo_sql_sequence_clear(work->arena, rebuild->life->made->name),
			     mo_sql_sequence_carry(work->arena, rebuild->former->dropped->name,
						   rebuild->life->made->name, true));
}

static void judge(struct work *work, const struct rebuild *rebuild)
{
	const struct copy copy = {
		work, rebuild, rebuild->life->copied,
		mo_arena_format(work->arena, "table %s", rebuild->want->object.name)};

	for (int i = 0; i < rebuild->want->columns.count; i++)
		left_out(&copy, rebuild->want->columns.items[i]);
	for (int i = 0; i < rebuild->life->columns.count; i++)
		crossed(&copy, rebuild->life->columns.items[i]);
	lost_rowids(&copy);
	eaten(&copy);
	left_behind(&copy);
	lost_mark(work, rebuild, copy.object);
}

void mo_copy_judge(struct work *work)
{
	for (int i = 0; i < work->rebuilds.count; i++)
		judge(work, work->rebuilds.items[i]);
}
