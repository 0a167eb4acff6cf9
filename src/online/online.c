/* SPDX-License-Identifier: MIT */
/* online.c: see online/online.h. */
#include "online/online.h"

#include "backup/backup.h"
#include "base/text.h"
#include "digest/digest.h"
#include "live/catalogue.h"
#include "live/connect.h"
#include "live/watch.h"
#include "model/form.h"
#include "online/can.h"
#include "online/course.h"
#include "online/entries.h"
#include "run/probe.h"
#include "sql/rebuild.h"
#include "sql/under_way_table.h"

static struct plan *plan_of(const struct online *o)
{
	return ((struct leg *)o->route.legs.items[0])->plan;
}

static int begin_reading(struct online *o)
{
	const int rc = mo_exec(o->db, "BEGIN");

	return rc ? mo_session_diag(&o->session, rc, DIAG_RUN001, NULL, "read the file") : MOULT_OK;
}

/* ---- setup --------------------------------------------------------------------------------- */

/* What tells one change from another: the shape that it leads to, and how the copies are filled. */
static char *what_leads(struct online *o)
{
	const struct leg *leg = o->route.legs.items[0];
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendall(out, mo_shape(o->arena, leg->diff->goal));
	EACH (const struct piece, piece, &o->pieces)
		sqlite3_str_appendf(out, "\n%s;\n%s;", piece->make, piece->copy);
	return mo_arena_take(o->arena, out);
}

static int set_up(void *context, long long most, long long *done)
{
	struct online *o = context;
	const struct leg *leg = o->route.legs.items[0];
	struct under_way run = {.kind = MO_ONLINE,
				.phase = PROBE,
				.document = what_leads(o),
				.former = leg->plan->facts.exact};
	char *exact = NULL;
	int rc = mo_under_way_refuse(o->db, &o->m->diags);

	(void)most;
	*done = 0;
	if (!rc)
		rc = mo_catalogue_exact(&exact, o->arena, o->db, &o->m->diags);
	if (!rc && !mo_same(exact, leg->plan->facts.exact))
		rc = mo_diag(&o->m->diags, DIAG_RUN006, NULL, NULL,
			     "the schema was changed by somebody else after the plan was made; "
			     "nothing is changed");
	if (!rc)
		rc = mo_under_way_begin(&o->session, &run);
	for (int i = 0; !rc && i < o->pieces.count; i++)
		rc = mo_piece_set_up(&o->session, &run, o->pieces.items[i]);
	return rc;
}

static int end_probe(void *context, long long most, long long *done)
{
	struct online *o = context;
	int rc = mo_course_read(o);

	(void)most;
	*done = 0;
	if (rc || !o->run || !mo_same(o->run->phase, PROBE))
		return rc;
	o->run->phase = BACKFILL;
	return mo_under_way_move(o->batches.session, o->run);
}

/*
 * All rows, once the triggers stand: whoever comes to be in the way from then on is in the log, and
 * is asked when he is copied.
 */
static int ask_all(struct online *o)
{
	int rc;

	if (!mo_same(o->run->phase, PROBE))
		return MOULT_OK; /* they were asked, before it was stopped */
	rc = begin_reading(o);
	if (rc)
		return rc;
	mo_session_phase(&o->session, PROBE, NULL, -1);
	EACH (struct piece, piece, &o->pieces)
		if (!rc && !piece->index)
			rc = mo_probe_some(piece->plan, o->arena, o->m, o->db, piece->move, "1");
	mo_session_rollback(&o->session);
	return rc ? rc : mo_course_once(o, PROBE, end_probe);
}

/* ---- the swap ------------------------------------------------------------------------------ */

static int settle_piece(struct online *o, struct session *session, struct piece *piece)
{
	long long done = 1;
	int rc;

	o->piece = piece;
	rc = mo_course_refresh(o);
	if (!rc && !mo_course_is_in(o, MO_READY))
		rc = mo_course_gone(o);
	if (!rc && mo_piece_has_changed(o->piece, o->swap_version)) {
		o->is_stale = true; /* it is proven again, or copied */
		rc = MOULT_REFUSED;
	}
	while (!rc && done > 0)
		rc = mo_piece_drain(session, piece, 1000, &done);
	if (!rc)
		rc = mo_piece_let_go(session, o->run, piece);
	if (!rc && piece->index)
		rc = mo_made_leaves(session, piece->work);
	if (!rc && piece->index && piece->row->leaves)
		rc = mo_made_becomes(session, mo_made_name(session->arena, "old", piece->name),
				     piece->row->leaves);
	if (!rc && !piece->index)
		rc = mo_made_becomes(
			session, piece->work,
			mo_sql_old_rows_table(session->arena, piece->move->have, piece->work));
	if (rc)
		return rc;
	piece->row->phase = SWEEP;
	return mo_under_way_move_table(session, piece->row);
}

/* Under the migration's lock: the last touched rows, and the end of all that notes them. */
static int go_on(void *context, struct session *session)
{
	struct online *o = context;
	int rc = mo_digest_register(o->db);

	o->swap_began = mo_now_ms();
	o->swap_version = mo_query_integer(o->db, "PRAGMA main.schema_version", -1, NULL);
	o->batches.session = session;
	if (rc || mo_guard_begin(&session->guard, session->db))
		return mo_diag_memory(&o->m->diags);
	rc = mo_course_read(o);
	if (!rc)
		rc = mo_course_check(o);
	mo_course_allow(&session->guard.allowed, session->arena, o);
	EACH (struct piece, piece, &o->pieces)
		if (!rc)
			rc = settle_piece(o, session, piece);
	if (!rc) {
		o->run->phase = SWEEP;
		rc = mo_under_way_move(session, o->run);
	}
	if (session->guard.denied)
		rc = mo_guard_diag(&session->guard, &o->m->diags);
	mo_guard_end(&session->guard);
	return rc;
}

static int swap(struct online *o, moult_outcome *outcome)
{
	moult_options options = *o->options;
	struct migration migration = *o->migration;
	moult_on_confirm *const on_confirm = o->m->on_confirm;
	long long ms;
	int rc;

	options.no_backup = 1; /* there is one, from before the setup */
	options.expect = NULL;
	migration.options = &options;
	migration.go_on = go_on;
	migration.reviewed = o->route.id;
	migration.backup = o->backup;
	migration.go_on_context = o;
	mo_wal_write(&o->session);
	mo_course_end(o);
	o->m->on_confirm = NULL;
	rc = mo_migrate(&migration, outcome);
	ms = o->swap_began ? mo_now_ms() - o->swap_began : 0;
	mo_course_add_lock(o, 1, ms, ms);
	o->m->on_confirm = on_confirm;
	o->batches.session = &o->session;
	return rc ? rc : mo_course_begin(o);
}

/* ---- the whole ------------------------------------------------------------------------------ */

static int read_have(struct online *o, char **exact)
{
	int rc = begin_reading(o);

	if (rc)
		return rc;
	rc = mo_catalogue_read(&o->have, o->m, o->db);
	if (!rc)
		rc = mo_catalogue_exact(exact, o->arena, o->db, &o->m->diags);
	if (!rc)
		rc = mo_stand_way(&o->wants, o->arena, o->m, o->db, o->have,
				  o->migration->destination);
	mo_session_rollback(&o->session);
	return rc;
}

static int make_plan(struct online *o)
{
	char *exact = NULL;
	int rc = read_have(o, &exact);

	return rc ? rc
		  : mo_route_plan(&o->route, o->m, o->db, o->have, exact, &o->wants, o->options);
}

static long long rows_of(const struct plan *plan, const struct move *move)
{
	EACH (const struct step, step, &plan->steps)
		if (step->kind == STEP_COPY && step->move == move)
			return step->cost.rows;
	return -1;
}

/* Its entries are made beside those who write the table. */
static int add_index(struct online *o, struct plan *plan, const struct step *step)
{
	struct piece *piece;
	const int rc =
		mo_entries_make(&piece, &o->session, plan, step->takes ? step->takes : step->index);

	if (rc)
		return rc;
	piece->rows = step->cost.rows;
	piece->leaves = step->leaves_tree;
	mo_list_add(o->arena, &o->pieces, piece);
	return MOULT_OK;
}

static int make_pieces(struct online *o)
{
	struct plan *plan = plan_of(o);
	int rc = MOULT_OK;

	EACH (const struct move, move, &plan->moves) {
		struct piece *piece;

		if (rc || !mo_online_is_piece(move))
			continue;
		rc = mo_piece_make(&piece, &o->session, plan, move);
		if (rc)
			continue;
		piece->rows = rows_of(plan, move);
		mo_list_add(o->arena, &o->pieces, piece);
	}
	EACH (const struct step, step, &plan->steps)
		if (!rc && step->is_beside && !step->drops)
			rc = add_index(o, plan, step);
	return rc;
}

static bool has_made(const struct under_way *run, const char *name)
{
	EACH (const struct made, made, &run->made)
		if (mo_same(made->name, name))
			return true;
	return false;
}

/* The document is the one that it was begun for, by the shape that it leads to. */
static int check_same(struct online *o)
{
	const struct leg *leg = o->route.legs.items[0];
	bool is_same = mo_same(o->run->document, what_leads(o)) &&
		       mo_same(o->run->former, leg->plan->facts.exact) &&
		       o->run->tables.count == o->pieces.count;

	EACH (const struct piece, piece, &o->pieces)
		is_same = is_same && mo_course_row(o->run, piece->name) &&
			  has_made(o->run, piece->work);
	if (is_same)
		return MOULT_OK;
	mo_diag(&o->m->diags, DIAG_RUN082, NULL, "table " MO_UNDER_WAY_TABLE,
		"what is under way since %s is not this change: the document or the schema is "
		"another",
		o->run->at);
	mo_diag_hint(&o->m->diags, "go on with the document that it was begun with, or abandon it "
				   "with moult downgrade");
	return mo_diag_kinds[DIAG_RUN082].result;
}

/* What was asked before anything is made, while nothing is locked. */
static int ask_first(struct online *o)
{
	struct plan *plan = plan_of(o);
	int rc = begin_reading(o);

	if (rc)
		return rc;
	mo_session_phase(&o->session, PROBE, NULL, -1);
	rc = mo_probe(plan, o->m, o->db, NULL);
	mo_session_rollback(&o->session);
	if (!rc)
		rc = mo_probe_verdict(plan, &o->m->diags);
	if (!rc && mo_digest_register(o->db))
		rc = mo_diag_memory(&o->m->diags);
	return rc;
}

static int check_expected(struct online *o)
{
	const char *expect = o->options->expect;

	if (!expect || mo_same_name(expect, o->route.id))
		return MOULT_OK;
	return mo_diag(&o->m->diags, DIAG_RUN005, NULL, NULL,
		       "the plan is %s, not the %s that was reviewed", o->route.id, expect);
}

static int confirm(struct online *o)
{
	struct moult *m = o->m;
	const moult_plan *plan;

	if (!m->on_confirm)
		return MOULT_OK;
	plan = o->migration->wrap(o->migration->wrap_context, &o->route);
	if (plan && m->on_confirm(m->confirm_context, plan) == 0)
		return MOULT_OK;
	return mo_diag(&m->diags, DIAG_RUN018, NULL, NULL, "not confirmed; nothing is changed");
}

/*
 * A snapshot beside the writers: one transaction that reads, and copies at once.  It has the rows of
 * now; those that are written while the change is under way are in the file alone.
 */
static int make_backup(struct online *o)
{
	const struct leg *leg = o->route.legs.items[0];
	const struct backup_order order = {
		.kind = MO_KIND_BEFORE_APPLY,
		.plan = o->route.id,
		.source = o->db,
		.before = {.exact = leg->plan->facts.exact, .shape = mo_shape(o->arena, o->have)}};
	struct backup *backup = NULL;
	int rc = begin_reading(o);

	if (rc)
		return rc;
	mo_session_phase(&o->session, "backup", NULL, -1);
	rc = mo_query_integer(o->db, "SELECT count(*) FROM main.sqlite_master", 0, NULL) >= 0
		     ? mo_backup_make(&backup, o->m, o->db, &order, o->options)
		     : MOULT_TROUBLE;
	mo_session_rollback(&o->session);
	if (!rc && backup)
		o->backup = mo_arena_text(o->arena, backup->path);
	if (!rc)
		mo_backup_finish(backup, o->m, o->options);
	return rc;
}

/* That of the run which began it; the file does not say its name, and the newest is it. */
static int find_backup(struct online *o)
{
	const char *path = sqlite3_db_filename(o->db, "main");
	struct list entries = {0};
	int rc = MOULT_OK;

	if (!o->options->no_backup && path)
		rc = mo_backup_list(&entries, o->arena, o->m, path, o->options);
	EACH (const struct backup_entry, entry, &entries)
		if (!rc && !o->backup && !entry->fault && !entry->manifest.undone &&
		    !entry->manifest.after.exact &&
		    mo_same(entry->manifest.before.exact, o->run->former))
			o->backup = entry->path;
	return rc;
}

/* Only of the same change is the backup one of before it. */
static int resume(struct online *o)
{
	const int rc = check_same(o);

	return rc ? rc : find_backup(o);
}

static int begin_change(struct online *o)
{
	int rc = check_expected(o);

	if (!rc)
		rc = ask_first(o);
	if (!rc)
		rc = confirm(o);
	if (!rc && !o->options->no_backup)
		rc = make_backup(o);
	if (!rc)
		rc = mo_course_once(o, "setup", set_up);
	return rc ? rc : mo_course_read(o);
}

static int change(struct online *o, moult_outcome *outcome)
{
	int rc = o->run ? resume(o) : begin_change(o);

	if (!rc)
		rc = ask_all(o);
	do {
		o->is_stale = false;
		EACH (struct piece, piece, &o->pieces)
			if (!rc)
				rc = mo_copy_to_ready(o, piece);
		if (!rc)
			rc = swap(o, outcome);
		if (o->is_stale)
			rc = mo_course_begin(o);
	} while (!rc && o->is_stale);
	return rc ? rc : mo_sweep_all(o);
}

/* What was begun is ended first, where it is past the swap or on its way out. */
static int end_last(struct online *o)
{
	if (!o->run)
		return MOULT_OK;
	if (!mo_same(o->run->kind, MO_ONLINE))
		return mo_under_way_refuse(o->db, &o->m->diags);
	if (!mo_same(o->run->phase, SWEEP) && !mo_same(o->run->phase, ABANDON))
		return MOULT_OK;
	return mo_way_out(o);
}

/* Whether there is more to do than an ordinary migration does. */
static int plan_change(struct online *o, bool *is_ordinary)
{
	int rc = end_last(o);

	if (!rc)
		rc = make_plan(o);
	*is_ordinary = !rc && !mo_route_steps(&o->route) && !o->run;
	if (rc || *is_ordinary)
		return rc;
	rc = mo_online_can(&o->session, &o->route, o->run);
	if (!rc)
		rc = make_pieces(o);
	*is_ordinary = !rc && !o->pieces.count && !o->run;
	return rc;
}

static void say_paused(struct online *o)
{
	struct under_way *run = NULL;

	if (mo_under_way_read(&run, o->arena, o->db, &o->m->diags) || !run)
		return;
	mo_diag(&o->m->diags, DIAG_RUN085, NULL, "table " MO_UNDER_WAY_TABLE,
		"what was done is kept, and writers are still noted: phase %s", run->phase);
	mo_diag_hint(&o->m->diags, "the same command goes on; moult downgrade abandons it");
}

static void done(struct online *o)
{
	mo_course_end(o);
	mo_route_done(&o->route);
	mo_schema_free(o->have);
	mo_arena_free(o->run_arena);
	mo_arena_free(o->arena);
}

int mo_online_apply(const struct migration *migration, moult_outcome *outcome)
{
	struct online o = {.migration = migration,
			   .m = migration->m,
			   .db = migration->db,
			   .options = migration->options,
			   .arena = mo_arena_new()};
	const sqlite3_int64 began = mo_now_ms();
	struct online_sum sum;
	bool is_ordinary = false;
	int rc = o.arena ? mo_course_begin(&o) : mo_diag_memory(&o.m->diags);

	/* Of a file that nothing was ever written to nobody has anything open. */
	if (!rc && !mo_query_integer(o.db, "PRAGMA main.page_count", 0, NULL))
		is_ordinary = true;
	else if (!rc)
		rc = plan_change(&o, &is_ordinary);
	if (!rc && !is_ordinary)
		rc = change(&o, outcome);
	if (rc)
		say_paused(&o);
	if (!rc && !is_ordinary && o.backup)
		outcome->backup = sqlite3_mprintf("%s", o.backup);
	done(&o);
	sum = o.sum;
	if (rc || is_ordinary)
		return rc ? rc : mo_migrate(migration, outcome);
	outcome->rows += sum.rows;
	outcome->locks = sum.locks;
	outcome->longest_lock_ms = sum.longest_ms;
	outcome->locked_ms = sum.locked_ms;
	outcome->paused_ms = sum.paused_ms;
	outcome->elapsed_ms = mo_now_ms() - began;
	return MOULT_OK;
}

int mo_online_abandon(bool *was, struct moult *m, sqlite3 *db, const moult_options *options,
		      bool is_ours)
{
	const struct migration migration = {
		.m = m, .db = db, .options = options, .is_ours = is_ours};
	struct online o = {.migration = &migration,
			   .m = m,
			   .db = db,
			   .options = options,
			   .arena = mo_arena_new()};
	int rc = o.arena ? mo_course_begin(&o) : mo_diag_memory(&m->diags);

	*was = !rc && o.run && mo_same(o.run->kind, MO_ONLINE);
	if (*was)
		rc = mo_way_out(&o);
	done(&o);
	return rc;
}
