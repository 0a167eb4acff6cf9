/* SPDX-License-Identifier: MIT */
/* both.c: see both.h. */
#include "online/both.h"

#include "base/text.h"
#include "diff/describe.h"
#include "diff/verdict.h"
#include "model/form.h"
#include "sql/mention.h"
#include "sql/normal.h"

/* ---- copies -------------------------------------------------------------------------------- */

static struct column *copy_column(struct schema *document, struct table *table,
				  const struct column *column)
{
	struct column *one = mo_arena_make(document->arena, struct column);

	if (!one)
		return NULL;
	*one = *column;
	one->object.was = (struct list){0};
	one->using = one->back = (struct sql){0};
	mo_list_add(document->arena, &table->columns, one);
	return one;
}

static struct constraint *copy_constraint(struct schema *document, struct table *table,
					  const struct constraint *constraint)
{
	struct constraint *one = mo_arena_make(document->arena, struct constraint);

	if (!one)
		return NULL;
	*one = *constraint;
	if (constraint->owner)
		one->owner = mo_table_column(table, constraint->owner->object.name);
	mo_list_add(document->arena, &table->constraints, one);
	return one;
}

/* A table that may be changed further; what a document says of its former self is left out. */
static struct table *copy_table(struct schema *document, const struct table *table)
{
	struct table *copy;

	mo_schema_copy(document, &table->object);
	if (mo_arena_rc(document->arena))
		return NULL;
	copy = document->objects[KIND_TABLE].items[document->objects[KIND_TABLE].count - 1];
	copy->object.was = (struct list){0};
	copy->columns = copy->constraints = (struct list){0};
	EACH (const struct column, column, &table->columns)
		copy_column(document, copy, column);
	EACH (const struct constraint, constraint, &table->constraints)
		copy_constraint(document, copy, constraint);
	return copy;
}

/* ---- the shape between --------------------------------------------------------------------- */

static void add_column(struct both *side, struct table *copy, const struct table *goal,
		       const struct column *column, bool is_in_step)
{
	struct column *one = copy_column(side->both, copy, column);

	if (one && is_in_step)
		one->value = mo_sql_piece(side->both->arena, MO_UNSET);
	EACH (const struct constraint, constraint, &goal->constraints)
		if (one && constraint->kind == CONSTRAINT_NOT_NULL && constraint->owner == column)
			copy_constraint(side->both, copy, constraint);
}

static bool is_at_once(const struct side_table *table, const struct table *have,
		       const struct column *column)
{
	return !column->generated.text && !mo_table_column(have, column->object.name) &&
	       (!table || !mo_pairs_column(table, column->object.name));
}

static void add_columns(struct both *side, struct table *copy, const struct table *have,
			const struct table *goal)
{
	const struct side_table *table = mo_pairs_table(&side->tables, have->object.name);

	EACH (const struct column, column, &goal->columns)
		if (is_at_once(table, have, column))
			add_column(side, copy, goal, column, false);
	EACH (const struct column, column, &goal->columns)
		if (table && !mo_table_column(have, column->object.name) &&
		    mo_pairs_column(table, column->object.name))
			add_column(side, copy, goal, column, true);
}

/* Old columns of a table that may have the value that nobody stores, if only for a moment. */
static struct list may_be_unset(struct both *side, const struct side_table *table)
{
	struct list found = {0};

	EACH (const struct in_step, group, &table->groups)
		EACH (const struct stepped, one, &group->olds)
			if (one->is_unset || group->hides)
				mo_list_add(side->arena, &found, one);
	return found;
}

static struct list named_by(struct both *side, const struct list *stepped, const char *sql)
{
	struct list found = {0};

	EACH (const struct stepped, one, stepped)
		if (mo_mentions(sql, one->name))
			mo_list_add(side->arena, &found, one);
	return found;
}

static void relax_checks(struct both *side, struct table *copy, const struct list *unset)
{
	EACH (struct constraint, constraint, &copy->constraints) {
		struct list named;

		if (constraint->kind != CONSTRAINT_CHECK)
			continue;
		named = named_by(side, unset, constraint->check.text);
		if (named.count)
			constraint->check =
				mo_sql_piece(side->both->arena,
					     mo_sql_unless_unset(side->both->arena, &named, "",
								 constraint->check.text, 1));
	}
}

static void relax_table(struct both *side, struct table *copy, const struct side_table *table)
{
	const struct list unset = may_be_unset(side, table);

	EACH (struct column, column, &copy->columns) {
		const struct stepped *one = mo_pairs_column(table, column->object.name);

		if (one && one->is_unset && mo_table_column(table->have, column->object.name))
			column->value = mo_sql_piece(side->both->arena, MO_UNSET);
	}
	relax_checks(side, copy, &unset);
}

static void refuse_raising(struct both *side, const struct side_table *table, const char *label,
			   const char *sql, struct diags *diags, int *rc)
{
	const struct list unset = may_be_unset(side, table);

	if (sql && mo_may_raise(sql) && named_by(side, &unset, sql).count)
		*rc = mo_side_refuse(
			diags, NULL, label,
			"its expression may raise an error on a row that has no value yet", NULL);
}

/* What SQLite evaluates while a column has the value that nobody stores. */
static int check_expressions(struct both *side, struct diags *diags)
{
	int rc = MOULT_OK;

	EACH (const struct side_table, table, &side->tables) {
		EACH (const struct column, column, &table->have->columns)
			refuse_raising(side, table,
				       mo_label_column(side->arena, table->have->object.name,
						       column->object.name),
				       column->generated.text, diags, &rc);
		EACH (const struct index, index, &table->have->object.indexes) {
			const char *label = mo_label_object(side->arena, &index->object);

			refuse_raising(side, table, label, index->where.text, diags, &rc);
			EACH (const struct term, term, &index->terms)
				if (!term->column)
					refuse_raising(side, table, label, term->expr.text, diags,
						       &rc);
		}
	}
	return rc;
}

static void take_tables(struct both *side)
{
	const struct schema *have = side->diff->have, *goal = side->diff->goal;

	EACH (const struct table, table, &have->objects[KIND_TABLE]) {
		const struct side_table *in_step =
			mo_pairs_table(&side->tables, table->object.name);
		const struct table *after = mo_schema_table(goal, table->object.name);
		struct table *copy = copy_table(side->both, table);

		if (copy && after)
			add_columns(side, copy, table, after);
		if (copy && in_step)
			relax_table(side, copy, in_step);
	}
	EACH (const struct table, table, &goal->objects[KIND_TABLE])
		if (!mo_schema_table(have, table->object.name))
			copy_table(side->both, table);
}

/* An index that needs no more than the columns that are there. */
static bool is_plain(const struct index *index)
{
	EACH (const struct term, term, &index->terms)
		if (!term->column)
			return false;
	return !index->unique && !index->where.text;
}

/* A virtual table whose content is in such a table would be filled with what nobody stores. */
static bool has_content_in_step(const struct both *side, const struct virtual_table *made)
{
	EACH (const struct side_table, table, &side->tables)
		if (mo_mentions(made->args.text ? made->args.text : "", table->have->object.name))
			return true;
	return false;
}

static bool comes_at_once(const struct both *side, const struct object *object)
{
	const char *ground = mo_object_ground(object);

	if (object->kind == KIND_VIRTUAL)
		return !has_content_in_step(side, (const struct virtual_table *)object);
	if (!ground || !mo_schema_find_relation(side->diff->have, ground))
		return true;
	return object->kind == KIND_INDEX && is_plain((const struct index *)object);
}

static void take_others(struct both *side, enum kind kind)
{
	const struct schema *have = side->diff->have, *goal = side->diff->goal;

	EACH (const struct object, object, &have->objects[kind])
		mo_schema_copy(side->both, object);
	EACH (const struct object, object, &goal->objects[kind])
		if (!mo_schema_find(have, kind, object->name) && comes_at_once(side, object))
			mo_schema_copy(side->both, object);
}

static void take_pragmas(struct schema *document, const struct schema *from)
{
	document->pragmas = (struct pragmas){.has_user_version = true,
					     .has_application_id = true,
					     .user_version = from->pragmas.user_version,
					     .application_id = from->pragmas.application_id};
}

static int make_both(struct both *side, struct diags *diags)
{
	side->both->name = side->diff->want->name;
	side->both->ignored = side->diff->want->ignored;
	side->both->undeclared = UNDECLARED_KEEP;
	take_pragmas(side->both, side->diff->have);
	take_tables(side);
	take_others(side, KIND_VIRTUAL);
	take_others(side, KIND_INDEX);
	take_others(side, KIND_VIEW);
	return mo_both_triggers(side, diags);
}

/* ---- keys ---------------------------------------------------------------------------------- */

static bool is_added(const struct both *side, const void *wanted)
{
	EACH (const struct change, change, &side->diff->changes)
		if (change->verb == VERB_ADD &&
		    (change->want_constraint == wanted ||
		     (change->part == PART_OBJECT && change->want == wanted)))
			return true;
	return false;
}

/* A key of old columns, as new code calls them; the old ones have theirs. */
static void add_key(struct both *side, const struct side_table *table, const struct list *terms,
		    const void *wanted)
{
	const char *name =
		mo_arena_format(side->full->arena, "_moult_key_%d_%s",
				side->full->objects[KIND_INDEX].count, table->have->object.name);
	bool is_new = false;
	struct index *index;

	EACH (const struct term, term, terms)
		is_new |= term->column && !mo_table_column(table->have, term->column);
	if (!is_new || is_added(side, wanted) || !name)
		return;
	index = (struct index *)mo_schema_add(side->full, KIND_INDEX, name);
	if (!index)
		return;
	index->table = table->have->object.name;
	index->unique = true;
	index->terms = *terms;
	side->has_keys = true;
}

static void add_keys(struct both *side)
{
	EACH (const struct side_table, table, &side->tables) {
		EACH (const struct constraint, constraint, &table->goal->constraints)
			if (constraint->kind == CONSTRAINT_UNIQUE)
				add_key(side, table, &constraint->terms, constraint);
		EACH (const struct index, index, &table->goal->object.indexes)
			if (index->unique)
				add_key(side, table, &index->terms, index);
	}
}

static void make_full(struct both *side)
{
	side->full->name = side->both->name;
	side->full->ignored = side->both->ignored;
	side->full->undeclared = side->both->undeclared;
	side->full->pragmas = side->both->pragmas;
	for (enum kind kind = 0; kind < KIND_COUNT; kind++)
		EACH (const struct object, object, &side->both->objects[kind])
			mo_schema_copy(side->full, object);
	add_keys(side);
}

/* ---- the ways out -------------------------------------------------------------------------- */

static void add_tombstone(struct schema *document, struct tombstone stone)
{
	struct tombstone *one = mo_arena_make(document->arena, struct tombstone);

	if (!one)
		return;
	*one = stone;
	mo_list_add(document->arena, &document->tombstones, one);
}

/* What only the shape between has goes. */
static void drop_the_rest(struct schema *document, const struct schema *full,
			  const struct schema *to)
{
	EACH (const struct table, table, &full->objects[KIND_TABLE]) {
		const struct table *after = mo_schema_table(to, table->object.name);

		for (int i = 0; after && i < table->columns.count; i++) {
			const struct column *column = table->columns.items[i];

			if (!mo_table_column(after, column->object.name))
				add_tombstone(document,
					      (struct tombstone){.kind = KIND_TABLE,
								 .table = table->object.name,
								 .column = column->object.name});
		}
	}
	for (enum kind kind = 0; kind < KIND_COUNT; kind++)
		EACH (const struct object, object, &full->objects[kind])
			if (!mo_schema_find(to, kind, object->name))
				add_tombstone(document,
					      (struct tombstone){.kind = kind == KIND_VIRTUAL
										 ? KIND_TABLE
										 : kind,
								 .name = object->name});
}

/* A document of what the schema is, and of nothing that it was. */
static void lead_to(struct schema *document, const struct both *side, const struct schema *to)
{
	document->name = side->diff->want->name;
	document->ignored = side->diff->want->ignored;
	document->undeclared = UNDECLARED_KEEP;
	EACH (const struct table, table, &to->objects[KIND_TABLE])
		copy_table(document, table);
	for (enum kind kind = 0; kind < KIND_COUNT; kind++)
		if (kind != KIND_TABLE)
			EACH (const struct object, object, &to->objects[kind])
				mo_schema_copy(document, object);
	drop_the_rest(document, side->full, to);
}

/* Of a column that is there before and after, using repairs the rows in the way of a constraint. */
static void keep_repairs(const struct both *side)
{
	EACH (const struct table, table, &side->up->objects[KIND_TABLE]) {
		const struct table *have = mo_schema_table(side->diff->have, table->object.name);
		const struct table *goal = mo_schema_table(side->diff->goal, table->object.name);

		EACH (struct column, column, &table->columns)
			if (have && mo_table_column(have, column->object.name))
				column->using = mo_table_column(goal, column->object.name)->using;
	}
}

static void make_ways(struct both *side)
{
	lead_to(side->up, side, side->diff->goal);
	side->up->pragmas = side->diff->want->pragmas;
	side->up->consents = side->diff->want->consents;
	keep_repairs(side);
	lead_to(side->down, side, side->diff->have);
	take_pragmas(side->down, side->diff->have);
}

/* ---- what may be changed ------------------------------------------------------------------- */

bool mo_both_is_in_step(const struct both *side, const struct change *change)
{
	const struct object *object = mo_change_object(change);
	const struct side_table *table = object && object->kind == KIND_TABLE
						 ? mo_pairs_table(&side->tables, object->name)
						 : NULL;
	const struct column *column =
		change->want_column ? change->want_column : change->have_column;

	return table && change->part == PART_COLUMN && mo_pairs_column(table, column->object.name);
}

static int judge_change(struct both *side, const struct change *change, struct diags *diags)
{
	enum verdict_kind kinds[MO_VERDICTS_AT_ONCE];
	const int count = mo_both_is_in_step(side, change) ? 0 : mo_verdict_kinds(kinds, change);
	int rc = MOULT_OK;

	for (int i = 0; i < count; i++) {
		const struct side_verdict *verdict = &mo_verdicts[kinds[i]].shared;

		if (verdict->when == SIDE_REFUSED)
			rc = mo_side_refuse(diags, change->want ? &change->want->place : NULL,
					    mo_change_label(side->arena, change), verdict->words,
					    verdict->hint);
	}
	return rc;
}

static int judge_renames(struct both *side, struct diags *diags)
{
	const struct side_verdict *verdict = &mo_verdicts[VERDICT_TABLE_RENAMED].shared;
	int rc = MOULT_OK;

	EACH (const struct rename, rename, &side->diff->renames)
		if (!rename->table)
			rc = mo_side_refuse(diags, &rename->place,
					    mo_label_rename(side->arena, rename), verdict->words,
					    verdict->hint);
	return rc;
}

/* What runs once has its place before or after, and code of both releases writes all the time. */
static int judge_rows(struct both *side, struct diags *diags)
{
	const struct schema *want = side->diff->want;
	const char *what = NULL;
	int rc = MOULT_OK;

	EACH (const struct table, table, &want->objects[KIND_TABLE])
		if (table->from.text && !mo_schema_table(side->diff->have, table->object.name))
			rc = mo_side_refuse(
				diags, &table->from_place,
				mo_label_object(side->arena, &table->object),
				"its rows come of others, which old code goes on writing", NULL);
	if (want->data_steps.count)
		what = "step";
	else if (want->requirements.count)
		what = "require";
	else if (want->rows.count)
		what = "rows";
	if (!what)
		return rc;
	return mo_side_refuse(diags, NULL, mo_arena_format(side->arena, "<%s>", what),
			      "it belongs to a moment at which no code writes",
			      "apply it in a release of its own, before or after");
}

static int judge(struct both *side, struct diags *diags)
{
	int rc = judge_renames(side, diags), next = judge_rows(side, diags);

	rc = next ? next : rc;
	EACH (const struct change, change, &side->diff->changes) {
		next = judge_change(side, change, diags);
		rc = next ? next : rc;
	}
	next = check_expressions(side, diags);
	return next ? next : rc;
}

/* ---- all of it ----------------------------------------------------------------------------- */

static bool fires_on_update(const struct table *table)
{
	EACH (const struct trigger, trigger, &table->object.triggers)
		if (trigger->event == EVENT_UPDATE)
			return true;
	return false;
}

static void hide_from_triggers(struct both *side)
{
	EACH (struct side_table, table, &side->tables)
		EACH (struct in_step, group, &table->groups)
			group->hides = fires_on_update(table->have);
}

static int seal(struct both *side, struct diags *diags)
{
	int rc = mo_schema_seal(side->both);

	if (!rc)
		rc = mo_schema_seal(side->full);
	if (!rc)
		rc = mo_schema_seal(side->up);
	if (!rc)
		rc = mo_schema_seal(side->down);
	return rc || mo_arena_rc(side->arena) ? mo_diag_memory(diags) : MOULT_OK;
}

int mo_both_make(struct both *side, struct moult *m, const struct schema *have,
		 const struct schema *want, const moult_options *options)
{
	int rc = MOULT_OK, next;

	*side = (struct both){.arena = mo_arena_new(),
			      .both = mo_schema_new(),
			      .full = mo_schema_new(),
			      .up = mo_schema_new(),
			      .down = mo_schema_new()};
	if (!side->arena || !side->both || !side->full || !side->up || !side->down)
		return mo_diag_memory(&m->diags);
	rc = mo_diff(&side->diff, m, have, want, options);
	if (rc)
		return rc;
	rc = mo_pairs_find(&side->tables, side->arena, side->diff, &m->diags);
	hide_from_triggers(side);
	next = judge(side, &m->diags);
	if (rc || next)
		return rc ? rc : next;
	rc = make_both(side, &m->diags);
	if (rc)
		return rc;
	make_full(side);
	make_ways(side);
	return seal(side, &m->diags);
}

void mo_both_done(struct both *side)
{
	mo_schema_free(side->full);
	mo_schema_free(side->both);
	mo_schema_free(side->up);
	mo_schema_free(side->down);
	mo_diff_free(side->diff);
	mo_arena_free(side->arena);
	*side = (struct both){.arena = NULL};
}
