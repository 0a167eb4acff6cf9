/* SPDX-License-Identifier: MIT */
/*
 * exchange.c: a table written anew under indexes that stay.
 *
 * What SQLite keeps of a table is a row of sqlite_master: its name, its text,
 * and the page where its tree of rows begins.  Its indexes are rows of their
 * own, tied to it by its name.  So the new rows can be written into a table
 * under way, and two numbers exchanged:
 *
 *	sqlite_master		before		after
 *	t			root 2		root 9, the text that is wanted
 *	_moult_new_t		root 9		root 2, and then it is dropped
 *	index t_a on t		root 3		root 3
 *
 * An index is a list of keys with rowids.  It may stay if neither can have
 * changed for any row, and is made again by REINDEX where that is not certain:
 *
 *	rowids		under a name in the copy, or by an INTEGER PRIMARY KEY that is the same column
 *	a key		a column with the collation that it had, and an affinity that does the same,
 *			filled from itself
 *
 * Only indexes on columns stay, whose entries can be proven (digest/keys.h): no partial index, none
 * on expressions, on generated columns, or with a collation of the application's.  Where the rows
 * are copied beside their writers (online/) nothing is proven about an index, and each one stays that
 * reads columns which keep their values.  Those that belong
 * to a PRIMARY KEY or UNIQUE cannot be made again by name, so where one of them cannot stay the
 * table is rebuilt; likewise where STRICT or AUTOINCREMENT comes or goes.  A table WITHOUT ROWID is
 * the index of its PRIMARY KEY, and its other indexes hold that key: all of them stay where that does,
 * and it is exchanged only where its rows are copied beside their writers.
 *
 * The table under way has no other key, no foreign key and no AUTOINCREMENT: it
 * would get indexes of its own for them.  But it has NOT NULL and CHECK, so
 * that SQLite judges each row.
 *
 * The conditions are those of an edit (edit.c).  The proof is that of a rebuild: the
 * digest of the rows, and every index held against the rows.  With --verify quick the
 * digest is enough for the indexes that stayed (proof/stays.h).  session/layout.h
 * compares the columns with those of the table under way, whose records they must read.
 * With auto_vacuum DROP TABLE moves the root page of another table or index; SQLite
 * keeps account of that, since it has read the schema again by then.
 *
 * An index that was damaged before stays damaged where it stays, and then the proof
 * fails.  The run is rolled back, and done again with ALTERs and rebuilds alone (RUN033),
 * but not where a plan was reviewed (--expect) or a way was asked for.
 */
#include "base/text.h"
#include "digest/keys.h"
#include "model/form.h"
#include "plan/ways.h"
#include "sql/mention.h"
#include "sql/write.h"

/* ---- values ---------------------------------------------------------------------------- */

/* ---- indexes ----------------------------------------------------------------------------- */

/* An application may sort its own collations as it likes. */
static bool is_provable(const struct move *move, const struct list *terms)
{
	const struct column *rowid = mo_table_rowid_column(move->have);

	EACH (const struct term, term, terms) {
		const struct column *column =
			term->column ? mo_table_column(move->have, term->column) : NULL;

		if (!column || column == rowid ||
		    !mo_collation_is_built_in(term->collate ? term->collate : column->collate) ||
		    !mo_move_keeps_values(move, term->column))
			return false;
	}
	return terms->count < MO_MOST_KEYS;
}

/* A name in an index may mean a column that was none before, and "was" then a string. */
static bool speaks_of_changed(const struct move *move, const char *sql)
{
	const struct list *both[] = {&move->have->columns, &move->want->columns};

	for (int side = 0; side < 2; side++)
		EACH (const struct column, column, both[side]) {
			const char *name = column->object.name;

			if (mo_mentions(sql, name) && !mo_move_keeps_values(move, name))
				return true;
		}
	return false;
}

static bool is_same(struct plan *plan, const struct object *have)
{
	const struct object *want = mo_schema_find(plan->diff->goal, KIND_INDEX, have->name);

	return want && !mo_diff_is_aside(plan->diff, KIND_INDEX, have->name) &&
	       mo_same(mo_form_object(plan->arena, have), mo_form_object(plan->arena, want));
}

static void sort_indexes(struct plan *plan, struct move *move)
{
	move->stays = move->remade = (struct list){0};
	EACH (const struct index, index, &move->have->object.indexes) {
		const bool is_sure = plan->facts.online ||
				     (!index->where.text && is_provable(move, &index->terms));
		const bool stays = is_sure && !speaks_of_changed(move, index->object.sql);

		if (is_same(plan, &index->object))
			mo_list_add(plan->arena, stays ? &move->stays : &move->remade,
				    index->object.name);
	}
}

/* ---- whether it can be ---------------------------------------------------------------------- */

static bool is_key(const struct constraint *constraint)
{
	return constraint->kind == CONSTRAINT_PRIMARY_KEY || constraint->kind == CONSTRAINT_UNIQUE;
}

/* INTEGER PRIMARY KEY has no index but the table. */
static bool has_index(const struct table *table, const struct constraint *key)
{
	return is_key(key) &&
	       !(key->kind == CONSTRAINT_PRIMARY_KEY && mo_table_rowid_column(table));
}

static int count_keys(const struct table *table)
{
	int count = 0;

	for (int i = 0; i < table->constraints.count; i++)
		count += has_index(table, table->constraints.items[i]);
	return count;
}

static const char *cannot_keep_keys(const struct plan *plan, const struct move *move)
{
	EACH (const struct change, change, &move->changes) {
		const struct constraint *either =
			change->want_constraint ? change->want_constraint : change->have_constraint;

		if (change->part == PART_CONSTRAINT && is_key(either) &&
		    mo_cannot_edit_key(plan, move, change))
			return "a key comes or goes, and an index with it";
	}
	EACH (const struct constraint, key, &move->have->constraints)
		if (has_index(move->have, key) && !is_provable(move, &key->terms))
			return "it is not certain that the index of a key can stay";
	return NULL;
}

const char *mo_cannot_exchange(struct plan *plan, struct move *move)
{
	const char *why = NULL;

	if (move->have->without_rowid != move->want->without_rowid)
		return "WITHOUT ROWID comes or goes";
	if (move->have->without_rowid && !plan->facts.online)
		return "a table WITHOUT ROWID is an index itself";
	if (move->have->strict != move->want->strict)
		return "STRICT comes or goes";
	if (mo_table_autoincrement(move->have) != mo_table_autoincrement(move->want))
		return "AUTOINCREMENT comes or goes";
	if (!move->have->without_rowid && !mo_move_keeps_rowids(move))
		return "the rows get other rowids";
	why = cannot_keep_keys(plan, move);
	if (!why)
		sort_indexes(plan, move);
	return why;
}

int mo_exchange_keeps(const struct move *move)
{
	return move->stays.count + count_keys(move->have);
}

/* ---- the table under way ------------------------------------------------------------------- */

static const struct constraint *bare(struct plan *plan, const struct table *want,
				     const struct constraint *constraint)
{
	struct constraint *copy;

	if (constraint->kind == CONSTRAINT_NOT_NULL || constraint->kind == CONSTRAINT_CHECK)
		return constraint;
	if (constraint->kind == CONSTRAINT_PRIMARY_KEY && want->without_rowid)
		return constraint;
	if (constraint->kind != CONSTRAINT_PRIMARY_KEY || has_index(want, constraint))
		return NULL;
	copy = mo_arena_make(plan->arena, struct constraint);
	if (!copy)
		return NULL;
	*copy = *constraint;
	copy->autoincrement = false;
	return copy;
}

char *mo_plan_bare_table(struct plan *plan, const struct move *move)
{
	struct table table = *move->want;

	table.object.doc = NULL;
	table.constraints = (struct list){0};
	for (int i = 0; i < move->want->constraints.count; i++) {
		const struct constraint *kept =
			bare(plan, move->want, move->want->constraints.items[i]);

		if (kept)
			mo_list_add(plan->arena, &table.constraints, kept);
	}
	return mo_sql_create_table_as(plan->arena, &table, move->work);
}
