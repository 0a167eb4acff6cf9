/* SPDX-License-Identifier: MIT */
/*
 * functions.c: see functions.h.
 *
 * SQLite itself is asked: it compiles a query over the expected rows with every
 * expression that the run will evaluate.  Nothing of it is run.
 */
#include "run/functions.h"

#include <string.h>

#include "base/text.h"
#include "diff/describe.h"
#include "digest/digest.h"
#include "live/advice.h"
#include "live/connect.h"
#include "live/stand_in.h"
#include "plan/filling.h"
#include "plan/query.h"
#include "proof/proof.h"
#include "sql/mention.h"
#include "sql/write.h"

#define VERSION_PASSES_OVER \
	3038000 /* with writable_schema, ALTER passes over what it cannot parse */

struct names {
	const struct plan *plan;
	const moult_options *options;
	struct moult *m;
	sqlite3 *db;
	bool is_new;
};

static int refuse(const struct names *names, const struct moult_place *place, const char *label,
		  const char *message)
{
	const char *hint;

	mo_diag(&names->m->diags, DIAG_RUN032, place, label,
		"the connection does not know what it needs: %s", message);
	hint = mo_advice(names->plan->arena, names->plan->diff->goal, NULL, message);
	if (hint)
		mo_diag_hint(&names->m->diags, "%s", hint);
	else
		mo_diag_hint(
			&names->m->diags,
			"load the extension that has it with --load-extension FILE; an application "
			"registers it on the connection that it lends, or in moult_set_open()");
	return mo_diag_kinds[DIAG_RUN032].result;
}

/* In a new file there is no row that a stand-in could give a value, or a place. */
static int prepare(sqlite3_stmt **stmt, const struct names *names, const char *sql)
{
	int rc = sqlite3_prepare_v2(names->db, sql, -1, stmt, NULL);

	for (int i = 0; rc && names->is_new && i < MO_MOST_STAND_INS; i++) {
		if ((rc & 0xff) != SQLITE_ERROR || !mo_reference_supply(names->db, sql))
			break;
		rc = sqlite3_prepare_v2(names->db, sql, -1, stmt, NULL);
	}
	return rc;
}

static int compile_sql(const struct names *names, const struct moult_place *place,
		       const char *label, const char *sql)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sql ? prepare(&stmt, names, sql) : SQLITE_OK;
	const char *message = !rc ? "" : sqlite3_errmsg(names->db);

	rc = MOULT_OK;
	if (mo_is_unsortable(message))
		rc = refuse(names, place, label, "a collation of its key");
	else if (mo_lacks_name(message))
		rc = refuse(names, place, label, message);
	sqlite3_finalize(stmt);
	return rc;
}

static int compile(const struct names *names, const struct object *object, const char *sql)
{
	return compile_sql(names, &object->place, mo_label_object(names->plan->arena, object), sql);
}

static int check_constraint(const struct names *names, const struct table *table,
			    const struct constraint *constraint, bool keeps_indexes)
{
	const struct object *object = &table->object;

	switch (constraint->kind) {
	case CONSTRAINT_CHECK:
		return compile(names, object,
			       mo_query_count(names->plan, table, constraint->check.text));
	case CONSTRAINT_PRIMARY_KEY:
	case CONSTRAINT_UNIQUE:
		if (keeps_indexes)
			return MOULT_OK;
		return compile(names, object,
			       mo_query_groups(names->plan, table, &constraint->terms, NULL));
	case CONSTRAINT_NOT_NULL:
	case CONSTRAINT_FOREIGN_KEY:
	case CONSTRAINT_COUNT:
		break;
	}
	return MOULT_OK;
}

/* NOT NULL of a column that comes with it: ALTER reads no row for that. */
static bool comes_with_column(const struct move *move, const struct change *change)
{
	const struct constraint *constraint = change->want_constraint;

	return constraint && constraint->kind == CONSTRAINT_NOT_NULL && change->verb == VERB_ADD &&
	       !mo_table_column(move->have, constraint->columns.items[0]);
}

/*
 * A column of a collation that may be unknown, or one that is computed, is looked up by ALTER; so
 * is the table of any other constraint.
 */
static bool adds_plainly(const struct move *move)
{
	EACH (const struct change, change, &move->changes) {
		const struct column *column = change->want_column;
		const bool is_added = change->part == PART_COLUMN && change->verb == VERB_ADD;

		if (!is_added && move->way == WAY_NATIVE && !comes_with_column(move, change))
			return false;
		if (is_added &&
		    (column->generated.text || !mo_collation_is_built_in(column->collate)))
			return false;
	}
	return true;
}

static bool is_renamed(const struct diff *diff, const struct table *want)
{
	const char *name = want->object.name;

	if (!mo_same(mo_diff_former_table(diff, name), name))
		return true;
	EACH (const struct column, item, &want->columns) {
		const char *column = item->object.name;

		if (!mo_same(mo_diff_former_column(diff, name, column), column))
			return true;
	}
	return false;
}

/*
 * A column more, or an edit of the text, reads and writes no index; any other ALTER compiles them
 * all.
 */
static bool leaves_indexes(const struct names *names, const struct move *move)
{
	return !names->options->every_row && (move->way == WAY_NATIVE || move->way == WAY_EDIT) &&
	       mo_move_keeps_records(move) && !is_renamed(names->plan->diff, move->want) &&
	       adds_plainly(move);
}

/* Whether a column that comes has a value that is known without a row, and that a manifest holds. */
static bool is_told(const struct column *column)
{
	const char *value = column->value.text;

	if (mo_is_null_default(value))
		return true;
	return column->affinity != 'R' &&
	       (*value == '\'' || strspn(value, "0123456789+- ()") == strlen(value));
}

/* Whether a backup's manifest can say what the rows are without that they are read. */
static bool is_all_told(const struct names *names, const struct move *move)
{
	EACH (const struct source, source, &move->sources)
		if (!names->options->no_backup && !source->have && !is_told(source->want))
			return false;
	return true;
}

/* Nothing where no row is read: those WITHOUT ROWID stand in an index, which needs its collations. */
static const char *rows_query(const struct names *names, const struct move *move,
			      bool keeps_indexes)
{
	if (!keeps_indexes)
		return mo_query_count(names->plan, move->want, "1");
	return move->want->without_rowid && is_all_told(names, move)
		       ? NULL
		       : mo_query_count_rows(names->plan->arena, move->former);
}

static int check_table(const struct names *names, const struct move *move)
{
	const struct table *table = move->want;
	const bool keeps_indexes = leaves_indexes(names, move);
	int rc = compile(names, &table->object, rows_query(names, move, keeps_indexes));

	for (int i = 0; !rc && i < table->columns.count; i++) {
		const struct column *column = table->columns.items[i];

		if (column->generated.text)
			rc = compile(names, &table->object,
				     mo_query_count(names->plan, table, column->generated.text));
	}
	for (int i = 0; !rc && i < table->constraints.count; i++)
		rc = check_constraint(names, table, table->constraints.items[i], keeps_indexes);
	return rc;
}

/* An index is made where its statement is among the steps. */
static bool is_made(const struct plan *plan, const struct index *index)
{
	EACH (const struct step, step, &plan->steps)
		if (step->index && mo_same(step->index->object.name, index->object.name))
			return true;
	return false;
}

/*
 * The planner could take what WHERE says for granted, by an index that says the same, and not look
 * it up.
 */
static int check_index(const struct names *names, const struct table *table,
		       const struct index *index)
{
	const char *where = index->where.text;
	int rc = compile(names, &index->object,
			 mo_query_groups(names->plan, table, &index->terms, where));

	if (rc || !where)
		return rc;
	return compile(names, &index->object,
		       mo_query_count(names->plan, table,
				      mo_arena_format(names->plan->arena, "(%s) IS NULL", where)));
}

static int check_indexes(const struct names *names)
{
	const struct list *indexes = &names->plan->diff->goal->objects[KIND_INDEX];
	int rc = MOULT_OK;

	for (int i = 0; !rc && i < indexes->count; i++) {
		const struct index *index = indexes->items[i];
		const struct table *table = mo_schema_table(names->plan->diff->goal, index->table);

		if (table && is_made(names->plan, index))
			rc = check_index(names, table, index);
	}
	return rc;
}

/*
 * Whether some ALTER compiles the indexes of every table; what later releases do, execute.c knows.
 */
static bool compiles_all(const struct names *names)
{
	const struct plan *plan = names->plan;

	if (sqlite3_libversion_number() >= VERSION_PASSES_OVER)
		return false;
	EACH (const struct move, move, &plan->moves)
		if (mo_move_copies(move) || (move->way == WAY_NATIVE && !adds_plainly(move)))
			return true;
	return plan->diff->renames.count > 0;
}

/*
 * What is to be compared with its rows in the end must be known, and what ALTER
 * compiles; what is only gone through need not.
 */
static int check_asking(const struct names *names, const struct table *table, bool all)
{
	const struct plan *plan = names->plan;
	const char *name = table->object.name;
	const char *pragma = mo_proof_pragma(plan, names->options, &table->object);
	const struct move *move = mo_plan_move(plan, name);
	const bool is_compared = pragma && names->options->every_row;
	const bool is_altered = all || is_renamed(plan->diff, table) ||
				(move && move->way != WAY_CREATE && !leaves_indexes(names, move));

	if (!is_compared && !is_altered)
		return MOULT_OK;
	return compile(names, &table->object,
		       mo_arena_format(plan->arena, "PRAGMA main.%s(\"%w\")",
				       pragma ? pragma : "quick_check",
				       mo_diff_former_table(plan->diff, name)));
}

static int check_proof(const struct names *names)
{
	const struct list *tables = &names->plan->diff->goal->objects[KIND_TABLE];
	const bool all = compiles_all(names);
	int rc = MOULT_OK;

	for (int i = 0; !rc && i < tables->count; i++) {
		const struct table *table = tables->items[i];
		const char *former = mo_diff_former_table(names->plan->diff, table->object.name);

		if (mo_schema_table(names->plan->diff->have, former))
			rc = check_asking(names, table, all);
	}
	return rc;
}

/* A question that stops the plan if a row is in the way must have been put. */
static int check_questions(const struct names *names)
{
	int rc = MOULT_OK;

	for (int i = 0; !rc && i < names->plan->hazards.count; i++) {
		const struct hazard *hazard = names->plan->hazards.items[i];

		if (hazard->lacks && mo_diag_kinds[hazard->id].severity == MOULT_ERROR)
			rc = refuse(names, &hazard->place, hazard->object, hazard->lacks);
	}
	return rc;
}

static int check_move(const struct names *names, const struct move *move)
{
	int rc = MOULT_OK;

	if (move->way == WAY_CREATE)
		rc = compile(names, &move->want->object,
			     mo_sql_create(names->plan->arena, &move->want->object));
	if (!rc && (mo_move_copies(move) || move->way == WAY_EDIT || move->way == WAY_NATIVE ||
		    move->filling))
		rc = check_table(names, move);
	return rc;
}

static bool is_of_data(const struct plan *plan, const char *label)
{
	EACH (const struct step, step, &plan->steps)
		if ((step->kind == STEP_DATA || step->kind == STEP_REQUIRE) &&
		    mo_same(step->object, label))
			return true;
	return false;
}

/*
 * What steps and requirements call; their triggers are the application's own.  Those after the change
 * speak of what is not there yet, so it is asked for the functions that their trial had to stand in for.
 */
static int check_data(const struct names *names)
{
	int rc = MOULT_OK;

	for (int i = 0; !rc && i < names->plan->hazards.count; i++) {
		const struct hazard *hazard = names->plan->hazards.items[i];

		if (hazard->id == DIAG_MS103 && is_of_data(names->plan, hazard->object))
			rc = compile_sql(names, &hazard->place, hazard->object,
					 mo_arena_format(names->plan->arena, "SELECT \"%w\"()",
							 hazard->subject.name));
	}
	return rc;
}

int mo_names_check(const struct plan *plan, const moult_options *options, struct moult *m,
		   sqlite3 *db, bool is_new)
{
	const struct names names = {plan, options, m, db, is_new};
	int rc = mo_digest_register(db) ? mo_diag_memory(&m->diags) : MOULT_OK;

	if (!rc)
		rc = mo_fillings_show(plan, m, db);
	for (int i = 0; !rc && i < plan->moves.count; i++)
		rc = check_move(&names, plan->moves.items[i]);
	if (!rc)
		rc = check_indexes(&names);
	if (!rc)
		rc = check_questions(&names);
	if (!rc)
		rc = check_data(&names);
	if (!rc)
		rc = check_proof(&names);
	mo_fillings_hide(plan, db);
	mo_digest_unregister(db);
	return !rc && mo_arena_rc(plan->arena) ? mo_diag_memory(&m->diags) : rc;
}
