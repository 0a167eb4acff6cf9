/* SPDX-License-Identifier: MIT */
/*
 * many.c: the same for many tables at once.
 *
 * After each ALTER TABLE SQLite reads the whole schema again, so with many
 * tables the time of that grows with the square of their number: of 10,000,
 * with an index each, one ADD COLUMN takes a fifth of a second.  What it does
 * to a table is to store another text, and that can be done for all of them
 * before the schema is read again once (edit.c).
 *
 * The text is SQLite's own: the table is made in an otherwise empty database,
 * the columns are added there, and what it has stored then is taken.  So it
 * has the spelling and the comments of the text that was.
 *
 *	CREATE TABLE t7(id INTEGER PRIMARY KEY)		as the file has it
 *	ALTER TABLE t7 ADD COLUMN more TEXT		on its own
 *	UPDATE sqlite_master SET sql = '...'		the step
 *
 * A table whose columns cannot be added like that is left to its ALTER.
 *
 * Likewise a rebuild has SQLite read the whole schema again, at its RENAME, and so has an exchange
 * of root pages (exchange.c), and DROP COLUMN.  So many of them are exchanges, where they can be,
 * which share one change of the stored schema:
 *
 *	CREATE TABLE, INSERT		of each
 *	UPDATE sqlite_master		of each, under one writable_schema
 *	PRAGMA schema_version		once
 *	REINDEX, DROP TABLE		of each
 *
 * The price is room: the copies are all there before the first of the old tables goes.
 */
#include "base/text.h"
#include "live/connect.h"
#include "live/reference.h"
#include "plan/ways.h"
#include "sql/write.h"

#define MANY 32 /* tables; with fewer the statements that everybody knows are worth more */
#define READ_AGAIN "SQLite would read the whole schema again after each of many ALTERs"

static bool is_addition(const struct change *change)
{
	return change->part == PART_COLUMN && change->verb == VERB_ADD;
}

/* The key of a table WITHOUT ROWID has all its columns, and would not be the index that it was. */
static bool only_adds(const struct move *move)
{
	if (move->way != WAY_NATIVE || !move->have->object.sql || move->have->without_rowid)
		return false;
	EACH (const struct change, change, &move->changes)
		if (!is_addition(change) && !mo_goes_with_column(move, change))
			return false;
	return true;
}

static int count_adding(const struct plan *plan)
{
	int count = 0;

	for (int i = 0; i < plan->moves.count; i++)
		count += only_adds(plan->moves.items[i]);
	return count;
}

/* The text of a table after its ALTERs; NULL, and SQLite's own code, where they do not do. */
static int text_after(char **text, struct plan *plan, sqlite3 *db, const struct move *move)
{
	const char *name = move->have->object.name;
	const char *query = mo_arena_format(
		plan->arena, "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = %Q",
		name);
	int rc = mo_reference_exec(db, move->have->object.sql);

	*text = NULL;
	for (int i = 0; !rc && i < move->changes.count; i++) {
		const struct change *change = move->changes.items[i];

		if (is_addition(change))
			rc = mo_reference_exec(db, mo_sql_add_column(plan->arena, move->want,
								     change->want_column));
	}
	if (!rc)
		*text = query ? mo_query_text(plan->arena, db, query, &rc) : NULL;
	if (!rc)
		rc = mo_reference_exec(db, mo_sql_drop(plan->arena, KIND_TABLE, name));
	return rc;
}

static int edit_all(struct plan *plan, sqlite3 *db, struct moult *m)
{
	EACH (struct move, move, &plan->moves) {
		char *text;
		int rc = only_adds(move) ? text_after(&text, plan, db, move) : SQLITE_ERROR;

		if (mo_is_trouble(rc))
			return mo_diag_sqlite(&m->diags, db, rc, DIAG_RUN017, NULL,
					      "add columns in memory");
		if (rc || !text)
			continue;
		move->way = WAY_EDIT;
		move->text = text;
		mo_list_add(plan->arena, &move->reasons, READ_AGAIN);
	}
	return MOULT_OK;
}

/* ---- exchanges ----------------------------------------------------------------------------- */

static bool only_drops(const struct move *move)
{
	EACH (const struct change, change, &move->changes)
		if (!(change->part == PART_COLUMN && change->verb == VERB_DROP) &&
		    !mo_goes_with_column(move, change))
			return false;
	return move->changes.count > 0;
}

static bool may_exchange(struct plan *plan, struct move *move)
{
	if (move->way == WAY_EXCHANGE)
		return true;
	return (move->way == WAY_REBUILD || (move->way == WAY_NATIVE && only_drops(move))) &&
	       !mo_should_not_exchange(plan, move);
}

static void exchange_together(struct plan *plan)
{
	struct list exchanges = {0};

	EACH (struct move, move, &plan->moves)
		if (may_exchange(plan, move))
			mo_list_add(plan->arena, &exchanges, move);
	if (exchanges.count < MANY)
		return;
	plan->together = true;
	EACH (struct move, move, &exchanges) {
		if (move->way == WAY_NATIVE)
			mo_list_add(plan->arena, &move->reasons, READ_AGAIN);
		move->way = WAY_EXCHANGE;
	}
}

int mo_plan_many(struct plan *plan, struct moult *m, const struct moult_options *options)
{
	unsigned ways = 0;
	sqlite3 *db = NULL;
	int rc;

	mo_ways_read(&ways, options->strategy);
	if (!plan->facts.can_edit || plan->facts.classic)
		return MOULT_OK;
	if (ways & MAY_EXCHANGE && !plan->by_copy)
		exchange_together(plan);
	if (!(ways & MAY_EDIT) || count_adding(plan) < MANY)
		return MOULT_OK;
	rc = mo_reference_open(&db, m);
	if (!rc)
		rc = edit_all(plan, db, m);
	mo_disconnect(db);
	return rc;
}
