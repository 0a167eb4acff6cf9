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
#include "online/nulls.h"
#include "run/cost.h"
#include "sql/rebuild.h"
#include "sql/under_way_table.h"

static struct plan *plan_of(const struct online *o)
{
	return ((struct leg *)o->route.legs.items[0])->plan;
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

/* ---- the swap ------------------------------------------------------------------------------ */

/* What an index of before is until it is swept. */
static int leave(struct session *session, const struct piece *piece)
{
	const char *text = piece->row->leaves;
	const bool is_index = mo_name_has_prefix(text, "CREATE INDEX");
	const struct made old = {mo_made_name(session->arena, "old", piece->name), text, text,
				 NULL};

	return is_index ? mo_made_moves(session, &old) : mo_made_becomes(session, old.name, text);
}

/* The table first: with its rows those of its indexes go. */
static int leave_table(struct session *session, const struct piece *piece)
{
	struct arena *arena = session->arena;
	const struct table *table = mo_schema_table(piece->plan->diff->have, piece->name);
	const char *work = mo_made_name(arena, "old", piece->name);
	int rc = mo_made_becomes(session, work, mo_sql_left_table(arena, table, work));

	EACH (const struct index, index, &table->object.indexes) {
		const char *name = mo_made_name(arena, "old", index->object.name);

		if (!rc)
			rc = mo_made_becomes(session, name,
					     mo_sql_left_index(arena, index, name, work));
	}
	return rc;
}

/* What is in it still is copied; and what was written past it is found. */
static int end_log(struct online *o, struct session *session, struct piece *piece)
{
	int rc = mo_piece_drain_all(session, piece);

	if (!rc)
		rc = mo_settle_locked(o, session, piece);
	return rc ? rc : mo_piece_let_go(session, o->run, piece);
}

static int settle_piece(struct online *o, struct session *session, struct piece *piece)
{
	int rc;

	o->piece = piece;
	rc = mo_course_refresh(o);
	if (!rc && !mo_course_is_in(o, MO_READY))
		rc = mo_course_gone(o);
	if (!rc && mo_piece_has_changed(o->piece, o->swap_version)) {
		o->is_stale = true; /* it is proven again, or copied */
		rc = MOULT_REFUSED;
	}
	if (!rc && !piece->only_leaves && !mo_course_is_attached(o))
		rc = end_log(o, session, piece);
	if (!rc && piece->index && !piece->only_leaves)
		rc = mo_made_leaves(session, piece->work);
	if (!rc && piece->index && piece->row->leaves)
		rc = leave(session, piece);
	if (!rc && !piece->index && piece->only_leaves)
		rc = leave_table(session, piece);
	else if (!rc && !piece->index)
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
	mo_session_commit_soon(session, mo_batch_most_ms(o->options), &o->in_the_way);
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
	/* Nobody writes until it is over. */
	if (!rc)
		mo_settle_end(o);
	return rc;
}

static int swap(struct online *o, moult_outcome *outcome)
{
	moult_options options = *o->options;
	struct migration migration = *o->migration;
	moult_on_confirm *const on_confirm = o->m->on_confirm;
	struct diags *diags = &o->m->diags;
	const int said = diags->list.count;
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
	o->swap_began = 0;
	rc = mo_migrate(&migration, outcome);
	o->swap_ms = o->swap_began ? mo_now_ms() - o->swap_began : 0;
	mo_course_add_lock(o, 1, o->swap_ms, o->swap_ms);
	o->m->on_confirm = on_confirm;
	o->batches.session = &o->session;
	o->is_stale |= o->in_the_way;
	while (o->in_the_way && diags->list.count > said) /* it will be said again */
		mo_diag_withdraw(diags, mo_diag_last(diags));
	return rc ? rc : mo_course_begin(o);
}

/* What was touched since is copied, too, before the next try. */
static int swap_again(struct online *o)
{
	int rc = mo_course_begin(o);

	if (rc || !o->in_the_way)
		return rc;
	o->in_the_way = false;
	o->batches.last_ms = o->swap_ms;
	return mo_batch_make_way(&o->batches, o->swap_until);
}

/* ---- the whole ------------------------------------------------------------------------------ */

static int read_have(struct online *o, char **exact)
{
	int rc = mo_course_begin_reading(o);

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

/* What the one that it replaces is lent to. */
static int read_left(struct online *o, struct piece *piece)
{
	const struct schema *have = piece->plan->diff->have;
	const struct object *former = mo_schema_find(have, KIND_INDEX, piece->name);
	const struct table *table;
	struct entries entries;
	const char *why;
	int rc;

	if (!former || !piece->leaves || !mo_name_has_prefix(piece->leaves, "CREATE INDEX"))
		return MOULT_OK;
	table = mo_schema_table(have, ((const struct index *)former)->table);
	rc = mo_entries_read(&entries, &why, o->arena, o->m, table, (const struct index *)former);
	if (!rc)
		piece->left =
			mo_nulls_left(o->arena, table, (const struct index *)former, &entries);
	return rc;
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
	return read_left(o, piece);
}

/* It goes in the swap, and what it had behind that. */
static int add_going(struct online *o, struct plan *plan, const struct step *step)
{
	struct piece *piece = mo_arena_make(o->arena, struct piece);

	if (!piece)
		return mo_diag_memory(&o->m->diags);
	*piece = (struct piece){.plan = plan,
				.name = step->goes->name,
				.before = step->goes->name,
				.only_leaves = true,
				.leaves = step->leaves_tree};
	mo_list_add(o->arena, &o->pieces, piece);
	if (step->goes->kind == KIND_TABLE)
		return MOULT_OK;
	piece->index = (const struct index *)step->goes;
	piece->before = piece->index->table;
	return read_left(o, piece);
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
	EACH (const struct step, step, &plan->steps) {
		if (!rc && step->goes)
			rc = add_going(o, plan, step);
		else if (!rc && step->is_beside && !step->drops)
			rc = add_index(o, plan, step);
	}
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
			  (piece->only_leaves || has_made(o->run, piece->work));
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
 * With a rollback journal every COMMIT waits for who reads.  What the file system shares in no time is
 * copied whatever its size.
 */
static bool takes_long(struct online *o)
{
	const long long bytes = mo_query_integer(o->db, "PRAGMA main.page_count", 0, NULL) *
				mo_query_integer(o->db, "PRAGMA main.page_size", 0, NULL);

	return mo_cost_of_backup(bytes) > mo_batch_most_ms(o->options);
}

/*
 * A snapshot beside the writers: one transaction that reads, and copies at once.  It has the rows of
 * now; those that are written while the change is under way are in the file alone.
 */
static int make_backup(struct online *o)
{
	const struct leg *leg = o->route.legs.items[0];
	const bool has_wal = mo_has_wal(o->arena, o->db);
	const struct backup_order order = {
		.kind = MO_KIND_BEFORE_APPLY,
		.plan = o->route.id,
		.source = o->db,
		.clone = has_wal	 ? MO_NO_CLONE
			 : takes_long(o) ? MO_MUST_CLONE
					 : MO_MAY_CLONE,
		.before = {.exact = leg->plan->facts.exact, .shape = mo_shape(o->arena, o->have)}};
	struct backup *backup = NULL;
	int rc = mo_course_begin_reading(o);

	if (rc)
		return rc;
	mo_session_phase(&o->session, "backup", NULL, -1);
	rc = mo_query_integer(o->db, "SELECT count(*) FROM main.sqlite_master", 0, NULL) >= 0
		     ? mo_backup_begin(&backup, o->m, o->db, &order, o->options)
		     : MOULT_TROUBLE;
	mo_session_rollback(&o->session);
	if (!rc)
		rc = mo_backup_settle(backup, o->m);
	if (!rc && backup)
		o->backup = mo_arena_text(o->arena, backup->path);
	if (rc)
		mo_backup_discard(backup, o->m);
	else
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
		rc = mo_ask_first(o);
	if (!rc)
		rc = confirm(o);
	if (!rc && !o->options->no_backup)
		rc = make_backup(o);
	if (!rc)
		rc = mo_course_once(o, "setup", set_up);
	return rc ? rc : mo_course_read(o);
}

/* Indexes first: from the first proof of a table on a snapshot is held that is not to get old. */
static int copy_all(struct online *o)
{
	int rc = MOULT_OK;

	for (int is_table = 0; is_table < 2; is_table++)
		EACH (struct piece, piece, &o->pieces)
			if (!rc && !piece->only_leaves && (piece->index == NULL) == (is_table == 1))
				rc = mo_copy_to_ready(o, piece);
	return rc;
}

static int change(struct online *o, moult_outcome *outcome)
{
	int rc = o->run ? resume(o) : begin_change(o);

	if (!rc)
		rc = mo_ask_all(o);
	do {
		o->is_stale = false;
		if (!rc)
			rc = copy_all(o);
		/* Last: from then on UNIQUE is asked, and each batch is another version of the schema. */
		EACH (struct piece, piece, &o->pieces)
			if (!rc && !o->is_stale)
				rc = mo_copy_nulls(o, piece);
		if (!rc && !o->is_stale)
			rc = copy_all(o);
		if (!rc && !o->is_stale)
			rc = mo_settle(o);
		if (rc || o->is_stale)
			continue;
		if (!o->swap_until)
			o->swap_until = mo_now_ms() + o->options->timeout_ms;
		rc = swap(o, outcome);
		if (o->is_stale)
			rc = swap_again(o);
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
	if (!rc && !*is_ordinary)
		mo_online_warn(&o->session);
	return rc;
}

static void say_paused(struct online *o)
{
	struct under_way *run = NULL;

	if (mo_under_way_read(&run, o->arena, o->db, &o->m->diags) || !run)
		return;
	mo_diag(&o->m->diags, DIAG_RUN085, NULL, "table " MO_UNDER_WAY_TABLE,
		"what was done is kept, and writers are still noted: phase %s", run->phase);
	mo_diag_hint(
		&o->m->diags, "the same command goes on; moult downgrade abandons it%s",
		mo_has_wal(o->arena, o->db)
			? ""
			: "; where others leave no room for it, PRAGMA journal_mode = WAL does");
}

static void done(struct online *o)
{
	mo_settle_end(o);
	mo_course_end(o);
	EACH (const struct piece, piece, &o->pieces)
		if (piece->entries)
			mo_entries_done(o->db, o->arena, piece);
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
