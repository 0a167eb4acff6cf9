/* SPDX-License-Identifier: MIT */
/*
 * plan_allow.c: what a script of a plan does on purpose, in the comments that
 * the linter looks for (lint/marks.c): what the document lets go, and the
 * hazards that the plan has named.  So a script that moult wrote has no
 * finding, and one that somebody changed afterwards has.
 */
#include <string.h>

#include "base/text.h"
#include "report/plan_words.h"
#include "sql/mention.h"

#define DECLARED "the wanted schema has it so"
#define KNOWN "the plan has it as a hazard"

struct allowing {
	const struct style *style;
	struct list lines; /* of char *: each is written once */
};

/* An object whose name would end the word is not named. */
static void allow(struct allowing *allowing, enum diag_id id, const char *object, const char *why)
{
	const bool named = !object[strcspn(object, " ,:\"\t\r\n")];
	const char *line =
		mo_arena_format(allowing->style->arena, "%s%s%s %s", mo_diag_kinds[id].id,
				named ? ":" : "", named ? object : "", why);

	for (int i = 0; line && i < allowing->lines.count; i++)
		if (mo_same(allowing->lines.items[i], line))
			return;
	mo_list_add(allowing->style->arena, &allowing->lines, line);
}

/* ---- what the document lets go ---- */

static void allow_column(struct allowing *allowing, const struct change *change)
{
	const struct column *have = change->have_column;
	const struct column *want = change->want_column;
	const char *object = mo_arena_format(allowing->style->arena, "%s.%s", change->want->name,
					     want->object.name);

	if (!object)
		return;
	if (have->collate && !want->collate)
		allow(allowing, DIAG_LN117, object, DECLARED);
	if (!mo_is_null_default(have->value.text) && !want->value.text)
		allow(allowing, DIAG_LN119, object, DECLARED);
}

static void allow_drop(struct allowing *allowing, const struct object *object)
{
	static const enum diag_id rules[KIND_COUNT] = {[KIND_TABLE] = DIAG_MD101,
						       [KIND_INDEX] = DIAG_LN112,
						       [KIND_VIEW] = DIAG_LN113,
						       [KIND_TRIGGER] = DIAG_LN111};

	if (rules[object->kind])
		allow(allowing, rules[object->kind], object->name, DECLARED);
	if (object->kind == KIND_TABLE)
		allow(allowing, DIAG_MC103, object->name, DECLARED);
}

static void allow_drop_of_column(struct allowing *allowing, const struct change *change)
{
	const char *object = mo_arena_format(allowing->style->arena, "%s.%s", change->want->name,
					     change->have_column->object.name);

	if (!object)
		return;
	allow(allowing, DIAG_MD102, object, DECLARED);
	allow(allowing, DIAG_MC103, object, DECLARED);
}

/* Where the copy reads a query, the linter cannot tell a rename from what goes. */
static void allow_rename(struct allowing *allowing, const struct rename *rename)
{
	struct arena *arena = allowing->style->arena;
	const char *have = rename->have, *want = rename->want;

	if (!rename->table && rename->kind != KIND_TABLE)
		return;
	if (rename->table) {
		have = mo_arena_format(arena, "%s.%s", rename->table, have);
		want = mo_arena_format(arena, "%s.%s", rename->table, want);
	}
	if (!have || !want)
		return;
	allow(allowing, rename->table ? DIAG_MC102 : DIAG_MC101, want, DECLARED);
	allow(allowing, DIAG_MC103, have, DECLARED);
}

static void allow_change(struct allowing *allowing, const struct change *change)
{
	if (change->part == PART_OBJECT && change->verb == VERB_DROP)
		allow_drop(allowing, change->have);
	else if (change->part == PART_COLUMN && change->verb == VERB_CHANGE)
		allow_column(allowing, change);
	else if (change->part == PART_COLUMN && change->verb == VERB_DROP)
		allow_drop_of_column(allowing, change);
	else if (change->part == PART_CONSTRAINT && change->verb == VERB_DROP)
		allow(allowing, DIAG_LN118, change->want->name, DECLARED);
}

static void allow_mark(struct allowing *allowing, const struct move *move)
{
	if (move->have && move->want && mo_table_autoincrement(move->have) &&
	    !mo_table_autoincrement(move->want))
		allow(allowing, DIAG_LN115, move->want->object.name, DECLARED);
}

/* ---- what the plan knows ---- */

static void allow_hazard(struct allowing *allowing, const struct hazard *hazard)
{
	const char *id = mo_diag_kinds[hazard->id].id;
	const bool is_looked_for =
		strncmp(id, "MF", 2) == 0 || hazard->id == DIAG_MD105 || hazard->id == DIAG_MD114 ||
		hazard->id == DIAG_MD106 || hazard->id == DIAG_MD101 || hazard->id == DIAG_MD102 ||
		hazard->id == DIAG_MC104 || hazard->id == DIAG_MD108 || hazard->id == DIAG_ML108;

	if (is_looked_for && !mo_hazard_is_over(hazard))
		allow(allowing, hazard->id, hazard->target, KNOWN);
}

void mo_plan_allowances(const struct style *style, const struct plan *plan)
{
	struct allowing allowing = {style, {0}};

	for (int i = 0; i < plan->diff->changes.count; i++)
		allow_change(&allowing, plan->diff->changes.items[i]);
	for (int i = 0; i < plan->diff->renames.count; i++)
		allow_rename(&allowing, plan->diff->renames.items[i]);
	for (int i = 0; i < plan->moves.count; i++)
		allow_mark(&allowing, plan->moves.items[i]);
	for (int i = 0; i < plan->hazards.count; i++)
		allow_hazard(&allowing, plan->hazards.items[i]);
	for (int i = 0; i < allowing.lines.count; i++) {
		sqlite3_str_appendall(style->out, "-- moult:allow-script ");
		mo_say(style, PAINT_NONE, allowing.lines.items[i]);
		sqlite3_str_appendchar(style->out, 1, '\n');
	}
}
