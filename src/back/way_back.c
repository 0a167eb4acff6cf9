/* SPDX-License-Identifier: MIT */
/* way_back.c: see way_back.h. */
#include "back/way_back.h"

#include "base/text.h"
#include "diff/describe.h"
#include "plan/data_steps.h"
#include "plan/park.h"
#include "plan/row_plan.h"
#include "plan/source.h"
#include "sql/mention.h"
#include "sql/normal.h"
#include "sql/old_row.h"
#include "sql/parked_table.h"
#include "sql/rebuild.h"
#include "xml/document.h"

#define NEW_ROW "new" /* what `back` calls the row that `using` calls old */

struct maker {
	const struct plan *plan;
	const struct diff *diff;
	struct schema *document;
	struct arena *arena; /* of the document */
	struct list *notes;  /* of struct way_note */
	struct arena *noted; /* of those */
	struct list met;     /* of struct object: of the goal, that something of have is */
};

static void note(struct maker *maker, bool is_lossy, const char *label, const char *words)
{
	struct way_note *one = mo_arena_make(maker->noted, struct way_note);

	if (!one)
		return;
	one->label = mo_arena_text(maker->noted, label);
	one->words = mo_arena_text(maker->noted, words);
	one->is_lossy = is_lossy;
	mo_list_add(maker->noted, maker->notes, one);
}

static void note_column(struct maker *maker, bool is_lossy, const struct table *table,
			const struct column *column, const char *words)
{
	note(maker, is_lossy,
	     mo_label_column(maker->noted, table->object.name, column->object.name), words);
}

/* ---- which is which ------------------------------------------------------------------------ */

/* The table of the goal that has the rows of a table of have; NULL where they are gone. */
static const struct table *table_after(const struct maker *maker, const struct table *have)
{
	const char *name = mo_diff_present_table(maker->diff, have->object.name);
	const struct move *move = mo_plan_move(maker->plan, name);

	return move && move->way == WAY_CREATE ? NULL : mo_schema_table(maker->diff->goal, name);
}

static const struct column *column_after(const struct maker *maker, const struct table *goal,
					 const struct column *have)
{
	EACH (const struct rename, rename, &maker->diff->renames)
		if (mo_same_name(rename->table, goal->object.name) &&
		    mo_same_name(rename->have, have->object.name))
			return mo_table_column(goal, rename->want);
	return mo_table_column(goal, have->object.name);
}

static const struct source *source_of(const struct maker *maker, const struct table *goal,
				      const struct column *column)
{
	const struct move *move = mo_plan_move(maker->plan, goal->object.name);

	for (int i = 0; move && i < move->sources.count; i++) {
		const struct source *source = move->sources.items[i];

		if (mo_same_name(source->want->object.name, column->object.name))
			return source;
	}
	return NULL;
}

static void say_was(struct maker *maker, struct object *object, const char *name)
{
	object->was = (struct list){0};
	if (!mo_same(object->name, name))
		mo_list_add(maker->arena, &object->was, name);
}

/* ---- columns ------------------------------------------------------------------------------- */

static bool is_said(const struct sql *back)
{
	return back->text && !mo_same_name(back->text, "none");
}

static void fill(struct maker *maker, const struct table *table, struct column *column,
		 const struct sql *back)
{
	column->using = mo_sql_piece(
		maker->arena, mo_sql_requalified(maker->arena, back->text, NEW_ROW, MO_OLD_ROW));
	note_column(maker, false, table, column,
		    mo_arena_format(maker->noted, "by %s", column->using.text));
}

static const struct tombstone *tombstone_of(const struct maker *maker, const char *table,
					    const struct column *column)
{
	EACH (const struct tombstone, stone, &maker->diff->want->tombstones)
		if (mo_same_name(stone->table, table) &&
		    mo_same_name(stone->column, column->object.name))
			return stone;
	return NULL;
}

static void take_dropped(struct maker *maker, const struct table *table, const struct table *goal,
			 struct column *column)
{
	const struct tombstone *stone = tombstone_of(maker, goal->object.name, column);

	if (column->generated.text)
		return;
	if (stone && is_said(&stone->back))
		fill(maker, table, column, &stone->back);
	else if (mo_column_is_required(table, column))
		note_column(maker, true, table, column,
			    "NOT NULL without a DEFAULT: no way back while there are rows");
	else
		note_column(maker, true, table, column,
			    column->value.text ? "its values are gone, and it gets its DEFAULT"
					       : "its values are gone, and it gets NULL");
}

/* A type of another affinity is converted back by the column itself. */
static void take_converted(struct maker *maker, const struct table *table, struct column *column,
			   const struct column *after, const struct source *source)
{
	if (is_said(&after->back) &&
	    (!mo_same(column->type.norm, after->type.norm) || column->object.was.count))
		fill(maker, table, column, &after->back);
	else if (source && source->runs)
		note_column(maker, true, table, column,
			    source->repairs || source->fills_nulls
				    ? "what using put in the place of some values stays"
				    : "the values that using made stay, since there is no back");
	else if (column->affinity == 'B' && after->affinity != 'B')
		note_column(maker, true, table, column,
			    "values keep the type that the newer shape gave them");
}

/* What a row gets for which nothing is parked: what it would get without, said in full. */
static const char *otherwise(struct maker *maker, const struct column *column,
			     const struct column *after)
{
	if (column->using.text)
		return column->using.text;
	if (after)
		return mo_arena_format(maker->arena, MO_OLD_ROW ".\"%w\"", after->object.name);
	return column->value.text ? mo_sql_default_value(maker->arena, column->value.text) : "NULL";
}

static void take_parked(struct maker *maker, const struct table *table, struct column *column,
			const struct column *after, const struct parking *parking)
{
	const struct parked parked = {parking->place, NULL, NULL, parking->goal_key};

	column->using =
		mo_sql_piece(maker->arena, mo_sql_unpark(maker->arena, &parked, parking->became,
							 otherwise(maker, column, after)));
	note_column(maker, false, table, column, "its values are kept in the file");
}

static void take_column(struct maker *maker, const struct table *table, const struct table *goal,
			struct column *column)
{
	const struct column *after = column_after(maker, goal, column);
	const struct source *source = after ? source_of(maker, goal, after) : NULL;
	const struct parking *parking =
		mo_parking_of(maker->plan, table->object.name, column->object.name);
	struct list *notes = maker->notes, aside = {0};

	column->using = column->back = (struct sql){0};
	say_was(maker, &column->object, after ? after->object.name : column->object.name);
	maker->notes = parking ? &aside : notes;
	if (after)
		take_converted(maker, table, column, after, source);
	else
		take_dropped(maker, table, goal, column);
	maker->notes = notes;
	if (parking)
		take_parked(maker, table, column, after, parking);
}

/* ---- tables -------------------------------------------------------------------------------- */

static void copy_columns(struct maker *maker, struct table *copy, const struct table *have)
{
	copy->columns = copy->constraints = (struct list){0};
	EACH (const struct column, column, &have->columns) {
		struct column *one = mo_arena_make(maker->arena, struct column);

		if (!one)
			return;
		*one = *column;
		mo_list_add(maker->arena, &copy->columns, one);
	}
	EACH (const struct constraint, constraint, &have->constraints) {
		struct constraint *one = mo_arena_make(maker->arena, struct constraint);

		if (!one)
			return;
		*one = *constraint;
		if (constraint->owner)
			one->owner = mo_table_column(copy, constraint->owner->object.name);
		mo_list_add(maker->arena, &copy->constraints, one);
	}
}

static void add_tombstone(struct maker *maker, enum kind kind, const char *table, const char *name,
			  const char *column)
{
	struct tombstone *stone = mo_arena_make(maker->arena, struct tombstone);

	if (!stone)
		return;
	*stone = (struct tombstone){.kind = kind, .table = table, .name = name, .column = column};
	mo_list_add(maker->arena, &maker->document->tombstones, stone);
}

static bool is_column_before(const struct maker *maker, const struct table *have,
			     const struct table *goal, const struct column *column)
{
	EACH (const struct column, one, &have->columns)
		if (column_after(maker, goal, one) == column)
			return true;
	return false;
}

static void drop_new_columns(struct maker *maker, const struct table *have,
			     const struct table *goal)
{
	EACH (const struct column, column, &goal->columns)
		if (!is_column_before(maker, have, goal, column) &&
		    !mo_table_column(have, column->object.name))
			add_tombstone(maker, KIND_TABLE, have->object.name, NULL,
				      column->object.name);
}

/* What the query of a table calls the rowid, where no column is it; or NULL. */
static const char *rowid_of(const struct table *table)
{
	return table->without_rowid || mo_table_rowid_column(table) ? NULL
								    : mo_plan_rowid_name(table);
}

/* A table that is gone comes back with all its rows. */
static bool take_parked_table(struct maker *maker, struct table *table)
{
	struct list columns = {0};

	EACH (struct column, column, &table->columns) {
		const struct parking *parking =
			mo_parking_of(maker->plan, table->object.name, column->object.name);
		struct kept_column *kept = mo_arena_make(maker->arena, struct kept_column);

		column->using = column->back = (struct sql){0};
		if (!parking || !kept)
			continue;
		kept->place = parking->place;
		kept->column = column->object.name;
		mo_list_add(maker->arena, &columns, kept);
	}
	if (!columns.count)
		return false;
	table->from = mo_sql_piece(maker->arena,
				   mo_sql_unpark_rows(maker->arena, &columns, rowid_of(table)));
	note(maker, false, mo_label_object(maker->noted, &table->object),
	     "its rows are kept in the file");
	return true;
}

/* Of another table that came under the name of one that went, nothing stays. */
static void drop_replacing(struct maker *maker, const struct table *have)
{
	const struct table *other = mo_schema_table(maker->diff->goal, have->object.name);

	for (int i = 0; other && i < other->columns.count; i++) {
		const struct column *column = other->columns.items[i];

		if (!mo_table_column(have, column->object.name))
			add_tombstone(maker, KIND_TABLE, have->object.name, NULL,
				      column->object.name);
	}
}

static void take_table(struct maker *maker, const struct table *have)
{
	const struct table *goal = table_after(maker, have);
	struct table *copy;

	mo_schema_copy(maker->document, &have->object);
	if (mo_arena_rc(maker->arena))
		return;
	copy = maker->document->objects[KIND_TABLE]
		       .items[maker->document->objects[KIND_TABLE].count - 1];
	copy_columns(maker, copy, have);
	if (!goal)
		drop_replacing(maker, have);
	if (!goal && take_parked_table(maker, copy))
		return;
	if (!goal) {
		note(maker, true, mo_label_object(maker->noted, &have->object),
		     "it comes back without its rows");
		return;
	}
	mo_list_add(maker->arena, &maker->met, goal);
	say_was(maker, &copy->object, goal->object.name);
	EACH (struct column, column, &copy->columns)
		take_column(maker, copy, goal, column);
	drop_new_columns(maker, have, goal);
}

/* ---- the other objects --------------------------------------------------------------------- */

static void take_virtual(struct maker *maker, const struct object *have)
{
	const char *name = mo_diff_present_table(maker->diff, have->name);
	const struct object *goal = mo_schema_find(maker->diff->goal, KIND_VIRTUAL, name);
	const struct change *change =
		goal ? mo_plan_change(maker->plan, KIND_VIRTUAL, goal->name) : NULL;
	struct list *copies = &maker->document->objects[KIND_VIRTUAL];

	mo_schema_copy(maker->document, have);
	if (mo_arena_rc(maker->arena))
		return;
	if (!goal || (change && change->part == PART_OBJECT))
		note(maker, true, mo_label_object(maker->noted, have),
		     "made again, which moult downgrade leaves to apply with this document");
	if (!goal)
		return;
	mo_list_add(maker->arena, &maker->met, goal);
	say_was(maker, copies->items[copies->count - 1], goal->name);
}

static void take_objects(struct maker *maker)
{
	const struct schema *have = maker->diff->have;

	EACH (const struct table, table, &have->objects[KIND_TABLE])
		take_table(maker, table);
	EACH (const struct object, object, &have->objects[KIND_VIRTUAL])
		take_virtual(maker, object);
	for (enum kind kind = 0; kind < KIND_COUNT; kind++)
		if (kind != KIND_TABLE && kind != KIND_VIRTUAL)
			for (int i = 0; i < have->objects[kind].count; i++)
				mo_schema_copy(maker->document, have->objects[kind].items[i]);
}

/* What is declared under the name of what the goal has takes its place, and needs no tombstone. */
static void drop_new_objects(struct maker *maker)
{
	for (enum kind kind = 0; kind < KIND_COUNT; kind++)
		EACH (const struct object, object, &maker->diff->goal->objects[kind])
			if (!mo_list_has(&maker->met, object) &&
			    !mo_schema_find(maker->diff->have, kind, object->name))
				add_tombstone(maker, kind == KIND_VIRTUAL ? KIND_TABLE : kind, NULL,
					      object->name, NULL);
}

/* ---- rows ---------------------------------------------------------------------------------- */

/* What ran on the shape that is found goes back after the change, and the other way round. */
static void take_step(struct maker *maker, const struct data_step *step)
{
	struct data_step *undo;

	if (mo_data_fate(maker->plan, step) != DATA_RUNS)
		return;
	if (!step->back.text) {
		note(maker, true, mo_data_label(maker->noted, step),
		     "it has no back, and what it wrote stays");
		return;
	}
	undo = mo_arena_make(maker->arena, struct data_step);
	if (!undo)
		return;
	undo->name = mo_arena_format(maker->arena, MO_UNDO "%s", step->name);
	undo->at = step->at == MOMENT_BEFORE ? MOMENT_AFTER : MOMENT_BEFORE;
	undo->writes = step->writes;
	undo->body = step->back;
	mo_list_add(maker->arena, &maker->document->data_steps, undo);
	note(maker, false, mo_data_label(maker->noted, step), "by its back");
}

static void take_rows(struct maker *maker)
{
	const struct list *steps = &maker->diff->want->data_steps;

	for (int i = steps->count; i-- > 0;)
		take_step(maker, steps->items[i]);
	EACH (const struct row_plan, row_plan, &maker->plan->rows)
		if (!row_plan->is_settled &&
		    mo_schema_table(
			    maker->diff->have,
			    mo_diff_former_table(maker->diff, row_plan->table->object.name)))
			note(maker, true,
			     mo_arena_format(maker->noted, "rows of table %s",
					     row_plan->table->object.name),
			     "they stay as the document declares them");
}

/* Rows that only the goal takes refuse the way back. */
static void note_loosened(struct maker *maker)
{
	EACH (const struct change, change, &maker->diff->changes) {
		const bool is_constraint =
			change->part == PART_CONSTRAINT && change->have && change->have_constraint;
		const bool is_unique = change->part == PART_OBJECT && change->have &&
				       change->have->kind == KIND_INDEX &&
				       ((const struct index *)change->have)->unique;

		if (change->verb == VERB_ADD || (!is_constraint && !is_unique))
			continue;
		note(maker, false, mo_change_label(maker->noted, change),
		     "rows that it refuses are in the way of going back");
	}
}

/* ---- the whole ----------------------------------------------------------------------------- */

static void make(struct maker *maker)
{
	struct schema *document = maker->document;
	const struct diff *diff = maker->diff;

	document->name = diff->want->name;
	document->ignored = diff->want->ignored;
	document->undeclared = UNDECLARED_KEEP;
	document->keeps_back = maker->plan->facts.parks ? "data" : NULL;
	document->pragmas = (struct pragmas){
		.has_user_version = true,
		.has_application_id = true,
		.user_version = diff->have->pragmas.user_version,
		.application_id = diff->have->pragmas.application_id,
	};
	take_objects(maker);
	drop_new_objects(maker);
	take_rows(maker);
	note_loosened(maker);
}

int mo_way_back_make(struct schema **out, const struct plan *plan, struct list *notes,
		     struct arena *arena, struct diags *diags)
{
	struct maker maker = {.plan = plan, .diff = plan->diff, .notes = notes, .noted = arena};
	int rc;

	maker.document = mo_schema_new();
	if (!maker.document)
		return mo_diag_memory(diags);
	maker.arena = maker.document->arena;
	make(&maker);
	rc = mo_schema_seal(maker.document);
	if (rc || mo_arena_rc(maker.arena) || mo_arena_rc(arena)) {
		mo_schema_free(maker.document);
		return mo_diag_memory(diags);
	}
	*out = maker.document;
	return MOULT_OK;
}

/* ---- read back ----------------------------------------------------------------------------- */

static bool has_inverse(const struct list *renames, const struct diff *diff,
			const struct rename *rename)
{
	const char *table = rename->table ? mo_diff_former_table(diff, rename->table) : NULL;

	EACH (const struct rename, inverse, renames)
		if (mo_same(inverse->have, rename->want) && mo_same(inverse->want, rename->have) &&
		    mo_same_name(inverse->table, table))
			return true;
	return false;
}

/* Whether the renames of the way back undo those of the way there, and are no others. */
static int check_renames(const char **reason, const struct plan *plan, const struct schema *read,
			 struct arena *arena, struct diags *diags)
{
	struct list renames = {0};
	int rc = mo_match(&renames, arena, plan->diff->goal, read, diags);

	if (rc)
		return rc;
	EACH (const struct rename, rename, &plan->diff->renames)
		if (!has_inverse(&renames, plan->diff, rename))
			*reason = mo_arena_format(arena, "the name of %s is taken by another",
						  rename->have);
	if (!*reason && renames.count != plan->diff->renames.count)
		*reason = "names that go and come cannot be told apart";
	return MOULT_OK;
}

static int check_read(const char **reason, const struct plan *plan, const struct schema *read,
		      struct arena *arena, struct diags *diags)
{
	struct list changes = {0};

	if (mo_compare(&changes, arena, read, plan->diff->have, false) != MOULT_OK)
		return mo_diag_memory(diags);
	if (changes.count)
		*reason = mo_arena_format(arena, "%s reads back otherwise",
					  mo_change_label(arena, changes.items[0]));
	return changes.count ? MOULT_OK : check_renames(reason, plan, read, arena, diags);
}

int mo_way_back_write(const char **text, const char **reason, const struct plan *plan,
		      struct arena *arena, struct diags *diags)
{
	struct schema *document = NULL, *read = NULL;
	struct list notes = {0};
	struct document_source source = {.name = MO_WAY_BACK_NAME};
	sqlite3_str *out = sqlite3_str_new(NULL);
	int rc = mo_way_back_make(&document, plan, &notes, arena, diags);

	if (!rc)
		rc = mo_document_write(out, document, diags);
	source.text = *text = mo_arena_take(arena, out);
	source.size = *text ? strlen(*text) : 0;
	if (!rc && !*text)
		rc = mo_diag_memory(diags);
	if (!rc)
		rc = mo_document_read(&read, &source, diags);
	if (!rc)
		rc = check_read(reason, plan, read, arena, diags);
	mo_schema_free(read);
	mo_schema_free(document);
	if (rc || *reason)
		*text = NULL;
	return rc;
}
