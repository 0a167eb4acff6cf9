/* SPDX-License-Identifier: MIT */
/*
 * table_steps.c: the statements that take a table from one shape to another.
 *
 *	ALTER		constraints go, columns go and come, constraints come
 *	edit		the stored text, all tables of a plan in one group
 *	exchange	create new, copy, give it the place of the table, drop what was there
 *	rebuild		create new, copy, carry what hangs on the table, drop, rename
 *
 * The rebuild:
 *
 *	CREATE TABLE _moult_new_t (...)		final names in references to itself
 *	INSERT OR ABORT INTO _moult_new_t (rowid, a, b) SELECT rowid, a, <using> FROM t
 *	sqlite_sequence				the AUTOINCREMENT mark goes along
 *	sqlite_stat1, sqlite_stat4		renamed away before DROP TABLE deletes them
 *	DROP TABLE t
 *	PRAGMA legacy_alter_table = ON
 *	ALTER TABLE _moult_new_t RENAME TO t
 *	PRAGMA legacy_alter_table = OFF
 *	statistics renamed back; those of indexes that changed are deleted
 *	indexes, views, triggers		later, with all the others (steps.c)
 *
 * The copy names the rowid, under whichever of rowid, _rowid_ and oid is no column: else
 * SQLite numbers the rows anew, and a full-text index with external content points to
 * other rows.  OR ABORT overrules the ON CONFLICT clauses of the table, which could
 * leave rows out.  It lists the columns, so a record that is shorter than the schema is
 * filled with the DEFAULT that holds now.  foreign_keys is OFF before BEGIN: else DROP
 * TABLE deletes the rows of children by ON DELETE CASCADE.  Triggers and views that
 * mention the table are dropped before and made again after everything, so the legacy
 * rename touches nothing but the table.  Where neither pragma can be set: children.c.
 */
#include <stdlib.h>

#include "base/text.h"
#include "diff/describe.h"
#include "plan/aside.h"
#include "plan/children.h"
#include "plan/filling.h"
#include "plan/source.h"
#include "plan/table_steps.h"
#include "plan/ways.h"
#include "sql/entry.h"
#include "sql/rebuild.h"
#include "sql/under_way_table.h"
#include "sql/write.h"

/* Constraints go before what they stand on, and come after it. */
enum turn { TURN_LOOSEN, TURN_COLUMNS, TURN_TIGHTEN, TURN_COUNT };

static enum turn turn_of(const struct change *change)
{
	if (change->part == PART_COLUMN)
		return TURN_COLUMNS;
	return change->verb == VERB_DROP ? TURN_LOOSEN : TURN_TIGHTEN;
}

/* Whether a constraint comes or goes with its column. */
static bool goes_with_column(const struct move *move, const struct change *change)
{
	const struct constraint *constraint =
		change->want_constraint ? change->want_constraint : change->have_constraint;
	const struct column *owner = change->part == PART_CONSTRAINT ? constraint->owner : NULL;
	const struct table *other = change->want_constraint ? move->have : move->want;

	return owner && !mo_table_column(other, owner->object.name);
}

static char *drop_constraint_sql(struct steps *s, const char *table,
				 const struct constraint *constraint)
{
	if (constraint->kind == CONSTRAINT_NOT_NULL)
		return mo_sql_drop_not_null(s->arena, table, constraint->owner->object.name);
	return mo_sql_drop_constraint(s->arena, table, constraint->name);
}

static char *alter_sql(struct steps *s, const struct move *move, const struct change *change)
{
	const char *table = move->have->object.name;

	if (change->part == PART_COLUMN && change->verb == VERB_ADD)
		return mo_sql_add_column(s->arena, move->want, change->want_column);
	if (change->part == PART_COLUMN)
		return mo_sql_drop_column(s->arena, table, change->have_column->object.name);
	if (change->verb == VERB_DROP)
		return drop_constraint_sql(s, table, change->have_constraint);
	if (change->want_constraint->kind == CONSTRAINT_NOT_NULL)
		return mo_sql_set_not_null(s->arena, table, change->want_constraint);
	return mo_sql_add_check(s->arena, table, change->want_constraint);
}

/* All of a change that an edit leaves to ALTER. */
static bool comes_or_goes(const struct change *change)
{
	return change->part == PART_COLUMN && change->verb != VERB_CHANGE;
}

/* All of ALTER but DROP COLUMN leaves the records alone. */
static void alter(struct steps *s, const struct move *move, const struct change *change)
{
	const bool writes_rows = change->part == PART_COLUMN && change->verb == VERB_DROP;
	struct step *step = (writes_rows ? mo_step_add_schema : mo_step_add_alter)(
		s, mo_change_label(s->arena, change), NULL, alter_sql(s, move, change),
		move->have->object.name);

	if (!step)
		return;
	step->move = move;
	step->toll = writes_rows ? TOLL_REWRITE : TOLL_NONE;
}

static void alter_table(struct steps *s, const struct move *move)
{
	for (int turn = 0; turn < TURN_COUNT; turn++)
		EACH (const struct change, change, &move->changes) {
			if (turn_of(change) == (enum turn)turn && !goes_with_column(move, change) &&
			    (move->way != WAY_EDIT || comes_or_goes(change)))
				alter(s, move, change);
		}
}

/* What the table is called in the file when its rebuild begins. */
static const char *name_before(const struct steps *s, const struct move *move)
{
	return s->plan->by_copy ? move->former : move->have->object.name;
}

static void copy_rows(struct steps *s, const struct move *move, const char *label)
{
	struct list columns = {0};
	struct list expressions = {0};
	struct step *step;

	if (move->rowid_want) {
		mo_list_add(s->arena, &columns, move->rowid_want);
		mo_list_add(s->arena, &expressions, move->rowid_have);
	}
	EACH (const struct source, source, &move->sources) {
		if (!source->copy)
			continue;
		mo_list_add(s->arena, &columns, source->want->object.name);
		mo_list_add(s->arena, &expressions, source->copy);
	}
	if (!columns.count)
		return;
	step = mo_step_add(
		s, STEP_COPY, label, NULL,
		mo_sql_copy(s->arena, move->work, &columns, &expressions, move->copy_from));
	if (!step)
		return;
	step->move = move;
	step->writes.sequence = move->way == WAY_REBUILD && mo_table_autoincrement(move->want);
	mo_step_may_write(s, step, move->work);
	mo_step_drop_aside(s, label, move->aside);
}

static void carry_sequence(struct steps *s, const struct move *move, const char *label)
{
	const char *sql[] = {mo_sql_sequence_clear(s->arena, move->work),
			     mo_sql_sequence_carry(s->arena, name_before(s, move), move->work,
						   !s->plan->facts.script)};

	if (!mo_table_autoincrement(move->have) || !mo_table_autoincrement(move->want))
		return;
	for (int i = 0; i < 2; i++) {
		struct step *step =
			mo_step_add(s, STEP_OTHER, label, "its AUTOINCREMENT mark stays", sql[i]);

		if (step)
			step->writes.sequence = true;
	}
}

/* The indexes of a rebuilt table whose statistics still hold. */
static void kept_indexes(struct steps *s, const struct move *move, struct list *kept)
{
	EACH (const struct object, index, &move->have->object.indexes)
		if (mo_step_same_form(s, index, mo_schema_find(s->goal, KIND_INDEX, index->name)))
			mo_list_add(s->arena, kept, index->name);
	EACH (const struct change, change, &move->changes)
		if (change->part == PART_CONSTRAINT || change->part == PART_OBJECT)
			return;
	/*
	 * No constraint changed, so the automatic indexes keep their numbers; a WITHOUT ROWID
	 * table is its own.
	 */
	for (int i = 1; i <= move->have->constraints.count; i++)
		mo_list_add(s->arena, kept,
			    mo_arena_format(s->arena, "sqlite_autoindex_%s_%d",
					    move->want->object.name, i));
	mo_list_add(s->arena, kept, move->want->object.name);
}

static void trim_statistics(struct steps *s, const struct move *move, const char *label)
{
	static const char *const tables[] = {"sqlite_stat1", "sqlite_stat4"};
	const bool present[] = {s->plan->facts.has_stat1, s->plan->facts.has_stat4};
	struct list kept = {0};

	kept_indexes(s, move, &kept);
	for (int i = 0; i < 2; i++) {
		struct step *step =
			present[i] ? mo_step_add(s, STEP_OTHER, label,
						 "statistics of indexes that are no more",
						 mo_sql_statistics_trim(s->arena, tables[i],
									move->want->object.name,
									&kept))
				   : NULL;

		if (step)
			step->writes.statistics = true;
	}
}

static void set_legacy(struct steps *s, const char *label, bool on)
{
	struct step *step = mo_step_add(
		s, STEP_PRAGMA, label, on ? "the rename touches nothing else" : NULL,
		on ? "PRAGMA legacy_alter_table = ON" : "PRAGMA legacy_alter_table = OFF");

	if (step)
		step->writes.pragma = "legacy_alter_table";
}

/*
 * SQLite takes an UPDATE of sqlite_master only under writable_schema, and reads the schema again
 * when schema_version is another: https://sqlite.org/pragma.html#pragma_writable_schema
 * It is off again by then, so that SQLite shuts its eyes to nothing.
 */
void mo_steps_set_writable(struct steps *s, const char *label, const struct move *move, bool on)
{
	struct step *step = mo_step_add(
		s, STEP_WRITABLE, label, on ? "the stored schema is edited in place" : NULL,
		on ? "PRAGMA writable_schema = ON" : "PRAGMA writable_schema = OFF");

	if (step) {
		step->move = move;
		step->writes.pragma = "writable_schema";
	}
}

void mo_steps_count_schema(struct steps *s, const char *label, const struct move *move)
{
	struct step *step = mo_step_add(
		s, STEP_RELOAD, label, "the schema is read again",
		mo_sql_pragma(s->arena, "schema_version", s->plan->facts.schema_version + 1));

	if (step) {
		step->move = move;
		step->writes.pragma = "schema_version";
	}
}

static void set_writable(struct steps *s, const struct move *move, bool on)
{
	mo_steps_set_writable(s, mo_label_object(s->arena, &move->want->object), move, on);
}

static void count_schema(struct steps *s, const struct move *move)
{
	mo_steps_count_schema(s, mo_label_object(s->arena, &move->want->object), move);
}

static void edit_text(struct steps *s, const struct move *move)
{
	const char *text = move->text ? move->text : mo_plan_edited_text(s->plan, move);
	struct step *step = mo_step_add(
		s, STEP_EDIT, mo_label_object(s->arena, &move->want->object), "no record changes",
		mo_sql_edit_table(s->arena, move->have->object.name, text));

	if (step) {
		step->move = move;
		step->writes.text = true;
	}
}

/* All together, since each reading of the schema takes the time of the whole. */
void mo_steps_of_edits(struct steps *s)
{
	const struct move *last = NULL;

	EACH (const struct move, move, &s->plan->moves) {
		if (move->way != WAY_EDIT)
			continue;
		if (!last)
			set_writable(s, move, true);
		edit_text(s, move);
		last = move;
	}
	if (!last)
		return;
	set_writable(s, last, false);
	count_schema(s, last);
}

static const char *join(struct steps *s, const struct list *reasons)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	for (int i = 0; i < reasons->count; i++)
		sqlite3_str_appendf(out, "%s%s", i ? "; " : "", (const char *)reasons->items[i]);
	return mo_arena_take(s->arena, out);
}

static struct list moves_of(struct steps *s, enum way way)
{
	struct list moves = {0};

	EACH (const struct move, move, &s->plan->moves)
		if (move->way == way)
			mo_list_add(s->arena, &moves, move);
	return moves;
}

/* ---- exchange ---- */

static void swap_roots(struct steps *s, const struct move *move)
{
	const char *label = mo_label_object(s->arena, &move->want->object);
	const bool stays = mo_plan_is_ready(s->plan, move->want->object.name);
	const char *old = stays ? mo_sql_old_rows_table(s->arena, move->have, move->work) : NULL;
	struct step *step =
		mo_step_add(s, STEP_EDIT, label, "the new rows take the place of the old",
			    mo_sql_exchange_roots(s->arena, move->have->object.name, move->work,
						  mo_plan_exchanged_text(s->plan, move), old));

	if (!step)
		return;
	step->move = move;
	step->writes.text = step->writes.roots = true;
	mo_step_may_write(s, step, move->want->object.name);
}

/* At once: until then nobody may look for a row in them. */
static void remake_indexes(struct steps *s, const struct move *move)
{
	EACH (const char, name, &move->remade) {
		mo_step_add_index(s, (struct index *)mo_schema_find(s->goal, KIND_INDEX, name),
				  "its keys may have changed, or cannot be proven",
				  mo_sql_reindex(s->arena, name));
	}
}

static const char *why_exchanged(struct steps *s, const struct move *move)
{
	const int stay = mo_exchange_keeps(move);

	return mo_arena_format(s->arena, "%s; %d index%s stay%s", join(s, &move->reasons), stay,
			       stay == 1 ? "" : "es", stay == 1 ? "s" : "");
}

/* The table that has the rows which were copied. */
static void drop_rows(struct steps *s, const struct move *move, const char *why, const char *name)
{
	const struct object *object = move->want ? &move->want->object : &move->have->object;
	struct step *step = mo_step_add_schema(s, mo_label_object(s->arena, object), why,
					       mo_sql_drop(s->arena, KIND_TABLE, name), name);

	if (!step)
		return;
	step->move = move;
	step->toll = TOLL_FREE;
}

static void forget_numbers(struct steps *s, const struct table *table, const char *label)
{
	const struct facts *facts = &s->plan->facts;
	const char *name = table->object.name;
	const char *const sql[] = {
		facts->has_stat1 ? mo_sql_statistics_drop(s->arena, "sqlite_stat1", name) : NULL,
		facts->has_stat4 ? mo_sql_statistics_drop(s->arena, "sqlite_stat4", name) : NULL,
		mo_table_autoincrement(table) ? mo_sql_sequence_clear(s->arena, name) : NULL};

	for (int i = 0; i < 3; i++) {
		struct step *step =
			sql[i] ? mo_step_add(s, STEP_OTHER, label, "numbers of what goes", sql[i])
			       : NULL;

		if (step)
			step->writes.sequence = step->writes.statistics = true;
	}
}

/* What DROP TABLE does, but for the pages: those go in batches, when writers have the lock again. */
static void leave_table(struct steps *s, const struct move *move)
{
	const struct table *table = move->have;
	const char *name = table->object.name;
	const char *label = mo_label_object(s->arena, &table->object);
	const char *work = mo_made_name(s->arena, "old", name);
	struct list edits = {0};

	mo_list_add(
		s->arena, &edits,
		mo_sql_leave_table(s->arena, name, work, mo_sql_left_table(s->arena, table, work)));
	mo_list_add(s->arena, &edits, mo_sql_leave_table_indexes(s->arena, name, work));
	EACH (const struct index, index, &table->object.indexes) {
		const char *left = mo_made_name(s->arena, "old", index->object.name);

		mo_list_add(s->arena, &edits,
			    mo_sql_rename_index(s->arena, index->object.name, left,
						mo_sql_left_index(s->arena, index, left, work)));
	}
	forget_numbers(s, table, label);
	mo_steps_set_writable(s, label, NULL, true);
	EACH (const char, sql, &edits) {
		struct step *step =
			mo_step_add(s, STEP_OTHER, label, "what it had is swept afterwards", sql);

		if (!step)
			continue;
		step->writes.text = step->writes.names = true;
		step->writes.many = sql_at == 1; /* it has as many keys as it has */
		step->goes = sql_at ? NULL : &table->object;
	}
	mo_steps_set_writable(s, label, NULL, false);
	mo_steps_count_schema(s, label, NULL);
}

void mo_step_drop_table(struct steps *s, const struct move *move, const char *why)
{
	if (mo_plan_table_leaves(s->plan, move->have->object.name))
		leave_table(s, move);
	else
		drop_rows(s, move, why, name_before(s, move));
}

static void fill_exchange(struct steps *s, struct move *move)
{
	const char *label = mo_label_object(s->arena, &move->want->object);
	struct step *step;

	if (mo_plan_is_ready(s->plan, move->want->object.name)) {
		move->work = mo_made_name(s->arena, "new", move->want->object.name);
		return;
	}
	move->work = mo_plan_work_name(s->plan, "new", move->want->object.name);
	move->copy_from = mo_plan_copy_from(s->plan, move);
	step = mo_step_add_schema(s, label, why_exchanged(s, move),
				  mo_plan_bare_table(s->plan, move), move->work);
	if (step)
		step->move = move;
	copy_rows(s, move, label);
}

static void end_exchange(struct steps *s, const struct move *move)
{
	remake_indexes(s, move);
	if (!mo_plan_is_ready(s->plan, move->want->object.name)) /* else they go in batches */
		drop_rows(s, move, "with the old rows", move->work);
}

static void exchange_table(struct steps *s, struct move *move)
{
	fill_exchange(s, move);
	set_writable(s, move, true);
	swap_roots(s, move);
	set_writable(s, move, false);
	count_schema(s, move);
	end_exchange(s, move);
}

/* All copies first, so that the schema is read again once, and not after each of them. */
static void exchange_together(struct steps *s)
{
	const struct list exchanges = moves_of(s, WAY_EXCHANGE);

	EACH (struct move, move, &exchanges)
		fill_exchange(s, move);
	set_writable(s, exchanges.items[0], true);
	EACH (const struct move, move, &exchanges)
		swap_roots(s, move);
	set_writable(s, exchanges.items[0], false);
	count_schema(s, exchanges.items[0]);
	EACH (const struct move, move, &exchanges)
		end_exchange(s, move);
}

/* ---- rebuild ---- */

void mo_step_make_table(struct steps *s, struct move *move, const struct table *as)
{
	struct step *step =
		mo_step_add_schema(s, mo_label_object(s->arena, &move->want->object),
				   move->reasons.count ? join(s, &move->reasons) : NULL,
				   mo_sql_create_table_as(s->arena, as, move->work), move->work);

	if (step)
		step->move = move;
}

void mo_step_fill_copy(struct steps *s, struct move *move)
{
	const char *label = mo_label_object(s->arena, &move->want->object);

	move->copy_from = mo_plan_copy_from(s->plan, move);
	copy_rows(s, move, label);
	carry_sequence(s, move, label);
}

static void copy_table(struct steps *s, struct move *move)
{
	move->work = mo_plan_work_name(s->plan, "new", move->want->object.name);
	mo_step_make_table(s, move, move->want);
	mo_step_fill_copy(s, move);
}

void mo_step_drop_copied(struct steps *s, struct move *move)
{
	const struct object *object = move->want ? &move->want->object : &move->have->object;
	const char *have = name_before(s, move);

	if (move->want)
		mo_step_move_statistics(s, mo_label_object(s->arena, object), have, move->work);
	drop_rows(s, move, NULL, have);
}

/*
 * The legacy rename touches no text, so a CHECK (_moult_new_t.a > 0) would stay as it is.  SQLite
 * has the other one follow since 3.25.
 */
void mo_step_name_copy(struct steps *s, struct move *move)
{
	const bool follows = s->plan->facts.statements || mo_sql_names_itself(s->arena, move->want);
	const char *label = mo_label_object(s->arena, &move->want->object);
	const char *want = move->want->object.name;
	struct step *step;

	if (!follows)
		set_legacy(s, label, true);
	step = mo_step_add_schema(s, label, NULL, mo_sql_rename_table(s->arena, move->work, want),
				  move->work);
	mo_step_may_write(s, step, want);
	if (!follows)
		set_legacy(s, label, false);
	mo_step_move_statistics(s, label, move->work, want);
	if (move->have)
		trim_statistics(s, move, label);
}

static void rebuild_table(struct steps *s, struct move *move)
{
	copy_table(s, move);
	mo_step_drop_copied(s, move);
	mo_step_name_copy(s, move);
}

/* All of them at once: a name may go from one table to another. */
static void rebuild_renamed(struct steps *s)
{
	static void (*const turns[])(struct steps *, struct move *) = {
		copy_table, mo_step_drop_copied, mo_step_name_copy};

	for (int turn = 0; turn < 3; turn++)
		EACH (struct move, move, &s->plan->moves)
			if (move->way == WAY_REBUILD)
				turns[turn](s, move);
}

static void create_table(struct steps *s, const struct move *move)
{
	const struct object *want = &move->want->object;
	struct step *step = mo_step_add_schema(s, mo_label_object(s->arena, want), NULL,
					       mo_sql_create(s->arena, want), want->name);

	if (step)
		step->move = move;
}

static int compare_name(const void *name, const void *item)
{
	const struct move *move = *(void *const *)item;

	return mo_compare_names(name, move->want->object.name);
}

/*
 * New tables come in the order of the document, which is the order of whoever
 * reads the new file; and last, when every name that they take is free.  The
 * moves are in the order of names.
 */
static void create_tables(struct steps *s)
{
	const struct list *tables = &s->goal->objects[KIND_TABLE];
	const struct list creations = moves_of(s, WAY_CREATE);

	for (int i = 0; creations.count && i < tables->count; i++) {
		const struct object *table = tables->items[i];
		struct move *const *found =
			bsearch(table->name, creations.items, (size_t)creations.count,
				sizeof(*creations.items), compare_name);

		if (!found)
			continue;
		create_table(s, *found);
		mo_step_fill_table(s, *found);
	}
}

void mo_steps_of_tables(struct steps *s)
{
	const bool first = s->plan->facts.statements; /* children */

	if (s->plan->by_copy && !first)
		rebuild_renamed(s);
	if (s->plan->together)
		exchange_together(s);
	EACH (struct move, move, &s->plan->moves) {
		if (move->replaced && !first)
			mo_step_drop_table(s, move, "no column of it stays");
		else if (move->way == WAY_NATIVE || (move->way == WAY_EDIT && !move->text))
			alter_table(s, move);
		else if (move->way == WAY_EXCHANGE && !s->plan->together)
			exchange_table(s, move);
		else if (move->way == WAY_REBUILD && !s->plan->by_copy && !first)
			rebuild_table(s, move);
	}
	if (first)
		mo_steps_children_first(s);
	else
		create_tables(s);
}
