/* SPDX-License-Identifier: MIT */
/* migrate.c: see migrate.h. */
#include "run/migrate.h"

#include "back/park_rows.h"
#include "base/text.h"
#include "digest/digest.h"
#include "live/catalogue.h"
#include "live/connect.h"
#include "live/under_way.h"
#include "model/form.h"
#include "run/attempt.h"
#include "run/probe.h"
#include "run/temporary.h"
#include "session/execute.h"
#include "session/history.h"
#include "sql/rebuild.h"
#include "trial/row_state.h"

#define MO_HINT_REVIEW "review the plan again, and give its ID to --expect"
#define MOST_TRIES 5 /* at a schema that keeps changing between plan and lock */

/* ---- before the lock -------------------------------------------------------------------- */

/* What the file shall be in the end. */
static const struct schema *last_wanted(const struct attempt *a)
{
	const struct destination *destination = a->migration->destination;

	return ((const struct wanted *)destination->wants.items[destination->to])->schema;
}

/* What can be said of a file only before its first page is written. */
static int set_new_file(struct attempt *a)
{
	const struct pragmas *want = &last_wanted(a)->pragmas;
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
	if (!expect || !mo_route_steps(&a->route) || mo_same_name(expect, a->route.id))
		return MOULT_OK;
	mo_diag(&a->m->diags, DIAG_RUN005, NULL, NULL,
		"the plan is %s, not the %s that was reviewed: the file, the document or the SQLite changed since",
		a->route.id, expect);
	mo_diag_hint(&a->m->diags, MO_HINT_REVIEW);
	return MOULT_REFUSED;
}

static int refuse_under_way(struct attempt *a)
{
	return a->migration->go_on ? MOULT_OK : mo_under_way_refuse(a->db, &a->m->diags);
}

/*
 * The schema, its fingerprint and where the file stands in one look: between two, somebody else could
 * change the file, and what is not the plan's would pass for it under the lock.
 */
static int read_have(struct attempt *a, char **exact)
{
	int rc = mo_exec(a->db, "BEGIN");

	if (rc)
		return mo_session_diag(&a->session, rc, DIAG_RUN001, NULL, "read the file");
	rc = refuse_under_way(a);
	if (!rc)
		rc = mo_catalogue_read(&a->have, a->m, a->db);
	if (!rc)
		rc = mo_catalogue_exact(exact, a->arena, a->db, &a->m->diags);
	if (!rc)
		rc = mo_stand_way(&a->wants, a->arena, a->m, a->db, a->have,
				  a->migration->destination);
	if (!rc)
		a->migrations = mo_history_count(a->db);
	mo_session_rollback(&a->session);
	return rc;
}

static int check_temporary(struct attempt *a)
{
	int rc = MOULT_OK;

	for (int i = 0; !rc && i < a->route.legs.count; i++)
		rc = mo_temporary_check(mo_route_leg(&a->route, i)->plan, a->m, a->db);
	return rc;
}

static void take_leg(struct attempt *a, int at)
{
	a->at = at;
	a->leg = mo_route_leg(&a->route, at);
}

static int make_plan(struct attempt *a)
{
	char *exact = NULL;
	int rc = read_have(a, &exact);

	if (!rc)
		rc = mo_route_plan(&a->route, a->m, a->db, a->have, exact, &a->wants,
				   a->migration->options);
	if (rc)
		return rc;
	take_leg(a, 0);
	rc = check_expected(a);
	if (!rc && mo_route_steps(&a->route))
		rc = mo_history_check_room(a->db, &a->m->diags);
	return rc ? rc : check_temporary(a);
}

/* ---- what others changed ------------------------------------------------------------------- */

/*
 * An edit of the schema says which number schema_version gets, which must be another than it had.
 */
static bool has_counted_on(struct attempt *a)
{
	const long long version = mo_query_integer(a->db, "PRAGMA main.schema_version", -1, NULL);

	return a->leg->plan->facts.can_edit && version != a->leg->plan->facts.schema_version;
}

int mo_attempt_is_current(struct attempt *a)
{
	char *exact = NULL;
	int rc = refuse_under_way(a); /* no fingerprint speaks of what it made */

	if (!rc)
		rc = mo_catalogue_exact(&exact, a->arena, a->db, &a->m->diags);
	if (rc)
		return rc;
	if (mo_same(exact, a->leg->plan->facts.exact)) {
		bool stay = true;

		rc = mo_rows_stay(&stay, a->leg->plan, a->m, a->db);
		/* A release of steps and rows alone leaves the schema as it was. */
		a->stale = !stay || has_counted_on(a) || a->migrations != mo_history_count(a->db);
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

/* ---- under the lock, on the way to the first write ------------------------------------------ */

static int make_backup(struct attempt *a)
{
	const struct backup_order order = {.kind = MO_KIND_BEFORE_APPLY,
					   .plan = a->route.id,
					   .clone = a->migration->is_ours ? MO_MAY_CLONE
									  : MO_NO_CLONE,
					   .before = {.exact = a->leg->plan->facts.exact,
						      .shape = mo_shape(a->arena, a->have)}};

	if (a->is_new)
		return MOULT_OK;
	mo_session_phase(&a->session, "backup", NULL, -1);
	return mo_backup_begin(&a->backup, a->m, a->db, &order, a->migration->options);
}

static int record_after(struct attempt *a)
{
	struct fingerprints after = {.shape = mo_shape(a->arena, a->leg->diff->goal)};
	struct list known = {0};
	char *exact = NULL;
	int rc = MOULT_OK;

	if (!a->backup)
		return MOULT_OK;
	/* A full-text index keeps rows in memory until a savepoint or the COMMIT; they count. */
	rc = mo_session_flush(&a->session);
	if (rc)
		return mo_session_diag(&a->session, rc, DIAG_RUN008, NULL, "write the rows");
	rc = mo_catalogue_exact(&exact, a->arena, a->db, &a->m->diags);
	after.exact = exact;
	mo_session_phase(&a->session, "record", NULL, -1);
	/* Behind several legs, or rows that moved, nothing is known, and all rows are read. */
	if (!rc && a->proof && a->route.legs.count == 1 && !a->has_moved)
		rc = mo_proof_known(&known, a->arena, a->proof, &a->session);
	/* A last leg that finds nothing to do was only asked, and that took the functions away. */
	if (!rc && (a->route.legs.count > 1 || a->has_moved) && mo_digest_register(a->db))
		rc = mo_diag_memory(&a->m->diags);
	return rc ? rc : mo_backup_after(a->backup, a->m, a->db, &after, &known);
}

static int record_and_commit(struct attempt *a)
{
	int rc = record_after(a);

	if (!rc)
		rc = mo_session_in_place(&a->session);
	a->committing = !rc;
	if (rc)
		return rc;
	mo_session_phase(&a->session, "commit", NULL, -1);
	rc = mo_session_commit(&a->session);
	a->committing = rc != MOULT_BUSY; /* else it is rolled back, whatever its file holds */
	return rc;
}

/* Which of several legs it is that was refused. */
static int refuse_route(struct attempt *a)
{
	const struct wanted *before = a->at ? &mo_route_leg(&a->route, a->at - 1)->want : NULL;

	if (a->route.legs.count == 1)
		return MOULT_REFUSED;
	mo_diag(&a->m->diags, DIAG_RUN051, NULL, a->leg->want.release,
		"%s, %d of %d on the way, is refused; the file is as it was",
		mo_leg_title(a->arena, a->leg), a->at + 1, a->route.legs.count);
	if (before && before->schema->way_back)
		mo_diag_hint(&a->m->diags, "moult downgrade without WANT goes back by one shape");
	else if (before)
		mo_diag_hint(&a->m->diags, "the releases before it can be applied: --to %s",
			     before->release);
	else
		mo_diag_hint(
			&a->m->diags,
			"mend the rows, or consent with --allow; a release that no file has yet "
			"can be frozen again: moult release DOC --amend");
	return MOULT_REFUSED;
}

static int run_legs(struct attempt *a)
{
	int rc = MOULT_OK;

	for (int i = 0; !rc && i < a->route.legs.count; i++) {
		take_leg(a, i);
		rc = mo_leg_run(a);
	}
	return rc == MOULT_REFUSED ? refuse_route(a) : rc;
}

static int run_locked(struct attempt *a)
{
	int rc = mo_session_in_place(&a->session);

	if (!rc)
		rc = mo_attempt_is_current(a);
	if (rc || a->stale)
		return rc;
	if (a->migration->go_on)
		rc = a->migration->go_on(a->migration->go_on_context, &a->session);
	if (!rc)
		rc = mo_attempt_probe(a);
	if (rc || a->stale)
		return rc == MOULT_REFUSED ? refuse_route(a) : rc;
	rc = make_backup(a);
	if (!rc)
		rc = run_legs(a);
	return rc ? rc : record_and_commit(a);
}

/* journal_mode cannot change inside a transaction; the schema is right whatever comes of it. */
static void set_journal_mode(struct attempt *a)
{
	const char *wish = last_wanted(a)->pragmas.journal_mode;
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
	outcome->plan_id = sqlite3_mprintf("%s", a->migration->reviewed ? a->migration->reviewed
									: a->route.id);
	outcome->backup = a->backup ? sqlite3_mprintf("%s", a->backup->path) : NULL;
	outcome->steps = mo_route_steps(&a->route);
	outcome->rows = a->rows;
	outcome->inserted = a->session.changed[EVENT_INSERT];
	outcome->updated = a->session.changed[EVENT_UPDATE];
	outcome->deleted = a->session.changed[EVENT_DELETE];
	EACH (const struct parked_table, table, &a->parked)
		outcome->parked += table->rows;
	outcome->unparked = a->unparked;
	outcome->still_parked = a->still.parked;
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
	       (last && mo_same(last->plan, a->route.id));
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
	return rc == MOULT_FAILED && a->session.verdict && mo_plan_edits_schema(a->leg->plan) &&
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

	if (options->expect || a->leg->plan->facts.online ||
	    (options->strategy && !mo_same(options->strategy, "auto")) || !is_refuted(a, rc))
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
	int rc;

	take_leg(a, a->route.legs.count - 1);
	rc = mo_probe(a->leg->plan, a->m, a->db, NULL);
	if (!rc)
		rc = mo_probe_verdict(a->leg->plan, &a->m->diags);
	if (rc)
		return rc;
	set_journal_mode(a);
	fill_outcome(a, outcome);
	return MOULT_OK;
}

/* What refuses a later leg whatever the rows are is known before the lock. */
static int judge_later_legs(struct attempt *a)
{
	int rc = MOULT_OK;

	for (int i = 1; !rc && i < a->route.legs.count; i++) {
		take_leg(a, i);
		if (mo_plan_refusals(a->leg->plan) &&
		    mo_probe_verdict(a->leg->plan, &a->m->diags) == MOULT_REFUSED)
			rc = refuse_route(a);
	}
	take_leg(a, 0);
	return rc;
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
	if (!mo_route_steps(&a->route))
		return nothing_to_do(a, outcome);
	rc = judge_later_legs(a);
	if (!rc && a->m->on_confirm)
		rc = mo_attempt_confirm(a);
	if (rc || a->stale)
		return rc;
	rc = mo_session_lock(&a->session);
	a->is_locked = !rc;
	if (!rc)
		rc = fall_back(a, run_locked(a));
	if (rc || a->stale) {
		mo_session_rollback(&a->session);
		end_backup(a);
		return rc;
	}
	a->m->settled = true; /* what is left is not broken off */
	mo_execute_say(&a->session);
	mo_attempt_say_parked(a);
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
		*a->migration->kept = (struct kept){a->have, a->route};
	} else {
		mo_route_done(&a->route);
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

void mo_kept_done(struct kept *kept)
{
	mo_route_done(&kept->route);
	mo_schema_free(kept->have);
	*kept = (struct kept){.have = NULL};
}

void mo_outcome_done(moult_outcome *outcome)
{
	sqlite3_free(outcome->plan_id);
	sqlite3_free(outcome->backup);
	outcome->plan_id = outcome->backup = NULL;
}
