/* SPDX-License-Identifier: MIT */
/*
 * moult.c: the public functions: the pipeline from top to bottom.
 *
 *	path or text --------------> moult_schema	moult_schema.c
 *	(have, want) --mo_diff------> moult_diff
 *	             --mo_plan_for--> moult_plan
 *	(file, want) --mo_migrate---> the file changed, or not
 */
#include "moult.h"

#include <string.h>

#include "back/finish.h"
#include "back/rollback.h"
#include "back/way_back.h"
#include "back/way_row.h"
#include "backup/name.h"
#include "base/show.h"
#include "base/text.h"
#include "live/connect.h"
#include "live/input.h"
#include "live/under_way.h"
#include "live/watch.h"
#include "moult_private.h"
#include "online/can.h"
#include "online/online.h"
#include "online/side_by_side.h"
#include "plan/data_steps.h"
#include "report/rehearsal.h"
#include "report/report.h"
#include "run/migrate.h"
#include "run/probe.h"
#include "run/rehearse.h"
#include "run/temporary.h"

/* ---- differences and plans ----------------------------------------------------------------- */

int mo_look(struct diff **diff, moult *m, const struct schema *have, const moult_schema *want,
	    const moult_options *options)
{
	moult_options all = *options;

	if (!want->document)
		return mo_diff_exact(diff, m, have, want->stored, options);
	all.prune |= options->strict || want->document->undeclared == UNDECLARED_ERROR;
	return mo_diff(diff, m, have, want->document, &all);
}

int moult_diff_new(moult_diff **out, moult *m, const moult_schema *have, const moult_schema *want,
		   const moult_options *given)
{
	moult_options options = mo_with_defaults(given);
	struct moult_diff *diff = sqlite3_malloc64(sizeof(*diff));
	int rc;

	if (!diff)
		return mo_diag_memory(&m->diags);
	diff->diff = NULL;
	rc = mo_release_had(&have, m, have, want, &options);
	if (!rc)
		rc = mo_wanted_release(&want, m, want, &options);
	if (!rc)
		rc = mo_schema_judge(m, have);
	if (!rc)
		rc = mo_look(&diff->diff, m, mo_as_have(have), want, &options);
	if (!rc && !mo_diff_is_empty(diff->diff))
		rc = mo_schema_judge(m, want);
	if (!rc)
		*out = diff;
	else
		moult_diff_free(diff);
	return rc;
}

void moult_diff_free(moult_diff *diff)
{
	if (!diff)
		return;
	mo_diff_free(diff->diff);
	sqlite3_free(diff);
}

int moult_diff_count(const moult_diff *diff)
{
	return diff->diff->renames.count + diff->diff->changes.count;
}

int moult_diff_report(moult *m, const moult_diff *diff, enum moult_format format,
		      moult_write *write, void *context)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	mo_report_diff(out, diff->diff, mo_page(m, format));
	return mo_deliver(m, out, write, context);
}

/* The progress handler of a borrowed connection is not ours to take while nothing is changed. */
static int probe(struct plan *plan, moult *m, const moult_schema *have)
{
	struct watch watch;
	int rc;

	if (have->owns_db)
		mo_watch_begin(&watch, m, have->db, "probe", NULL);
	rc = mo_probe(plan, m, have->db, NULL);
	if (have->owns_db)
		mo_watch_end(&watch);
	return rc;
}

/* The rows are those that the first leg will find; the others are asked at their turn. */
static int ask_rows(struct moult_plan *plan, moult *m, const moult_schema *have)
{
	struct plan *first = mo_route_leg(&plan->route, 0)->plan;
	int rc = probe(first, m, have);

	if (!rc)
		rc = mo_space_judge(first, m, have->db, &plan->options);
	if (!rc && plan->route.legs.count > 1)
		rc = mo_space_route(&plan->route, m, have->db, &plan->options);
	return rc;
}

/* What reports call both ends of each plan: what was given, and releases or shapes on the way. */
static void name_legs(struct route *route, const char *have, const moult_schema *want)
{
	EACH (const struct leg, leg, &route->legs) {
		const bool is_last = leg->plan == mo_route_last(route);
		const char *to = want->name;

		if (want->releases && leg->want.release)
			to = leg->want.release;
		else if (leg->want.schema->way_back && !is_last)
			to = mo_leg_end(leg->plan->arena, leg);
		leg->plan->have = mo_arena_text(leg->plan->arena, have);
		leg->plan->want = mo_arena_text(leg->plan->arena, to);
		have = to;
	}
}

/* For those who review it: what going back will do to rows, where there will be a way back. */
static int note_way_back(struct plan *plan, moult *m)
{
	struct schema *document = NULL;
	int rc;

	if (!plan->steps.count || !plan->facts.leaves_way || mo_is_new_file(plan->diff->have))
		return MOULT_OK;
	rc = mo_way_back_make(&document, plan, &plan->way_back, plan->arena, &m->diags);
	mo_schema_free(document);
	return rc;
}

/* What can go from a document cannot from a release: that is never edited again. */
static void note_leg(const struct moult_plan *plan, const struct leg *leg, moult *m)
{
	if (!leg->want.release && !plan->want->release)
		mo_plan_notes(leg->plan, m);
}

static int plan_way(struct moult_plan *plan, moult *m, const moult_schema *have, struct aim *aim)
{
	struct list wants = {0};
	int rc = mo_stand_way(&wants, aim->arena, m, have->db, mo_as_have(have), &aim->destination);

	if (!rc)
		rc = mo_route_plan(&plan->route, m, have->db, mo_as_have(have), NULL, &wants,
				   &plan->options);
	for (int i = 0; !rc && have->db && i < plan->route.legs.count; i++)
		rc = mo_temporary_check(mo_route_leg(&plan->route, i)->plan, m, have->db);
	for (int i = 0; !rc && i < plan->route.legs.count; i++)
		note_leg(plan, mo_route_leg(&plan->route, i), m);
	for (int i = 0; !rc && i < plan->route.legs.count; i++)
		rc = note_way_back(mo_route_leg(&plan->route, i)->plan, m);
	return rc;
}

/* Columns in step belong to one change, and a route through releases is many. */
static int check_one_document(moult *m, const moult_schema *want)
{
	if (!want->releases)
		return MOULT_OK;
	mo_diag(&m->diags, DIAG_RUN022, NULL, "side-by-side",
		"--side-by-side goes to one document, and %s is a folder of releases", want->name);
	mo_diag_hint(&m->diags, "give the document of the newest release");
	return mo_diag_kinds[DIAG_RUN022].result;
}

/* The way to both shapes in one takes the place of the way to what is wanted. */
static int plan_both(const moult_schema **want, struct moult_plan *plan, moult *m,
		     const moult_schema *have)
{
	const struct side_order order = {.m = m, .db = have->db, .options = &plan->options};
	int rc = check_one_document(m, *want);

	if (!rc)
		rc = mo_schema_judge(m, have);
	if (!rc)
		plan->both = mo_schema_begin(m, "both shapes", MOULT_DOCUMENT);
	if (!rc && !plan->both)
		return MOULT_TROUBLE;
	if (!rc)
		rc = mo_side_plan(&plan->both->document, &order, mo_as_have(have),
				  mo_as_want(*want), (*want)->name);
	if (!rc)
		*want = plan->both;
	return rc;
}

static int refuse_both(moult *m)
{
	mo_diag(&m->diags, DIAG_RUN083, NULL, NULL,
		"this cannot be done online: --side-by-side has batches of its own");
	mo_diag_hint(&m->diags, "say one of the two");
	return mo_diag_kinds[DIAG_RUN083].result;
}

/* Nothing is written; what can be done beside writers, and for how long each lock would last. */
static int plan_online(struct moult_plan *plan, moult *m, const moult_schema *have)
{
	struct session session = {.m = m,
				  .db = have->db,
				  .options = &plan->options,
				  .arena = mo_route_leg(&plan->route, 0)->plan->arena,
				  .is_ours = true};
	int rc;

	if (plan->options.side_by_side)
		return plan->options.online ? refuse_both(m)
					    : mo_online_explain_both(&session, &plan->route);
	rc = mo_online_can(&session, &plan->route, NULL);
	if (!rc)
		mo_online_explain(&session, &plan->route);
	return rc;
}

static int refuse_under_way(moult *m, const moult_schema *have)
{
	if (!have->db)
		return MOULT_OK;
	return mo_has_running(have->db) ? mo_diag_running(m)
					: mo_under_way_refuse(have->db, &m->diags);
}

/* The statements, and what the rows say of them; want is what reports call the end of the way. */
static int plan_to(struct moult_plan *plan, moult *m, const moult_schema *have,
		   const moult_schema *want, struct aim *aim)
{
	int rc = mo_schema_judge(m, have);

	if (!rc)
		rc = plan_way(plan, m, have, aim);
	if (!rc)
		name_legs(&plan->route, have->name, want);
	return !rc && have->db ? ask_rows(plan, m, have) : rc;
}

static int plan_for(struct moult_plan *plan, moult *m)
{
	const moult_schema *have = plan->have, *want = plan->want;
	struct aim aim = {.arena = NULL};
	int rc = mo_release_had(&have, m, plan->have, want, &plan->options);

	if (!rc)
		rc = refuse_under_way(m, have);
	if (!rc && plan->options.side_by_side)
		rc = plan_both(&want, plan, m, have);
	if (!rc)
		rc = mo_aim(&aim, m, want, &plan->options);
	if (!rc)
		mo_aim_begin(&aim, have, want);
	if (!rc)
		rc = plan_to(plan, m, have, want, &aim);
	mo_aim_done(&aim);
	return !rc && have->db && (plan->options.online || plan->options.side_by_side)
		       ? plan_online(plan, m, have)
		       : rc;
}

/* By all ways back that lead to what is wanted; none does where the file is there. */
static int plan_back(struct moult_plan *plan, moult *m)
{
	const moult_schema *want = NULL;
	struct aim aim = {.arena = NULL};
	int rc = mo_wanted_release(&want, m, plan->want, &plan->options);

	if (!rc)
		rc = refuse_under_way(m, plan->have);
	plan->arena = rc ? NULL : mo_arena_new();
	if (!rc && !plan->arena)
		rc = mo_diag_memory(&m->diags);
	if (!rc)
		rc = mo_ways_back_read(&plan->ways, plan->arena, m, plan->have, want);
	if (rc || !plan->ways.count)
		return rc ? rc : plan_for(plan, m);
	plan->want = plan->ways.items[plan->ways.count - 1];
	rc = mo_aim_back(&aim, m, &plan->ways);
	if (!rc)
		rc = plan_to(plan, m, plan->have, want ? want : plan->want, &aim);
	mo_aim_done(&aim);
	return rc;
}

static int make_plan(moult_plan **out, moult *m, const moult_schema *have, const moult_schema *want,
		     const moult_options *options, int (*make)(struct moult_plan *plan, moult *m))
{
	struct moult_plan *plan = sqlite3_malloc64(sizeof(*plan));
	int rc;

	if (!plan)
		return mo_diag_memory(&m->diags);
	*plan = (struct moult_plan){
		.options = mo_with_defaults(options), .have = have, .want = want};
	mo_deadline_begin(m, plan->options.deadline_ms);
	rc = mo_options_check(m, &plan->options);
	if (!rc)
		rc = make(plan, m);
	mo_deadline_end(m);
	if (!rc)
		*out = plan;
	else
		moult_plan_free(plan);
	return rc;
}

int moult_plan_new(moult_plan **plan, moult *m, const moult_schema *have, const moult_schema *want,
		   const moult_options *options)
{
	return make_plan(plan, m, have, want, options, plan_for);
}

int moult_plan_back(moult_plan **plan, moult *m, const moult_schema *have, const moult_schema *want,
		    const moult_options *options)
{
	return make_plan(plan, m, have, want, options, plan_back);
}

void moult_plan_free(moult_plan *plan)
{
	if (!plan)
		return;
	mo_route_done(&plan->route);
	moult_schema_free(plan->both);
	EACH (moult_schema, way, &plan->ways)
		moult_schema_free(way);
	mo_arena_free(plan->arena);
	sqlite3_free(plan);
}

int moult_plan_step_count(const moult_plan *plan)
{
	return mo_route_steps(&plan->route);
}

const char *moult_plan_step_sql(const moult_plan *plan, int step)
{
	EACH (const struct leg, leg, &plan->route.legs) {
		const struct list *steps = &leg->plan->steps;

		if (step >= 0 && step < steps->count)
			return ((struct step *)steps->items[step])->sql;
		step -= steps->count;
	}
	return NULL;
}

int moult_plan_refused(const moult_plan *plan)
{
	return mo_route_refusals(&plan->route);
}

const char *moult_plan_id(const moult_plan *plan)
{
	return plan->route.id;
}

/* ---- the run ------------------------------------------------------------------------------- */

/* The public face of what is under way. */
static const moult_plan *wrap(void *context, const struct route *route)
{
	struct moult_plan *face = context;

	face->route = *route;
	return face;
}

static struct side_order order_of(const struct migration *migration)
{
	return (struct side_order){.m = migration->m,
				   .db = migration->db,
				   .options = migration->options,
				   .is_ours = migration->is_ours,
				   .wrap = migration->wrap,
				   .wrap_context = migration->wrap_context};
}

static int share(const struct migration *migration, const moult_schema *want,
		 moult_outcome *outcome)
{
	const struct side_order order = order_of(migration);
	const int rc = migration->options->online ? refuse_both(migration->m)
						  : check_one_document(migration->m, want);

	return rc ? rc : mo_side_begin(&order, mo_as_want(want), want->name, outcome);
}

/* To a document or a folder, or where that is NULL by ways back (struct moult_schema), all of them. */
struct errand {
	const moult_schema *want;
	const struct list *ways;
	bool is_ours; /* the library opened the file */
};

static int run_errand(const struct migration *migration, const struct errand *errand,
		      moult_outcome *outcome)
{
	if (migration->options->side_by_side && errand->want)
		return share(migration, errand->want, outcome);
	return migration->options->online ? mo_online_apply(migration, outcome)
					  : mo_migrate(migration, outcome);
}

static int migrate(moult *m, sqlite3 *db, const struct errand *errand, const moult_options *given,
		   moult_outcome *out, bool is_new)
{
	struct moult_plan face = {.options = mo_with_defaults(given)};
	struct aim aim = {.arena = NULL};
	const struct migration migration = {.m = m,
					    .db = db,
					    .destination = &aim.destination,
					    .options = &face.options,
					    .wrap = wrap,
					    .wrap_context = &face,
					    .is_ours = errand->is_ours};
	moult_outcome outcome = {.size = sizeof(outcome)};
	int rc = mo_options_check(m, &face.options);

	mo_deadline_begin(m, face.options.deadline_ms);
	if (!rc)
		rc = errand->want ? mo_aim(&aim, m, errand->want, &face.options)
				  : mo_aim_back(&aim, m, errand->ways);
	if (!rc)
		rc = run_errand(&migration, errand, &outcome);
	mo_deadline_end(m);
	mo_aim_done(&aim);
	if (is_new && outcome.deed == MOULT_MIGRATED)
		outcome.deed = MOULT_CREATED;
	if (!rc && out)
		mo_outcome_give(out, &outcome);
	mo_outcome_done(&outcome);
	return rc;
}

int moult_migrate(moult *m, sqlite3 *db, const moult_schema *want, const moult_options *options,
		  moult_outcome *outcome)
{
	return migrate(m, db, &(struct errand){.want = want}, options, outcome, false);
}

/* A backup that is changed is none that can be put back. */
static int refuse_backup(moult *m, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!mo_backup_name_is_any(slash ? slash + 1 : path) || !mo_source_exists(path))
		return MOULT_OK;
	mo_diag(&m->diags, DIAG_RUN038, NULL, path,
		"%s is a backup, and could not be put back any more", path);
	mo_diag_hint(&m->diags, "copy it first, and change the copy: cp %s copy.db",
		     mo_shell_word(m->diags.arena, path));
	return MOULT_TROUBLE;
}

/* A database, and no backup.  What is read outside a session waits for a lock as long as one does. */
static int open_file(sqlite3 **db, moult *m, const char *path, int flags,
		     const moult_options *given)
{
	const moult_options options = mo_with_defaults(given);
	int rc = mo_source_refuse_document(m, path);

	if (!rc)
		rc = refuse_backup(m, path);
	if (!rc)
		rc = mo_connect_buffered(db, m, path, flags);
	if (!rc)
		sqlite3_busy_timeout(*db, options.timeout_ms);
	return rc;
}

int moult_migrate_file(moult *m, const char *path, const moult_schema *want,
		       const moult_options *options, moult_outcome *outcome)
{
	const bool existed = mo_source_exists(path);
	sqlite3 *db = NULL;
	int rc = open_file(&db, m, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, options);

	if (!rc)
		rc = migrate(m, db, &(struct errand){.want = want, .is_ours = true}, options,
			     outcome, !existed);
	mo_disconnect(db);
	if (rc && !existed)
		mo_source_remove_empty(path);
	return rc;
}

int moult_outcome_report(moult *m, const char *path, const moult_outcome *outcome,
			 enum moult_format format, moult_write *write, void *context)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	mo_report_outcome(out, path, outcome, &m->diags, mo_page(m, format));
	return mo_deliver(m, out, write, context);
}

int moult_rehearse_file(moult *m, const char *path, const moult_schema *want, const char *directory,
			const moult_options *given, enum moult_format format, moult_write *write,
			void *context)
{
	const moult_options options = mo_with_defaults(given);
	struct aim aim = {.arena = NULL};
	struct rehearsal rehearsal = {.arena = NULL};
	sqlite3_str *out;
	int rc = mo_options_check(m, &options);
	int delivered = MOULT_OK;

	mo_deadline_begin(m, options.deadline_ms);
	if (!rc)
		rc = mo_aim(&aim, m, want, &options);
	if (!rc)
		rc = mo_rehearse(&rehearsal, m, path, &aim.destination, directory, &options);
	mo_deadline_end(m);
	mo_aim_done(&aim);
	if (rehearsal.has_verdict) {
		out = sqlite3_str_new(NULL);
		mo_report_rehearsal(out, m, &rehearsal, mo_page(m, format));
		delivered = mo_deliver(m, out, write, context);
	}
	mo_rehearsal_done(&rehearsal);
	return delivered != MOULT_OK ? delivered : rc;
}

/* ---- the way back -------------------------------------------------------------------------- */

int moult_rollback(moult *m, const char *path, const char *backup, const moult_options *given,
		   moult_outcome *out)
{
	const moult_options options = mo_with_defaults(given);
	moult_outcome outcome = MOULT_OUTCOME_INIT;
	int rc;

	mo_deadline_begin(m, options.deadline_ms);
	rc = mo_rollback(m, path, backup, &options, &outcome);
	mo_deadline_end(m);
	if (!rc && out)
		mo_outcome_give(out, &outcome);
	mo_outcome_done(&outcome);
	return rc;
}

static int abandon(bool *was, moult *m, sqlite3 *db, const moult_options *given, bool is_ours)
{
	const moult_options options = mo_with_defaults(given);
	int rc;

	mo_deadline_begin(m, options.deadline_ms);
	rc = mo_online_abandon(was, m, db, &options, is_ours);
	mo_deadline_end(m);
	return rc;
}

/* Does what is to be done with a file that old and new code may share. */
static int run_order(moult *m, sqlite3 *db, const moult_options *given, moult_outcome *out,
		     bool is_ours,
		     int (*work)(const struct side_order *order, moult_outcome *outcome))
{
	struct moult_plan face = {.options = mo_with_defaults(given)};
	const struct side_order order = {m, db, &face.options, is_ours, wrap, &face};
	moult_outcome outcome = MOULT_OUTCOME_INIT;
	int rc;

	mo_deadline_begin(m, face.options.deadline_ms);
	rc = work(&order, &outcome);
	mo_deadline_end(m);
	if (!rc && out)
		mo_outcome_give(out, &outcome);
	mo_outcome_done(&outcome);
	return rc;
}

/* By as many ways back as it takes, in one transaction. */
static int go_back(moult *m, sqlite3 *db, const moult_schema *want, const moult_options *options,
		   moult_outcome *outcome, bool is_ours)
{
	struct arena *arena = mo_arena_new();
	struct list ways = {0};
	const struct errand errand = {.ways = &ways, .is_ours = is_ours};
	moult_schema *have = NULL;
	int rc = arena ? moult_schema_from_db(&have, m, db) : mo_diag_memory(&m->diags);

	if (!rc)
		rc = mo_ways_back_read(&ways, arena, m, have, want);
	moult_schema_free(have);
	if (!rc && ways.count && want && outcome)
		moult_outcome_done(outcome); /* of the end of what was under way */
	if (!rc && ways.count)
		rc = migrate(m, db, &errand, options, outcome, false);
	EACH (moult_schema, way, &ways)
		moult_schema_free(way);
	mo_arena_free(arena);
	return rc;
}

/* What is under way ends first, and then no migration has to go; *was: so it is. */
static int end_what_is_under_way(bool *was, moult *m, sqlite3 *db, const moult_options *options,
				 moult_outcome *outcome, bool is_ours)
{
	int rc = mo_side_is_under_way(was, db, &m->diags);

	if (!rc && *was)
		return run_order(m, db, options, outcome, is_ours, mo_side_downgrade);
	if (!rc)
		rc = mo_has_running(db) ? mo_diag_running(m)
					: abandon(was, m, db, options, is_ours);
	if (!rc && *was && outcome)
		outcome->deed = MOULT_ABANDONED;
	return rc;
}

/* To what is wanted; where that is NULL, by one way back, or by ending what is under way. */
static int downgrade(moult *m, sqlite3 *db, const moult_schema *given, const moult_options *options,
		     moult_outcome *outcome, bool is_ours)
{
	const moult_options complete = mo_with_defaults(options);
	const moult_schema *want = NULL;
	bool was = false;
	int rc = mo_wanted_release(&want, m, given, &complete);

	if (!rc)
		rc = end_what_is_under_way(&was, m, db, options, outcome, is_ours);
	return rc || (was && !want) ? rc : go_back(m, db, want, options, outcome, is_ours);
}

int moult_downgrade(moult *m, sqlite3 *db, const moult_options *options, moult_outcome *outcome)
{
	return downgrade(m, db, NULL, options, outcome, false);
}

int moult_downgrade_file(moult *m, const char *path, const moult_schema *want,
			 const moult_options *options, moult_outcome *outcome)
{
	sqlite3 *db = NULL;
	int rc = open_file(&db, m, path, SQLITE_OPEN_READWRITE, options);

	if (!rc)
		rc = downgrade(m, db, want, options, outcome, true);
	mo_disconnect(db);
	return rc;
}

/* Old code is gone, and with it what it needs: the old columns, and ways back to its shape. */
static int finish_all(const struct side_order *order, moult_outcome *outcome)
{
	moult_outcome ways = MOULT_OUTCOME_INIT;
	bool is_shared = false;
	int rc = mo_side_is_under_way(&is_shared, order->db, &order->m->diags);

	if (!rc && is_shared)
		rc = mo_side_finish(order, outcome);
	if (!rc)
		rc = mo_finish(order->m, order->db, order->options, order->is_ours,
			       is_shared ? &ways : outcome);
	if (is_shared) {
		outcome->ways = ways.ways;
		outcome->still_parked = ways.still_parked;
	}
	return rc;
}

int moult_finish(moult *m, sqlite3 *db, const moult_options *options, moult_outcome *outcome)
{
	return run_order(m, db, options, outcome, false, finish_all);
}

int moult_finish_file(moult *m, const char *path, const moult_options *options,
		      moult_outcome *outcome)
{
	sqlite3 *db = NULL;
	int rc = open_file(&db, m, path, SQLITE_OPEN_READWRITE, options);

	if (!rc)
		rc = run_order(m, db, options, outcome, true, finish_all);
	mo_disconnect(db);
	return rc;
}
