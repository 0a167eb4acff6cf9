/* SPDX-License-Identifier: MIT */
/* words.c: what one statement says, and what all of them together do. */
#include "base/text.h"
#include "lint/find.h"
#include "lint/life.h"
#include "lint/words.h"
#include "plan/query.h"
#include "sql/age.h"

/* ---- one statement ------------------------------------------------------------------ */

static void too_new(struct work *work, const struct statement *statement)
{
	const int target = work->lint->options.sqlite;
	struct list novelties = {0};

	if (!target)
		return;
	mo_sql_novelties(work->arena, &novelties, statement->tokens);
	EACH (const struct novelty, novelty, &novelties) {
		if (novelty->since <= target)
			continue;
		if (mo_find(work, DIAG_MP101, mo_spot_token(statement, novelty->token), NULL,
			    "%s came with SQLite %d.%d.%d, and %d.%d.%d must run this",
			    novelty->what, novelty->since / 1000000, novelty->since / 1000 % 1000,
			    novelty->since % 1000, target / 1000000, target / 1000 % 1000,
			    target % 1000))
			mo_find_hint(work,
				     "write it otherwise, or name a newer SQLite with --sqlite");
	}
}

/*
 * What stands in double quotes and is taken for a column would fill the new one with its own name.
 */
static void by_position(struct work *work, const struct statement *statement)
{
	const struct given *star = NULL;

	EACH (const struct given, given, &statement->given)
		if (given->is_star)
			star = given;
	if (statement->act != ACT_INSERT || !star || !statement->from)
		return;
	if (mo_find(work, DIAG_LN122, mo_spot_token(statement, star->first),
		    mo_arena_format(work->arena, "table %s", statement->name),
		    "SELECT * puts columns into %s where their position leads them: a file whose columns came in another order gets its values crossed",
		    statement->name))
		mo_find_hint(
			work,
			"name the columns on both sides: INSERT INTO %s (a, b) SELECT a, b FROM %s",
			mo_query_name(work->arena, statement->name),
			mo_query_name(work->arena, statement->from));
}

static void replacing(struct work *work, const struct statement *statement)
{
	if (statement->act != ACT_UPDATE || statement->conflict != CONFLICT_REPLACE)
		return;
	if (mo_find(work, DIAG_LN125, mo_spot_name(statement, "REPLACE"),
		    mo_arena_format(work->arena, "table %s", statement->name),
		    "UPDATE OR REPLACE deletes the rows that are in the way"))
		mo_find_hint(
			work,
			"write UPDATE, so that a conflict is an error, and settle the rows first");
}

/* ---- data and schema --------------------------------------------------------------------- */

bool mo_is_ledger(const char *table)
{
	static const char *const globs[] = {"*version*", "*migration*", "*changelog*",
					    "android_metadata"};

	for (size_t i = 0; i < sizeof(globs) / sizeof(*globs); i++)
		if (mo_glob(globs[i], table))
			return true;
	return false;
}

/* Whether all that an UPDATE sets are columns that this script added: that is their beginning. */
static bool fills_new_columns(const struct statement *statement, const struct life *life)
{
	int found = 0;

	for (int i = 0; i < statement->columns.count; i++)
		EACH (const struct holding, holding, &life->columns) {
			found += !holding->origin &&
				 mo_same_name(holding->name, statement->columns.items[i]);
		}
	return statement->act == ACT_UPDATE && found && found == statement->columns.count;
}

/* UPDATE t SET c = ... WHERE c IS NULL: what NOT NULL in the same script needs. */
static bool fills_nulls(const struct work *work, const struct statement *statement)
{
	const struct tokens *tokens = &statement->tokens;

	if (statement->act != ACT_UPDATE || statement->columns.count != 1 || tokens->count < 4)
		return false;
	return mo_token_is(&tokens->items[tokens->count - 4], "WHERE") &&
	       mo_same_name(mo_token_unquote(work->arena, &tokens->items[tokens->count - 3]),
			    statement->columns.items[0]) &&
	       mo_token_is(&tokens->items[tokens->count - 2], "IS") &&
	       mo_token_is(&tokens->items[tokens->count - 1], "NULL");
}

static void follow_data(struct work *work, const struct statement *statement)
{
	const struct life *life = mo_life_of(work, statement->name);

	if (!mo_changes_rows(statement) || work->data || !life || !life->is_original ||
	    mo_is_ledger(statement->name) || fills_new_columns(statement, life) ||
	    fills_nulls(work, statement))
		return;
	work->data = statement;
}

static void follow_inner_tables(struct work *work, const struct statement *statement)
{
	if (statement->act == ACT_ANALYZE ||
	    (statement->act == ACT_PRAGMA && mo_same_name(statement->name, "optimize")))
		work->analyzes = true;
	if (!mo_changes_rows(statement) || !statement->name)
		return;
	work->writes_statistics |= mo_name_has_prefix(statement->name, "sqlite_stat");
}

void mo_words_look(struct work *work, const struct statement *statement)
{
	too_new(work, statement);
	by_position(work, statement);
	replacing(work, statement);
	follow_data(work, statement);
	follow_inner_tables(work, statement);
	if (mo_changes_schema(statement) && !work->schema)
		work->schema = statement;
}

void mo_words_end(struct work *work)
{
	if (!work->data || !work->schema)
		return;
	if (mo_find(work, DIAG_LN108, mo_spot(work->data),
		    mo_arena_format(work->arena, "table %s", work->data->name),
		    "rows that were there are changed in a script that changes the schema too: the schema waits for the rows, and one cannot be repeated or taken back without the other"))
		mo_find_hint(work, "move the statements that change rows to a script of their own");
}
