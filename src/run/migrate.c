/* SPDX-License-Identifier: MIT */
/* migrate.c: see migrate.h. */
#include "run/migrate.h"

#include <string.h>

#include "backup/backup.h"
#include "base/text.h"
#include "digest/digest.h"
#include "live/catalogue.h"
#include "live/connect.h"
#include "live/watch.h"
#include "model/form.h"
#include "proof/proof.h"
#include "run/functions.h"
#include "run/probe.h"
#include "run/space.h"
#include "run/temporary.h"
#include "session/execute.h"
#include "session/history.h"
#include "sql/own_table.h"
#include "sql/rebuild.h"
#include "trial/row_state.h"

#define MO_HINT_REVIEW "review the plan again, and give its ID to --expect"
#define MOST_TRIES 5 /* at a schema that keeps changing between plan and lock */

/* Everything that one try has. */
struct attempt {
	const struct migration *migration;
	struct moult *m;
	sqlite3 *db;
	struct session session;
	struct schema *have;
	struct diff *diff;
	struct plan *plan;
	struct proof *proof;
	struct backup *backup;
	struct arena *arena;
	long long rows;
	bool is_new; /* nothing was ever written to the file */
	/* of struct hazard: the plan's, as they were before the rows were asked */
	struct list unasked;
	struct list agreed;	/* of char *: what held when the question was answered */
	long long data_version; /* of the file then */
	bool committing;
	bool stale;   /* the schema moved on, or the way was refuted: try again */
	bool refuted; /* an edit or exchange did not stand the proof: try again without */
};

/* ---- before the lock -------------------------------------------------------------------- */

/* What can be said of a file only before its first page is written. */
static int set_new_file(struct attempt *a)
{
	const struct pragmas *want = &a->migration->want->schema->pragmas;
	const char *sql[3] = {NULL, NULL, NULL};
	int rc;

	a->is_new = mo_query_integer(a->db, "PRAGMA main.page_count", 0, &rc) == 0;
	if (rc)
		return mo_diag_sqlite(&a->m->diags, a->db, rc, DIAG_RUN001, NULL, "read the file");
	if (!a->is_new)
		return MOULT_OK;
	if (want->encoding)
		sql[0] = mo_arena_format(a->arena, "PRAGMA main.encoding = %Q", want->encoding);
	if (want->page_size)
		sql[1] = mo_sql_pragma(a->arena, "main.page_size", want->page_size);
	if (want->auto_vacuum)
		sql[2] = mo_arena_format(a->arena, "PRAGMA main.auto_vacuum = %Q",
					 want->auto_vacuum);
	for (int i = 0; i < 3 && !rc; i++)
		rc = sql[i] ? mo_exec(a->db, sql[i]) : SQLITE_OK;
	if (rc)
		return mo_diag_sqlite(&a->m->diags, a->db, rc, DIAG_RUN001, NULL,
				      "set up the new file");
	return mo_arena_rc(a->arena) ? mo_diag_memory(&a->m->diags) : MOULT_OK;
}

static int check_expected(struct attempt *a)
{
	const char *expect = a->migration->options->expect;

	/* Run again, a migration that was made finds nothing to do; that is no other plan. */
	if (!expect || !a->plan->steps.count || mo_same_name(expect, a->plan->id))
		return MOULT_OK;
	mo_diag(&a->m->diags, DIAG_RUN005, NULL, NULL,
		"the plan is %s, not the %s that was reviewed: the file, the document or the SQLite changed since",
		a->plan->id, expect);
	mo_diag_hint(&a->m->diags, MO_HINT_REVIEW);
	return MOULT_REFUSED;
}

/*
 * The schema and its fingerprint in one look: between two, somebody else could
 * change the file, and what is not the plan's would pass for it under the lock.
 */
static int read_have(struct attempt *a, char **exact)
{
	int rc = mo_exec(a->db, "BEGIN");

	if (rc)
		return mo_session_diag(&a->session, rc, DIAG_RUN001, NULL, "read the file");
	rc = mo_catalogue_read(&a->have, a->m, a->db);
	if (!rc)
		rc = mo_catalogue_exact(exact, a->arena, a->db, &a->m->diags);
	mo_session_rollback(&a->session);
	return rc;
}

static int make_plan(struct attempt *a)
{
	char *exact = NULL;
	int rc = read_have(a, &exact);

	if (!rc)
		rc = mo_plan_for(&a->plan, &a->diff, a->m, a->db, a->have, exact,
				 a->migration->want, a->migration->options);
	if (!rc)
		rc = check_expected(a);
	if (!rc && a->plan->steps.count)
		rc = mo_history_check_room(a->db, &a->m->diags);
	return rc ? rc : mo_temporary_check(a->plan, a->m, a->db);
}

/* ---- what others changed, and what the rows say ---------------------------------------------- */

/*
 * An edit of the schema says which number schema_version gets, which must be another than it had.
 */
static bool has_counted_on(struct attempt *a)
{
	const long long version = mo_query_integer(a->db, "PRAGMA main.schema_version", -1, NULL);

	return a->plan->facts.can_edit && version != a->plan->facts.schema_version;
}

static int check_still_the_same(struct attempt *a)
{
	char *exact = NULL;
	int rc = mo_catalogue_exact(&exact, a->arena, a->db, &a->m->diags);

	if (rc)
		return rc;
	if (mo_same(exact, a->plan->facts.exact)) {
		bool stay = true;

		rc = mo_rows_stay(&stay, a->plan, a->m, a->db);
		a->stale = !stay || has_counted_on(a);
		return rc;
	}
	if (a->migration->options->expect) {
		rc = mo_diag(
			&a->m->diags, DIAG_RUN006, NULL, NULL,
			"the schema was changed by somebody else after the plan was made; nothing is changed");
		mo_diag_hint(&a->m->diags, MO_HINT_REVIEW);
		return rc;
	}
	a->stale = true;
	return MOULT_OK;
}

static int ask_hazards(struct attempt *a)
{
	int rc;

	mo_session_phase(&a->session, "probe", NULL, -1);
	rc = mo_probe(a->plan, a->m, a->db);
	if (rc && a->session.stopped)
		return mo_session_diag(&a->session, SQLITE_INTERRUPT, DIAG_RUN014, NULL,
				       "ask the rows");
	return rc;
}

static int ask_rows(struct attempt *a)
{
	int rc = ask_hazards(a);

	if (!rc)
		rc = mo_names_check(a->plan, a->migration->options, a->m, a->db,
				    a->is_new && a->migration->is_ours);
	if (!rc && !a->is_new)
		rc = mo_space_judge(a->plan, a->m, a->db, a->migration->options);
	return rc;
}

/* ---- the question: before the lock, which others wait for ---------------------------------- */

/* Another connection's COMMIT changes it: https://sqlite.org/pragma.html#pragma_data_version */
static long long data_version(struct attempt *a)
{
	return mo_query_integer(a->db, "PRAGMA main.data_version", -1, NULL);
}

static void keep_unasked(struct attempt *a)
{
	EACH (const struct hazard, hazard, &a->plan->hazards) {
		struct hazard *copy = mo_arena_make(a->arena, struct hazard);

		if (copy)
			*copy = *hazard;
		mo_list_add(a->arena, &a->unasked, copy);
	}
}

/* What was added with the answers is to be added again. */
static void forget_answers(struct attempt *a)
{
	a->plan->hazards.count = a->unasked.count;
	for (int i = 0; i < a->unasked.count; i++)
		*(struct hazard *)a->plan->hazards.items[i] =
			*(const struct hazard *)a->unasked.items[i];
}

/* Each hazard that holds, whatever its count. */
static struct list what_holds(struct attempt *a)
{
	struct list holds = {0};

	EACH (const struct hazard, hazard, &a->plan->hazards) {
		if (mo_hazard_holds(hazard))
			mo_list_add(a->arena, &holds,
				    mo_arena_format(a->arena, "%s %s", mo_diag_kinds[hazard->id].id,
						    hazard->target));
	}
	return holds;
}

static bool is_agreed(struct attempt *a)
{
	const struct list now = what_holds(a);

	for (int i = 0; i < now.count; i++)
		if (!mo_names_have(&a->agreed, now.items[i]))
			return false;
	return true;
}

/* The time that the answer takes is not the run's. */
static int confirm(struct attempt *a)
{
	struct moult *m = a->m;
	const sqlite3_int64 began = mo_now_ms();
	const moult_plan *plan = a->migration->wrap(a->migration->wrap_context, a->plan);
	const bool agrees = plan && m->on_confirm(m->confirm_context, plan) == 0;
	const sqlite3_int64 waited = mo_now_ms() - began;

	a->session.started += waited;
	mo_deadline_put_off(m, waited);
	if (agrees)
		return MOULT_OK;
	return mo_diag(&m->diags, DIAG_RUN018, NULL, NULL, "not confirmed; nothing is changed");
}

/*
 * For what the question says the rows are asked in a transaction that only reads, and ends before
 * it.
 */
static int ask_unlocked(struct attempt *a)
{
	int rc = mo_exec(a->db, "BEGIN");

	if (rc)
		return mo_session_diag(&a->session, rc, DIAG_RUN001, NULL, "read the file");
	rc = check_still_the_same(a);
	if (!rc && !a->stale) {
		keep_unasked(a);
		rc = ask_rows(a);
		a->data_version = data_version(a);
		a->agreed = what_holds(a);
	}
	mo_session_rollback(&a->session);
	return rc;
}

static int ask_whether(struct attempt *a)
{
	int rc = ask_unlocked(a);

	if (rc || a->stale)
		return rc;
	if (mo_arena_rc(a->arena))
		return mo_diag_memory(&a->m->diags);
	if (mo_plan_refusals(a->plan))
		return mo_probe_verdict(a->plan, &a->m->diags);
	return confirm(a);
}

/*
 * Under the lock the rows are asked, or asked again if others wrote since.  A
 * danger that the question did not speak of makes it another question.
 */
static int probe(struct attempt *a)
{
	const bool is_confirmed = a->m->on_confirm != NULL;
	const bool is_asked =
		is_confirmed && a->data_version != -1 && a->data_version == data_version(a);
	int rc = MOULT_OK;

	if (is_confirmed && !is_asked)
		forget_answers(a);
	if (!is_asked)
		rc = ask_rows(a);
	if (!rc && is_confirmed && !mo_plan_refusals(a->plan))
		a->stale = !is_agreed(a);
	if (mo_arena_rc(a->arena))
		return mo_diag_memory(&a->m->diags);
	if (rc || a->stale)
		return rc;
	/* What there is to say besides is said when the rows have been asked. */
	return a->plan->begins && !mo_plan_refusals(a->plan)
		       ? MOULT_OK
		       : mo_probe_verdict(a->plan, &a->m->diags);
}

/* ---- under the lock, on the way to the first write ------------------------------------------ */

static int make_backup(struct attempt *a)
{
	const struct backup_order order = {
		.kind = MO_KIND_BEFORE_APPLY,
		.plan = a->plan->id,
		.may_clone = a->migration->is_ours,
		.before = {.exact = a->plan->facts.exact, .shape = mo_shape(a->arena, a->have)}};

	if (a->is_new)
		return MOULT_OK;
	mo_session_phase(&a->session, "backup", NULL, -1);
	return mo_backup_begin(&a->backup, a->m, a->db, &order, a->migration->options);
}

static int record_after(struct attempt *a)
{
	struct fingerprints after = {.shape = mo_shape(a->arena, a->diff->goal)};
	struct list known = {0};
	char *exact = NULL;
	int rc = MOULT_OK;

	if (!a->backup)
		return MOULT_OK;
	/* A full-text index keeps rows in memory until a savepoint or the COMMIT; they count. */
	rc = mo_exec(a->db, "SAVEPOINT moult_flush; RELEASE moult_flush");
	if (rc)
		return mo_session_diag(&a->session, rc, DIAG_RUN008, NULL, "write the rows");
	rc = mo_catalogue_exact(&exact, a->arena, a->db, &a->m->diags);
	after.exact = exact;
	mo_session_phase(&a->session, "record", NULL, -1);
	if (!rc)
		rc = mo_proof_known(&known, a->arena, a->proof, &a->session);
	return rc ? rc : mo_backup_after(a->backup, a->m, a->db, &after, &known);
}

static const char *plain_name(const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL;

	return slash ? slash + 1 : path;
}

static int write_history(struct attempt *a)
{
	const struct pragmas *before = &a->have->pragmas;
	const struct pragmas *goal = &a->diff->goal->pragmas;
	struct guard *guard = &a->session.guard;
	int rc;
	const struct history history = {
		.plan = a->plan->id,
		.document = a->migration->want->name,
		.shape_before = mo_shape(a->arena, a->have),
		.shape_after = mo_shape(a->arena, a->diff->goal),
		.user_version_before = before->user_version,
		.user_version_after =
			goal->has_user_version ? goal->user_version : before->user_version,
		.statements = a->plan->steps.count,
		.rows_copied = a->rows,
		.elapsed_ms = mo_session_elapsed(&a->session),
		.backup = a->backup ? plain_name(a->backup->path) : NULL,
	};

	mo_list_add(a->arena, &guard->allowed.tables, MO_HISTORY_TABLE);
	guard->allowed.schema = true;
	rc = mo_history_add(a->db, &history, &a->m->diags);
	mo_guard_clear(guard);
	return rc;
}

/*
 * What the rows will be is read while the backup is read through; then follows the first write.
 * Where steps run before the change, that is theirs.
 */
static int begin_proof(struct attempt *a)
{
	const struct proof_use use = {.has_copy = a->backup != NULL,
				      .is_recorded = a->backup != NULL};
	int rc = mo_proof_begin(&a->proof, &a->session, a->plan, use);

	if (!rc && !a->plan->begins)
		rc = mo_proof_expect(a->proof, &a->session);
	if (!rc)
		rc = mo_backup_settle(a->backup, a->m);
	if (rc || !a->backup || mo_same(a->backup->manifest.quick_check, "ok"))
		return rc;
	return mo_proof_structure(a->proof, &a->session);
}

/* Where rows to expect stand in the temp schema while they are asked for (plan/filling.h). */
static void allow_fillings(struct attempt *a)
{
	struct guard_allowed *allowed = &a->session.guard.allowed;

	EACH (const struct filling, filling, &a->plan->fillings) {
		mo_list_add(a->arena, &allowed->temp, filling->work);
		mo_list_add(a->arena, &allowed->temp, filling->lookup);
		allowed->schema = true;
	}
}

/* The steps before, and then all that their rows are asked. */
static int run_before(struct attempt *a)
{
	int rc = mo_execute(&a->session, a->plan, STRETCH_BEFORE, &a->rows);

	a->plan->is_old = true;
	if (!rc) {
		allow_fillings(a);
		rc = ask_hazards(a);
	}
	if (!rc)
		rc = mo_probe_verdict(a->plan, &a->m->diags);
	if (!rc)
		rc = mo_proof_expect(a->proof, &a->session);
	mo_guard_clear(&a->session.guard);
	return rc;
}

static int change(struct attempt *a)
{
	int rc = begin_proof(a);

	if (!rc && a->plan->begins)
		rc = run_before(a);
	if (!rc)
		rc = mo_execute(&a->session, a->plan, STRETCH_CHANGE, &a->rows);
	if (!rc)
		rc = mo_session_holds(&a->session);
	if (!rc)
		rc = mo_proof_check(a->proof, &a->session);
	if (!rc && a->plan->ends < a->plan->steps.count)
		rc = mo_execute(&a->session, a->plan, STRETCH_AFTER, &a->rows);
	if (!rc)
		rc = mo_session_holds(&a->session);
	if (!rc)
		rc = mo_proof_finish(a->proof, &a->session);
	if (!rc)
		rc = mo_session_holds(&a->session);
	return rc;
}

static int record_and_commit(struct attempt *a)
{
	int rc = write_history(a);

	if (!rc)
		rc = record_after(a);
	if (!rc)
		rc = mo_session_in_place(&a->session);
	a->committing = !rc;
	return rc ? rc : mo_session_commit(&a->session);
}

static int run_locked(struct attempt *a)
{
	int rc = mo_session_in_place(&a->session);

	if (!rc)
		rc = check_still_the_same(a);
	if (rc || a->stale)
		return rc;
	rc = probe(a);
	if (rc || a->stale)
		return rc;
	rc = make_backup(a);
	if (!rc)
		rc = change(a);
	return rc ? rc : record_and_commit(a);
}

/* journal_mode cannot change inside a transaction; the schema is right whatever comes of it. */
static void set_journal_mode(struct attempt *a)
{
	const char *wish = a->migration->want->schema->pragmas.journal_mode;
	const char *sql =
		wish ? mo_arena_format(a->arena, "PRAGMA main.journal_mode = %Q", wish) : NULL;
	const char *is;

	if (!sql || mo_same_name(a->have->pragmas.journal_mode, wish))
		return;
	is = mo_query_text(a->arena, a->db, sql, NULL);
	if (!mo_same_name(is, wish) && !mo_same_name(is, "memory"))
		mo_diag(&a->m->diags, DIAG_RUN026, NULL, "journal-mode",
			"journal_mode is still %s: others have the file open",
			is ? is : "as it was");
}

/* ---- one try, and the next ----------------------------------------------------------------- */

static void fill_outcome(const struct attempt *a, moult_outcome *outcome)
{
	outcome->plan_id = sqlite3_mprintf("%s", a->plan->id);
	outcome->backup = a->backup ? sqlite3_mprintf("%s", a->backup->path) : NULL;
	outcome->steps = a->plan->steps.count;
	outcome->rows = a->rows;
	outcome->inserted = a->session.changed[EVENT_INSERT];
	outcome->updated = a->session.changed[EVENT_UPDATE];
	outcome->deleted = a->session.changed[EVENT_DELETE];
	outcome->elapsed_ms = mo_session_elapsed(&a->session);
	outcome->deed = outcome->steps ? MOULT_MIGRATED : MOULT_NOTHING;
}

/*
 * A COMMIT whose last sync fails says so, and yet the change is in the file, at
 * least until a power cut.  Then its backup is worth more than ever.
 */
static bool may_be_in_the_file(struct attempt *a)
{
	struct history *last = NULL;

	if (!a->committing)
		return false;
	return mo_history_last(&last, a->arena, a->db, &a->m->diags) != MOULT_OK ||
	       (last && mo_same(last->plan, a->plan->id));
}

static void end_backup(struct attempt *a)
{
	if (may_be_in_the_file(a)) {
		mo_diag(&a->m->diags, DIAG_RUN026, NULL, a->backup ? a->backup->path : NULL,
			"the commit failed, and yet the change may be in the file; %s",
			a->backup ? "its backup stays" : "no backup was made");
		mo_backup_free(a->backup);
	} else {
		mo_backup_discard(a->backup, a->m);
	}
	a->backup = NULL;
}

/*
 * Whether the proof said no to what an edit or an exchange made of the file; orphans would be any
 * way's.  A disk that fails is no verdict, nor what a file holds whose transaction SQLite ended.
 */
static bool is_refuted(struct attempt *a, int rc)
{
	return rc == MOULT_FAILED && a->session.verdict && mo_plan_edits_schema(a->plan) &&
	       !a->session.troubled && !sqlite3_get_autocommit(a->db);
}

/*
 * That says nothing against the change itself: an index that was damaged before
 * stays so where it stays, and a rebuild makes it anew.  Whoever reviewed a plan,
 * or asked for a way, gets that or nothing.
 */
static int fall_back(struct attempt *a, int rc)
{
	const moult_options *options = a->migration->options;
	const moult_diagnostic *verdict = a->session.verdict;

	if (options->expect || (options->strategy && !mo_same(options->strategy, "auto")) ||
	    !is_refuted(a, rc))
		return rc;
	mo_diag_withdraw(&a->m->diags, verdict);
	mo_diag(&a->m->diags, DIAG_RUN033, NULL, verdict->object,
		"%s: %s; it is done again with --strategy alter", verdict->id, verdict->message);
	a->stale = a->refuted = true;
	return MOULT_OK;
}

/*
 * What is refused whatever the plan is refused here, too: what is kept, and in the way of new
 * rows.
 */
static int nothing_to_do(struct attempt *a, moult_outcome *outcome)
{
	int rc = mo_probe(a->plan, a->m, a->db);

	if (!rc)
		rc = mo_probe_verdict(a->plan, &a->m->diags);
	if (rc)
		return rc;
	set_journal_mode(a);
	fill_outcome(a, outcome);
	return MOULT_OK;
}

static int attempt(struct attempt *a, moult_outcome *outcome)
{
	int rc = mo_session_begin(&a->session, a->m, a->db, a->migration->options,
				  a->migration->is_ours);

	if (!rc)
		rc = set_new_file(a);
	if (!rc)
		rc = make_plan(a);
	if (rc)
		return rc;
	if (!a->plan->steps.count)
		return nothing_to_do(a, outcome);
	if (a->m->on_confirm)
		rc = ask_whether(a);
	if (rc || a->stale)
		return rc;
	rc = mo_session_lock(&a->session);
	if (!rc)
		rc = fall_back(a, run_locked(a));
	if (rc || a->stale) {
		mo_session_rollback(&a->session);
		end_backup(a);
		return rc;
	}
	a->m->settled = true; /* what is left is not broken off */
	mo_execute_say(&a->session);
	set_journal_mode(a);
	fill_outcome(a, outcome);
	mo_backup_finish(a->backup, a->m, a->migration->options);
	a->backup = NULL;
	return MOULT_OK;
}

static void attempt_done(struct attempt *a)
{
	mo_proof_free(a->proof);
	mo_digest_unregister(a->db);
	mo_session_end(&a->session);
	if (a->migration->kept && !a->stale) {
		*a->migration->kept = (struct kept){a->have, a->diff, a->plan};
	} else {
		mo_plan_free(a->plan);
		mo_diff_free(a->diff);
		mo_schema_free(a->have);
	}
	mo_arena_free(a->arena);
}

int mo_migrate(const struct migration *migration, moult_outcome *outcome)
{
	struct migration now = *migration;
	moult_options classic = *migration->options;
	int rc;

	classic.strategy = "alter";
	for (int i = 0; i < MOST_TRIES; i++) {
		struct attempt a = {.migration = &now,
				    .m = migration->m,
				    .db = migration->db,
				    .arena = mo_arena_new()};
		bool stale;

		rc = a.arena ? attempt(&a, outcome) : mo_diag_memory(&migration->m->diags);
		stale = a.stale;
		if (a.refuted)
			now.options = &classic;
		attempt_done(&a);
		if (rc || !stale)
			return rc;
	}
	rc = mo_diag(&migration->m->diags, DIAG_RUN006, NULL, NULL,
		     "the schema keeps being changed by somebody else; nothing is changed");
	mo_diag_hint(&migration->m->diags, "run again when nobody changes it");
	return rc;
}

void mo_outcome_done(moult_outcome *outcome)
{
	sqlite3_free(outcome->plan_id);
	sqlite3_free(outcome->backup);
	outcome->plan_id = outcome->backup = NULL;
}
