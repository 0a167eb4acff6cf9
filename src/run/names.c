/* SPDX-License-Identifier: MIT */
/*
 * names.c: see names.h.
 *
 * SQLite itself is asked: it compiles a query over the expected rows with every
 * expression that the run will evaluate.  Nothing of it is run.
 */
#include "run/names.h"

#include <string.h>

#include "base/text.h"
#include "diff/describe.h"
#include "digest/digest.h"
#include "live/connect.h"
#include "live/stand_in.h"
#include "plan/query.h"
#include "run/proof.h"
#include "sql/write.h"

struct names {
	const struct plan *plan;
	const moult_options *options;
	struct moult *m;
	sqlite3 *db;
	bool is_new;
};

/* What SQLite says of a WITHOUT ROWID table whose key it cannot compare. */
#define NO_SOLUTION "no query solution"

/* In a new file there is no row that a stand-in could give a value, or a place. */
static int prepare(sqlite3_stmt **stmt, const struct names *names, const char *sql)
{
	int rc = sqlite3_prepare_v2(names->db, sql, -1, stmt, NULL);

	for (int i = 0; rc && names->is_new && i < MO_MOST_STAND_INS; i++) {
		if ((rc & 0xff) != SQLITE_ERROR || !mo_reference_supply(names->db))
			break;
		rc = sqlite3_prepare_v2(names->db, sql, -1, stmt, NULL);
	}
	return rc;
}

static int compile(const struct names *names, const struct object *object, const char *sql)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sql ? prepare(&stmt, names, sql) : SQLITE_OK;
	const char *message = rc == SQLITE_OK ? "" : sqlite3_errmsg(names->db);
	const bool unknown = mo_lacks_name(message) || strcmp(message, NO_SOLUTION) == 0;

	if (unknown) {
		mo_diag(&names->m->diags, DIAG_RUN032, &object->place,
			mo_label_object(names->plan->arena, object),
			"the connection does not know what it needs: %s",
			strcmp(message, NO_SOLUTION) ? message : "a collation of its key");
		mo_diag_mend(
			&names->m->diags,
			"load the extension that has it with --load-extension FILE; an application "
			"registers it on the connection that it lends, or in moult_set_open()");
	}
	sqlite3_finalize(stmt);
	return unknown ? mo_diag_kinds[DIAG_RUN032].result : MOULT_OK;
}

static int check_constraint(const struct names *names, const struct table *table,
			    const struct constraint *constraint)
{
	const struct object *object = &table->object;

	switch (constraint->kind) {
	case CONSTRAINT_CHECK:
		return compile(names, object,
			       mo_query_count(names->plan, table, constraint->check.text));
	case CONSTRAINT_PRIMARY_KEY:
	case CONSTRAINT_UNIQUE:
		return compile(names, object,
			       mo_query_groups(names->plan, table, &constraint->terms, NULL));
	case CONSTRAINT_NOT_NULL:
	case CONSTRAINT_FOREIGN_KEY:
	case CONSTRAINT_COUNT:
		break;
	}
	return MOULT_OK;
}

static int check_table(const struct names *names, const struct table *table)
{
	int rc = compile(names, &table->object, mo_query_count(names->plan, table, "1"));

	for (int i = 0; rc == MOULT_OK && i < table->columns.count; i++) {
		const struct column *column = table->columns.items[i];

		if (column->generated.text)
			rc = compile(names, &table->object,
				     mo_query_count(names->plan, table, column->generated.text));
	}
	for (int i = 0; rc == MOULT_OK && i < table->constraints.count; i++)
		rc = check_constraint(names, table, table->constraints.items[i]);
	return rc;
}

/* An index is made where its statement is among the steps. */
static bool is_made(const struct plan *plan, const struct index *index)
{
	for (int i = 0; i < plan->steps.count; i++) {
		const struct step *step = plan->steps.items[i];

		if (step->index && mo_same(step->index->object.name, index->object.name))
			return true;
	}
	return false;
}

/* The planner could take what WHERE says for granted, by an index that says the same, and not look it up. */
static int check_index(const struct names *names, const struct table *table,
		       const struct index *index)
{
	const char *where = index->where.text;
	int rc = compile(names, &index->object,
			 mo_query_groups(names->plan, table, &index->terms, where));

	if (rc != MOULT_OK || !where)
		return rc;
	return compile(names, &index->object,
		       mo_query_count(names->plan, table,
				      mo_arena_format(names->plan->arena, "(%s) IS NULL", where)));
}

static int check_indexes(const struct names *names)
{
	const struct list *indexes = &names->plan->diff->goal->objects[KIND_INDEX];
	int rc = MOULT_OK;

	for (int i = 0; rc == MOULT_OK && i < indexes->count; i++) {
		const struct index *index = indexes->items[i];
		const struct table *table = mo_schema_table(names->plan->diff->goal, index->table);

		if (table && is_made(names->plan, index))
			rc = check_index(names, table, index);
	}
	return rc;
}

/* The proof counts the rows of each table, and asks SQLite to check those that could be touched. */
static int check_asking(const struct names *names, const struct object *table, const char *former)
{
	struct arena *arena = names->plan->arena;
	const char *pragma = mo_proof_pragma(names->plan, names->options, table);
	int rc = compile(names, table, mo_query_count_file(arena, former, NULL));

	if (rc != MOULT_OK || !pragma)
		return rc;
	return compile(names, table,
		       mo_arena_format(arena, "PRAGMA main.%s(\"%w\")", pragma, former));
}

static int check_proof(const struct names *names)
{
	const struct list *tables = &names->plan->diff->goal->objects[KIND_TABLE];
	int rc = MOULT_OK;

	for (int i = 0; rc == MOULT_OK && i < tables->count; i++) {
		const struct object *table = tables->items[i];
		const char *former = mo_diff_former_table(names->plan->diff, table->name);

		if (mo_schema_table(names->plan->diff->have, former))
			rc = check_asking(names, table, former);
	}
	return rc;
}

int mo_names_check(const struct plan *plan, const moult_options *options, struct moult *m,
		   sqlite3 *db, bool is_new)
{
	const struct names names = {plan, options, m, db, is_new};
	int rc = mo_digest_register(db) ? mo_diag_memory(&m->diags) : MOULT_OK;

	for (int i = 0; rc == MOULT_OK && i < plan->moves.count; i++) {
		const struct move *move = plan->moves.items[i];

		if (move->way == WAY_CREATE)
			rc = compile(&names, &move->want->object,
				     mo_sql_create(plan->arena, &move->want->object));
		else if (mo_move_copies(move) || move->way == WAY_EDIT || move->way == WAY_NATIVE)
			rc = check_table(&names, move->want);
	}
	if (rc == MOULT_OK)
		rc = check_indexes(&names);
	if (rc == MOULT_OK)
		rc = check_proof(&names);
	mo_digest_unregister(db);
	return rc == MOULT_OK && mo_arena_rc(plan->arena) ? mo_diag_memory(&m->diags) : rc;
}
