/* SPDX-License-Identifier: MIT */
/*
 * steps.c: the statements in their order.
 *
 *	1 renames			SQLite rewrites whatever speaks of the renamed
 *	2 drop triggers, views, indexes	that change, go, or speak of a table that is written anew
 *	3 drop tables whose name another kind of object takes
 *	4 ALTER, CREATE, rebuild,	every table is there under its final name when this is done
 *	  edits
 *	5 drop tables			late: expressions that fill new columns may still read them
 *	6 indexes, virtual tables	after the rows they are made of
 *	7 views, triggers		after everything they speak of
 *	8 user_version, application_id
 */
#include "base/text.h"
#include "diff/describe.h"
#include "model/form.h"
#include "plan/plan.h"
#include "sql/mention.h"
#include "sql/read.h"
#include "sql/rebuild.h"
#include "sql/write.h"

struct steps {
	struct plan *plan;
	struct arena *arena;
	const struct schema *have; /* after the renames */
	const struct schema *goal;
	struct list
		dropped; /* of struct object: triggers and views that go, to stay away or to come back */
};

static struct step *add(struct steps *s, enum step_kind kind, const char *object, const char *why,
			const char *sql)
{
	struct step *step = mo_arena_make(s->arena, struct step);

	if (!step)
		return NULL;
	step->kind = kind;
	step->sql = sql;
	step->object = object;
	step->why = why;
	mo_list_add(s->arena, &s->plan->steps, step);
	return step;
}

/* A step that changes the schema of what is named. */
static struct step *add_schema(struct steps *s, const char *object, const char *why,
			       const char *sql, const char *name)
{
	struct step *step = add(s, STEP_SCHEMA, object, why, sql);

	if (!step)
		return NULL;
	step->writes.schema = step->writes.sequence = step->writes.statistics = true;
	mo_list_add(s->arena, &step->writes.tables, name);
	return step;
}

static void may_write(struct steps *s, struct step *step, const char *table)
{
	if (step)
		mo_list_add(s->arena, &step->writes.tables, table);
}

static void may_write_virtual(struct steps *s, struct step *step, const char *table)
{
	if (step)
		mo_list_add(s->arena, &step->writes.virtuals, table);
}

static bool is_in(const struct list *list, const void *item)
{
	for (int i = 0; i < list->count; i++)
		if (list->items[i] == item)
			return true;
	return false;
}

static bool same_form(struct steps *s, const struct object *have, const struct object *want)
{
	return have && want &&
	       mo_same(mo_form_object(s->arena, have), mo_form_object(s->arena, want));
}

/* As its source has it, or as the writer writes it. */
static const char *create_sql(struct steps *s, const struct object *object)
{
	return object->sql ? object->sql : mo_sql_create(s->arena, object);
}

/* ---- what must stand aside --------------------------------------------------------------- */

static bool speaks_of_moved(const struct steps *s, const struct object *object)
{
	for (int i = 0; i < s->plan->moves.count; i++) {
		const struct move *move = s->plan->moves.items[i];

		if ((move->way == WAY_REBUILD || move->way == WAY_DROP) &&
		    mo_mentions(object->sql, move->have->object.name))
			return true;
	}
	for (int i = 0; i < s->plan->diff->changes.count; i++) {
		const struct change *change = s->plan->diff->changes.items[i];

		if (change->have && change->have->kind == KIND_VIRTUAL &&
		    mo_mentions(object->sql, change->have->name))
			return true;
	}
	return false;
}

static bool speaks_of_dropped(const struct steps *s, const struct object *object)
{
	for (int i = 0; i < s->dropped.count; i++) {
		const struct object *dropped = s->dropped.items[i];

		if (dropped->kind == KIND_VIEW && mo_mentions(object->sql, dropped->name))
			return true;
	}
	return false;
}

/* Whether no view and no trigger stays while tables are renamed. */
static bool drops_all(const struct steps *s)
{
	return s->plan->diff->bare || s->plan->by_copy;
}

static bool must_go(struct steps *s, const struct object *object)
{
	const struct object *want = mo_schema_find(s->goal, object->kind, object->name);

	return drops_all(s) || !same_form(s, object, want) || speaks_of_moved(s, object);
}

static void collect(struct steps *s, enum kind kind,
		    bool (*test)(struct steps *, const struct object *))
{
	for (int i = 0; i < s->have->objects[kind].count; i++) {
		const struct object *object = s->have->objects[kind].items[i];

		if (!is_in(&s->dropped, object) && test(s, object))
			mo_list_add(s->arena, &s->dropped, object);
	}
}

static bool must_follow(struct steps *s, const struct object *object)
{
	return speaks_of_dropped(s, object);
}

/* Views that speak of dropped views go too, and so on, and the triggers that speak of any. */
static void collect_dropped(struct steps *s)
{
	int before;

	if (!s->plan->moves.count && !s->plan->diff->changes.count && !drops_all(s))
		return;
	collect(s, KIND_VIEW, must_go);
	do {
		before = s->dropped.count;
		collect(s, KIND_VIEW, must_follow);
	} while (s->dropped.count > before);
	collect(s, KIND_TRIGGER, must_go);
	collect(s, KIND_TRIGGER, must_follow);
}

static void drop_dependents(struct steps *s, enum kind kind)
{
	for (int i = 0; i < s->dropped.count; i++) {
		const struct object *object = s->dropped.items[i];
		const bool returns = mo_schema_find(s->goal, kind, object->name);

		if (object->kind == kind)
			add_schema(s, mo_label_object(s->arena, object),
				   returns ? "made again below" : NULL,
				   mo_sql_drop(s->arena, kind, object->name), object->name);
	}
}

/* ---- renames ------------------------------------------------------------------------------- */

static void clear_the_way(struct steps *s)
{
	static const enum kind kinds[] = {KIND_VIEW, KIND_INDEX};
	const struct diff *diff = s->plan->diff;

	for (int k = 0; k < 2; k++)
		for (int i = 0; i < diff->have->objects[kinds[k]].count; i++) {
			const struct object *object = diff->have->objects[kinds[k]].items[i];

			if (mo_diff_is_in_the_way(diff, object))
				add_schema(s, mo_label_object(s->arena, object),
					   "a table takes its name",
					   mo_sql_drop(s->arena, kinds[k], object->name),
					   object->name);
		}
}

static void move_statistics(struct steps *s, const char *object, const char *have, const char *want)
{
	static const char *const tables[] = {"sqlite_stat1", "sqlite_stat4"};
	const bool present[] = {s->plan->facts.has_stat1, s->plan->facts.has_stat4};

	for (int i = 0; i < 2; i++) {
		struct step *step =
			present[i] ? add(s, STEP_OTHER, object, "its statistics stay with it",
					 mo_sql_statistics_move(s->arena, tables[i], have, want))
				   : NULL;

		if (step)
			step->writes.statistics = true;
	}
}

static void rename_all(struct steps *s)
{
	for (int i = 0; i < s->plan->diff->renames.count; i++) {
		const struct rename *rename = s->plan->diff->renames.items[i];
		const char *label = mo_label_rename(s->arena, rename);
		const char *why = mo_arena_format(s->arena, "was %s", rename->have);
		struct step *step;

		if (s->plan->by_copy &&
		    (rename->table || !mo_schema_find(s->goal, KIND_VIRTUAL, rename->want)))
			continue;
		if (rename->table) {
			add_schema(s, label, why,
				   mo_sql_rename_column(s->arena, rename->table, rename->have,
							rename->want),
				   rename->table);
			continue;
		}
		step = add_schema(s, label, why,
				  mo_sql_rename_table(s->arena, rename->have, rename->want),
				  rename->have);
		may_write(s, step, rename->want);
		if (rename->kind == KIND_VIRTUAL) {
			may_write_virtual(s, step, rename->have);
			may_write_virtual(s, step, rename->want);
		}
		move_statistics(s, label, rename->have, rename->want);
	}
}

/* ---- tables ------------------------------------------------------------------------------------ */

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

static void alter_table(struct steps *s, const struct move *move)
{
	for (int turn = 0; turn < TURN_COUNT; turn++)
		for (int i = 0; i < move->changes.count; i++) {
			const struct change *change = move->changes.items[i];
			struct step *step;

			if (turn_of(change) != (enum turn)turn || goes_with_column(move, change) ||
			    (move->way == WAY_EDIT && !comes_or_goes(change)))
				continue;
			step = add_schema(s, mo_change_label(s->arena, change), NULL,
					  alter_sql(s, move, change), move->have->object.name);
			if (step)
				step->move = move;
		}
}

static bool name_is_taken(const struct steps *s, const char *name)
{
	return mo_schema_find_relation(s->have, name) ||
	       mo_schema_find(s->have, KIND_INDEX, name) ||
	       mo_schema_find_relation(s->goal, name) ||
	       mo_schema_find(s->goal, KIND_INDEX, name) || mo_names_have(&s->have->shadows, name);
}

/* Nothing is ever dropped for its name: one that is taken makes moult choose another. */
static const char *choose_work_name(const struct steps *s, const char *table)
{
	const char *name = mo_arena_format(s->arena, "_moult_new_%s", table);

	for (int i = 2; name && name_is_taken(s, name); i++)
		name = mo_arena_format(s->arena, "_moult_new_%s_%d", table, i);
	return name;
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
	for (int i = 0; i < move->sources.count; i++) {
		const struct source *source = move->sources.items[i];

		if (!source->copy)
			continue;
		mo_list_add(s->arena, &columns, source->want->object.name);
		mo_list_add(s->arena, &expressions, source->copy);
	}
	if (!columns.count)
		return;
	step = add(s, STEP_COPY, label, NULL,
		   mo_sql_copy(s->arena, move->work, &columns, &expressions, move->copy_from));
	if (!step)
		return;
	step->move = move;
	step->writes.sequence = mo_table_autoincrement(move->want);
	may_write(s, step, move->work);
}

static void carry_sequence(struct steps *s, const struct move *move, const char *label)
{
	const char *sql[] = {mo_sql_sequence_clear(s->arena, move->work),
			     mo_sql_sequence_carry(s->arena, name_before(s, move), move->work)};

	if (!mo_table_autoincrement(move->have) || !mo_table_autoincrement(move->want))
		return;
	for (int i = 0; i < 2; i++) {
		struct step *step =
			add(s, STEP_OTHER, label, "its AUTOINCREMENT mark stays", sql[i]);

		if (step)
			step->writes.sequence = true;
	}
}

/* The indexes of a rebuilt table whose statistics still hold. */
static void kept_indexes(struct steps *s, const struct move *move, struct list *kept)
{
	for (int i = 0; i < move->have->object.indexes.count; i++) {
		const struct object *index = move->have->object.indexes.items[i];

		if (same_form(s, index, mo_schema_find(s->goal, KIND_INDEX, index->name)))
			mo_list_add(s->arena, kept, index->name);
	}
	for (int i = 0; i < move->changes.count; i++) {
		const struct change *change = move->changes.items[i];

		if (change->part == PART_CONSTRAINT || change->part == PART_OBJECT)
			return;
	}
	/* No constraint changed, so the automatic indexes keep their numbers; a WITHOUT ROWID table is its own. */
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
			present[i] ? add(s, STEP_OTHER, label,
					 "statistics of indexes that are no more",
					 mo_sql_statistics_trim(s->arena, tables[i],
								move->want->object.name, &kept))
				   : NULL;

		if (step)
			step->writes.statistics = true;
	}
}

static void set_legacy(struct steps *s, const char *label, bool on)
{
	struct step *step =
		add(s, STEP_OTHER, label, on ? "the rename touches nothing else" : NULL,
		    on ? "PRAGMA legacy_alter_table = ON" : "PRAGMA legacy_alter_table = OFF");

	if (step)
		step->writes.pragma = "legacy_alter_table";
}

/*
 * SQLite takes an UPDATE of sqlite_master only under writable_schema, and reads the schema again when
 * schema_version is another: https://sqlite.org/pragma.html#pragma_writable_schema
 * It is off again by then, so that SQLite shuts its eyes to nothing.
 */
static void set_writable(struct steps *s, const struct move *move, bool on)
{
	struct step *step =
		add(s, STEP_OTHER, mo_label_object(s->arena, &move->want->object),
		    on ? "the text of its schema is edited in place" : NULL,
		    on ? "PRAGMA writable_schema = ON" : "PRAGMA writable_schema = OFF");

	if (step) {
		step->move = move;
		step->writes.pragma = "writable_schema";
	}
}

static void count_schema(struct steps *s, const struct move *move)
{
	struct step *step =
		add(s, STEP_OTHER, mo_label_object(s->arena, &move->want->object),
		    "the schema is read again",
		    mo_sql_pragma(s->arena, "schema_version", s->plan->facts.schema_version + 1));

	if (step) {
		step->move = move;
		step->writes.pragma = "schema_version";
	}
}

static void edit_text(struct steps *s, const struct move *move)
{
	struct step *step = add(s, STEP_EDIT, mo_label_object(s->arena, &move->want->object),
				"no record changes",
				mo_sql_edit_table(s->arena, move->have->object.name,
						  mo_plan_edited_text(s->plan, move)));

	if (step) {
		step->move = move;
		step->writes.text = true;
	}
}

/* All together, since each reading of the schema takes the time of the whole. */
static void edit_tables(struct steps *s)
{
	const struct move *last = NULL;

	for (int i = 0; i < s->plan->moves.count; i++) {
		const struct move *move = s->plan->moves.items[i];

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

static void copy_table(struct steps *s, struct move *move)
{
	const char *label = mo_label_object(s->arena, &move->want->object);
	struct step *step;

	move->work = choose_work_name(s, move->want->object.name);
	move->copy_from = mo_plan_copy_from(s->plan, move);
	step = add_schema(s, label, join(s, &move->reasons),
			  mo_sql_create_table_as(s->arena, move->want, move->work), move->work);
	if (step)
		step->move = move;
	copy_rows(s, move, label);
	carry_sequence(s, move, label);
}

static void drop_copied(struct steps *s, struct move *move)
{
	const char *label = mo_label_object(s->arena, &move->want->object);
	const char *have = name_before(s, move);

	move_statistics(s, label, have, move->work);
	add_schema(s, label, NULL, mo_sql_drop(s->arena, KIND_TABLE, have), have);
}

static void name_copy(struct steps *s, struct move *move)
{
	const char *label = mo_label_object(s->arena, &move->want->object);
	const char *want = move->want->object.name;
	struct step *step;

	set_legacy(s, label, true);
	step = add_schema(s, label, NULL, mo_sql_rename_table(s->arena, move->work, want),
			  move->work);
	may_write(s, step, want);
	set_legacy(s, label, false);
	move_statistics(s, label, move->work, want);
	trim_statistics(s, move, label);
}

static void rebuild_table(struct steps *s, struct move *move)
{
	copy_table(s, move);
	drop_copied(s, move);
	name_copy(s, move);
}

/* All of them at once: a name may go from one table to another. */
static void rebuild_renamed(struct steps *s)
{
	static void (*const turns[])(struct steps *, struct move *) = {copy_table, drop_copied,
								       name_copy};

	for (int turn = 0; turn < 3; turn++)
		for (int i = 0; i < s->plan->moves.count; i++) {
			struct move *move = s->plan->moves.items[i];

			if (move->way == WAY_REBUILD)
				turns[turn](s, move);
		}
}

static void create_table(struct steps *s, const struct move *move)
{
	const struct object *want = &move->want->object;
	struct step *step = add_schema(s, mo_label_object(s->arena, want), NULL,
				       mo_sql_create(s->arena, want), want->name);

	if (step)
		step->move = move;
}

static void drop_replaced(struct steps *s, const struct move *move)
{
	const struct object *have = &move->have->object;
	const char *name = name_before(s, move);

	add_schema(s, mo_label_object(s->arena, have), "no column of it stays",
		   mo_sql_drop(s->arena, KIND_TABLE, name), name);
}

static void make_tables(struct steps *s)
{
	if (s->plan->by_copy)
		rebuild_renamed(s);
	for (int i = 0; i < s->plan->moves.count; i++) {
		struct move *move = s->plan->moves.items[i];

		if (move->replaced)
			drop_replaced(s, move);
		else if (move->way == WAY_NATIVE || move->way == WAY_EDIT)
			alter_table(s, move);
		else if (move->way == WAY_REBUILD && !s->plan->by_copy)
			rebuild_table(s, move);
		else if (move->way == WAY_CREATE)
			create_table(s, move);
	}
}

/* Whether the name of a dropped table is taken by another kind of object that is made before step 5. */
static bool name_is_wanted(const struct steps *s, const struct object *object)
{
	const enum kind other = object->kind == KIND_TABLE ? KIND_VIRTUAL : KIND_TABLE;

	return mo_schema_find(s->goal, other, object->name);
}

static void drop_relations(struct steps *s, bool early)
{
	for (int i = 0; i < s->plan->diff->changes.count; i++) {
		const struct change *change = s->plan->diff->changes.items[i];
		const struct object *have = change->have;
		struct step *step;

		if (change->part != PART_OBJECT || !have ||
		    (have->kind != KIND_TABLE && have->kind != KIND_VIRTUAL))
			continue;
		if (change->verb == VERB_ADD ||
		    (change->verb == VERB_CHANGE && have->kind == KIND_TABLE))
			continue;
		if (early != (name_is_wanted(s, have) && change->verb == VERB_DROP))
			continue;
		step = add_schema(s, mo_label_object(s->arena, have),
				  change->verb == VERB_CHANGE ? "made again below" : NULL,
				  mo_sql_drop(s->arena, have->kind, have->name), have->name);
		if (have->kind == KIND_VIRTUAL)
			may_write_virtual(s, step, have->name);
	}
}

/* ---- indexes ------------------------------------------------------------------------------------- */

static const struct move *move_of(const struct steps *s, const char *table)
{
	for (int i = 0; i < s->plan->moves.count; i++) {
		const struct move *move = s->plan->moves.items[i];

		if (move->have && mo_same_name(move->have->object.name, table))
			return move;
	}
	return NULL;
}

/* Whether an index goes without being asked, since its table does. */
static bool goes_with_table(const struct steps *s, const struct index *index)
{
	const struct move *move = move_of(s, index->table);

	return move && (move->way == WAY_REBUILD || move->way == WAY_DROP);
}

static void drop_indexes(struct steps *s)
{
	for (int i = 0; i < s->plan->diff->changes.count; i++) {
		const struct change *change = s->plan->diff->changes.items[i];
		const struct object *have = change->have;
		struct step *step;

		if (change->part != PART_OBJECT || !have || have->kind != KIND_INDEX)
			continue;
		step = add_schema(s, mo_label_object(s->arena, have),
				  change->verb == VERB_CHANGE ? "made again below" : NULL,
				  mo_sql_drop(s->arena, KIND_INDEX, have->name), have->name);
		may_write(s, step, ((const struct index *)have)->table);
	}
}

static void make_indexes(struct steps *s)
{
	for (int i = 0; i < s->goal->objects[KIND_INDEX].count; i++) {
		const struct index *index = s->goal->objects[KIND_INDEX].items[i];
		const struct object *have = mo_schema_find(s->have, KIND_INDEX, index->object.name);
		struct step *step;

		if (same_form(s, have, &index->object) &&
		    !goes_with_table(s, (const struct index *)have))
			continue;
		step = add_schema(s, mo_label_object(s->arena, &index->object), NULL,
				  create_sql(s, &index->object), index->object.name);
		may_write(s, step, index->table);
		if (step)
			step->kind = STEP_INDEX;
	}
}

/* ---- virtual tables, views, triggers ----------------------------------------------------------------- */

static void populate(struct steps *s, const struct virtual_table *table, const char *label)
{
	struct list statements = {0};

	mo_read_statements(s->arena, &statements, table->populate.text);
	for (int i = 0; i < statements.count; i++)
		may_write_virtual(s,
				  add(s, STEP_OTHER, label, "filled as its <populate> says",
				      statements.items[i]),
				  table->object.name);
}

static void make_virtuals(struct steps *s)
{
	for (int i = 0; i < s->goal->objects[KIND_VIRTUAL].count; i++) {
		const struct virtual_table *table = s->goal->objects[KIND_VIRTUAL].items[i];
		const char *label = mo_label_object(s->arena, &table->object);
		struct step *step;

		if (same_form(s, mo_schema_find(s->have, KIND_VIRTUAL, table->object.name),
			      &table->object))
			continue;
		step = add_schema(s, label, NULL, create_sql(s, &table->object),
				  table->object.name);
		may_write_virtual(s, step, table->object.name);
		if (table->populate.text)
			populate(s, table, label);
	}
}

static void make_dependents(struct steps *s, enum kind kind)
{
	for (int i = 0; i < s->goal->objects[kind].count; i++) {
		const struct object *object = s->goal->objects[kind].items[i];
		const struct object *have = mo_schema_find(s->have, kind, object->name);

		if (!have || is_in(&s->dropped, have))
			add_schema(s, mo_label_object(s->arena, object), NULL,
				   create_sql(s, object), object->name);
	}
}

static void set_pragmas(struct steps *s)
{
	for (int i = 0; i < s->plan->diff->changes.count; i++) {
		const struct change *change = s->plan->diff->changes.items[i];
		const struct pragmas *want = &s->goal->pragmas;
		struct step *step = NULL;

		if (change->part == PART_USER_VERSION)
			step = add(s, STEP_OTHER, "user_version", NULL,
				   mo_sql_pragma(s->arena, "user_version", want->user_version));
		else if (change->part == PART_APPLICATION_ID)
			step = add(s, STEP_OTHER, "application_id", NULL,
				   mo_sql_pragma(s->arena, "application_id", want->application_id));
		if (step)
			step->writes.pragma = step->object;
	}
}

void mo_plan_steps(struct plan *plan)
{
	struct steps s = {plan, plan->arena, plan->diff->renamed, plan->diff->goal, {0}};

	collect_dropped(&s);
	if (drops_all(&s)) {
		drop_dependents(&s, KIND_TRIGGER);
		drop_dependents(&s, KIND_VIEW);
	}
	clear_the_way(&s);
	rename_all(&s);
	if (!drops_all(&s)) {
		drop_dependents(&s, KIND_TRIGGER);
		drop_dependents(&s, KIND_VIEW);
	}
	drop_indexes(&s);
	drop_relations(&s, true);
	make_tables(&s);
	edit_tables(&s);
	drop_relations(&s, false);
	make_indexes(&s);
	make_virtuals(&s);
	make_dependents(&s, KIND_VIEW);
	make_dependents(&s, KIND_TRIGGER);
	set_pragmas(&s);
}
