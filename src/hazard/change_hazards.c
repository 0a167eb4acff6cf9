/* SPDX-License-Identifier: MIT */
/*
 * change_hazards.c: what a plan may lose or break, as the changes show it; the
 * questions that only rows can answer are in row_hazards.c and key_hazards.c.
 */
#include "base/text.h"
#include "diff/describe.h"
#include "diff/verdict.h"
#include "hazard/assess.h"
#include "hazard/hazards.h"
#include "hazard/hint.h"
#include "model/form.h"
#include "plan/full_text_fill.h"
#include "plan/query.h"
#include "sql/full_text.h"
#include "sql/mention.h"
#include "sql/parse.h"

const struct leftover *mo_plan_leftover(const struct plan *plan, const struct object *object,
					const struct column *column)
{
	EACH (const struct leftover, leftover, &plan->diff->leftovers) {
		if (leftover->column == column && leftover->object->kind == object->kind &&
		    mo_same_name(leftover->object->name, object->name))
			return leftover;
	}
	return NULL;
}

static bool has_consent(const struct plan *plan, const struct object *object,
			const struct column *column)
{
	const struct leftover *leftover = mo_plan_leftover(plan, object, column);

	return leftover && leftover->fate == FATE_CONSENTED;
}

/* ---- drops --------------------------------------------------------------------------------- */

/* A table that keeps none of its columns; consent is a tombstone for each. */
static void replaced_table(struct plan *plan, const struct move *move)
{
	const struct table *have = move->have;
	const char *words = "";
	struct hazard *hazard =
		mo_hazard_of(plan, DIAG_MD101, &have->object,
			     "no column of the table stays, so its rows go, and it is made anew");

	if (!hazard)
		return;
	mo_query_ask_rows(hazard, plan, move->former);
	hazard->consented = true;
	for (int i = 0; i < have->columns.count; i++) {
		const struct column *column = have->columns.items[i];

		hazard->consented &= has_consent(plan, &have->object, column);
		words = mo_arena_format(plan->arena, "%s%s", words,
					mo_hint_dropped_column(plan->arena, column->object.name));
	}
	hazard->hint = mo_arena_format(
		plan->arena,
		"if columns were renamed, say so with was=\"...\"; to drop them, write %s in table %s",
		words, have->object.name);
}

static void dropped_table(struct plan *plan, const struct move *move)
{
	const struct object *have = &move->have->object;
	const bool consented = has_consent(plan, have, NULL);
	const struct object *other;
	struct hazard *hazard;

	if (!consented && mo_plan_renamed_table(plan, have, false))
		return;
	hazard = mo_hazard_of(plan, DIAG_MD101, have, "the table is dropped with its rows");
	if (!hazard)
		return;
	mo_query_ask_rows(hazard, plan, move->former);
	hazard->consented = consented;
	other = mo_schema_find_relation(plan->diff->goal, have->name);
	hazard->hint =
		other ? mo_arena_format(
				plan->arena,
				"give the %s another name, so that the table stays with its rows",
				mo_kind_names[other->kind])
		      : mo_arena_format(plan->arena, "to drop it, write %s",
					mo_hint_dropped(plan->arena, KIND_TABLE, have->name));
}

static bool is_in_step(const struct plan *plan, const char *table, const char *column)
{
	EACH (const struct tombstone, stone, &plan->diff->want->tombstones)
		if (stone->is_in_step && mo_same_name(stone->table, table) &&
		    mo_same_name(stone->column, column))
			return true;
	return false;
}

static void dropped_column(struct plan *plan, const struct move *move, const struct column *column)
{
	const char *table = move->want->object.name;
	const char *name = column->object.name;
	const bool consented = has_consent(plan, &move->have->object, column);
	struct hazard *hazard;

	if (column->generated.text || is_in_step(plan, table, name) ||
	    (!consented && mo_plan_renamed_column(plan, move, column, false)))
		return;
	hazard = mo_hazard_of_column(plan, DIAG_MD102, table, name,
				     "the column is dropped with its values");
	if (!hazard)
		return;
	mo_query_values(hazard, plan, move, column);
	hazard->consented = consented;
	hazard->place = consented ? mo_plan_leftover(plan, &move->have->object, column)->place
				  : move->want->object.place;
	hazard->hint = mo_arena_format(plan->arena, "to drop it, write %s in table %s",
				       mo_hint_dropped_column(plan->arena, name), table);
}

/* ---- what changes of a table --------------------------------------------------------------- */

static bool same_subject(const struct constraint *a, const struct constraint *b)
{
	if (a->kind != b->kind || a->columns.count != b->columns.count ||
	    a->terms.count != b->terms.count)
		return false;
	for (int i = 0; i < a->columns.count; i++)
		if (!mo_same_name(a->columns.items[i], b->columns.items[i]))
			return false;
	for (int i = 0; i < a->terms.count; i++)
		if (!mo_same(((struct term *)a->terms.items[i])->expr.norm,
			     ((struct term *)b->terms.items[i])->expr.norm))
			return false;
	return true;
}

/* Whether a rule is in force still, said in another way: by a unique index, or by a key. */
static bool is_kept(const struct table *want, const struct constraint *dropped)
{
	const struct sql everywhere = {NULL, NULL};
	const struct column *column = dropped->kind == CONSTRAINT_NOT_NULL
					      ? mo_table_column(want, dropped->columns.items[0])
					      : NULL;

	if (dropped->kind == CONSTRAINT_UNIQUE)
		return mo_keeps_apart(want, &dropped->terms, &everywhere);
	return column && mo_column_not_null(want, column);
}

static bool is_replaced(const struct move *move, const struct constraint *dropped)
{
	if (is_kept(move->want, dropped))
		return true;
	EACH (const struct change, change, &move->changes)
		if (change->want_constraint && same_subject(change->want_constraint, dropped))
			return true;
	return false;
}

static void dropped_constraint(struct plan *plan, const struct move *move,
			       const struct constraint *dropped)
{
	struct hazard *hazard;

	if (is_replaced(move, dropped) ||
	    (dropped->owner && !mo_table_column(move->want, dropped->owner->object.name)))
		return;
	hazard = mo_hazard_of(plan, DIAG_MD114, &move->want->object,
			      mo_arena_format(plan->arena, "%s is dropped",
					      mo_constraint_text(plan->arena, dropped)));
	if (hazard)
		hazard->place = move->want->object.place;
}

static void dropped_option(struct plan *plan, const struct move *move, const char *words)
{
	struct hazard *hazard = mo_hazard_of(plan, DIAG_MD114, &move->want->object, words);

	if (hazard)
		hazard->place = move->want->object.place;
}

static void dropped_options(struct plan *plan, const struct move *move)
{
	if (mo_table_autoincrement(move->have) && !mo_table_autoincrement(move->want))
		dropped_option(
			plan, move,
			"AUTOINCREMENT is dropped: ids of rows that are gone are given out again");
	if (move->have->strict && !move->want->strict)
		dropped_option(plan, move,
			       "STRICT is dropped: its columns take values of any type");
}

/* Whether columns that stay stand in another order where the table is written anew. */
static bool is_reordered(const struct move *move)
{
	int last = -1;

	for (int i = 0; mo_move_copies(move) && i < move->want->columns.count; i++) {
		const char *name = ((struct column *)move->want->columns.items[i])->object.name;

		for (int h = 0; h < move->have->columns.count; h++) {
			const struct column *had = move->have->columns.items[h];

			if (!mo_same_name(had->object.name, name))
				continue;
			if (h < last)
				return true;
			last = h;
		}
	}
	return false;
}

/* What becomes of statements that name a column, or do not; NULL where they work as before. */
static const char *unlike_before(struct arena *arena, const struct move *move,
				 const struct column *want)
{
	const struct column *have = mo_table_column(move->have, want->object.name);

	if (mo_column_is_required(move->want, want) && !have)
		return mo_arena_format(arena, "a required column is added: %s",
				       mo_verdict_of_writes(VERDICT_COLUMN_REQUIRED));
	if (mo_column_is_required(move->want, want) && !mo_column_is_required(move->have, have) &&
	    mo_table_rowid_column(move->have) != have)
		return mo_arena_format(arena, "the column becomes required: %s",
				       mo_verdict_of_writes(VERDICT_DEFAULT_DROPPED));
	if (have && want->generated.text && !have->generated.text)
		return mo_arena_format(arena, "the column becomes generated: %s",
				       mo_verdict_of_writes(VERDICT_BECOMES_GENERATED));
	if (have && mo_table_rowid_column(move->have) == have &&
	    mo_table_rowid_column(move->want) != want)
		return mo_column_not_null(move->want, want)
			       ? "the column is not the rowid any more: INSERTs that do not name it will fail"
			       : "the column is not the rowid any more: INSERTs that do not name it "
				 "will store NULL in it";
	return NULL;
}

/*
 * Code that counts on the columns: INSERT without them must name what is required, SELECT * sees
 * what comes and goes.
 */
static void changed_columns(struct plan *plan, const struct move *move)
{
	const struct object *table = &move->want->object;
	int added = 0;
	int dropped = 0;

	EACH (const struct column, column, &move->want->columns) {
		const char *words = unlike_before(plan->arena, move, column);
		struct hazard *hazard = words ? mo_hazard_of_column(plan, DIAG_MC104, table->name,
								    column->object.name, words)
					      : NULL;

		if (hazard)
			hazard->place = column->object.place;
	}
	EACH (const struct change, change, &move->changes) {
		added += change->part == PART_COLUMN && change->verb == VERB_ADD;
		dropped += change->part == PART_COLUMN && change->verb == VERB_DROP;
	}
	if (added || dropped)
		mo_hazard_of(
			plan, DIAG_MC105, table,
			mo_arena_format(
				plan->arena,
				"columns come (%d) or go (%d): SELECT * and INSERT without a list of columns see it",
				added, dropped));
	else if (is_reordered(move))
		mo_hazard_of(
			plan, DIAG_MC105, table,
			"its columns get another order: SELECT * and INSERT without a list of columns see it");
}

static void table_hazards(struct plan *plan, const struct move *move)
{
	struct hazard *hazard;

	EACH (const struct change, change, &move->changes) {
		if (change->part == PART_COLUMN && change->verb == VERB_DROP)
			dropped_column(plan, move, change->have_column);
		else if (change->part == PART_CONSTRAINT && change->verb == VERB_DROP)
			dropped_constraint(plan, move, change->have_constraint);
	}
	dropped_options(plan, move);
	changed_columns(plan, move);
	mo_plan_row_hazards(plan, move);
	if (!mo_move_copies(move))
		return;
	hazard = mo_hazard_of(plan, DIAG_ML101, &move->want->object, "the table is written anew");
	if (hazard)
		mo_query_ask_rows(hazard, plan, move->former);
}

/* ---- virtual tables ------------------------------------------------------------------------ */

/* Whether the content stands in another table, and is there, so that it can be made again. */
static bool is_external(const struct plan *plan, const struct virtual_table *table)
{
	const char *content = mo_full_text_content(plan->arena, table);

	return content && *content && mo_schema_find_relation(plan->diff->renamed, content);
}

static struct hazard *lost_content(struct plan *plan, const struct change *change,
				   const char *condition, const char *message, const char *hint)
{
	const struct object *have = change->have;
	struct hazard *hazard = mo_hazard_of(plan, DIAG_MD119, have, message);

	if (!hazard)
		return NULL;
	hazard->count_sql = mo_query_count_file(
		plan->arena, mo_diff_former_table(plan->diff, have->name), condition);
	if (change->want)
		hazard->place = change->want->place;
	hazard->hint = hint;
	return hazard;
}

/* Columns of a full-text table that goes on without them. */
static void lost_columns(struct plan *plan, const struct change *change, const struct list *gone)
{
	sqlite3_str *names = sqlite3_str_new(NULL);
	sqlite3_str *condition = sqlite3_str_new(NULL);

	for (int i = 0; i < gone->count; i++) {
		const char *name = mo_query_name(plan->arena, gone->items[i]);

		sqlite3_str_appendf(names, "%s%s", i ? ", " : "", name);
		sqlite3_str_appendf(condition, "%s%s IS NOT NULL", i ? " OR " : "", name);
	}
	lost_content(
		plan, change, mo_arena_take(plan->arena, condition),
		mo_arena_format(
			plan->arena,
			"the virtual table is made anew without %s, and what it holds there goes",
			mo_arena_take(plan->arena, names)),
		"keep the column, or say with <populate> what fills the table");
}

static void virtual_hazard(struct plan *plan, const struct change *change)
{
	const struct virtual_table *have = (const struct virtual_table *)change->have;
	const struct virtual_table *want = (const struct virtual_table *)change->want;
	struct list gone = {0};
	struct hazard *hazard;

	if (want)
		mo_plan_settings_hazard(plan, have, want);
	if (want && mo_plan_is_filled(plan, want) && mo_plan_carried(NULL, &gone, plan, want)) {
		if (gone.count)
			lost_columns(plan, change, &gone);
		return;
	}
	if (want && (want->populate.text || mo_plan_fills(plan, want))) {
		mo_plan_refill_hazard(plan, have, want);
		return;
	}
	hazard = lost_content(
		plan, change, NULL,
		want ? "the virtual table is made anew, and nothing says how to fill it"
		     : "the virtual table is dropped with its content",
		want ? mo_arena_format(
			       plan->arena,
			       "say what fills it, with <populate>INSERT INTO %s ... SELECT ...</populate> in it",
			       mo_query_name(plan->arena, have->object.name))
		     : mo_arena_format(
			       plan->arena, "to drop it, write %s",
			       mo_hint_dropped(plan->arena, KIND_VIRTUAL, have->object.name)));
	if (hazard)
		hazard->consented = has_consent(plan, &have->object, NULL) ||
				    (!want && is_external(plan, have));
}

/*
 * Modules drop and rename tables by name, whoever made them.  A renamed table does not have the
 * name that the document says; a dropped one counts only if the document keeps it.
 */
void mo_plan_add_prey(struct plan *plan, const struct prey *prey, const char *how)
{
	const struct object *table = mo_schema_find_relation(plan->diff->have, prey->table);
	const struct object named = {.kind = KIND_TABLE,
				     .name = mo_arena_text(plan->arena, prey->table)};
	struct hazard *hazard = mo_hazard_of(
		plan, DIAG_MD122, &named,
		mo_arena_format(plan->arena, "it is none of virtual table %s, and yet %s",
				prey->owner, how));

	if (!hazard)
		return;
	if (table)
		hazard->place = table->place;
	hazard->hint = mo_arena_format(
		plan->arena,
		"give it another name first, with %s beside that, in a migration of its own%s%s",
		mo_hint_was(plan->arena, prey->table),
		prey->by_drop ? "; or, if it may go, write " : "",
		prey->by_drop ? mo_hint_dropped(plan->arena, KIND_TABLE, prey->table) : "");
}

static bool is_renamed(const struct plan *plan, const char *virtual_table)
{
	EACH (const struct rename, rename, &plan->diff->renames)
		if (rename->kind == KIND_VIRTUAL && mo_same_name(rename->have, virtual_table))
			return true;
	return false;
}

void mo_plan_prey_hazards(struct plan *plan)
{
	const struct diff *diff = plan->diff;

	EACH (const struct prey, prey, &diff->have->prey)
		if (prey->by_rename && is_renamed(plan, prey->owner))
			mo_plan_add_prey(plan, prey, "would get another name with it");
	EACH (const struct prey, prey, &diff->renamed->prey) {
		const struct change *change = mo_plan_change(plan, KIND_VIRTUAL, prey->owner);

		if (prey->by_drop && change && change->have &&
		    mo_schema_find_relation(diff->goal, prey->table))
			mo_plan_add_prey(plan, prey, "would be dropped with it");
	}
}

/* ---- what is undeclared -------------------------------------------------------------------- */

static bool stands_on_rebuilt(const struct plan *plan, const struct object *object)
{
	const char *table = mo_object_ground(object);
	const struct move *move = table ? mo_plan_move(plan, table) : NULL;

	return move && move->way == WAY_REBUILD;
}

static void undeclared(struct plan *plan, const struct leftover *leftover)
{
	const struct object *object = leftover->object;
	const bool refused = leftover->fate == FATE_REFUSED;
	const char *message =
		refused ? "the document does not declare it, and allows nothing undeclared"
			: "the document does not declare it; it is kept";
	enum diag_id id = stands_on_rebuilt(plan, object) ? DIAG_MD112 : DIAG_MD118;
	struct hazard *hazard;

	/* One that leaves its name to something else of the document is not kept. */
	if (!refused &&
	    (leftover->fate != FATE_KEPT ||
	     (!leftover->column && !mo_schema_find(plan->diff->goal, object->kind, object->name))))
		return;
	id = refused ? DIAG_MD120 : leftover->column ? DIAG_MD117 : id;
	hazard = leftover->column ? mo_hazard_of_column(plan, id, object->name,
							leftover->column->object.name, message)
				  : mo_hazard_of(plan, id, object, message);
	if (hazard)
		hazard->hint = mo_hint_undeclared(plan->arena, object, leftover->column);
}

/* Of more than the case: to SQLite names are the same in any. */
static void renamed(struct plan *plan, const struct rename *rename)
{
	const struct object named = {.kind = rename->kind, .name = rename->want};
	const char *message =
		mo_arena_format(plan->arena, "%s is renamed: code that says %s will fail",
				rename->have, rename->have);
	struct hazard *hazard = rename->table ? mo_hazard_of_column(plan, DIAG_MC102, rename->table,
								    rename->want, message)
					      : mo_hazard_of(plan, DIAG_MC101, &named, message);

	if (hazard)
		hazard->place = rename->place;
}

/* An older program on the file of a newer one: trial/older.h finds it out. */
void mo_plan_newer_hazard(struct plan *plan)
{
	const bool takes_back = !mo_diff_is_empty(plan->diff) || plan->steps.count;
	struct hazard *hazard =
		plan->facts.newer && takes_back
			? mo_hazard_of_other(
				  plan, DIAG_MD123, "file", "file",
				  mo_arena_format(plan->arena,
						  "the file is newer than this document: %s",
						  plan->facts.newer))
			: NULL;

	if (hazard)
		hazard->hint =
			"take the document of the file's own version, or go back with moult rollback";
}

void mo_plan_undeclared_hazards(struct plan *plan)
{
	EACH (const struct leftover, leftover, &plan->diff->leftovers)
		undeclared(plan, leftover);
}

/* Only INTEGER to the letter makes a key the rowid; any other word that has INT in it is a type, too. */
static bool is_nearly_integer(const char *type)
{
	static const char *const integer[] = {"INTEGER"};

	return type && !mo_same_name(type, integer[0]) && mo_nearest(type, integer, 1);
}

/* The key as it comes; one that was so before is nobody's slip. */
static void mistyped_key(struct plan *plan, const struct move *move)
{
	const struct constraint *key = move->want ? mo_table_primary_key(move->want) : NULL;
	const struct term *term = key && key->terms.count == 1 ? key->terms.items[0] : NULL;
	const struct column *column =
		term && term->column ? mo_table_column(move->want, term->column) : NULL;
	const struct column *had =
		column && move->have ? mo_table_column(move->have, column->object.name) : NULL;
	struct hazard *hazard;

	if (!column || move->want->without_rowid || !is_nearly_integer(column->type.text) ||
	    (had && mo_same(had->type.norm, column->type.norm)))
		return;
	hazard = mo_hazard_of_column(
		plan, DIAG_MS107, move->want->object.name, column->object.name,
		mo_arena_format(plan->arena,
				"%s is not INTEGER: the key is not the rowid, gets no number by "
				"itself, and may be NULL",
				column->type.text));
	if (!hazard)
		return;
	hazard->place = column->object.place;
	hazard->hint = "write type=\"INTEGER\"";
}

void mo_plan_change_hazards(struct plan *plan)
{
	EACH (const struct rename, rename, &plan->diff->renames)
		if (!mo_rename_is_of_case(rename))
			renamed(plan, rename);
	EACH (const struct move, move, &plan->moves) {
		mistyped_key(plan, move);
		if (move->replaced)
			replaced_table(plan, move);
		else if (move->way == WAY_DROP)
			dropped_table(plan, move);
		else if (move->filling)
			mo_plan_row_hazards(plan, move);
		else if (move->way != WAY_CREATE)
			table_hazards(plan, move);
	}
	EACH (const struct change, change, &plan->diff->changes) {
		if (change->part == PART_OBJECT && change->have &&
		    change->have->kind == KIND_VIRTUAL)
			virtual_hazard(plan, change);
	}
}
