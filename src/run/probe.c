/* SPDX-License-Identifier: MIT */
/* probe.c: see probe.h. */
#include "run/probe.h"

#include <string.h>

#include "base/show.h"
#include "base/text.h"
#include "digest/digest.h"
#include "digest/loss.h"
#include "digest/on_pages.h"
#include "hazard/assess.h"
#include "live/connect.h"
#include "live/row_words.h"
#include "live/stand_in.h"
#include "plan/expected.h"
#include "plan/filling.h"
#include "plan/query.h"
#include "proof/proof.h"
#include "run/raise.h"

#define MOST_TOGETHER 50 /* questions in one pass */

/* ---- asking ------------------------------------------------------------------------------- */

#define SAMPLES 5 /* as many as their queries give at most */

static void add_sample(sqlite3_str *out, const char *text, bool is_behind)
{
	int begin;

	sqlite3_str_appendall(out, is_behind ? ", " : "");
	begin = sqlite3_str_length(out);
	sqlite3_str_appendf(out, "%!.80s", text);
	if (strlen(text) > (size_t)(sqlite3_str_length(out) - begin))
		sqlite3_str_appendall(out, "...");
}

/*
 * The first rows in the way, one text each, ", " between; of a requirement whole rows, "; " between.
 * Three dots stand for what is left out.
 */
static int read_samples(const char **samples, struct arena *arena, sqlite3 *db,
			const struct hazard *hazard)
{
	sqlite3_stmt *stmt = NULL;
	sqlite3_str *out;
	int count = 0;
	int rc = sqlite3_prepare_v2(db, hazard->sample_sql, -1, &stmt, NULL);

	if (rc)
		return rc;
	out = sqlite3_str_new(db);
	while ((rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		const char *text = (const char *)sqlite3_column_text(stmt, 0);

		if (hazard->id == DIAG_MR101) {
			sqlite3_str_appendall(out, count++ ? "; " : "");
			mo_row_words(out, stmt, 0);
			continue;
		}
		add_sample(out, text ? text : "NULL", count++ > 0);
	}
	if (count == SAMPLES && hazard->count > count)
		sqlite3_str_appendall(out, hazard->id == DIAG_MR101 ? "; ..." : ", ...");
	sqlite3_finalize(stmt);
	*samples = mo_arena_take(arena, out);
	return *samples ? rc : SQLITE_NOMEM;
}

/*
 * Without an answer an error stands: what nobody could look at may be lost.  One that tries a row
 * that is not there says nothing of the file.
 */
static int fail(struct plan *plan, struct hazard *hazard, const char *why)
{
	hazard->failed = !hazard->is_trial && mo_diag_kinds[hazard->id].severity == MOULT_ERROR;
	if (!hazard->failed)
		return SQLITE_OK;
	hazard->message = mo_arena_format(plan->arena, "%s; the rows could not be asked: %s",
					  hazard->message, why);
	if (!mo_hazard_can_be_allowed(hazard))
		hazard->hint = "see to it that the rows can be asked, and run again";
	return hazard->message ? SQLITE_OK : SQLITE_NOMEM;
}

/* A question that fails on a row is the finding itself, where the hazard says so. */
static int failed(struct plan *plan, struct hazard *hazard, sqlite3 *db)
{
	if (mo_raise_is_known(plan, hazard)) {
		hazard->count = 0;
		hazard->asked = true;
		return SQLITE_OK;
	}
	return hazard->raises ? mo_raise_find(plan, hazard, db)
			      : fail(plan, hazard, sqlite3_errmsg(db));
}

static int trouble(struct moult *m, sqlite3 *db, int rc, const char *object)
{
	return mo_is_trouble(rc)
		       ? mo_diag_sqlite(&m->diags, db, rc, DIAG_RUN003, object, "read the rows")
		       : MOULT_OK;
}

static int take_samples(struct plan *plan, struct moult *m, struct hazard *hazard, sqlite3 *db)
{
	if (hazard->count <= 0 || !hazard->sample_sql)
		return MOULT_OK;
	return trouble(m, db, read_samples(&hazard->samples, plan->arena, db, hazard),
		       hazard->object);
}

/* A number; or rows, each of which is to be computed. */
static int answer(struct hazard *hazard, sqlite3_stmt *stmt)
{
	int rc = sqlite3_step(stmt);

	if (!hazard->by_rows && rc == SQLITE_ROW)
		hazard->count = sqlite3_column_int64(stmt, 0);
	while (hazard->by_rows && rc == SQLITE_ROW)
		rc = sqlite3_step(stmt);
	if (hazard->by_rows && rc == SQLITE_DONE) {
		hazard->count = 0;
		rc = SQLITE_ROW;
	}
	hazard->asked = rc == SQLITE_ROW;
	return rc;
}

/* The collations of a table of the file: SQLite does not say which of a key it lacks. */
static struct list collations_of(const struct plan *plan, const char *name)
{
	const struct table *table = mo_schema_table(plan->diff->have, name);
	struct list names = {0};

	for (int i = 0; table && i < table->columns.count; i++) {
		const struct column *column = table->columns.items[i];

		if (column->collate)
			mo_list_add(plan->arena, &names, (void *)column->collate);
	}
	return names;
}

/*
 * Rows are counted without a collation that is not loaded, in whatever order they come.  *why is
 * what SQLite said last.
 */
static int prepare(sqlite3_stmt **stmt, struct stand_ins *stand_ins, const char **why,
		   const struct plan *plan, const struct hazard *hazard, sqlite3 *db)
{
	bool added = true;
	int rc;

	while (mo_is_raised(
		rc = mo_digest_prepare(stmt, plan->arena, db, hazard->count_sql, NULL, NULL))) {
		*why = mo_arena_text(plan->arena, sqlite3_errmsg(db));
		if (!*why || !added || !hazard->counted)
			break;
		if (mo_is_unsortable(*why)) {
			const struct list names = collations_of(plan, hazard->counted);

			added = mo_stand_ins_add_all(stand_ins, plan->arena, db, &names);
		} else {
			added = mo_stand_ins_add(stand_ins, plan->arena, db);
		}
	}
	return *why || !mo_is_raised(rc) ? rc : SQLITE_NOMEM;
}

/* SQLite does not take the question: a name is missing (RUN032), or something else is wrong. */
static int refused(struct plan *plan, struct hazard *hazard, const char *why)
{
	if (!mo_lacks_name(why))
		return fail(plan, hazard, why);
	if (!hazard->is_trial)
		hazard->lacks = why;
	return SQLITE_OK;
}

/* Counts no rows where there are surely none in the way; else the count is to be asked. */
static int ask_for_none(struct plan *plan, struct moult *m, struct hazard *hazard, sqlite3 *db)
{
	sqlite3_stmt *stmt = NULL;
	int rc;

	if (!hazard->none_sql)
		return MOULT_OK;
	rc = mo_digest_prepare(&stmt, plan->arena, db, hazard->none_sql, NULL, NULL);
	if (!rc)
		rc = sqlite3_step(stmt);
	hazard->asked = rc == SQLITE_ROW && sqlite3_column_int(stmt, 0) == 1;
	if (hazard->asked)
		hazard->count = 0;
	sqlite3_finalize(stmt);
	return trouble(m, db, rc, hazard->object);
}

static int count(struct plan *plan, struct moult *m, struct hazard *hazard, sqlite3 *db)
{
	struct stand_ins stand_ins = {0};
	sqlite3_stmt *stmt = NULL;
	const char *why = NULL;
	int rc = prepare(&stmt, &stand_ins, &why, plan, hazard, db);
	const bool prepared = !rc;

	if (prepared)
		rc = answer(hazard, stmt);
	if (prepared && mo_is_raised(rc))
		rc = failed(plan, hazard, db);
	else if (mo_is_raised(rc))
		rc = refused(plan, hazard, why);
	sqlite3_finalize(stmt);
	rc = trouble(m, db, rc, hazard->object);
	if (!rc)
		rc = take_samples(plan, m, hazard, db);
	mo_stand_ins_remove(&stand_ins, db);
	return rc;
}

static int ask(struct plan *plan, struct moult *m, struct hazard *hazard, sqlite3 *db)
{
	const int rc = ask_for_none(plan, m, hazard, db);

	return rc || hazard->asked ? rc : count(plan, m, hazard, db);
}

/*
 * One pass for several. Where one of them cannot be asked, or fails on a row, each is asked alone.
 */
static int ask_together(struct plan *plan, struct moult *m, const struct list *hazards, sqlite3 *db)
{
	const char *sql = mo_query_together(plan, hazards);
	sqlite3_stmt *stmt = NULL;
	int rc = sql ? mo_digest_prepare(&stmt, plan->arena, db, sql, NULL, NULL) : SQLITE_NOMEM;
	int result;

	if (!rc)
		rc = sqlite3_step(stmt);
	for (int i = 0; rc == SQLITE_ROW && i < hazards->count; i++) {
		struct hazard *hazard = hazards->items[i];

		hazard->count = sqlite3_column_int64(stmt, i);
		hazard->asked = true;
	}
	sqlite3_finalize(stmt);
	result = trouble(m, db, rc, ((struct hazard *)hazards->items[0])->object);
	for (int i = 0; result == MOULT_OK && rc == SQLITE_ROW && i < hazards->count; i++)
		result = take_samples(plan, m, hazards->items[i], db);
	return result;
}

/*
 * What depends on the rows that steps leave is asked when they have run; of the file itself what
 * is required of it.
 */
static bool is_due(const struct plan *plan, const struct hazard *hazard)
{
	return !plan->begins || plan->is_old || hazard->id == DIAG_MR101;
}

/* What is asked of the rows of a move, of the file and of those to expect, on a condition. */
static struct list questions_of(const struct plan *plan, const struct move *move)
{
	struct list questions = {0};

	EACH (struct hazard, hazard, &plan->hazards) {
		const bool is_of = hazard->move ? hazard->move == move
						: hazard->table && hazard->table == move->want;

		if (is_of && hazard->condition && !hazard->asked && is_due(plan, hazard) &&
		    questions.count < MOST_TOGETHER)
			mo_list_add(plan->arena, &questions, hazard);
	}
	return questions;
}

/* How many rows are copied (ML101), where nobody has counted them. */
static struct hazard *uncounted(const struct plan *plan, const struct move *move)
{
	EACH (struct hazard, hazard, &plan->hazards)
		if (hazard->id == DIAG_ML101 && !hazard->asked && is_due(plan, hazard) &&
		    mo_hazard_is_of_relation(hazard, move->want->object.name))
			return hazard;
	return NULL;
}

/* The rows are those of the table that was read; -1: they are not known. */
static int take_answers(struct plan *plan, struct move *move, const struct list *questions,
			sqlite3_stmt *stmt, sqlite3_int64 rows)
{
	struct hazard *copied = rows < 0 ? NULL : uncounted(plan, move);

	move->digest = mo_arena_text(plan->arena, (const char *)sqlite3_column_text(stmt, 0));
	move->rows = rows;
	if (copied) {
		copied->count = rows;
		copied->asked = true;
	}
	for (int i = 0; i < questions->count; i++) {
		struct hazard *hazard = questions->items[i];

		hazard->count = sqlite3_column_int64(stmt, i + 1);
		hazard->asked = true;
	}
	return mo_arena_rc(plan->arena) ? SQLITE_NOMEM : SQLITE_ROW;
}

/*
 * One pass for all that is asked of the rows of a move, which counts them, and takes the digest of the
 * rows to expect on the way where the proof will want it.  Worth it is what is read on the pages, or
 * computes an expression once where it was several times; all else is asked as ever.
 */
static int ask_move(struct plan *plan, struct moult *m, struct move *move, sqlite3 *db,
		    const moult_options *digests)
{
	const bool is_proven = digests && mo_proof_foretells(plan, move, digests);
	const struct list questions = questions_of(plan, move);
	sqlite3_stmt *stmt = NULL;
	sqlite3_int64 rows = -1;
	const char *sql, *found;
	int rc, result;

	if (questions.count + is_proven + (uncounted(plan, move) != NULL) < 2)
		return MOULT_OK;
	sql = mo_query_move(plan, move, &questions,
			    is_proven ? mo_proof_columns(plan->arena, move) : "NULL");
	rc = sql ? mo_digest_find(&found, plan->arena, db, sql, &rows) : SQLITE_NOMEM;
	if (!rc && found == sql && !mo_plan_computes_once(move))
		return MOULT_OK;
	if (!rc)
		rc = sqlite3_prepare_v2(db, found, -1, &stmt, NULL);
	if (!rc)
		rc = sqlite3_step(stmt);
	if (rc == SQLITE_ROW)
		rc = take_answers(plan, move, &questions, stmt, rows);
	sqlite3_finalize(stmt);
	result = trouble(m, db, rc, move->want->object.name);
	for (int i = 0; result == MOULT_OK && rc == SQLITE_ROW && i < questions.count; i++)
		result = take_samples(plan, m, questions.items[i], db);
	return result;
}

static int ask_moves(struct plan *plan, struct moult *m, sqlite3 *db, const moult_options *digests)
{
	int rc = MOULT_OK;

	for (int i = 0; !rc && i < plan->moves.count; i++) {
		struct move *move = plan->moves.items[i];

		if (move->have && move->want && !move->filling &&
		    !mo_plan_is_ready(plan, move->want->object.name))
			rc = ask_move(plan, m, move, db, digests);
	}
	return rc;
}

/* This hazard and those after it that ask the same rows. */
static int ask_from(struct plan *plan, struct moult *m, int first, sqlite3 *db)
{
	struct hazard *hazard = plan->hazards.items[first];
	struct list together = {0};
	int rc = MOULT_OK;

	for (int i = first; hazard->rows && i < plan->hazards.count && i - first < MOST_TOGETHER;
	     i++) {
		struct hazard *other = plan->hazards.items[i];

		if (other->condition && mo_same(other->rows, hazard->rows) && !other->asked)
			mo_list_add(plan->arena, &together, other);
	}
	if (together.count > 1)
		rc = ask_together(plan, m, &together, db);
	return !rc && !hazard->asked ? ask(plan, m, hazard, db) : rc;
}

/* The rows of such a table were asked piece by piece (mo_probe_some()). */
static bool is_of_ready(const struct plan *plan, const struct hazard *hazard)
{
	if (hazard->subject.kind == KIND_INDEX && mo_plan_has_entries(plan, hazard->subject.name))
		return true;
	return hazard->subject.relation && mo_plan_is_ready(plan, hazard->subject.relation);
}

int mo_probe(struct plan *plan, struct moult *m, sqlite3 *db, const moult_options *digests)
{
	sqlite3_stmt *reader = NULL;
	int rc = mo_digest_register(db);

	if (!rc && mo_loss_register(&reader, db) != SQLITE_OK)
		rc = MOULT_TROUBLE;
	if (rc) {
		mo_loss_unregister(reader, db);
		return mo_diag_memory(&m->diags);
	}
	rc = mo_fillings_show(plan, m, db);
	if (!rc)
		rc = ask_moves(plan, m, db, digests);
	for (int i = 0; !rc && i < plan->hazards.count; i++) {
		const struct hazard *hazard = plan->hazards.items[i];

		if (hazard->count_sql && !hazard->asked && is_due(plan, hazard) &&
		    !is_of_ready(plan, hazard))
			rc = ask_from(plan, m, i, db);
	}
	mo_fillings_hide(plan, db);
	mo_loss_unregister(reader, db);
	mo_digest_unregister(db);
	return rc;
}

/* ---- the verdict --------------------------------------------------------------------------- */

static void report(const struct hazard *hazard, struct diags *diags)
{
	const long long rows = mo_hazard_rows(hazard);
	moult_diagnostic *last;

	if (rows > 0)
		mo_diag(diags, hazard->id, &hazard->place, hazard->object, "%s (%lld row%s%s%s)",
			hazard->message, rows, rows == 1 ? "" : "s", hazard->samples ? ": " : "",
			hazard->samples ? hazard->samples : "");
	else
		mo_diag(diags, hazard->id, &hazard->place, hazard->object, "%s", hazard->message);
	last = mo_diag_last(diags);
	if (!last)
		return;
	last->count = rows;
	if ((hazard->consented || hazard->parks) && !mo_hazard_refuses(hazard))
		last->severity = last->severity == MOULT_ERROR ? MOULT_WARNING : last->severity;
	if (mo_hazard_refuses(hazard) && mo_hazard_can_be_allowed(hazard))
		mo_diag_hint(
			diags, "%s%s --allow %s", hazard->hint ? hazard->hint : "",
			hazard->hint ? "; or consent with" : "consent with",
			mo_shell_word(diags->arena, mo_hazard_consent_words(diags->arena, hazard)));
	else if (mo_hazard_shows_hint(hazard))
		mo_diag_hint(diags, "%s", hazard->hint);
	else
		last->hint = NULL;
}

int mo_probe_verdict(const struct plan *plan, struct diags *diags)
{
	EACH (const struct hazard, hazard, &plan->hazards)
		if (mo_hazard_holds(hazard))
			report(hazard, diags);
	return mo_plan_refusals(plan) ? MOULT_REFUSED : MOULT_OK;
}

/* ---- of some rows -------------------------------------------------------------------------- */

static bool may_refuse(const struct hazard *hazard)
{
	return mo_diag_kinds[hazard->id].severity == MOULT_ERROR && hazard->count_sql &&
	       !(hazard->consented && mo_hazard_can_be_allowed(hazard));
}

/* Of the rows of a table as they will be, or as they are. */
static bool is_of_rows(const struct hazard *hazard, const struct move *move)
{
	return hazard->condition && hazard->rows &&
	       mo_same_name(hazard->subject.relation, move->want->object.name) &&
	       (!hazard->table || hazard->table == move->want);
}

const struct hazard *mo_probe_not_some(const struct plan *plan, const struct move *move)
{
	EACH (const struct hazard, hazard, &plan->hazards)
		if (may_refuse(hazard) && !hazard->raises && !is_of_rows(hazard, move) &&
		    mo_same_name(hazard->subject.relation, move->want->object.name))
			return hazard;
	return NULL;
}

static void leave(struct hazard *hazard)
{
	hazard->asked = true;
	hazard->count = 0;
}

void mo_probe_leave_index(struct plan *plan, const char *name)
{
	EACH (struct hazard, hazard, &plan->hazards)
		if (hazard->count_sql && hazard->subject.kind == KIND_INDEX &&
		    mo_same_name(hazard->subject.name, name))
			leave(hazard);
}

void mo_probe_leave_raising(struct plan *plan, const char *table)
{
	EACH (struct hazard, hazard, &plan->hazards)
		if (hazard->count_sql && hazard->raises &&
		    mo_same_name(hazard->subject.relation, table))
			leave(hazard);
}

/* It counts rows of the one kind or of the other. */
static char *some_sql(struct arena *arena, const struct plan *plan, const struct hazard *hazard,
		      const struct move *move, const char *condition)
{
	if (!hazard->table)
		return mo_arena_format(arena, "SELECT count(*) FROM %s WHERE (%s) AND (%s)",
				       hazard->rows, hazard->condition, condition);
	return mo_arena_format(arena, "SELECT count(*) FROM (%s) AS %s WHERE %s",
			       mo_plan_expected_where(arena, plan, move, condition),
			       mo_query_name(arena, hazard->table->object.name), hazard->condition);
}

/* Of a row on which an expression fails nothing is said: it will stop its copy, which says so better. */
static int count_some(long long *count, struct moult *m, const struct hazard *hazard, sqlite3 *db,
		      const char *sql, const struct some_rows *some)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sql ? sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) : SQLITE_NOMEM;

	*count = 0;
	if (!rc && some->bind)
		rc = some->bind(some->context, stmt);
	if (!rc && (rc = sqlite3_step(stmt)) == SQLITE_ROW)
		*count = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	if (rc == SQLITE_ROW || (rc & 0xff) == SQLITE_ERROR)
		return MOULT_OK;
	return mo_diag_sqlite(&m->diags, db, rc, DIAG_RUN001, hazard->object, "ask the rows");
}

static int ask_some(struct plan *plan, struct arena *arena, struct moult *m, sqlite3 *db,
		    const struct move *move, struct hazard *hazard, const struct some_rows *some,
		    bool adds)
{
	const char *sql = some_sql(arena, plan, hazard, move, some->condition);
	long long count;
	const int rc = count_some(&count, m, hazard, db, sql, some);

	if (rc || (!count && !adds))
		return rc;
	hazard->count = count + (adds && hazard->asked ? hazard->count : 0);
	hazard->asked = true;
	if (adds)
		return MOULT_OK;
	report(hazard, &m->diags);
	return MOULT_REFUSED;
}

static int ask_rows(struct plan *plan, struct arena *arena, struct moult *m, sqlite3 *db,
		    const struct move *move, const struct some_rows *some, bool adds)
{
	sqlite3_stmt *reader = NULL;
	int rc = mo_loss_register(&reader, db) == SQLITE_OK ? MOULT_OK : mo_diag_memory(&m->diags);

	EACH (struct hazard, hazard, &plan->hazards)
		if (!rc && is_of_rows(hazard, move) &&
		    (adds ? hazard->count_sql != NULL : may_refuse(hazard)))
			rc = ask_some(plan, arena, m, db, move, hazard, some, adds);
	mo_loss_unregister(reader, db);
	return rc;
}

int mo_probe_some(struct plan *plan, struct arena *arena, struct moult *m, sqlite3 *db,
		  const struct move *move, const struct some_rows *some)
{
	return ask_rows(plan, arena, m, db, move, some, false);
}

int mo_probe_add(struct plan *plan, struct arena *arena, struct moult *m, sqlite3 *db,
		 const struct move *move, const struct some_rows *some)
{
	return ask_rows(plan, arena, m, db, move, some, true);
}
