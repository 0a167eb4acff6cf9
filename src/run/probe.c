/* SPDX-License-Identifier: MIT */
/* probe.c: see probe.h. */
#include "run/probe.h"

#include <string.h>

#include "base/show.h"
#include "base/text.h"
#include "digest/affinity.h"
#include "digest/digest.h"
#include "hazard/assess.h"
#include "live/connect.h"
#include "live/row_words.h"
#include "live/stand_in.h"
#include "plan/filling.h"
#include "plan/query.h"
#include "run/raise.h"

#define MOST_TOGETHER 50 /* questions in one pass */
#define LOSES_HOW (SQLITE_UTF8 | SQLITE_DETERMINISTIC)

/* ---- what a new type does to a value --------------------------------------------------- */

enum loss { LOSS_NONE, LOSS_VALUE, LOSS_DIGITS, LOSS_UNKNOWN /* no memory */ };

/* Whether a text is how its integer is spelled: '007', '+7', ' 7' and '-0' are not. */
static bool is_own_integer(const char *text, size_t size)
{
	const size_t sign = size && text[0] == '-';

	if (size == sign || text[sign] == '0')
		return size == 1 && !sign;
	for (size_t i = sign; i < size; i++)
		if (text[i] < '0' || text[i] > '9')
			return false;
	return true;
}

/*
 * Whether a text is a number as "%!.15g" spells it: no zero too many, and at most 15 digits, which a
 * real of that value gives back.
 */
static bool is_short_decimal(const char *text, size_t size)
{
	const size_t sign = size && text[0] == '-';
	const size_t whole = sign + strspn(text + sign, "0123456789");
	const size_t zeros = whole + 1 + (text[sign] == '0' ? strspn(text + whole + 1, "0") : 0);

	if (size - sign > 16 || whole == sign || whole + 1 >= size || text[whole] != '.' ||
	    (text[sign] == '0' && whole > sign + 1) || zeros > whole + 4)
		return false;
	return zeros < size && text[size - 1] != '0' &&
	       zeros + strspn(text + zeros, "0123456789") == size;
}

/* With 15 digits up to SQLite 3.51, with 17 since. */
static bool is_own_real(const char *text, size_t size, double real)
{
	static const char *const formats[] = {"%!.15g", "%!.17g"};
	char spelled[64];

	for (int i = 0; i < 2; i++) {
		sqlite3_snprintf(sizeof(spelled), spelled, formats[i], real);
		if (size == strlen(spelled) && memcmp(text, spelled, size) == 0)
			return true;
	}
	return false;
}

/* A text that became a number must be that number's own spelling. */
static enum loss text_loss(sqlite3_value *from, const struct value *to)
{
	const char *text = (const char *)sqlite3_value_text(from);
	const size_t size = (size_t)sqlite3_value_bytes(from);
	bool is_own;

	if (!text)
		return LOSS_UNKNOWN;
	is_own = to->type == SQLITE_INTEGER ? is_own_integer(text, size)
					    : is_own_real(text, size, to->real);
	return is_own ? LOSS_NONE : LOSS_VALUE;
}

/*
 * Whether a real is the one next to a decimal number of 13 digits, with up to 4 behind the point:
 * then that is its text, and gives it back.  With more behind the point SQLite, which divides by a
 * long double and rounds that again, may read its neighbour.
 */
static bool is_short_real(double real)
{
	const double size = real < 0 ? -real : real;

	for (double power = 1; size < 1e9 && power <= 1e4; power *= 10) {
		const double whole = (double)(sqlite3_int64)(size * power + 0.5);

		if (whole / power == size)
			return true;
	}
	return false;
}

/* A real that became a text must come back from it.  SQLite reads it, whatever the locale. */
static enum loss real_loss(sqlite3_stmt *stmt, sqlite3_value *from, const struct value *to)
{
	enum loss loss = LOSS_UNKNOWN;

	if (sqlite3_bind_text(stmt, 1, to->bytes, (int)to->size, SQLITE_STATIC) == SQLITE_OK &&
	    sqlite3_bind_double(stmt, 2, sqlite3_value_double(from)) == SQLITE_OK &&
	    sqlite3_step(stmt) == SQLITE_ROW)
		loss = sqlite3_column_int(stmt, 0) ? LOSS_NONE : LOSS_VALUE;
	sqlite3_reset(stmt);
	return loss;
}

/* An integer that became a real: 2^63 itself does not fit back, and no integer reaches it. */
static enum loss integer_loss(sqlite3_int64 integer, double real)
{
	return real < 9223372036854775808.0 && (sqlite3_int64)real == integer ? LOSS_NONE
									      : LOSS_DIGITS;
}

/* Whether a text is so plainly the spelling of its number that nobody need read that. */
static bool is_plain_number(sqlite3_value *from, char affinity)
{
	const char *text = (const char *)sqlite3_value_text(from);
	const size_t size = (size_t)sqlite3_value_bytes(from);

	return text && (is_short_decimal(text, size) ||
			(affinity != 'R' && size < 19 && is_own_integer(text, size)));
}

/* Whether nothing is lost, which can be seen without converting the value. */
static bool is_safe(sqlite3_value *from, int type, char affinity)
{
	if (type == SQLITE_NULL || type == SQLITE_BLOB || affinity == 'B')
		return true;
	if (affinity == 'T')
		return type != SQLITE_FLOAT || is_short_real(sqlite3_value_double(from));
	if (type == SQLITE_TEXT)
		return is_plain_number(from, affinity);
	return type == SQLITE_FLOAT || affinity != 'R';
}

static enum loss loss_of(sqlite3_stmt *reader, sqlite3_value *from, char affinity)
{
	const int type = sqlite3_value_type(from);
	struct value to;

	if (is_safe(from, type, affinity))
		return LOSS_NONE;
	if (mo_affinity_apply(&to, from, affinity) != MOULT_OK)
		return LOSS_UNKNOWN;
	if (to.type == type)
		return LOSS_NONE;
	if (type == SQLITE_TEXT)
		return text_loss(from, &to);
	return type == SQLITE_FLOAT ? real_loss(reader, from, &to)
				    : integer_loss(sqlite3_value_int64(from), to.real);
}

static void loses(sqlite3_context *context, int count, sqlite3_value **values)
{
	const unsigned char *affinity = sqlite3_value_text(values[1]);
	const enum loss loss =
		affinity ? loss_of(sqlite3_user_data(context), values[0], (char)affinity[0])
			 : LOSS_UNKNOWN;

	(void)count;
	if (loss == LOSS_UNKNOWN)
		sqlite3_result_error_nomem(context);
	else
		sqlite3_result_int(context, (int)loss);
}

/* ---- asking ------------------------------------------------------------------------------- */

/* The first rows in the way, one text each, ", " between; of a requirement whole rows. */
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
		const unsigned char *text = sqlite3_column_text(stmt, 0);

		if (hazard->id == DIAG_MR101) {
			sqlite3_str_appendall(out, count++ ? "; " : "");
			mo_row_words(out, stmt);
			continue;
		}
		sqlite3_str_appendf(out, "%s%!.80s", count++ ? ", " : "",
				    text ? (const char *)text : "NULL");
	}
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

	while (mo_is_raised(rc = sqlite3_prepare_v2(db, hazard->count_sql, -1, stmt, NULL))) {
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

static int ask(struct plan *plan, struct moult *m, struct hazard *hazard, sqlite3 *db)
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

/*
 * One pass for several. Where one of them cannot be asked, or fails on a row, each is asked alone.
 */
static int ask_together(struct plan *plan, struct moult *m, const struct list *hazards, sqlite3 *db)
{
	const char *sql = mo_query_together(plan, hazards);
	sqlite3_stmt *stmt = NULL;
	int rc = sql ? sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) : SQLITE_NOMEM;
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

/* _moult_loses with a statement that reads numbers for it; SQLite's code. */
static int register_loses(sqlite3_stmt **reader, sqlite3 *db)
{
	const int rc = sqlite3_prepare_v2(db, "SELECT CAST(?1 AS REAL) = ?2", -1, reader, NULL);

	return !rc ? sqlite3_create_function_v2(db, "_moult_loses", 2, LOSES_HOW, *reader, loses,
						NULL, NULL, NULL)
		   : rc;
}

static void unregister_loses(sqlite3_stmt *reader, sqlite3 *db)
{
	sqlite3_create_function_v2(db, "_moult_loses", 2, LOSES_HOW, NULL, NULL, NULL, NULL, NULL);
	sqlite3_finalize(reader);
}

/*
 * What depends on the rows that steps leave is asked when they have run; of the file itself what
 * is required of it.
 */
static bool is_due(const struct plan *plan, const struct hazard *hazard)
{
	return !plan->begins || plan->is_old || hazard->id == DIAG_MR101;
}

int mo_probe(struct plan *plan, struct moult *m, sqlite3 *db)
{
	sqlite3_stmt *reader = NULL;
	int rc = mo_digest_register(db);

	if (!rc && register_loses(&reader, db) != SQLITE_OK)
		rc = MOULT_TROUBLE;
	if (rc) {
		unregister_loses(reader, db);
		return mo_diag_memory(&m->diags);
	}
	rc = mo_fillings_show(plan, m, db);
	for (int i = 0; !rc && i < plan->hazards.count; i++) {
		const struct hazard *hazard = plan->hazards.items[i];

		if (hazard->count_sql && !hazard->asked && is_due(plan, hazard))
			rc = ask_from(plan, m, i, db);
	}
	mo_fillings_hide(plan, db);
	unregister_loses(reader, db);
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
	if (hazard->consented && !mo_hazard_refuses(hazard))
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
