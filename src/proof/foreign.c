/* SPDX-License-Identifier: MIT */
/* foreign.c: see foreign.h. */
#include "proof/foreign.h"

#include <string.h>

#include "base/text.h"
#include "live/connect.h"
#include "plan/row_plan.h"
#include "plan/way_forth.h"
#include "proof/orphans.h"
#include "proof/stays.h"

/* ---- present names ---------------------------------------------------------------------- */

static const char *present_name(const struct diff *diff, const char *table, const char *name)
{
	if (!diff)
		return name;
	return table ? mo_diff_present_column(diff, table, name)
		     : mo_diff_present_table(diff, name);
}

static void append_name(sqlite3_str *out, const struct diff *diff, const char *table,
			const char *name)
{
	sqlite3_str_appendf(out, "%s%s", sqlite3_str_length(out) ? ", " : "",
			    present_name(diff, table, name));
}

/* The columns of a foreign key, of its child and of its parent. */
static int read_columns(struct violation *violation, struct arena *arena, sqlite3 *db,
			const struct diff *diff, const char *file_table, int id)
{
	sqlite3_stmt *stmt = NULL;
	sqlite3_str *columns = sqlite3_str_new(NULL);
	int rc = mo_pragma_prepare(&stmt, db, "foreign_key_list", file_table);

	while (!rc && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		rc = SQLITE_OK;
		if (sqlite3_column_int(stmt, MO_FOREIGN_KEY_ID) != id)
			continue;
		append_name(columns, diff, violation->child,
			    (const char *)sqlite3_column_text(stmt, MO_FOREIGN_KEY_FROM));
	}
	sqlite3_finalize(stmt);
	violation->columns = mo_arena_take(arena, columns);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/* ---- one table ------------------------------------------------------------------------------ */

static struct violation *add(struct list *violations, struct arena *arena, const char *child)
{
	struct violation *violation = mo_arena_make(arena, struct violation);

	if (!violation)
		return NULL;
	violation->child = child;
	mo_list_add(arena, violations, violation);
	return violation;
}

/* The columns of foreign_key_check. */
enum { CHECK_ROWID = 1, CHECK_PARENT, CHECK_ID };

/* The orphans of one table under one of its keys. */
struct tally {
	struct violation violation;
	long long room; /* for rowids */
};

/* Orphans of one table; its rowids tell them where the plan does not copy it. */
struct check {
	struct list *violations;
	struct arena *arena;
	struct moult *m;
	sqlite3 *db;
	const struct diff *diff; /* of the renames; NULL after them */
	const struct schema *schema;
	const struct table *file;
	const char *file_table;
	const char *table;
	bool has_rowids;
};

static struct tally *find_tally(const struct list *tallies, int id)
{
	EACH (struct tally, tally, tallies)
		if (tally->violation.id == id)
			return tally;
	return NULL;
}

/* foreign_key_check goes through the rows in the order of their rowids. */
static void add_rowid(struct tally *tally, struct arena *arena, sqlite3_int64 rowid)
{
	struct violation *violation = &tally->violation;

	if (violation->orphans == tally->room) {
		const size_t size = (size_t)violation->orphans * sizeof(rowid);
		sqlite3_int64 *rowids;

		tally->room = tally->room ? tally->room * 2 : 16;
		rowids = mo_arena_alloc(arena, (size_t)tally->room * sizeof(rowid));
		if (rowids && size)
			memcpy(rowids, violation->rowids, size);
		violation->rowids = rowids;
	}
	if (violation->rowids)
		violation->rowids[violation->orphans] = rowid;
}

/* SQLite goes from row to row, and asks each about every key. */
static int add_row(struct list *tallies, const struct check *check, sqlite3_stmt *stmt)
{
	struct arena *arena = check->arena;
	const int id = sqlite3_column_int(stmt, CHECK_ID);
	struct tally *tally = find_tally(tallies, id);
	int rc = SQLITE_OK;

	if (!tally) {
		tally = mo_arena_make(arena, struct tally);
		if (!tally)
			return SQLITE_NOMEM;
		mo_list_add(arena, tallies, tally);
		tally->violation.id = id;
		tally->violation.child = check->table;
		tally->violation.parent = present_name(
			check->diff, NULL,
			mo_arena_text(arena,
				      (const char *)sqlite3_column_text(stmt, CHECK_PARENT)));
		rc = read_columns(&tally->violation, arena, check->db, check->diff,
				  check->file_table, id);
	}
	if (check->has_rowids && sqlite3_column_type(stmt, CHECK_ROWID) != SQLITE_NULL)
		add_rowid(tally, arena, sqlite3_column_int64(stmt, CHECK_ROWID));
	tally->violation.orphans++;
	return mo_arena_rc(arena) ? SQLITE_NOMEM : rc;
}

static int check_table(const struct check *check)
{
	struct list tallies = {0};
	sqlite3_stmt *stmt = NULL;
	int rc = mo_pragma_prepare(&stmt, check->db, "foreign_key_check", check->file_table);

	while (!rc && (rc = sqlite3_step(stmt)) == SQLITE_ROW)
		rc = add_row(&tallies, check, stmt);
	if ((rc & 0xff) == SQLITE_ERROR) {
		struct violation *violation = add(check->violations, check->arena, check->table);

		if (violation)
			violation->fault = mo_arena_text(check->arena, sqlite3_errmsg(check->db));
		rc = SQLITE_DONE;
		tallies.count = 0;
	}
	sqlite3_finalize(stmt);
	EACH (struct tally, tally, &tallies) {
		if (check->has_rowids && check->file->without_rowid)
			tally->violation.rowids =
				mo_orphans_of(check->arena, check->db, check->schema, check->file,
					      tally->violation.id, tally->violation.orphans);
		mo_list_add(check->arena, check->violations, &tally->violation);
	}
	return rc == SQLITE_DONE ? MOULT_OK
				 : mo_diag_sqlite(&check->m->diags, check->db, rc, DIAG_RUN003,
						  check->table, "check the foreign keys");
}

/* ---- which tables -------------------------------------------------------------------------- */

static bool has_column(const struct list *terms, const struct column *column)
{
	EACH (const struct term, term, terms)
		if (!term->column || mo_same_name(term->column, column->object.name))
			return true;
	return false;
}

/* Whether a key of its own table, or one that other tables may refer to, has a column. */
static bool is_in_key(const struct table *table, const struct column *column)
{
	EACH (const struct constraint, constraint, &table->constraints)
		if (constraint->kind != CONSTRAINT_CHECK &&
		    constraint->kind != CONSTRAINT_NOT_NULL &&
		    (mo_names_have(&constraint->columns, column->object.name) ||
		     has_column(&constraint->terms, column)))
			return true;
	EACH (const struct index, index, &table->object.indexes)
		if (index->unique && has_column(&index->terms, column))
			return true;
	return false;
}

/* Whether a foreign key of one of these tables refers by name to a column of a key of that one. */
static bool is_referred(const struct list *tables, const char *parent, const struct constraint *key)
{
	EACH (const struct table, table, tables)
		EACH (const struct constraint, constraint, &table->constraints) {
			if (constraint->kind != CONSTRAINT_FOREIGN_KEY ||
			    !mo_same_name(constraint->reference.table, parent))
				continue;
			EACH (const struct term, term, &key->terms)
				if (mo_names_have(&constraint->reference.columns, term->column))
					return true;
		}
	return false;
}

/* Without columns a foreign key refers to the primary key, whatever that is. */
static bool is_parent_key(const struct plan *plan, const struct move *move,
			  const struct constraint *key)
{
	if (key->kind == CONSTRAINT_CHECK || key->kind == CONSTRAINT_NOT_NULL)
		return false;
	return key->kind != CONSTRAINT_UNIQUE ||
	       is_referred(&plan->diff->have->objects[KIND_TABLE], move->former, key) ||
	       is_referred(&plan->diff->goal->objects[KIND_TABLE], move->want->object.name, key);
}

/*
 * A column that comes is no key yet: its REFERENCES is a change of its own, and ADD COLUMN takes
 * no UNIQUE.
 */
static bool concerns_keys(const struct plan *plan, const struct move *move,
			  const struct change *change)
{
	const struct constraint *either =
		change->want_constraint ? change->want_constraint : change->have_constraint;

	if (either)
		return is_parent_key(plan, move, either);
	if (change->part != PART_COLUMN)
		return true;
	return (change->have_column && is_in_key(move->have, change->have_column)) ||
	       (change->verb != VERB_ADD && change->want_column &&
		is_in_key(move->want, change->want_column));
}

/* Whether the digest of the rows speaks for every key: each column has the values that it had. */
static bool keeps_keys(const struct plan *plan, struct arena *arena, const struct move *move)
{
	EACH (const struct source, source, &move->sources)
		if (is_in_key(move->want, source->want) &&
		    !mo_stays_is_taken_over(arena, plan, move, source->want->object.name))
			return false;
	return true;
}

/*
 * Whether a move may make or end a violation.  One that changes no key, and writes no record or
 * keeps the values of each key, does not.
 */
static bool may_violate(const struct plan *plan, struct arena *arena, const struct move *move)
{
	if (!move->have || !move->want)
		return true;
	EACH (const struct change, change, &move->changes)
		if (concerns_keys(plan, move, change))
			return true;
	return !mo_move_keeps_records(move) && !keeps_keys(plan, arena, move);
}

/* Whether a plan changes a table, by its present name. */
static bool changes(const struct plan *plan, struct arena *arena, const char *table)
{
	EACH (const struct move, move, &plan->moves) {
		const struct table *either = move->want ? move->want : move->have;

		if (move->way != WAY_NOTHING && mo_same_name(either->object.name, table) &&
		    may_violate(plan, arena, move))
			return true;
	}
	return mo_plan_row_plan(plan, table) || mo_plan_data_writes(plan, table, false);
}

/* An index that goes may be the parent key of a child that does not change; by the present name. */
static bool drops_index(const struct plan *plan, const char *table)
{
	EACH (const struct change, change, &plan->diff->changes) {
		const struct index *have = (const struct index *)change->have;

		if (have && have->object.kind == KIND_INDEX && have->unique &&
		    mo_same_name(present_name(plan->diff, NULL, have->table), table))
			return true;
	}
	return false;
}

bool mo_foreign_is_of_interest(const struct plan *plan, struct arena *arena,
			       const struct diff *renames, const struct table *table)
{
	EACH (const struct constraint, constraint, &table->constraints) {
		const char *parent = constraint->reference.table;

		if (constraint->kind != CONSTRAINT_FOREIGN_KEY)
			continue;
		parent = present_name(renames, NULL, parent);
		if (!plan || drops_index(plan, parent) || changes(plan, arena, parent) ||
		    changes(plan, arena, present_name(renames, NULL, table->object.name)))
			return true;
	}
	return false;
}

/* Of tables without rowid: whether the rows of a copy have the keys that they had. */
static bool keeps_row_keys(const struct move *move)
{
	const struct list *have = &mo_table_primary_key(move->have)->terms;
	const struct list *want = &mo_table_primary_key(move->want)->terms;

	for (int i = 0; i < have->count && i < want->count; i++) {
		const char *column = ((const struct term *)want->items[i])->column;
		const struct source *source = mo_move_source(move, column);

		if (!mo_move_keeps_values(move, column) ||
		    !mo_same_name(source->have->object.name,
				  ((const struct term *)have->items[i])->column))
			return false;
	}
	return have->count == want->count;
}

bool mo_foreign_tells_rows(const struct plan *plan, const char *table)
{
	const struct move *move = plan ? mo_plan_move(plan, table) : NULL;

	if (!plan || (move && move->way == WAY_CREATE))
		return false;
	if (!move || !mo_move_copies(move))
		return true;
	return move->have->without_rowid && move->want->without_rowid ? keeps_row_keys(move)
								      : mo_move_keeps_rowids(move);
}

static int check_tables(struct list *violations, struct arena *arena, struct moult *m, sqlite3 *db,
			const struct schema *schema, const struct plan *plan,
			const struct diff *renames)
{
	struct check check = {.violations = violations,
			      .arena = arena,
			      .m = m,
			      .db = db,
			      .diff = renames,
			      .schema = schema};
	int rc = MOULT_OK;

	for (int i = 0; !rc && i < schema->objects[KIND_TABLE].count; i++) {
		const struct table *table = schema->objects[KIND_TABLE].items[i];

		check.file = table;
		check.file_table = table->object.name;
		check.table = present_name(renames, NULL, check.file_table);
		if (!mo_foreign_is_of_interest(plan, arena, renames, table) ||
		    (plan && !mo_schema_table(plan->diff->goal, check.table)))
			continue; /* or it goes, and whoever was an orphan there */
		check.has_rowids = mo_foreign_tells_rows(plan, check.table);
		rc = check_table(&check);
	}
	return !rc && mo_arena_rc(arena) ? mo_diag_memory(&m->diags) : rc;
}

int mo_foreign_violations(struct list *violations, struct arena *arena, struct moult *m,
			  sqlite3 *db, const struct schema *schema, const struct plan *plan)
{
	return check_tables(violations, arena, m, db, schema, plan, plan ? plan->diff : NULL);
}

/* ---- the difference ------------------------------------------------------------------------ */

static bool was_blind(const struct list *before)
{
	EACH (const struct violation, violation, before)
		if (violation->fault)
			return true;
	return false;
}

/* Which columns of the parent are meant is no part of it: an orphan of those may be one of others. */
static bool is_same_key(const struct violation *one, const struct violation *now)
{
	return mo_same_name(one->child, now->child) && mo_same_name(one->parent, now->parent) &&
	       mo_same_name(one->columns, now->columns);
}

/* How many of the orphans of now were some before; where nothing tells them, any may have been. */
static long long orphans_of(const struct violation *one, const struct violation *now)
{
	long long both = 0;

	if (!one->rowids || !now->rowids)
		return one->orphans;
	for (long long i = 0, j = 0; i < one->orphans && j < now->orphans;) {
		const sqlite3_int64 was = one->rowids[i];
		const sqlite3_int64 is = now->rowids[j];

		both += was == is;
		i += was <= is;
		j += is <= was;
	}
	return both;
}

/* How many orphans of the same kind there were: the most, of several keys. */
static long long orphans_before(const struct list *before, const struct violation *now)
{
	long long most = 0;

	EACH (const struct violation, one, before) {
		const long long count =
			!now->fault && is_same_key(one, now) ? orphans_of(one, now) : 0;

		if (count > most)
			most = count;
	}
	return most;
}

/* What may come back so, since somebody said so. */
static long long orphans_allowed(const struct plan *plan, const struct violation *now)
{
	long long most = 0;

	EACH (const struct hazard, hazard, &plan->hazards)
		if (hazard->id == DIAG_MD133 && hazard->consented &&
		    mo_same_name(hazard->subject.name, now->child) && hazard->count > most)
			most = hazard->count;
	return now->fault ? 0 : most;
}

/*
 * The first orphan that was none before: "; the first: id 3, person_id 2".  Empty where nothing tells
 * it from those of before.
 */
static const char *first_of(const struct list *before, struct arena *arena, sqlite3 *db,
			    const struct plan *plan, const struct violation *now)
{
	const struct violation *most = NULL;
	const char *words;

	EACH (const struct violation, one, before)
		if (is_same_key(one, now) && (!most || one->orphans > most->orphans))
			most = one;
	if (most && !(most->rowids && now->rowids))
		return "";
	words = mo_orphan_words(arena, db, plan->diff->goal,
				mo_schema_table(plan->diff->goal, now->child), now->id,
				most ? most->rowids : NULL, most ? most->orphans : 0);
	return words ? mo_arena_format(arena, "; the first: %s", words) : "";
}

/* The step of the document that deletes rows of the parent, as far as it names it; or NULL. */
static const struct data_step *step_on_parent(const struct plan *plan, const struct violation *one)
{
	EACH (const struct step, step, &plan->steps)
		if (step->statement && mo_same(step->statement->deed, "deleted") &&
		    mo_same_name(mo_diff_present_table(plan->diff, step->statement->table),
				 one->parent))
			return step->data;
	return NULL;
}

static int diag_violation(struct session *session, const struct plan *plan,
			  const struct violation *one, long long before, const char *first)
{
	const struct data_step *step = step_on_parent(plan, one);
	struct diags *diags = &session->m->diags;

	if (one->fault)
		mo_diag(diags, DIAG_RUN012, NULL, one->child,
			"a foreign key of table %s does not work: %s", one->child, one->fault);
	else
		mo_diag(diags, DIAG_RUN012, NULL, one->child,
			"%lld row%s of table %s would have no parent in %s (columns %s; before: %lld)%s",
			one->orphans, one->orphans == 1 ? "" : "s", one->child, one->parent,
			one->columns, before, first);
	if (step)
		mo_diag_hint(
			diags,
			"no CASCADE acts in step %s: let it write the rows of %s, too; nothing "
			"is changed",
			step->name, one->child);
	else
		mo_diag_hint(
			diags,
			"delete the orphans, or make their parents, first; nothing is changed");
	return MOULT_REFUSED;
}

/* A key that does not work, or has no parent table, did not before, where it comes back. */
static bool is_as_it_was(const struct plan *plan, const struct violation *now)
{
	return mo_brings_back(plan) &&
	       (now->fault || !mo_schema_find_relation(plan->diff->goal, now->parent));
}

int mo_foreign_compare(const struct list *before, struct arena *arena, struct session *session,
		       const struct plan *plan)
{
	struct list after = {0};
	int rc;

	if ((plan->is_blind && !mo_plan_brings_first_rows(plan)) || was_blind(before)) {
		if (plan->diff->have->objects[KIND_TABLE].count)
			mo_diag(&session->m->diags, DIAG_RUN024, NULL, NULL,
				"before the migration foreign_key_check fails; foreign keys are not judged");
		return MOULT_OK;
	}
	mo_session_phase(session, "foreign keys", NULL, -1);
	rc = check_tables(&after, arena, session->m, session->db, plan->diff->goal, plan, NULL);

	for (int i = 0; !rc && i < after.count; i++) {
		const struct violation *now = after.items[i];
		long long was = orphans_before(before, now);

		if (is_as_it_was(plan, now))
			continue;
		if (now->fault ? !plan->is_blind : now->orphans > was + orphans_allowed(plan, now))
			rc = diag_violation(session, plan, now, was,
					    first_of(before, arena, session->db, plan, now));
	}
	return rc;
}
