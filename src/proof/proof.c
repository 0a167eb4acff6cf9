/* SPDX-License-Identifier: MIT */
/* proof.c: see proof.h. */
#include "proof/proof.h"

#include "base/text.h"
#include "diff/describe.h"
#include "digest/digest.h"
#include "digest/keys.h"
#include "digest/on_pages.h"
#include "digest/state.h"
#include "live/connect.h"
#include "pages/pages.h"
#include "plan/filling.h"
#include "plan/query.h"
#include "plan/row_plan.h"
#include "proof/checks.h"
#include "proof/counts.h"
#include "proof/foreign.h"
#include "proof/numbers.h"
#include "proof/others.h"
#include "proof/sequence.h"
#include "proof/statistics.h"
#include "proof/stays.h"
#include "proof/virtual.h"
#include "trial/trial.h"

struct expected {
	const struct move *move;
	const char *columns; /* _moult_digest(...) over the columns that can be foretold */
	const char *digest;
};

/* A table that the steps could touch, after them. */
struct scan {
	const struct table *table;
	const struct expected *expected; /* or NULL: of its rows only the number is known */
	struct table_keys keys;
	struct table_state state; /* where the manifest will want it */
	bool is_recorded;
	/* an index that the exchange left alone, and that only its entries can speak for */
	bool must_prove;
	bool is_sound;	   /* its pages, which were all read */
	bool is_all_asked; /* of each index that it has its keys */
};

struct proof {
	struct arena *arena;
	const struct plan *plan;
	struct proof_use use;
	struct list counts;
	struct list digests; /* of struct expected */
	struct list scans;   /* of struct scan */
	struct list others;  /* of tables whose declared rows are written */
	struct list marks;   /* of struct mark */
	struct list statistics;
	struct list orphans; /* of struct violation */
	struct list lines;   /* of char *: what quick_check said */
	struct list faults;  /* of struct virtual_fault */
	struct state state;  /* of every table; only where that was asked for */
	struct page_check pages;
};

/* ---- checks of SQLite's own ---------------------------------------------------------------- */

int mo_proof_structure(struct proof *proof, struct session *session)
{
	return mo_checks_read(&proof->lines, proof->arena, session, proof->plan->diff);
}

/* One table, or the whole file where table is NULL. */
static int check_one(struct proof *proof, struct session *session, const char *table, bool is_quick)
{
	return mo_checks_compare(&proof->lines, proof->arena, session, table, is_quick);
}

static bool has_check(const struct table *table)
{
	EACH (const struct constraint, constraint, &table->constraints)
		if (constraint->kind == CONSTRAINT_CHECK)
			return true;
	return false;
}

/*
 * Whether nothing is left for quick_check.  The pages of the table were looked at as quick_check does
 * when its rows were read, and those of its indexes when these were proven, which counts their entries.
 * They are the rows that INSERT was given, by their digest, and INSERT lets no NULL pass.
 */
static bool is_seen_through(const struct scan *scan, const struct page_check *of_indexes)
{
	return scan->is_sound && scan->is_all_asked && of_indexes->is_sound && scan->expected &&
	       !scan->table->strict && !has_check(scan->table) &&
	       !mo_table_has_generated(scan->table);
}

/* Indexes that cannot be proven in sequence, or are not as they must be, are integrity_check's. */
static int check_scan(struct proof *proof, struct session *session, struct scan *scan)
{
	const char *name = scan->table->object.name;
	bool is_right;
	int rc;

	mo_session_phase(session, "verify", name, -1);
	rc = mo_keys_prove(&is_right, &scan->keys, proof->arena, session->db, &proof->pages);
	if (rc)
		return mo_session_diag(session, rc, DIAG_RUN011, name, "check the indexes");
	if (is_right && is_seen_through(scan, &proof->pages))
		return MOULT_OK;
	return check_one(proof, session, name,
			 is_right || (session->options->quick && !scan->keys.is_provable &&
				      !scan->must_prove));
}

/* What a virtual table writes is told by no name: the whole file is checked then. */
static bool is_whole(const struct plan *plan)
{
	EACH (const struct step, step, &plan->steps)
		if (step->writes.virtuals.count)
			return true;
	return false;
}

/*
 * An edit of the text, and ALTER where it is one, write no page of a table or index, by the guard
 * and by count, and each record and entry means what it meant, by their layout.  So one reading of
 * the rows, through the text that holds now, is what there is to check; where the rows were only
 * asked (CHECK, NOT NULL), they were.
 */
static bool must_be_read(const struct plan *plan, const moult_options *options, const char *table)
{
	const struct move *move = mo_plan_move(plan, table);

	if (mo_plan_writes(plan, table) ||
	    (options->quick && (!move || mo_move_keeps_records(move))))
		return false;
	return mo_plan_alters(plan, table) || (move && move->way == WAY_EDIT);
}

const char *mo_proof_pragma(const struct plan *plan, const moult_options *options,
			    const struct object *table)
{
	if (is_whole(plan) || options->every_row || mo_plan_writes(plan, table->name))
		return options->quick ? "quick_check" : "integrity_check";
	/*
	 * Without a backup, whose check does it, the file itself is checked before the first
	 * write.
	 */
	return options->no_backup || must_be_read(plan, options, table->name) ? "quick_check"
									      : NULL;
}

static int read_through(struct proof *proof, struct session *session)
{
	const struct list *tables = &proof->plan->diff->goal->objects[KIND_TABLE];
	int rc = MOULT_OK;

	for (int i = 0; !rc && i < tables->count; i++) {
		const char *name = ((struct object *)tables->items[i])->name;

		if (must_be_read(proof->plan, session->options, name))
			rc = check_one(proof, session, name, true);
	}
	return rc;
}

static int check_after(struct proof *proof, struct session *session)
{
	int rc = MOULT_OK;

	if (is_whole(proof->plan) || session->options->every_row)
		return check_one(proof, session, NULL, session->options->quick);
	for (int i = 0; !rc && i < proof->scans.count; i++) {
		struct scan *scan = proof->scans.items[i];

		if (mo_plan_writes(proof->plan, scan->table->object.name))
			rc = check_scan(proof, session, scan);
	}
	return rc ? rc : read_through(proof, session);
}

/* ---- what the steps could touch ---- */

/* Whether a name begins with that of a virtual table which a step writes. */
static bool is_written_shadow(const struct plan *plan, const char *name)
{
	for (int i = 0; i < plan->steps.count; i++) {
		const struct list *virtuals =
			&((struct step *)plan->steps.items[i])->writes.virtuals;

		for (int j = 0; j < virtuals->count; j++)
			if (mo_name_has_prefix(name, virtuals->items[j]))
				return true;
	}
	return false;
}

/*
 * A table that no step may write rows of: it has the same ones after as before, or as ALTER adds
 * columns to.
 */
static bool must_stay(const struct plan *plan, const char *name)
{
	const struct move *move = mo_plan_move(plan, name);

	if (mo_plan_data_writes(plan, name, false))
		return false;
	if (mo_schema_table(plan->diff->goal, name))
		return (!move || mo_move_keeps_records(move)) && !mo_plan_row_plan(plan, name);
	return !mo_name_has_prefix(name, "sqlite_") && !is_written_shadow(plan, name);
}

/* ---- digests ------------------------------------------------------------------------------- */

/*
 * The digest function over everything of a table that can be foretold: the rowid where it is kept,
 * and the columns.
 */
const char *mo_proof_columns(struct arena *arena, const struct move *move)
{
	sqlite3_str *affinities = sqlite3_str_new(NULL);
	sqlite3_str *out = sqlite3_str_new(NULL);
	struct list expressions = {0};
	const char *letters;

	if (move->rowid_want)
		mo_list_add(arena, &expressions, move->rowid_want);
	EACH (const struct source, source, &move->sources) {
		if (!source->is_generated && !source->is_unpredictable)
			mo_list_add(arena, &expressions,
				    mo_query_name(arena, source->want->object.name));
	}
	if (!expressions.count)
		mo_list_add(arena, &expressions, "0");
	sqlite3_str_appendchar(affinities, expressions.count, '-');
	letters = mo_arena_take(arena, affinities);
	if (letters)
		mo_digest_write(out, letters, &expressions);
	return mo_arena_take(arena, out);
}

/* What does not even compile is our mistake, and no fault of a row. */
static bool compiles(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *stmt = NULL;
	const int rc = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);

	sqlite3_finalize(stmt);
	return !rc;
}

/* Whether no digest is needed: nothing writes the rows, and the tables are not all compared. */
static bool is_left_alone(const struct move *move, const moult_options *options)
{
	return mo_move_keeps_rows(move) || (mo_move_keeps_records(move) && !options->every_row);
}

bool mo_proof_foretells(const struct plan *plan, const struct move *move,
			const moult_options *options)
{
	return move->want && (move->have || move->filling) &&
	       !mo_plan_is_ready(plan, move->want->object.name) && !is_left_alone(move, options) &&
	       !mo_plan_row_plan(plan, move->want->object.name);
}

/* Rows of which it was taken with the questions (run/probe.c) are not read again. */
static const char *digest_of(struct proof *proof, const struct move *move, sqlite3 *db,
			     const char *sql, int *rc)
{
	*rc = SQLITE_OK;
	return move->digest ? move->digest : mo_digest_query(proof->arena, db, sql, rc);
}

static int digest_each(struct proof *proof, struct session *session)
{
	EACH (const struct move, move, &proof->plan->moves) {
		struct expected *expected;
		const char *sql;
		int rc;

		if (!mo_proof_foretells(proof->plan, move, session->options))
			continue;
		expected = mo_arena_make(proof->arena, struct expected);
		if (!expected)
			return mo_diag_memory(&session->m->diags);
		expected->move = move;
		expected->columns = mo_proof_columns(proof->arena, move);
		sql = mo_arena_format(proof->arena, "SELECT %s FROM %s", expected->columns,
				      mo_query_stored(proof->plan, move));
		mo_session_phase(session, "digest", move->want->object.name,
				 mo_plan_rows(proof->plan, move->want->object.name));
		expected->digest = digest_of(proof, move, session->db, sql, &rc);
		/*
		 * A row that the expressions fail on will be found by the copy, which says so
		 * better.
		 */
		if ((rc & 0xff) == SQLITE_ERROR && compiles(session->db, sql))
			continue;
		if (rc)
			return mo_session_diag(session, rc, DIAG_RUN003, move->want->object.name,
					       "read the rows");
		mo_list_add(proof->arena, &proof->digests, expected);
		mo_counts_promise(&proof->counts, move->want->object.name, expected->digest);
	}
	return MOULT_OK;
}

static int digest_before(struct proof *proof, struct session *session)
{
	int rc = mo_fillings_show(proof->plan, session->m, session->db);

	if (!rc)
		rc = mo_others_read(&proof->others, proof->arena, session, proof->plan);
	if (!rc)
		rc = digest_each(proof, session);
	mo_fillings_hide(proof->plan, session->db);
	return rc;
}

static int judge_digest(struct session *session, const struct scan *scan, const char *digest)
{
	const char *name = scan->table->object.name;

	if (!scan->expected || mo_same(digest, scan->expected->digest))
		return MOULT_OK;
	return mo_session_refute(
		session, DIAG_RUN010, name,
		"the rows of table %s are not what they must be (digest %s, expected %s); rolled back",
		name, digest, scan->expected->digest);
}

/*
 * Whether a digest covers the very columns of digest/state.h, in their order: then it is the
 * manifest's, too.
 */
static bool is_state(const struct proof *proof, const struct expected *expected,
		     const struct list *columns)
{
	const struct move *move = expected ? expected->move : NULL;
	int at = 0;

	if (!move || move->rowid_want)
		return false;
	EACH (const struct source, source, &move->sources) {
		if (source->is_generated)
			continue;
		if (source->is_unpredictable || at == columns->count ||
		    !mo_same(columns->items[at++],
			     mo_arena_format(proof->arena, "\"%w\"", source->want->object.name)))
			return false;
	}
	return at == columns->count;
}

/* What the manifest will say of a table: an expression, or NULL where the first digest is it. */
static int state_expression(const char **expression, struct proof *proof, sqlite3 *db,
			    const struct scan *scan)
{
	struct list columns = {0};
	int rc = mo_state_columns(&columns, proof->arena, db, scan->table->object.name);

	*expression = !rc && !is_state(proof, scan->expected, &columns)
			      ? mo_state_expression(proof->arena, &columns)
			      : NULL;
	return rc;
}

static int take_rows(struct proof *proof, struct session *session, struct scan *scan,
		     sqlite3_stmt *stmt)
{
	const bool is_shared = sqlite3_column_type(stmt, 1) == SQLITE_NULL;
	const char *digest = (const char *)sqlite3_column_text(stmt, 0);
	int rc = judge_digest(session, scan, digest);

	mo_keys_take(&scan->keys, proof->arena, stmt, 2);
	if (!rc && scan->is_recorded &&
	    !mo_state_take(&scan->state, proof->arena,
			   is_shared ? digest : (const char *)sqlite3_column_text(stmt, 1)))
		rc = mo_diag_memory(&session->m->diags);
	scan->state.name = scan->table->object.name;
	return rc;
}

/*
 * One pass over the rows: their digest, the manifest's, and those of the keys that the indexes
 * must have.
 */
static int read_rows(struct proof *proof, struct session *session, struct scan *scan)
{
	const char *name = scan->table->object.name;
	sqlite3_str *out = sqlite3_str_new(NULL);
	sqlite3_stmt *stmt = NULL;
	const char *state = NULL;
	/* A table WITHOUT ROWID is looked at when it is proven as the index of its key. */
	struct page_check *check = scan->keys.itself ? NULL : &proof->pages;
	char *sql;
	int rc = SQLITE_OK;

	if (scan->is_recorded)
		rc = state_expression(&state, proof, session->db, scan);
	sqlite3_str_appendf(out, "SELECT %s, %s", scan->expected ? scan->expected->columns : "NULL",
			    state ? state : "NULL");
	mo_keys_write(out, &scan->keys);
	mo_keys_write_from(out, &scan->keys);
	sql = mo_arena_take(proof->arena, out);
	mo_session_phase(session, "verify", name, mo_plan_rows(proof->plan, name));
	if (!rc)
		rc = sql ? mo_digest_prepare(&stmt, proof->arena, session->db, sql,
					     scan->expected ? scan->expected->digest : NULL, check)
			 : SQLITE_NOMEM;
	scan->is_sound = !check || proof->pages.is_sound;
	if (!rc)
		rc = sqlite3_step(stmt);
	if (rc == SQLITE_ROW)
		rc = take_rows(proof, session, scan, stmt);
	else
		rc = mo_session_diag(session, rc, DIAG_RUN010, name, "read the rows");
	sqlite3_finalize(stmt);
	return rc;
}

static const struct expected *expected_of(const struct proof *proof, const struct table *table)
{
	EACH (const struct expected, expected, &proof->digests)
		if (expected->move->want == table)
			return expected;
	return NULL;
}

/*
 * The digests of index keys.  With --verify quick the indexes that an exchange left alone are not
 * read: the digest of the rows proves them (stays.h).
 */
static int read_keys(struct proof *proof, struct session *session, struct scan *scan)
{
	const struct move *move = mo_plan_move(proof->plan, scan->table->object.name);
	const bool is_asked = session->options->quick && move && move->way == WAY_EXCHANGE;
	struct list left_out = {0};
	bool all = !is_asked || scan->expected;
	int rc = SQLITE_OK;

	if (is_asked && scan->expected)
		rc = mo_stays_read(&left_out, &all, proof->arena, session->db, proof->plan, move);
	scan->must_prove = !all;
	if (!rc)
		rc = mo_keys_read(&scan->keys, proof->arena, session->db, scan->table, &left_out);
	scan->is_all_asked = scan->keys.is_provable && !left_out.count;
	return rc;
}

static int scan_table(struct proof *proof, struct session *session, const struct table *table)
{
	struct scan *scan = mo_arena_make(proof->arena, struct scan);
	bool is_final; /* no step of the document writes them after this */
	int rc = SQLITE_OK;

	if (!scan)
		return mo_diag_memory(&session->m->diags);
	scan->table = scan->keys.table = table;
	scan->expected = expected_of(proof, table);
	is_final = !mo_plan_data_writes(proof->plan, table->object.name, true);
	scan->is_recorded =
		proof->use.is_recorded && is_final && !must_stay(proof->plan, table->object.name);
	if (is_final && mo_plan_writes(proof->plan, table->object.name) && !is_whole(proof->plan))
		rc = read_keys(proof, session, scan);
	if (rc)
		return mo_session_diag(session, rc, DIAG_RUN011, table->object.name,
				       "read the indexes");
	mo_list_add(proof->arena, &proof->scans, scan);
	if (!scan->expected && !(scan->keys.is_provable && scan->keys.indexes.count))
		return MOULT_OK;
	return read_rows(proof, session, scan);
}

static int digest_after(struct proof *proof, struct session *session)
{
	const struct list *tables = &proof->plan->diff->goal->objects[KIND_TABLE];
	int rc = MOULT_OK;

	for (int i = 0; !rc && i < tables->count; i++) {
		const struct table *table = tables->items[i];

		if (mo_plan_is_ready(proof->plan, table->object.name))
			continue; /* it was proven piece by piece */
		if (expected_of(proof, table) || mo_plan_writes(proof->plan, table->object.name))
			rc = scan_table(proof, session, table);
	}
	return rc;
}

/* ---- every table --------------------------------------------------------------------------- */

static int compare_all(struct proof *proof, struct session *session)
{
	struct state now;
	int rc = mo_state_read(&now, proof->arena, session->m, session->db, DIAG_RUN010, NULL);

	for (int i = 0; !rc && i < now.tables.count; i++) {
		const struct table_state *after = now.tables.items[i];
		const struct table_state *before = mo_state_find(
			&proof->state.tables, mo_diff_former_table(proof->plan->diff, after->name));

		if (before && must_stay(proof->plan, after->name) &&
		    !expected_of(proof, mo_schema_table(proof->plan->diff->goal, after->name)) &&
		    !mo_same(before->digest, after->digest))
			rc = mo_session_refute(
				session, DIAG_RUN010, after->name,
				"the rows of table %s, which the plan does not touch, are not what they were; rolled back",
				after->name);
	}
	return rc;
}

/* ---- the whole ----------------------------------------------------------------------------- */

static int begin(struct proof *proof, struct session *session)
{
	int rc = proof->use.has_copy || proof->plan->facts.ready.count
			 ? MOULT_OK
			 : mo_proof_structure(proof, session);

	if (!rc)
		rc = mo_foreign_violations(&proof->orphans, proof->arena, session->m, session->db,
					   proof->plan->diff->have, proof->plan);
	if (!rc && !session->options->quick)
		rc = mo_virtual_faults(&proof->faults, proof->arena, session,
				       proof->plan->diff->have, proof->plan, false);
	return rc;
}

int mo_proof_expect(struct proof *proof, struct session *session)
{
	int rc = mo_digest_register(session->db);

	if (!rc)
		rc = mo_counts_read(&proof->counts, proof->arena, session, proof->plan);
	if (!rc)
		rc = mo_sequence_read(&proof->marks, proof->arena, session, proof->plan);
	if (!rc)
		rc = mo_statistics_read(&proof->statistics, proof->arena, session);
	if (!rc)
		rc = digest_before(proof, session);
	if (!rc && session->options->every_row)
		rc = mo_state_read(&proof->state, proof->arena, session->m, session->db,
				   DIAG_RUN003, NULL);
	return rc;
}

int mo_proof_begin(struct proof **out, struct session *session, const struct plan *plan,
		   struct proof_use use)
{
	struct arena *arena = mo_arena_new();
	struct proof *proof = arena ? mo_arena_make(arena, struct proof) : NULL;
	int rc;

	if (!proof) {
		mo_arena_free(arena);
		return mo_diag_memory(&session->m->diags);
	}
	proof->arena = arena;
	proof->plan = plan;
	proof->use = use;
	rc = begin(proof, session);
	*out = proof;
	return rc;
}

static int check_goal(struct proof *proof, struct session *session)
{
	const int rc = mo_check_goal(proof->plan, session->m, session->db, DIAG_RUN013);

	if (rc == MOULT_FAILED)
		session->verdict = mo_diag_last(&session->m->diags);
	return rc;
}

int mo_proof_check(struct proof *proof, struct session *session)
{
	int rc = mo_counts_compare(&proof->counts, proof->arena, session, NULL);

	if (!rc)
		rc = mo_sequence_check(&proof->marks, proof->arena, session);
	if (!rc)
		rc = mo_statistics_check(&proof->statistics, proof->arena, session, proof->plan);
	if (!rc)
		rc = mo_others_check(&proof->others, proof->arena, session, proof->plan);
	if (!rc)
		rc = digest_after(proof, session);
	return rc;
}

int mo_proof_finish(struct proof *proof, struct session *session)
{
	const struct plan *plan = proof->plan;
	int rc = plan->ends < plan->steps.count
			 ? mo_counts_compare(&proof->counts, proof->arena, session, plan)
			 : MOULT_OK;

	if (!rc)
		rc = check_goal(proof, session);
	if (!rc)
		rc = mo_check_numbers(session, proof->plan);
	if (!rc)
		rc = mo_foreign_compare(&proof->orphans, proof->arena, session, proof->plan);
	if (!rc && !session->options->quick)
		rc = mo_virtual_compare(&proof->faults, proof->arena, session, proof->plan);
	if (!rc && session->options->every_row)
		rc = compare_all(proof, session);
	return rc ? rc : check_after(proof, session);
}

/* ---- what the manifest will say ------------------------------------------------------------ */

static int count_added(const struct move *move)
{
	int count = 0;

	for (int i = 0; move && i < move->sources.count; i++) {
		const struct source *source = move->sources.items[i];

		count += !source->have && !source->is_generated;
	}
	return count;
}

/* What the columns that came have by their DEFAULT, where no row can be read: see run/functions.c. */
static int add_defaults(const char **values, struct arena *arena, const struct move *move,
			sqlite3 *db)
{
	struct list expressions = {0};

	EACH (const struct source, source, &move->sources) {
		const struct column *want = source->want;

		if (!source->have && !source->is_generated)
			mo_list_add(arena, &expressions,
				    mo_arena_format(arena, "_moult_affinity(%s, '%c')",
						    want->value.text ? want->value.text : "NULL",
						    want->affinity));
	}
	return mo_arena_rc(arena) ? SQLITE_NOMEM : mo_state_given(values, arena, db, &expressions);
}

/* What cannot be told of the columns that came is left out, and all rows will be read. */
static int add_unchanged_table(struct list *known, struct arena *arena, const struct plan *plan,
			       const char *name, sqlite3 *db)
{
	const int added = count_added(mo_plan_move(plan, name));
	struct table_state *state = mo_arena_make(arena, struct table_state);
	int rc = SQLITE_OK;

	if (!state)
		return SQLITE_NOMEM;
	state->name = name;
	state->as = mo_diff_former_table(plan->diff, name);
	if (added)
		rc = mo_state_added(&state->added, arena, db, name, added);
	if (added && !rc && !state->added && mo_plan_move(plan, name)->want->without_rowid)
		rc = add_defaults(&state->added, arena, mo_plan_move(plan, name), db);
	if (!added || state->added)
		mo_list_add(arena, known, state);
	return rc;
}

/*
 * Tables of the plan whose rows no step may write hold what the backup holds: the guard saw to
 * that.
 */
static int add_unchanged(struct list *known, struct arena *arena, const struct plan *plan,
			 sqlite3 *db)
{
	const struct list *tables = &plan->diff->goal->objects[KIND_TABLE];
	int rc = SQLITE_OK;

	for (int i = 0; !rc && i < tables->count; i++) {
		const char *name = ((struct object *)tables->items[i])->name;
		const char *former = mo_diff_former_table(plan->diff, name);

		if (must_stay(plan, name) && mo_schema_table(plan->diff->have, former))
			rc = add_unchanged_table(known, arena, plan, name, db);
	}
	return rc;
}

int mo_proof_known(struct list *known, struct arena *arena, const struct proof *proof,
		   struct session *session)
{
	const int rc = add_unchanged(known, arena, proof->plan, session->db);

	EACH (const struct scan, scan, &proof->scans)
		if (scan->state.digest)
			mo_list_add(arena, known, &scan->state);
	if (mo_arena_rc(arena))
		return mo_diag_memory(&session->m->diags);
	return !rc ? MOULT_OK : mo_session_diag(session, rc, DIAG_RUN007, NULL, "read the rows");
}

void mo_proof_free(struct proof *proof)
{
	if (!proof)
		return;
	sqlite3_free(proof->pages.seen);
	mo_arena_free(proof->arena);
}
