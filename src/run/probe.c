/* SPDX-License-Identifier: MIT */
/* probe.c: see probe.h. */
#include "run/probe.h"

#include <string.h>

#include "base/text.h"
#include "digest/affinity.h"
#include "digest/digest.h"
#include "live/connect.h"

/* ---- what a new type does to a value --------------------------------------------------- */

enum loss { LOSS_NONE, LOSS_VALUE, LOSS_DIGITS, LOSS_UNKNOWN /* no memory */ };

/* A text that became a number must be that number's own spelling: '007' is not 7. */
static enum loss text_loss(sqlite3_value *from, const struct value *to)
{
	const char *text = (const char *)sqlite3_value_text(from);
	const size_t size = (size_t)sqlite3_value_bytes(from);
	char spelled[64];

	if (to->type == SQLITE_INTEGER)
		sqlite3_snprintf(sizeof(spelled), spelled, "%lld", to->integer);
	else
		sqlite3_snprintf(sizeof(spelled), spelled, "%!.17g", to->real);
	if (text && size == strlen(spelled) && memcmp(text, spelled, size) == 0)
		return LOSS_NONE;
	if (to->type == SQLITE_INTEGER)
		return LOSS_VALUE;
	/* A real is spelled with 15 digits up to SQLite 3.51, with 17 since. */
	sqlite3_snprintf(sizeof(spelled), spelled, "%!.15g", to->real);
	return text && size == strlen(spelled) && memcmp(text, spelled, size) == 0 ? LOSS_NONE
										   : LOSS_VALUE;
}

/* A real that became a text must come back from it.  SQLite reads it, whatever the locale. */
static enum loss real_loss(sqlite3_context *context, sqlite3_value *from, const struct value *to)
{
	sqlite3_stmt *stmt = NULL;
	enum loss loss = LOSS_VALUE;

	if (sqlite3_prepare_v2(sqlite3_context_db_handle(context), "SELECT CAST(?1 AS REAL) = ?2",
			       -1, &stmt, NULL) != SQLITE_OK)
		return LOSS_VALUE;
	sqlite3_bind_text(stmt, 1, to->bytes, (int)to->size, SQLITE_TRANSIENT);
	sqlite3_bind_double(stmt, 2, sqlite3_value_double(from));
	if (sqlite3_step(stmt) == SQLITE_ROW && sqlite3_column_int(stmt, 0))
		loss = LOSS_NONE;
	sqlite3_finalize(stmt);
	return loss;
}

static enum loss loss_of(sqlite3_context *context, sqlite3_value *from, char affinity)
{
	const int type = sqlite3_value_type(from);
	struct value to;

	if (type == SQLITE_NULL || type == SQLITE_BLOB)
		return LOSS_NONE;
	if (mo_affinity_apply(&to, from, affinity) != MOULT_OK)
		return LOSS_UNKNOWN;
	if (to.type == type)
		return LOSS_NONE;
	if (type == SQLITE_TEXT)
		return text_loss(from, &to);
	if (to.type == SQLITE_TEXT)
		return type == SQLITE_INTEGER ? LOSS_NONE : real_loss(context, from, &to);
	if (type == SQLITE_INTEGER) {
		const sqlite3_int64 integer = sqlite3_value_int64(from);

		/* 2^63 itself does not fit back, and no integer reaches it. */
		return to.real < 9223372036854775808.0 && (sqlite3_int64)to.real == integer
			       ? LOSS_NONE
			       : LOSS_DIGITS;
	}
	return LOSS_NONE;
}

static void loses(sqlite3_context *context, int count, sqlite3_value **values)
{
	const unsigned char *affinity = sqlite3_value_text(values[1]);
	const enum loss loss =
		affinity ? loss_of(context, values[0], (char)affinity[0]) : LOSS_UNKNOWN;

	(void)count;
	if (loss == LOSS_UNKNOWN)
		sqlite3_result_error_nomem(context);
	else
		sqlite3_result_int(context, (int)loss);
}

/* ---- asking ------------------------------------------------------------------------------- */

/* The first rows in the way, one text each, ", " between. */
static const char *samples(struct arena *arena, sqlite3 *db, const char *sql)
{
	sqlite3_stmt *stmt = NULL;
	sqlite3_str *out;
	int count = 0;

	if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
		return NULL;
	out = sqlite3_str_new(db);
	while (sqlite3_step(stmt) == SQLITE_ROW) {
		const unsigned char *text = sqlite3_column_text(stmt, 0);

		sqlite3_str_appendf(out, "%s%!.80s", count++ ? ", " : "",
				    text ? (const char *)text : "NULL");
	}
	sqlite3_finalize(stmt);
	return mo_arena_take(arena, out);
}

static bool is_unknown_name(const char *message)
{
	return strstr(message, "no such function") || strstr(message, "no such collation") ||
	       strstr(message, "no such module");
}

/* A question that fails on a row is the finding itself, where the hazard says so. */
static void failed(struct plan *plan, struct hazard *hazard, sqlite3 *db)
{
	const char *message = sqlite3_errmsg(db);

	if (!hazard->error_holds || is_unknown_name(message))
		return;
	hazard->id = DIAG_MF112;
	hazard->count = 1;
	hazard->message =
		mo_arena_format(plan->arena, "an expression raises an error on a row: %s", message);
	hazard->sample_sql = NULL;
}

static int ask(struct plan *plan, struct moult *m, struct hazard *hazard, sqlite3 *db)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(db, hazard->count_sql, -1, &stmt, NULL);
	const bool prepared = rc == SQLITE_OK;

	if (prepared) {
		rc = sqlite3_step(stmt);
		if (rc == SQLITE_ROW)
			hazard->count = sqlite3_column_int64(stmt, 0);
	}
	hazard->asked = rc == SQLITE_ROW;
	if (prepared && (rc & 0xff) == SQLITE_ERROR)
		failed(plan, hazard, db);
	sqlite3_finalize(stmt);
	if (mo_is_trouble(rc))
		return mo_diag_sqlite(&m->diags, db, rc, DIAG_RUN003, hazard->object,
				      "read the rows");
	if (hazard->count > 0 && hazard->sample_sql)
		hazard->samples = samples(plan->arena, db, hazard->sample_sql);
	return MOULT_OK;
}

int mo_probe(struct plan *plan, struct moult *m, sqlite3 *db)
{
	const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC;
	int rc = mo_digest_register(db);

	if (rc == MOULT_OK && sqlite3_create_function_v2(db, "_moult_loses", 2, flags, NULL, loses,
							 NULL, NULL, NULL) != SQLITE_OK)
		rc = MOULT_TROUBLE;
	if (rc != MOULT_OK)
		return mo_diag_memory(&m->diags);
	for (int i = 0; rc == MOULT_OK && i < plan->hazards.count; i++) {
		struct hazard *hazard = plan->hazards.items[i];

		if (hazard->count_sql)
			rc = ask(plan, m, hazard, db);
	}
	sqlite3_create_function_v2(db, "_moult_loses", 2, flags, NULL, NULL, NULL, NULL, NULL);
	mo_digest_unregister(db);
	return rc;
}

/* ---- the verdict ------------------------------------------------------------------------------- */

static void report(const struct hazard *hazard, struct diags *diags)
{
	moult_diagnostic *last;

	if (hazard->count > 0)
		mo_diag(diags, hazard->id, &hazard->place, hazard->object, "%s (%lld row%s%s%s)",
			hazard->message, hazard->count, hazard->count == 1 ? "" : "s",
			hazard->samples ? ": " : "", hazard->samples ? hazard->samples : "");
	else
		mo_diag(diags, hazard->id, &hazard->place, hazard->object, "%s", hazard->message);
	last = mo_diag_last(diags);
	if (!last)
		return;
	last->count = hazard->count;
	if (hazard->consented && !mo_hazard_refuses(hazard))
		last->severity = last->severity == MOULT_ERROR ? MOULT_WARNING : last->severity;
	if (!mo_hazard_refuses(hazard))
		last->mend = NULL;
	else if (mo_hazard_can_be_allowed(hazard))
		mo_diag_mend(diags, "%s%sor consent with --allow %s",
			     hazard->mend ? hazard->mend : "", hazard->mend ? "; " : "",
			     mo_hazard_consent_words(diags->arena, hazard));
	else if (hazard->mend)
		mo_diag_mend(diags, "%s", hazard->mend);
}

int mo_probe_verdict(const struct plan *plan, struct diags *diags)
{
	int refused = 0;

	for (int i = 0; i < plan->hazards.count; i++) {
		const struct hazard *hazard = plan->hazards.items[i];

		if (!mo_hazard_holds(hazard))
			continue;
		report(hazard, diags);
		refused += mo_hazard_refuses(hazard);
	}
	return refused ? MOULT_REFUSED : MOULT_OK;
}
