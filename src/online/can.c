/* SPDX-License-Identifier: MIT */
/*
 * can.c: see online/can.h.
 *
 * What is refused has a reason in what the method stands on:
 *
 *	rowids that stay	the copy has the rowids of the table
 *	one lock, short		what else the plan does is done in the swap's transaction
 *	values by the row	what reads other rows may be another when it is proven
 *	triggers that run	RAISE(IGNORE) keeps those that would fire later from it
 *	rows in an order	those with NULL come to an index by it, and a key with DESC has another
 *				order, one with REAL no text
 */
#include "online/can.h"

#include <string.h>

#include "base/text.h"
#include "diff/describe.h"
#include "live/connect.h"
#include "live/sizes.h"
#include "model/schema.h"
#include "online/batch.h"
#include "online/course.h"
#include "online/entries.h"
#include "run/probe.h"
#include "run/space.h"
#include "sql/in_step.h"
#include "sql/mention.h"
#include "sql/rebuild.h"
#include "sql/token.h"
#include "sql/under_way_table.h"
#include "sql/write.h"

#define LEAST_MS 1 /* of any transaction */
#define OFFLINE "apply without --online does it, in one transaction that others wait for"

static int refuse(struct session *session, const char *object, const char *why, const char *hint)
{
	if (!why)
		return mo_diag_memory(&session->m->diags);
	mo_diag(&session->m->diags, DIAG_RUN083, NULL, object, "this cannot be done online: %s",
		why);
	mo_diag_hint(&session->m->diags, "%s", hint);
	return mo_diag_kinds[DIAG_RUN083].result;
}

bool mo_online_is_piece(const struct move *move)
{
	return move->way == WAY_EXCHANGE;
}

/* ---- the file ------------------------------------------------------------------------------ */

static int can_file(struct session *session)
{
	if (!session->is_ours)
		return refuse(session, NULL, "the connection is lent",
			      "name the file: batches need a connection of their own");
	if (mo_same_name(
		    mo_query_text(session->arena, session->db, "PRAGMA main.locking_mode", NULL),
		    "exclusive"))
		return refuse(session, NULL, "locking_mode EXCLUSIVE keeps a lock for ever",
			      "set PRAGMA locking_mode = NORMAL; or " OFFLINE);
	return MOULT_OK;
}

void mo_online_warn(struct session *session)
{
	if (mo_has_wal(session->arena, session->db))
		return;
	mo_diag(&session->m->diags, DIAG_RUN093, NULL, NULL,
		"a rollback journal: batches and readers wait for each other and for the disk, and "
		"beside others who read or write all the time a batch may not come through");
	mo_diag_hint(
		&session->m->diags,
		"set PRAGMA journal_mode = WAL first, if all programs that use the file are on "
		"this machine");
}

/* ---- the plan ------------------------------------------------------------------------------ */

/* What the document does beside the schema, which reads or writes rows of any table. */
static const char *why_not_plan(const struct route *route, const moult_options *options)
{
	const struct plan *plan = mo_route_first(route);

	if (options->every_row)
		return "--verify every reads all rows under the lock";
	if (route->legs.count > 1)
		return "several releases are to be gone through, one after the other";
	if (plan->begins || plan->ends < plan->steps.count)
		return "the document has steps, which run in one transaction with the change";
	if (plan->parkings.count)
		return "--way-back data keeps values of all rows at once";
	if (plan->clears)
		return "values that an earlier migration kept for its way back go with it at once; "
		       "moult finish takes them away beforehand";
	if (plan->fillings.count)
		return "the document fills a table with <from>, which reads all rows at once";
	if (plan->fills.count)
		return "a virtual table is filled anew";
	if (plan->by_copy)
		return "names can be changed by copies alone";
	if (!plan->facts.can_edit)
		return "this SQLite cannot exchange a table under its indexes";
	return NULL;
}

static bool says_ignore(const char *body)
{
	struct token before[2] = {{0}};

	for (;;) {
		const struct token token = mo_token_next(body);

		if (token.kind == TOKEN_END)
			return false;
		if (mo_token_is(&token, "IGNORE") && mo_token_is(&before[1], "(") &&
		    mo_token_is(&before[0], "RAISE"))
			return true;
		before[0] = before[1];
		before[1] = token;
		body = token.text + token.length;
	}
}

static const char *why_not_triggers(struct arena *arena, const struct plan *plan, const char *table)
{
	EACH (const struct trigger, trigger, &plan->diff->have->objects[KIND_TRIGGER])
		if (mo_same_name(trigger->table, table) && trigger->timing == TIMING_AFTER &&
		    trigger->body.text && says_ignore(trigger->body.text))
			return mo_arena_format(arena,
					       "trigger %s says RAISE(IGNORE), and what it lets "
					       "pass would not be noted",
					       trigger->object.name);
	return NULL;
}

static bool has_column_rowid(const struct table *table)
{
	return mo_table_column(table, "rowid") != NULL;
}

static const char *why_not_values(struct arena *arena, const struct move *move)
{
	EACH (const struct source, source, &move->sources) {
		const char *name = source->want->object.name;

		if (source->is_aside || source->repairs)
			return mo_arena_format(arena, "the values of %s come from other rows",
					       name);
		if (source->is_unpredictable)
			return mo_arena_format(arena, "the values of %s cannot be foretold", name);
		if (source->is_recomputed)
			return mo_arena_format(arena, "%s is generated, and becomes another", name);
	}
	return NULL;
}

static bool is_unique(const struct plan *plan, const char *index)
{
	const struct object *object = mo_schema_find(plan->diff->have, KIND_INDEX, index);

	return object && ((const struct index *)object)->unique;
}

/* Tables of somebody else's with the names of moult's own. */
static const char *why_not_names(struct arena *arena, const struct plan *plan, const char *of)
{
	static const char *const whats[] = {"new", "log", "entries", "old", "lent", "left"};

	for (size_t i = 0; i < sizeof(whats) / sizeof(*whats); i++) {
		const char *name = mo_made_name(arena, whats[i], of);

		if (name && (mo_schema_find_relation(plan->diff->have, name) ||
			     mo_schema_find(plan->diff->have, KIND_INDEX, name)))
			return mo_arena_format(arena, "%s has the name that moult's own would have",
					       name);
	}
	return NULL;
}

static const char *why_not_piece(struct arena *arena, const struct plan *plan,
				 const struct move *move)
{
	const struct hazard *hazard = mo_probe_not_some(plan, move);
	const char *why;

	if (has_column_rowid(move->have) || has_column_rowid(move->want))
		return "one of its columns is called rowid";
	if (mo_piece_goes_down(move->have))
		return "it is WITHOUT ROWID, and its key has DESC";
	EACH (const char, name, &move->remade)
		if (is_unique(plan, name))
			return mo_arena_format(
				arena, "index %s is UNIQUE and must be made anew, in one lock",
				name);
	if (move->filling || move->aside)
		return "its values come from other rows";
	why = why_not_names(arena, plan, move->want->object.name);
	if (!why)
		why = why_not_values(arena, move);
	if (!why)
		why = why_not_triggers(arena, plan, move->former);
	if (!why && hazard)
		why = mo_arena_format(arena, "%s can be asked of all rows at once only: %s",
				      mo_diag_kinds[hazard->id].id, hazard->message);
	return why;
}

static const char *first_reason(const struct move *move)
{
	return move->reasons.count ? move->reasons.items[move->reasons.count - 1] : "it is copied";
}

static int can_move(struct session *session, const struct plan *plan, const struct move *move)
{
	struct arena *arena = session->arena;
	const char *why;

	if (!mo_online_is_piece(move))
		return MOULT_OK;
	why = why_not_piece(arena, plan, move);
	return why ? refuse(session, move->want->object.name,
			    mo_arena_format(arena, "table %s: %s", move->want->object.name, why),
			    OFFLINE)
		   : MOULT_OK;
}

/* ---- indexes ------------------------------------------------------------------------------- */

/* Whether it is an index of the table as the file has it: nothing that it reads changes meanwhile. */
static bool reads_changed(const struct move *move, const char *sql)
{
	const struct list *both[] = {&move->have->columns, &move->want->columns};

	for (int side = 0; side < 2; side++)
		EACH (const struct column, column, both[side]) {
			const char *name = column->object.name;
			const struct column *have = mo_table_column(move->have, name);
			const struct column *want = mo_table_column(move->want, name);

			if (mo_mentions(sql, name) &&
			    (!have || !want || have->affinity != want->affinity ||
			     !mo_same_name(have->collate, want->collate) ||
			     !mo_same(have->generated.norm, want->generated.norm)))
				return true;
		}
	return false;
}

static const char *why_not_table(struct arena *arena, const struct plan *plan,
				 const struct table *table, const struct index *index)
{
	const struct move *move = mo_plan_move(plan, index->table);
	const char *why;

	if (!table || (move && !mo_same_name(move->former, index->table)))
		return "its table is made or renamed with it";
	if (move &&
	    (mo_move_copies(move) || reads_changed(move, mo_sql_create(arena, &index->object))))
		return "its table is copied, or columns change that it reads";
	if (has_column_rowid(table))
		return "one of the columns is called rowid";
	why = why_not_names(arena, plan, index->object.name);
	return why ? why : why_not_triggers(arena, plan, table->object.name);
}

static bool is_long(const struct session *session, const struct step *step)
{
	return step->cost.ms + LEAST_MS >= mo_batch_most_ms(session->options);
}

/* A row that cannot be asked is said elsewhere. */
static bool has_null(struct session *session, const struct entries *entries)
{
	const char *sql = mo_sql_entries_null(session->arena, entries, "1");

	return sql && mo_query_integer(session->db, sql, 0, NULL);
}

/* An index that takes a whole lock is made beside the writers; *why is a clause where it cannot be. */
static int judge_index(const char **why, struct session *session, const struct plan *plan,
		       struct step *step, const struct under_way *run)
{
	const struct table *table = mo_schema_table(plan->diff->have, step->index->table);
	struct entries entries;
	int rc = MOULT_OK;

	*why = NULL;
	if (run ? !mo_course_row(run, step->index->object.name) : !is_long(session, step))
		return MOULT_OK;
	*why = why_not_table(session->arena, plan, table, step->index);
	if (!*why)
		rc = mo_entries_read(&entries, why, session->arena, session->m, table, step->index);
	if (!rc && !*why && !entries.full && has_null(session, &entries))
		*why = "rows have NULL there, which " MO_NO_NULL;
	step->is_beside = !rc && !*why;
	return rc;
}

/* What an index becomes that is swept afterwards; *why is a clause where it cannot be. */
static int read_leaving(const char **why, struct session *session, const struct plan *plan,
			struct step *step, const struct index *former)
{
	const struct table *table = mo_schema_table(plan->diff->have, former->table);
	struct entries entries;
	const int rc = mo_entries_read(&entries, why, plan->arena, session->m, table, former);

	if (!rc && !*why && !entries.full && has_null(session, &entries))
		*why = "rows have NULL there, which " MO_NO_NULL;
	if (!rc && !*why)
		step->leaves_tree = mo_entries_leave(plan->arena, table, former, &entries);
	return rc;
}

/* The pages of the index that it replaces go in batches, too, if they can. */
static int judge_former(struct session *session, const struct plan *plan, struct step *step,
			const struct under_way *run)
{
	const char *name = step->index->object.name, *why = NULL;
	const struct object *have = mo_schema_find(plan->diff->have, KIND_INDEX, name);

	if (!step->is_beside || !have)
		return MOULT_OK;
	if (run) {
		step->leaves_tree = mo_arena_text(plan->arena, mo_course_row(run, name)->leaves);
		return MOULT_OK;
	}
	return read_leaving(&why, session, plan, step, (const struct index *)have);
}

/* One that only goes, and is large. */
static int judge_going(const char **why, struct session *session, const struct plan *plan,
		       struct step *step, const struct under_way *run)
{
	const char *name = step->drops->object.name;
	int rc = MOULT_OK;

	*why = NULL;
	if (run ? !mo_course_row(run, name) : !is_long(session, step))
		return MOULT_OK;
	*why = why_not_names(session->arena, plan, name);
	if (!*why)
		rc = read_leaving(why, session, plan, step, step->drops);
	step->goes = step->leaves_tree ? &step->drops->object : NULL;
	step->is_beside |= step->goes != NULL;
	return rc;
}

/* ---- tables that go ------------------------------------------------------------------------ */

static bool drops_table(const struct step *step)
{
	return step->move && step->move->way == WAY_DROP && step->toll == TOLL_FREE;
}

/* With its indexes, which are dropped before it. */
static long long cost_of_drop(const struct plan *plan, const struct table *table)
{
	long long ms = 0;

	EACH (const struct step, step, &plan->steps)
		if (drops_table(step)
			    ? step->move->have == table
			    : step->drops && mo_same_name(step->drops->table, table->object.name))
			ms += step->cost.ms;
	return ms;
}

/* Whether SQLite alone can delete its rows. */
static const char *why_not_swept(struct arena *arena, const struct table *table)
{
	static const char work[] = "t";
	const char *why = NULL;
	sqlite3_stmt *stmt = NULL;
	sqlite3 *db = NULL;
	int rc = sqlite3_open_v2(":memory:", &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY, NULL);

	if (!rc)
		rc = mo_exec(db, mo_sql_left_table(arena, table, work));
	EACH (const struct index, index, &table->object.indexes)
		if (!rc)
			rc = mo_exec(db, mo_sql_left_index(arena, index, index->object.name, work));
	if (!rc)
		rc = sqlite3_prepare_v2(db, mo_sql_lent_empty(arena, work), -1, &stmt, NULL);
	if (rc)
		why = mo_arena_format(arena, "SQLite alone cannot delete its rows: %s",
				      sqlite3_errmsg(db));
	sqlite3_finalize(stmt);
	sqlite3_close(db);
	return why;
}

static void judge_table(const char **why, struct session *session, const struct plan *plan,
			struct step *step, const struct under_way *run)
{
	const struct table *table = step->move->have;
	const char *name = table->object.name;
	const long long ms = cost_of_drop(plan, table) + LEAST_MS;

	*why = NULL;
	if (run ? !mo_course_row(run, name) : ms < mo_batch_most_ms(session->options))
		return;
	*why = why_not_names(session->arena, plan, name);
	EACH (const struct index, index, &table->object.indexes)
		if (!*why)
			*why = why_not_names(session->arena, plan, index->object.name);
	if (!*why && has_column_rowid(table))
		*why = "one of its columns is called rowid";
	if (!*why)
		*why = why_not_swept(session->arena, table);
	if (*why)
		return;
	step->goes = &table->object;
	step->is_beside = true;
	step->leaves_tree =
		mo_sql_left_table(plan->arena, table, mo_made_name(plan->arena, "old", name));
}

/* With its table it is swept, or dropped. */
static bool goes_with_table(const struct plan *plan, const struct index *index, bool *is_swept)
{
	EACH (const struct step, step, &plan->steps) {
		if (!drops_table(step) ||
		    !mo_same_name(step->move->have->object.name, index->table))
			continue;
		*is_swept = step->goes != NULL;
		return true;
	}
	return false;
}

static bool is_swept(const struct plan *plan, const struct index *dropped)
{
	EACH (const struct step, step, &plan->steps)
		if (step->index && step->leaves_tree &&
		    mo_same_name(step->index->object.name, dropped->object.name))
			return true;
	return false;
}

/* ---- the time under the swap's lock --------------------------------------------------------- */

/* Its copy is made beforehand. */
static bool is_spared(const struct step *step)
{
	if (step->is_beside)
		return true;
	return step->move && mo_online_is_piece(step->move) && !step->index;
}

/* Each reason is said; the first code that is none of these ends it. */
static bool goes_on(int *rc, int code)
{
	if (code)
		*rc = code;
	return !code || code == mo_diag_kinds[DIAG_RUN083].result;
}

static int can_step(struct session *session, const struct plan *plan, struct step *step,
		    const struct under_way *run)
{
	struct arena *arena = session->arena;
	const bool copies = step->move && mo_move_copies(step->move);
	const char *why = NULL;
	int rc = step->index ? judge_index(&why, session, plan, step, run) : MOULT_OK;

	if (!rc && step->index)
		rc = judge_former(session, plan, step, run);
	if (rc)
		return rc;
	step->is_beside |= step->takes || (step->drops && is_swept(plan, step->drops));
	if (!step->index && drops_table(step))
		judge_table(&why, session, plan, step, run);
	if (step->drops && !step->is_beside &&
	    !goes_with_table(plan, step->drops, &step->is_beside))
		rc = judge_going(&why, session, plan, step, run);
	if (rc)
		return rc;
	if (is_spared(step) || step->cost.ms <= mo_batch_most_ms(session->options))
		return MOULT_OK;
	return refuse(session, step->object,
		      mo_arena_format(arena, "%s: %s; a step would hold the lock for about %lld ms",
				      step->object,
				      copies ? first_reason(step->move)
				      : why  ? why
					     : "it is done at once",
				      step->cost.ms),
		      "allow that with --max-lock, or " OFFLINE);
}

/* The swap's one transaction, without the exchange itself, which takes no time. */
static long long last_lock(const struct plan *plan)
{
	long long ms = LEAST_MS;

	EACH (const struct step, step, &plan->steps)
		ms += is_spared(step) ? 0 : step->cost.ms;
	return ms;
}

static int can_last(struct session *session, const struct plan *plan)
{
	const long long ms = last_lock(plan);

	if (ms <= mo_batch_most_ms(session->options))
		return MOULT_OK;
	return refuse(session, NULL,
		      mo_arena_format(
			      session->arena,
			      "all that is done at once would hold the lock for about %lld ms", ms),
		      "allow that with --max-lock, or " OFFLINE);
}

int mo_online_can(struct session *session, const struct route *route, const struct under_way *run)
{
	struct plan *plan = ((struct leg *)route->legs.items[0])->plan;
	struct space space = {.needs = {0}};
	const char *why = why_not_plan(route, session->options);
	int rc = MOULT_OK;
	bool goes = goes_on(&rc, can_file(session));

	if (goes && why)
		goes = goes_on(&rc, refuse(session, NULL, why, OFFLINE));
	for (int i = 0; goes && i < plan->moves.count; i++)
		goes = goes_on(&rc, can_move(session, plan, plan->moves.items[i]));
	if (goes)
		goes = goes_on(&rc, mo_space_estimate(&space, session->arena, session->m,
						      session->db, plan, session->options, false));
	/* Whether what goes is swept depends on what comes in its place. */
	for (int drops = 0; drops < 2; drops++)
		EACH (struct step, step, &plan->steps)
			if (goes && (step->drops != NULL) == drops)
				goes = goes_on(&rc, can_step(session, plan, step, run));
	return rc ? rc : can_last(session, plan);
}

/* ---- what is said beforehand ---------------------------------------------------------------- */

static void say(struct session *session, const char *object, const char *words)
{
	if (words)
		mo_diag(&session->m->diags, DIAG_RUN087, NULL, object, "%s", words);
}

static void say_last(struct session *session, long long ms)
{
	say(session, NULL,
	    mo_arena_format(session->arena,
			    "one last lock, of about %lld ms, for all that is done at once", ms));
}

static void say_copied(struct session *session, struct step *copy)
{
	const int duty = session->options->duty;

	copy->lock = "batches";
	copy->lock_ms = mo_batch_most_ms(session->options);
	say(session, copy->object,
	    mo_arena_format(
		    session->arena,
		    "copied beside its writers: %lld rows in batches, each under a lock of at "
		    "most %lld ms, in about %lld ms with the rests between them",
		    copy->cost.rows, copy->lock_ms, 2 * copy->cost.ms * 100 / duty));
}

static void say_beside(struct session *session, struct step *step)
{
	const int duty = session->options->duty;

	step->lock = "batches";
	step->lock_ms = mo_batch_most_ms(session->options);
	if (step->drops || step->goes) {
		say(session, step->object, "what it had is swept afterwards, in batches");
		return;
	}
	say(session, step->object,
	    mo_arena_format(
		    session->arena,
		    "made beside those who write its table: %lld rows are sorted without a "
		    "lock, and written in batches, each under a lock of at most %lld ms, in "
		    "about %lld ms with the rests between them",
		    step->cost.rows, step->lock_ms, 2 * step->cost.ms * 100 / duty));
}

static void say_at_once(struct session *session, struct step *step)
{
	step->lock = "once";
	step->lock_ms = step->cost.ms;
	if (step->cost.ms || step->index)
		say(session, step->object,
		    mo_arena_format(session->arena, "done at once, in about %lld ms",
				    step->cost.ms + LEAST_MS));
}

static bool is_gradual(const struct plan *plan)
{
	EACH (const struct step, step, &plan->steps)
		if (is_spared(step))
			return true;
	return false;
}

void mo_online_explain(struct session *session, const struct route *route)
{
	const struct plan *plan = mo_route_first(route);

	EACH (struct step, step, &plan->steps) {
		if (step->kind == STEP_COPY && is_spared(step))
			say_copied(session, step);
		else if (step->is_beside)
			say_beside(session, step);
		else if (!is_spared(step))
			say_at_once(session, step);
	}
	if (plan->steps.count)
		say_last(session, last_lock(plan));
	if (is_gradual(plan))
		mo_online_warn(session);
}

/* ---- old and new code side by side ---------------------------------------------------------- */

static bool is_filled(const struct move *move)
{
	EACH (const struct column, column, &move->want->columns)
		if (mo_same(column->value.text, MO_UNSET) && move->have &&
		    !mo_table_column(move->have, column->object.name))
			return true;
	return false;
}

static int say_filled(struct session *session, const struct plan *plan)
{
	struct sizes sizes;
	bool has_batches = false;
	int rc;

	mo_sizes_begin(&sizes, session->arena, session->db, plan->diff->have, false);
	EACH (const struct move, move, &plan->moves)
		if (move->want && is_filled(move)) {
			has_batches = true;
			say(session, mo_label_object(session->arena, &move->want->object),
			    mo_arena_format(
				    session->arena,
				    "filled afterwards beside its writers: about %lld rows in "
				    "batches, each under a lock of at most %d ms",
				    mo_sizes_rows(&sizes, move->former),
				    mo_batch_most_ms(session->options)));
		}
	rc = sizes.rc;
	mo_sizes_end(&sizes);
	if (has_batches)
		mo_online_warn(session);
	return rc ? mo_session_diag(session, rc, DIAG_RUN003, NULL, "estimate the rows") : MOULT_OK;
}

int mo_online_explain_both(struct session *session, const struct route *route)
{
	struct plan *plan = ((struct leg *)route->legs.items[0])->plan;
	struct space space = {.needs = {0}};
	int rc = mo_space_estimate(&space, session->arena, session->m, session->db, plan,
				   session->options, false);

	if (rc || !plan->steps.count)
		return rc;
	EACH (struct step, step, &plan->steps)
		say_at_once(session, step);
	say(session, NULL,
	    mo_arena_format(session->arena,
			    "one lock, of about %lld ms, makes both shapes%s and proves them",
			    plan->estimate.all.ms,
			    session->options->no_backup ? "" : ", with the backup,"));
	return say_filled(session, plan);
}
